"""Act two: 80 questions to real documentation in two languages; one weight is edited, and what it touches runs again.

The index of an earlier demonstration is kept, because it is only slow to make again.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loomwork.cli.building import build_bar
from loomwork.cli.commands.knowledge_build import show_built
from loomwork.cli.demos import live
from loomwork.cli.demos.acting import Example, Ran, example_folder, plan_once, run_once, show_runs, typed
from loomwork.cli.demos.anew import copy_anew
from loomwork.cli.demos.scores import as_json, evaluation, exact, show_answer, show_change, show_scores
from loomwork.cli.reporting import write_report
from loomwork.cli.session import Session
from loomwork.cli.summary import show_report
from loomwork.cli.tree import COMMANDS

if TYPE_CHECKING:
    from loomwork.knowledge.answering import Question
    from loomwork.knowledge.ingest import Built

NAME = "docs"
TARGET = "app:answer"
DATA = Path("data") / "questions.jsonl"
SETTINGS = "loomwork.toml"
BEFORE, AFTER = "dense = 0.25", "dense = 1.0"
KEPT = ".loomwork/knowledge"
SHOWN = ("en-04", "zh-12", "zh-34")
"""Questions whose answers are printed: one in each language, and one that the documents do not answer."""
LIVE = ("en-14", "zh-22", "en-18")
"""Questions that a model answers, where there is one."""


def run(session: Session, folder: Path) -> dict[str, Any]:
    """Show the act and return its figures."""
    from loomwork.knowledge.answering import questions_of

    example = Example(folder / NAME, TARGET, DATA)
    source = example_folder(NAME)
    edited = (source / SETTINGS).read_text(encoding="utf-8").replace(BEFORE, AFTER)
    anew = copy_anew(source, example.project, edits={SETTINGS: edited.encode()}, keep=KEPT)
    if anew.before != "nothing":
        session.say(f"demo.{anew.before}", folder=example.project, kept=anew.kept)
    questions = questions_of(example.project / DATA)
    _introduce(session, example, questions)
    built = build(session, example.project)
    first = run_scored(session, example, "demo.cold")
    before = evaluation(BEFORE, questions, first.outputs)
    session.show("demo.docs.scores")
    show_scores(session, [before])
    _show_exact(session, example, first)
    _show_samples(session, questions, first)
    (example.project / SETTINGS).write_bytes(edited.encode())
    session.page.print("\n" + session.words("demo.docs.edit", before=BEFORE, after=AFTER))
    plan_once(session, example)
    second = run_scored(session, example, "demo.weighed")
    after = evaluation(AFTER, questions, second.outputs)
    show_runs(session, {"demo.cold": first.report, "demo.weighed": second.report})
    show_found(session, second)
    session.page.print("")
    show_scores(session, [before, after])
    show_change(session, before, after)
    report = write_report(session, example.project, NAME, [before, after], folder / f"{NAME}-report.html")
    generated = _live(session, example, questions, second)
    end(session, example.project, report, question=session.words("demo.docs.question"))
    session.show("demo.docs.own")
    return {
        "built": built.as_json(),
        "runs": {"cold": first.report.as_json(), "edited": second.report.as_json()},
        "before": as_json(before),
        "after": as_json(after),
        "report": str(report),
        "live": generated,
    }


def build(session: Session, project: Path) -> Built:
    """Build the index, as `loomwork knowledge build` does."""
    typed(session, f"knowledge build {NAME}")
    with session.open_at(project) as workspace, build_bar(session, NAME) as bar:
        built = asyncio.run(workspace.knowledge.base(NAME).build(progress=bar.tell))
    show_built(session, built)
    return built


def run_scored(session: Session, example: Example, title: str) -> Ran:
    """Run the questions and print the grid's summary."""
    typed(session, f"run {example.target} --data {example.data}")
    ran = run_once(session, example, session.words(title))
    show_report(session, ran.report)
    return ran


def show_found(session: Session, ran: Ran) -> None:
    """Say how many answers needed no work, though every search was run again."""
    count = ran.report.totals.steps.get("answer")
    if count is not None and count.hits:
        session.show("demo.docs.found", count=count.hits)


def end(session: Session, project: Path, report: Path, *, question: str) -> None:
    """Say what to do next."""
    page, words = session.page, session.words
    page.print("\n" + words("demo.docs.report", report=report.as_uri()))
    page.print(words("demo.docs.ask", folder=project, question=question))
    if "studio" in COMMANDS:
        page.print(words("demo.docs.studio", folder=project))
    page.print(words("demo.docs.model", folder=project))


def _introduce(session: Session, example: Example, questions: list[Question]) -> None:
    unanswerable = sum(not each.answerable for each in questions)
    session.page.print(
        "\n"
        + session.words("demo.docs.intro", questions=len(questions), unanswerable=unanswerable, folder=example.project)
    )


def _show_exact(session: Session, example: Example, ran: Ran) -> None:
    with session.open_at(example.project, writing="nothing") as workspace:
        view = workspace.knowledge.base(NAME).view()
        right, every = exact(ran.outputs, lambda doc: view.text(view.rows_of(doc).start))
    session.show("demo.docs.exact", right=right, every=every)


def _show_samples(session: Session, questions: list[Question], ran: Ran) -> None:
    session.page.print("")
    for at, question in enumerate(questions):
        if question.id in SHOWN and at in ran.outputs:
            show_answer(session, question.question, ran.outputs[at])


def _live(session: Session, example: Example, questions: list[Question], ran: Ran) -> list[dict[str, Any]]:
    found = live.look()
    if not found:
        return []
    quoted = {each.question: ran.outputs[at] for at, each in enumerate(questions) if at in ran.outputs}
    asked = [each.question for each in questions if each.id in LIVE]
    session.page.print("")
    return live.answers(session, example.project, found[0], asked, quoted)
