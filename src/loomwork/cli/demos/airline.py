"""Act one: 200 recorded conversations checked against a policy; one rule is edited, and one column runs again.

The example is copied into a folder of the person's own, so that it can be looked at and changed afterwards.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from loomwork.cli.commands.why import show_why
from loomwork.cli.demos.acting import Example, Ran, example_folder, plan_once, run_once, show_runs, typed
from loomwork.cli.demos.anew import copy_anew
from loomwork.cli.session import Session
from loomwork.cli.tables import print_table
from loomwork.telling.jsonable import jsonable

TARGET = "app:review"
DATA = Path("data") / "conversations.jsonl.xz"
RULES = "rules.json"
BEFORE, AFTER = '"hours": 24', '"hours": 400'


def run(session: Session, folder: Path) -> dict[str, Any]:
    """Show the act and return its figures."""
    words, page = session.words, session.page
    example = Example(folder / "airline", TARGET, DATA)
    project = example.project
    source = example_folder("airline")
    edited = (source / RULES).read_text(encoding="utf-8").replace(BEFORE, AFTER)
    anew = copy_anew(source, project, edits={RULES: edited.encode()})
    if anew.before != "nothing":
        session.say(f"demo.{anew.before}", folder=project, kept=anew.kept)
    page.print(words("demo.airline.intro", folder=project))
    cold = run_once(session, example, words("demo.cold"))
    reviews = _reviews(cold)
    summary = _summary(project, reviews)
    _show_summary(session, summary)
    _show_story(session, reviews)
    again = run_once(session, example, words("demo.unchanged"))
    (project / RULES).write_bytes(edited.encode())
    page.print("\n" + words("demo.airline.edit", before=BEFORE, after=AFTER))
    plan_once(session, example)
    changed = run_once(session, example, words("demo.edited"))
    typed(session, f"why {changed.report.run}")
    with session.open_at(project, writing="nothing") as workspace:
        from loomwork.flow.why import explain

        show_why(session, explain(workspace.runtime, changed.report.run))
    runs = {"cold": cold.report, "unchanged": again.report, "edited": changed.report}
    show_runs(session, {f"demo.{name}": report for name, report in runs.items()})
    after = _summary(project, _reviews(changed))
    page.print("\n" + words("demo.airline.after", before=_broken(summary), after=_broken(after)))
    page.print(words("demo.airline.end", folder=project))
    return {"summary": summary, "runs": {name: report.as_json() for name, report in runs.items()}}


def _reviews(ran: Ran) -> list[dict[str, Any]]:
    return [jsonable(output) for output in ran.outputs.values()]


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
