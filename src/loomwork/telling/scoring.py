"""An evaluation as Markdown: what a pull request shows. Knows no command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from loomwork.telling.words import Words

if TYPE_CHECKING:
    from loomwork.evals.evaluating.evaluation import Evaluated
    from loomwork.evals.evaluating.figures import ScoreFigures
    from loomwork.evals.leaks import Leak

_SMALL, _LARGE = 10, 1000
_SHOWN = 10


def figure(value: float | None, *, signed: bool = False) -> str:
    """Return a figure in the digits that a reader needs.

    >>> figure(0.81249), figure(1534.2), figure(None), figure(0.02, signed=True)
    ('0.812', '1534', '-', '+0.020')
    """
    if value is None:
        return "-"
    digits = 3 if abs(value) < _SMALL else 1 if abs(value) < _LARGE else 0
    return f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"


def between(low: float | None, high: float | None, *, signed: bool = False) -> str:
    """Return an interval."""
    return "-" if low is None or high is None else f"{figure(low, signed=signed)} … {figure(high, signed=signed)}"


def summary(
    words: Words, found: Sequence[Evaluated], leaks: Sequence[Leak], *, title: str, labels: Sequence[str] = ()
) -> str:
    """Return evaluations as one Markdown text: scores, gates, what stands out, what is known elsewhere."""
    parts = [f"# {words('summary.title', title=title or found[0].run)}"]
    for place, each in enumerate(found):
        parts += _one(words, each, labels[place] if labels else "")
    if leaks:
        kinds = Counter(each.kind for each in leaks)
        listed = ", ".join(f"{words(f'leak.{kind}')} {count}" for kind, count in kinds.most_common())
        parts.append(f"> {words('eval.leaks', rows=len({each.row for each in leaks}), kinds=listed)}")
    return "\n\n".join(parts) + "\n"


def _one(words: Words, found: Evaluated, label: str) -> list[str]:
    heads = [words(f"table.{name}") for name in ("scorer", "mean", "interval", "p5", "worst", "row", "scores")]
    lines = [_row(heads), _row(["---"] + ["---:"] * 6), *[_row(_cells(each)) for each in found.scores]]
    head = [f"## {label}"] if label else []
    parts = [*head, words("summary.run", run=found.run), "\n".join(lines), *troubles(words, found)]
    gates = [
        f"- {'✅' if each.met else '❌'} "
        + words("eval.gate_met" if each.met else "eval.gate_unmet", rule=f"`{each.rule}`", value=figure(each.value))
        for each in found.gates
    ]
    notes = [
        "- "
        + words(
            "eval.slice", scorer=each.scorer, name=one.key, value=one.value, n=one.n, mean=figure(one.mean),
            interval=between(one.low, one.high),
        )
        for each in found.scores
        for one in each.slices
        if one.stands_out
    ][:_SHOWN]  # fmt: skip
    return [*parts, *(["\n".join(gates)] if gates else []), *(["\n".join(notes)] if notes else [])]


def troubles(words: Words, found: Evaluated) -> list[str]:
    """Return what keeps an evaluation from being whole: items and scorers that failed, scorers that scored nothing."""
    said: list[str] = []
    if found.report is not None and found.report.failed:
        said.append(words("eval.items_failed", failed=found.report.failed, items=found.report.items))
    for each in found.scores:
        if each.errors:
            said.append(words("eval.errors", scorer=each.scorer, count=each.errors))
        if not each.n:
            said.append(words("eval.nothing", scorer=each.scorer, reason=each.why_none or words("eval.no_items")))
    return said


def _cells(each: ScoreFigures) -> list[str]:
    unit = f" ({each.unit})" if each.unit else ""
    worst = "-" if each.worst_row is None else str(each.worst_row)
    figures = (figure(each.mean), between(each.low, each.high), figure(each.p5), figure(each.worst))
    return [each.scorer + unit, *figures, worst, str(each.n)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
