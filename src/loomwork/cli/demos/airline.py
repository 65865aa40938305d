"""Act one: 200 recorded conversations checked against a policy; one rule is edited, and one column runs again.

The example is copied into a folder of the person's own, so that it can be looked at and changed afterwards.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loomwork.cli.commands.plan import show_plan
from loomwork.cli.commands.why import show_why
from loomwork.cli.demos.anew import copy_anew
from loomwork.cli.jsonable import jsonable
from loomwork.cli.progress import progress_bar
from loomwork.cli.session import Session
from loomwork.cli.tables import print_table

if TYPE_CHECKING:
    from loomwork.flow.running import RunReport
    from loomwork.workspace.opening import Workspace

TARGET = "app:review"
DATA = Path("data") / "conversations.jsonl.xz"
RULES = "rules.json"
BEFORE, AFTER = '"hours": 24', '"hours": 400'


def example(name: str) -> Path:
    """Return a bundled example's folder: in the installed package, or beside the sources."""
    packaged = Path(__file__).parents[2] / "_examples" / name
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "examples" / name


def run(session: Session, folder: Path) -> dict[str, Any]:
    """Show the act and return its figures."""
    words, page = session.words, session.page
    project = folder / "airline"
    source = example("airline")
    edited = (source / RULES).read_text(encoding="utf-8").replace(BEFORE, AFTER)
    anew = copy_anew(source, project, edits={RULES: edited.encode()})
    if anew.before != "nothing":
        session.say(f"demo.{anew.before}", folder=project, kept=anew.kept)
    page.print(words("demo.airline.intro", folder=project))
    cold, reviews = _once(session, project, words("demo.cold"))
    summary = _summary(project, reviews)
    _show_summary(session, summary)
    _show_story(session, reviews)
    again, _ = _once(session, project, words("demo.unchanged"))
    (project / RULES).write_bytes(edited.encode())
    page.print("\n" + words("demo.airline.edit", before=BEFORE, after=AFTER))
    page.print(f"$ loomwork plan {TARGET} --data {DATA}", style="bold")
    with session.open_at(project, writing="nothing") as workspace:
        show_plan(session, _plan(workspace, project))
    edited, changed = _once(session, project, words("demo.edited"))
    page.print(f"\n$ loomwork why {edited.run}", style="bold")
    with session.open_at(project, writing="nothing") as workspace:
        from loomwork.flow.why import explain

        show_why(session, explain(workspace.runtime, edited.run))
    _show_runs(session, {"demo.cold": cold, "demo.unchanged": again, "demo.edited": edited})
    after = _summary(project, changed)
    page.print("\n" + words("demo.airline.after", before=_broken(summary), after=_broken(after)))
    page.print(words("demo.airline.end", folder=project))
    return {
        "summary": summary,
        "runs": {"cold": cold.as_json(), "unchanged": again.as_json(), "edited": edited.as_json()},
    }


def _once(session: Session, project: Path, title: str) -> tuple[RunReport, list[dict[str, Any]]]:
    """Run the example in a fresh workspace and return its report and outputs."""
    from loomwork.flow.running import Dataset, RunOptions, run_dataset
    from loomwork.flow.targets import load_target
    from loomwork.kernel import codecs

    with session.open_at(project) as workspace:
        runtime = workspace.runtime
        step = load_target(TARGET, runtime.project)
        with progress_bar(session, title) as tell:
            report = asyncio.run(
                run_dataset(runtime, step, Dataset(project / DATA, step), options=RunOptions(), on_progress=tell)
            )
        if report.status != "done":
            raise KeyboardInterrupt
        items = [item for item in runtime.store.runs.items(report.run) if item.output is not None]
        return report, [jsonable(codecs.decode(runtime.store.blobs.get(item.output))) for item in items if item.output]


def _plan(workspace: Workspace, project: Path) -> Any:
    from loomwork.flow.context import Scope
    from loomwork.flow.plan import plan_rows
    from loomwork.flow.running import Dataset
    from loomwork.flow.targets import load_target

    step = load_target(TARGET, workspace.runtime.project)
    rows = (row.arguments for row in Dataset(project / DATA, step).rows())
    return plan_rows(workspace.runtime, step, rows, trials=1, scope=Scope())


def _summary(project: Path, reviews: list[dict[str, Any]]) -> dict[str, Any]:
    """Call the example's own arithmetic."""
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    return importlib.import_module("summary").summarise(reviews)


def _broken(summary: dict[str, Any]) -> int:
    return next((rule["broken"] for rule in summary["rules"] if rule["rule"] == "cancel-only-if"), 0)


def _show_summary(session: Session, summary: dict[str, Any]) -> None:
    words, page = session.words, session.page
    hats = "  ".join(f"pass^{k} {value:.3f}" for k, value in summary["pass_hat"].items())
    page.print(
        words(
            "demo.airline.rate",
            rate=f"{summary['pass_rate']:.3f}",
            low=f"{summary['low']:.3f}",
            high=f"{summary['high']:.3f}",
            hats=hats,
        ),
    )
    page.print(words("demo.airline.tasks", **{name: summary[name] for name in ("always", "sometimes", "never")}))
    heads = [words(f"table.{name}") for name in ("rule", "broken", "passed_all_the_same")]
    rows = [(rule["rule"], rule["broken"], rule["of_these_passed"]) for rule in summary["rules"]]
    print_table(page, heads, rows, right=(1, 2))


def _show_story(session: Session, reviews: list[dict[str, Any]]) -> None:
    """Answer the example's question for one conversation."""
    for review in reviews:
        for finding in review["findings"]:
            if finding["rule"] == "cancel-only-if" and not review["passed"]:
                names = {"task": review["task"], "trial": review["trial"]} | finding
                session.page.print(session.words("demo.airline.story", **names))
                return


def _show_runs(session: Session, runs: dict[str, RunReport]) -> None:
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
