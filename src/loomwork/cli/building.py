"""How a build of a knowledge base looks while it goes on, and what it could not read. Knows no index."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from loomwork.cli.session import Session

if TYPE_CHECKING:
    from loomwork.knowledge.ingest import Failure, Progress
    from loomwork.knowledge.values import Problem

SHOWN = 10
"""Documents with problems that are named; the others are counted."""


class Bar(NamedTuple):
    """Where to tell how far a build is, and what to say beside it."""

    tell: Callable[[Progress], None]
    note: Callable[[str], None]


@contextmanager
def build_bar(session: Session, title: str) -> Generator[Bar]:
    """Show how far a build is while the block runs; silent where there is no terminal."""
    if session.as_json or not session.console.is_terminal:
        yield Bar(_silent, session.console.print)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Drawn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[more]}", markup=False),
        TimeRemainingColumn(compact=True),
    )
    console = Console(stderr=True)
    with Drawn(*columns, console=console, expand=True, transient=True) as drawn:
        task = drawn.add_task(title, total=None, more="")

        def tell(progress: Progress) -> None:
            drawn.update(task, total=progress.of, completed=progress.position, more=_standing(session, progress))

        def note(text: str) -> None:
            console.print(text, markup=False)

        yield Bar(tell, note)


def _silent(progress: Progress) -> None:
    del progress


def _standing(session: Session, progress: Progress) -> str:
    rate = progress.embedded / progress.elapsed_s if progress.elapsed_s > 0 else 0.0
    chunks = max(progress.chunks, progress.embedded)
    return session.words("knowledge.progress", chunks=f"{chunks:,}", rate=f"{rate:.0f}")


def show_failures(session: Session, failures: Sequence[Failure], *, name: str) -> None:
    """Name the first documents with problems and count the others."""
    for each in failures[:SHOWN]:
        session.say("knowledge.problem", doc=each.doc, problem=problems_text(session, each.problems))
    if len(failures) > SHOWN:
        session.say("knowledge.more_problems", count=len(failures) - SHOWN, name=name)


def listed(session: Session, items: Iterable[str]) -> str:
    """Return items of a list as the person's language writes them."""
    return ("，" if session.words.language == "zh" else ", ").join(items)


def problems_text(session: Session, problems: Iterable[Problem]) -> str:
    """Return all problems of a document."""
    return ("；" if session.words.language == "zh" else "; ").join(problem_text(session, each) for each in problems)


def problem_text(session: Session, problem: Problem) -> str:
    """Return a document's problem in the person's language: what is wrong, then what to do."""
    from loomwork.knowledge.parsing.problems import error_of

    colon = "：" if session.words.language == "zh" else ": "
    said = colon.join(part for part in session.words.error(error_of(problem)) if part)
    inside = problem.fields.get("inside", "")
    said = f"{inside}{colon}{said}" if inside else said
    return session.words("knowledge.on_page", page=problem.page, problem=said) if problem.page else said
