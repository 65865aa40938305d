"""What a person reads after a run: the counts of each step and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loomwork.cli.session import Session
from loomwork.cli.tables import print_table
from loomwork.kernel.errors.base import LoomworkError

if TYPE_CHECKING:
    from loomwork.flow.running import RunReport


def show_report(session: Session, report: RunReport) -> None:
    """Print a run's outcome, a line a step, and the first errors."""
    words = session.words
    rows = [
        (
            name,
            words.get(f"kind.{count.kind}", count.kind),
            count.hits + count.ran,
            count.hits,
            count.ran,
            count.failed or "",
        )
        for name, count in sorted(report.totals.steps.items())
    ]
    heads = [words(f"table.{name}") for name in ("step", "kind", "calls", "hits", "ran", "failed")]
    print_table(session.console, heads, rows, right=(2, 3, 4, 5))
    cost = report.totals.cost
    session.say(
        "run.done",
        run=report.run,
        ok=report.ok,
        items=report.items,
        seconds=f"{report.wall_s:.2f}",
        requests=report.totals.requests,
        cost=(" + ".join(str(each) for each in cost.amounts) or "0")
        + (words("run.unpriced", count=cost.unpriced) if cost.unpriced else ""),
    )
    if report.ok:
        session.say("run.answers", run=report.run)
    for told, befell in _failures(session, report).items():
        session.say("run.error", row=", ".join(map(str, dict.fromkeys(befell))), error=told)
    if report.refusal is not None:
        session.say("run.refused", error=report.refusal)
    elif report.stopped_by:
        session.say("run.stopped", reason=words.get(f"stopped.{report.stopped_by}", report.stopped_by))
    elif report.failed:
        session.say("run.failed", failed=report.failed)


def _failures(session: Session, report: RunReport) -> dict[str, list[int]]:
    """Return the first failures in the person's language, each once, with the rows that it befell."""
    found: dict[str, list[int]] = {}
    for (index, text), problem in zip(report.first_errors, report.problems, strict=True):
        told = session.words.failure(problem) if isinstance(problem, LoomworkError) else text
        found.setdefault(told, []).append(index)
    return found
