"""What a person reads after a run: the counts of each step and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loomwork.cli.session import Session
from loomwork.cli.tables import print_table
from loomwork.cli.tracebacks import traceback_of
from loomwork.kernel.errors.base import LoomworkError, UsageError

if TYPE_CHECKING:
    from loomwork.flow.running import RunReport


def show_report(session: Session, report: RunReport, *, out: bool = True) -> None:
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
        session.say("run.answers" if out else "run.answers_listed", run=report.run)
    for told, befell in _failures(session, report).items():
        session.say("run.error", row=", ".join(map(str, dict.fromkeys(befell))), error=told)
    if session.debug:
        _tracebacks(session, report)
    if isinstance(report.refusal, UsageError):
        session.say("run.stopped_by_setup", done=report.ok + report.failed, items=report.items)
    elif report.refusal is not None:
        session.say("run.refused", error=report.refusal)
    elif report.stopped_by:
        session.say("run.stopped", reason=words.get(f"stopped.{report.stopped_by}", report.stopped_by))
    elif report.failed:
        session.say("run.failed", failed=report.failed)


def _tracebacks(session: Session, report: RunReport) -> None:
    """Print where each of the first failures came from: the person's own frames, not ours."""
    for (index, _), problem in zip(report.first_errors, report.problems, strict=True):
        session.say("run.traceback", row=index)
        for line in traceback_of(problem):
            session.console.print(line, style="dim")


def _forgotten(session: Session, text: str) -> str:
    """Return a question where an error of the person's own code speaks of a coroutine."""
    found = text.startswith(("TypeError:", "AttributeError:")) and "coroutine" in text
    return session.words("run.forgotten_await") if found else ""


def _failures(session: Session, report: RunReport) -> dict[str, list[int]]:
    """Return the first failures in the person's language, each once, with the rows that it befell."""
    found: dict[str, list[int]] = {}
    wrong = report.refusal
    last = session.words.failure(wrong) if isinstance(wrong, UsageError) else None  # told where the command ends
    for (index, text), problem in zip(report.first_errors, report.problems, strict=True):
        told = (
            session.words.failure(problem) if isinstance(problem, LoomworkError) else text + _forgotten(session, text)
        )
        if told != last:
            found.setdefault(told, []).append(index)
    return found
