"""A progress bar with rate, time left, cost and cache hits; silent where there is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loomwork.cli.figures import money
from loomwork.cli.session import Session

if TYPE_CHECKING:
    from loomwork.flow.running import Progress


class Shown:
    """What a run shows while it goes on: call it with each `Progress`; `note` says a sentence beside it."""

    def __init__(self, tell: Callable[[Progress], None], note: Callable[[str], None]) -> None:
        self._tell = tell
        self.note = note

    def __call__(self, progress: Progress) -> None:
        """Show where the run stands."""
        self._tell(progress)


@contextmanager
def progress_bar(session: Session, title: str) -> Generator[Shown]:
    """Show how far a run is while the block runs."""
    if session.as_json or not session.console.is_terminal:
        yield Shown(lambda _progress: None, session.console.print)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[more]}", markup=False),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, expand=True, transient=True) as bar:
        task = bar.add_task(title, total=None, rate="", more="")

        def tell(progress: Progress) -> None:
            rate = progress.done / progress.elapsed_s if progress.elapsed_s > 0 else 0.0
            more = standing(session, progress)
            bar.update(task, total=progress.total, completed=progress.done, rate=f"{rate:.1f}/s", more=more)

        yield Shown(tell, lambda text: console.print(text, markup=False))


def standing(session: Session, progress: Progress) -> str:
    """Return the share of calls found, the failures and the cost so far."""
    totals = progress.totals
    share = f"{100 * totals.hits // totals.calls}%" if totals.calls else "-"
    return session.words("progress.more", hits=share, failed=progress.failed, cost=money(totals.cost) or "0")
