"""A progress bar with rate, time left, cost and cache hits; one line where there is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loomwork.cli.session import Session

if TYPE_CHECKING:
    from loomwork.flow.running import Progress


@contextmanager
def progress_bar(session: Session, title: str) -> Iterator[Callable[[Progress], None]]:
    """Show how far a run is while the block runs."""
    if session.as_json or not session.console.is_terminal:
        yield lambda _progress: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[more]}"),
    )
    with Bar(*columns, console=session.console, expand=True, transient=True) as bar:
        task = bar.add_task(title, total=None, rate="", more="")

        def tell(progress: Progress) -> None:
            totals = progress.totals
            rate = progress.done / progress.elapsed_s if progress.elapsed_s > 0 else 0.0
            cost = " ".join(str(money) for money in totals.cost.amounts)
            calls = totals.calls
            share = f"{100 * totals.hits // calls}%" if calls else "-"
            more = session.words("progress.more", hits=share, failed=progress.failed, cost=cost or "-")
            bar.update(task, total=progress.total, completed=progress.done, rate=f"{rate:.1f}/s", more=more)

        yield tell
