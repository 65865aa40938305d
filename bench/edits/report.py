"""Put the matrix into lines and tables, and keep results between runs. Measures nothing."""

import json
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from bench.edits.edits import HERE, Edit
from bench.edits.judge import Verdict
from bench.edits.systems import SYSTEMS

RESULTS = HERE / "results"
BEGIN, END = "<!-- edits: begin -->", "<!-- edits: end -->"
ORDER = ("loomwork", "langgraph", "hamilton", "redun", "dspy", "litellm", "by arguments", "no cache")


@dataclass(frozen=True, kw_only=True)
class Result:
    """One system over all edits."""

    system: str
    verdicts: list[Verdict]
    wall_s: float


def counted(counts: dict[str, int]) -> str:
    """Counts in a few letters.

    >>> counted({"draft": 6, "check": 2})
    'draft 6, check 2'
    """
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def line_of(edit: Edit, verdict: Verdict) -> str:
    """What is worth saying of one edit."""
    parts = [f"{verdict.status:8} {edit.name}"]
    if verdict.stale_rows:
        parts.append(f"{verdict.stale_rows} stale rows")
    for word, runs, calls in (
        ("above", verdict.surplus_runs, verdict.surplus_calls),
        ("below", verdict.below_runs, verdict.below_calls),
    ):
        if runs or calls:
            parts.append(f"{word} ideal: runs [{counted(runs)}] calls [{counted(calls)}]")
    parts += [f"plan: {said}" for said in verdict.plan] + [f"why: {said}" for said in verdict.why]
    return "; ".join([*parts, verdict.detail] if verdict.detail else parts)


def summary_of(result: Result) -> str:
    """One line for a system."""
    states = Counter(verdict.status for verdict in result.verdicts)
    calls = sum(sum(verdict.surplus_calls.values()) for verdict in result.verdicts)
    runs = sum(sum(verdict.surplus_runs.values()) for verdict in result.verdicts)
    told = ", ".join(f"{count} {state}" for state, count in states.most_common())
    plans = sum(bool(verdict.plan) for verdict in result.verdicts)
    whys = sum(bool(verdict.why) for verdict in result.verdicts)
    judged = f"; plan wrong {plans}, why wrong {whys}" if SYSTEMS[result.system].plans else ""
    return (
        f"{result.system}: {len(result.verdicts)} edits: {told}; surplus {calls} calls and {runs} step runs{judged}; "
        f"{result.wall_s:.0f} s"
    )


def keep(result: Result) -> None:
    """Write a system's results for the table; what other edits gave earlier stays."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{result.system.replace(' ', '_')}.json"
    again = {verdict.edit for verdict in result.verdicts}
    before = json.loads(file.read_text(encoding="utf-8"))["verdicts"] if file.exists() else []
    said = {
        "system": result.system,
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "loomwork": metadata.version("loomwork") if result.system == "loomwork" else None,
        "wall_s": round(result.wall_s, 1),
        "verdicts": [each for each in before if each["edit"] not in again] + list(map(short, result.verdicts)),
    }
    lines = json.dumps(said, indent=1, ensure_ascii=False) + "\n"
    file.write_text(lines, encoding="utf-8")


def short(verdict: Verdict) -> dict[str, Any]:
    """A verdict without what is empty, without times and without messages of machines."""
    left_out = {"walls", "detail", "kind"}
    return {name: value for name, value in asdict(verdict).items() if name not in left_out and value not in ({}, (), 0)}


def cell(verdict: dict[str, Any] | None) -> str:
    """One edit on one system."""
    if verdict is None:
        return ""
    runs, calls = sum(verdict.get("surplus_runs", {}).values()), sum(verdict.get("surplus_calls", {}).values())
    more = f"+{runs}" + (f" +{calls}c" if calls else "") if runs or calls else ""
    match verdict["status"]:
        case "stale":
            return f"**stale {verdict['stale_rows']}** {more}".strip()
        case "broken":
            return "**crash**"
        case "not expressed":
            return "n/a"
        case "ideal":
            return "ok"
        case "below":
            return f"ok, fewer {more}".strip()
        case other:
            return more or other


def table(edits: Sequence[Edit]) -> str:
    """The results that are kept, one row an edit, in Markdown."""
    kept: dict[str, dict[str, Any]] = {}
    for name in ORDER:
        file = RESULTS / f"{name.replace(' ', '_')}.json"
        if file.exists():
            kept[name] = json.loads(file.read_text(encoding="utf-8"))
    cells = {name: {each["edit"]: each for each in said["verdicts"]} for name, said in kept.items()}
    lines = [f"| edit | kind | ideal runs | calls | {' | '.join(kept)} |", "|---" * (len(kept) + 4) + "|"]
    for edit in edits:
        shown = " | ".join(cell(cells[name].get(edit.name)) for name in kept)
        lines.append(f"| {edit.name} | {edit.kind} | {sum(edit.runs.values())} | {edit.model_calls} | {shown} |")
    return "\n".join([*totals(kept), "", *lines])


def write_readme(edits: Sequence[Edit]) -> None:
    """Put the table where bench/README.md has its place."""
    readme = HERE.parent / "README.md"
    text = readme.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    readme.write_text(f"{head}{BEGIN}\n{table(edits)}\n{END}{tail}", encoding="utf-8")


def totals(kept: dict[str, dict[str, Any]]) -> list[str]:
    """The same in sums, one row a system, and what is to be said of loomwork's own edits that are not ideal."""
    columns = (
        "edits",
        "ideal",
        "stale edits",
        "crashed",
        "stale rows",
        "surplus calls",
        "surplus runs",
        "n/a",
        "taken",
    )
    lines = [f"| system | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name, said in kept.items():
        verdicts = said["verdicts"]
        states = Counter(each["status"] for each in verdicts)
        sums = [
            len(verdicts) - states["not expressed"],
            states["ideal"],
            states["stale"],
            states["broken"],
            sum(each.get("stale_rows", 0) for each in verdicts),
            sum(sum(each.get("surplus_calls", {}).values()) for each in verdicts),
            sum(sum(each.get("surplus_runs", {}).values()) for each in verdicts),
            states["not expressed"],
            said["date"],
        ]
        lines.append(f"| {name} | {' | '.join(map(str, sums))} |")
    return [*lines, *deviations(kept.get("loomwork", {"verdicts": []})["verdicts"])]


def deviations(verdicts: Sequence[dict[str, Any]]) -> list[str]:
    """Every edit of loomwork that is not ideal, or whose plan or causes were not exact."""
    found = []
    for each in verdicts:
        said = [f"plan: {one}" for one in each.get("plan", ())] + [f"why: {one}" for one in each.get("why", ())]
        if each["status"] != "ideal":
            runs, calls = each.get("surplus_runs", {}), each.get("surplus_calls", {})
            said.insert(0, f"{each['status']}: runs [{counted(runs)}] calls [{counted(calls)}] above ideal")
        if said:
            found.append(f"- `{each['edit']}`: {'; '.join(dict.fromkeys(said))}")
    return ["", f"loomwork, what is not exact ({len(found)} of {len(verdicts)}):", "", *found] if verdicts else []
