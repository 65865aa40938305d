"""How a build of a knowledge base looks while it goes on, and what it could not read. Knows no index."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from loomwork.cli.session import Session

if TYPE_CHECKING:
    from loomwork.knowledge.ingest import Failure, Progress
    from loomwork.knowledge.values import Problem

SHOWN = 10
"""Documents that are named; the others are counted."""
EVERY_S = 10.0
"""How often a build says where it stands, where there is no terminal."""


class Bar(NamedTuple):
    """Where to tell how far a build is, and what to say beside it."""

    tell: Callable[[Progress], None]
    note: Callable[[str], None]


@contextmanager
def build_bar(session: Session, title: str) -> Generator[Bar]:
    """Show how far a build is while the block runs; where there is no terminal, by a line now and then."""
    if session.as_json or not session.console.is_terminal:
        lines = Lines(session, title)
        with lines.running():
            yield Bar(lines.tell, session.console.print)
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


class Lines:
    """Tells where a build stands by a line every so often: to a file, a pipe, another program.

    Args:
        session: Where people read.
        title: The base's name.
    """

    def __init__(self, session: Session, title: str) -> None:
        self._session = session
        self._title = title
        self._last: Progress | None = None
        self._done = threading.Event()

    def tell(self, progress: Progress) -> None:
        """Note where the build stands."""
        self._last = progress

    def say(self) -> None:
        """Say where the build stands."""
        last = self._last
        if last is None:
            self._session.say("knowledge.looking", name=self._title)
            return
        self._session.say(
            "knowledge.standing", name=self._title, position=f"{last.position:,.0f}", of=f"{last.of:,}",
            more=_standing(self._session, last),
        )  # fmt: skip

    @contextmanager
    def running(self) -> Generator[None]:
        """Say it every so often while the block runs, whatever the build is busy with."""
        thread = threading.Thread(target=self._run, name="loomwork-build-lines", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def _run(self) -> None:
        while not self._done.wait(EVERY_S):
            self.say()


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


def names_text(session: Session, names: Sequence[str]) -> str:
    """Return names as a list, those beyond the first few counted."""
    shown = listed(session, names[:SHOWN])
    more = len(names) - SHOWN
    return session.words("knowledge.names_more", names=shown, count=more) if more > 0 else shown


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
