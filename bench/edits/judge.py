"""Hold what happened against what is right: results, ideal counts, the plan, the causes. Starts nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.edits.desk import Outcome, short_name
from bench.edits.edits import Cause, Counts, Edit

Status = Literal["ideal", "allowed", "surplus", "below", "stale", "broken", "not expressed"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one edit cost one system."""

    edit: str
    kind: str
    status: Status
    stale_rows: int = 0
    surplus_runs: Counts = field(default_factory=dict)
    surplus_calls: Counts = field(default_factory=dict)
    below_runs: Counts = field(default_factory=dict)
    below_calls: Counts = field(default_factory=dict)
    plan: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    detail: str = ""
    walls: dict[str, float] = field(default_factory=dict)


def above(left: Mapping[str, int], right: Mapping[str, int]) -> Counts:
    """What `left` has more of.

    >>> above({"a": 3, "b": 1}, {"a": 1, "b": 1})
    {'a': 2}
    """
    return {name: left[name] - right.get(name, 0) for name in left if left[name] > right.get(name, 0)}


def renamed(counts: Mapping[str, int], renames: Mapping[str, str]) -> Counts:
    """Counts under the names that the steps had before."""
    found: Counter[str] = Counter()
    for name, count in counts.items():
        found[renames.get(name, name)] += count
    return dict(found)


def judge(edit: Edit, done: Outcome, control: Outcome, *, steps: Iterable[str] | None = None) -> Verdict:
    """Compare a run with its control and with the ideal; `steps` are those that the system knows at all."""
    for name, outcome in (("run", done), ("control", control)):
        if outcome.code != 0 or not outcome.outputs:
            detail = f"{name} ended with {outcome.code}: {outcome.stderr.strip()[-600:]}"
            return Verdict(edit=edit.name, kind=edit.kind, status="broken", detail=detail)
    known = None if steps is None else set(steps)
    ideal = {name: count for name, count in edit.runs.items() if known is None or name in known}
    ran = {name: n for name, n in renamed(done.ran, edit.renames).items() if known is None or name in known}
    pairs = zip(done.outputs, control.outputs, strict=False)
    stale = sum(a != b for a, b in pairs) + abs(len(done.outputs) - len(control.outputs))
    more_runs, more_calls = above(ran, ideal), above(done.calls, edit.calls)
    less_runs, less_calls = above(ideal, ran), above(edit.calls, done.calls)
    return Verdict(
        edit=edit.name,
        kind=edit.kind,
        status=status(edit, stale, more_runs, more_calls, bool(less_runs or less_calls)),
        stale_rows=stale,
        surplus_runs=more_runs,
        surplus_calls=more_calls,
        below_runs=less_runs,
        below_calls=less_calls,
    )


def status(edit: Edit, stale: int, runs: Counts, calls: Counts, below: bool) -> Status:
    """The worst word that fits."""
    if stale:
        return "stale"
    if calls or set(runs) - edit.allowed:
        return "surplus"
    if below:
        return "below"
    return "allowed" if runs else "ideal"


def judge_plan(edit: Edit, plan: Outcome, done: Outcome) -> list[str]:
    """What the plan said that was not so (FLOW 17)."""
    if plan.code != 0 or not plan.answer:
        return [f"plan ended with {plan.code}: {plan.stderr.strip()[-300:]}"]
    if plan.calls:
        return [f"plan sent {sum(plan.calls.values())} requests"]
    will, may = said(plan, "will_run"), said(plan, "may_run")
    ran = done.ran
    found = [f"{name}: will run {will[name]}, ran {ran.get(name, 0)}" for name in above(will, ran)]
    most = {name: will.get(name, 0) + may.get(name, 0) for name in {*will, *may}}
    bounds = plan.answer.get("model_calls", {})
    if bounds.get("max", 0) is None:
        found += [] if edit.adds_calls else ["the upper bound of model calls is null"]
        return found + least_calls(bounds, done)
    found += [f"{name}: ran {ran[name]}, at most {most.get(name, 0)} were foretold" for name in above(ran, most)]
    if is_leaf(edit) and will != ran:
        found.append(f"an edit in the last step: will run {will}, ran {ran}")
    found += [f"{name}: touched {edit.runs[name]} times, certain {will.get(name, 0)}" for name in certain(edit, will)]
    sent = sum(done.calls.values())
    if sent > bounds.get("max", 0):
        found.append(f"{sent} calls were sent, at most {bounds.get('max')} foretold")
    return found + least_calls(bounds, done)


def least_calls(bounds: Mapping[str, Any], done: Outcome) -> list[str]:
    """Whether fewer calls were sent than were certain."""
    sent = sum(done.calls.values())
    least = bounds.get("min", 0)
    return [f"{sent} calls were sent, at least {least} foretold"] if least > sent else []


def said(plan: Outcome, column: str) -> Counts:
    """A column of the plan, for steps."""
    found: Counter[str] = Counter()
    for step in plan.answer.get("steps", ()):
        if step.get("kind", "step") == "step" and step.get(column):
            found[short_name(step["name"])] += step[column]
    return dict(found)


def is_leaf(edit: Edit) -> bool:
    """Whether nothing runs after what is touched: then the plan is exact."""
    return not edit.touches or set(edit.touches) == {"format_reply"}


def certain(edit: Edit, will: Mapping[str, int]) -> list[str]:
    """Touched steps that the plan should have been sure of: the only touched one, whose arguments did not change."""
    if len(edit.touches) != 1 or edit.renames:
        return []
    return [name for name in edit.touches if edit.runs.get(name, 0) > will.get(name, 0)]


def judge_why(edit: Edit, why: Outcome) -> list[str]:
    """What `why` left out or should not have named (FLOW 18)."""
    if why.code != 0 or "causes" not in why.answer:
        return [f"why ended with {why.code}: {why.stderr.strip()[-300:]}"]
    causes: list[dict[str, Any]] = why.answer["causes"]
    missing = [each for each in edit.causes if each.needed and not any(fits(each, cause) for cause in causes)]
    needless = [cause for cause in causes if not any(fits(each, cause) for each in edit.causes)]
    found = [f"not named: {'|'.join(each.names)} in {'|'.join(each.files) or 'no file'}" for each in missing]
    found += [f"named without need: {each.get('kind')} {each.get('name')} in {each.get('file')}" for each in needless]
    return found


def fits(expected: Cause, cause: Mapping[str, Any]) -> bool:
    """Whether a cause is the expected one: its name (or the end of it) and its file."""
    file = str(cause.get("file") or "")
    words = words_of(str(cause.get("name") or ""))
    named = any(wanted == "*" or words[-len(words_of(wanted)) :] == words_of(wanted) for wanted in expected.names)
    placed = any(not wanted or file.endswith(wanted) for wanted in expected.files)
    return named and placed


def words_of(name: str) -> list[str]:
    """The parts of a name, whatever stands between them.

    >>> words_of("app.rules:at_least.<locals>.apply[floor]"), words_of("app.search:retrieve(k=)")
    (['app', 'rules', 'at_least', 'apply', 'floor'], ['app', 'search', 'retrieve', 'k'])
    """
    return [word for word in re.split(r"[^\w/<>-]+", name.replace("<locals>.", "")) if word]
