"""What every act does with its example: run it over its rows, plan it, lay the runs side by side."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from loomwork.cli.commands.plan import show_plan
from loomwork.cli.progress import progress_bar
from loomwork.cli.session import Session
from loomwork.cli.tables import print_table

if TYPE_CHECKING:
    from loomwork.flow.running import RunReport


class Example(NamedTuple):
    """A project, the step that is run in it, and its rows."""

    project: Path
    target: str
    data: Path
    """Relative to the project."""


class Ran(NamedTuple):
    """What a run came to."""

    report: RunReport
    outputs: dict[int, Any]
    """By the row's number; a failed row has none."""


def example_folder(name: str) -> Path:
    """Return a bundled example's folder: in the installed package, or beside the sources."""
    packaged = Path(__file__).parents[2] / "_examples" / name
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "examples" / name


def run_once(session: Session, example: Example, title: str) -> Ran:
    """Run an example in a fresh workspace, with a progress bar."""
    from loomwork.flow.running import Dataset, RunOptions, run_dataset
    from loomwork.flow.targets import load_target
    from loomwork.kernel import codecs

    with session.open_at(example.project) as workspace:
        runtime = workspace.runtime
        step = load_target(example.target, runtime.project)
        rows = Dataset(example.project / example.data, step)
        with progress_bar(session, title) as tell:
            report = asyncio.run(run_dataset(runtime, step, rows, options=RunOptions(), on_progress=tell))
        if report.status != "done":
            raise KeyboardInterrupt
        items = [item for item in runtime.store.runs.items(report.run) if item.output is not None]
        outputs = {item.index: codecs.decode(runtime.store.blobs.get(item.output)) for item in items if item.output}
    return Ran(report, outputs)


def plan_once(session: Session, example: Example) -> None:
    """Say what a run would do, as `loomwork plan` does."""
    from loomwork.flow.context import Scope
    from loomwork.flow.plan import plan_rows
    from loomwork.flow.running import Dataset
    from loomwork.flow.targets import load_target

    typed(session, f"plan {example.target} --data {example.data}")
    with session.open_at(example.project, writing="nothing") as workspace:
        step = load_target(example.target, workspace.runtime.project)
        rows = (row.arguments for row in Dataset(example.project / example.data, step).rows())
        show_plan(session, plan_rows(workspace.runtime, step, rows, trials=1, scope=Scope()))


def leave(folder: Path) -> None:
    """Forget the modules of projects in a folder: the next act's may have the same names."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file is not None and Path(file).is_relative_to(folder):
            del sys.modules[name]
    sys.path[:] = [each for each in sys.path if not Path(each).is_relative_to(folder)]


def typed(session: Session, command: str) -> None:
    """Print a command as a person would type it."""
    session.page.print(f"\n$ loomwork {command}", style="bold")


def show_runs(session: Session, runs: Mapping[str, RunReport]) -> None:
    """Lay runs side by side, each under the word that names it."""
    words = session.words
    session.page.print("")
    heads = [words(f"table.{name}") for name in ("run", "calls", "hits", "ran", "seconds")]
    rows = [
        (
            words(name),
            report.totals.calls,
            report.totals.hits,
            report.totals.calls - report.totals.hits,
            f"{report.wall_s:.2f}",
        )
        for name, report in runs.items()
    ]
    print_table(session.page, heads, rows, right=(1, 2, 3, 4))
