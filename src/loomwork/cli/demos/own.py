"""Act two on a person's own documents: questions are made from them, looked over, asked, and asked again after an edit.

What the person changed (the questions, the settings) is theirs: a second demonstration goes on from there. Nothing is
sent anywhere, unless a model server runs on this machine, or the person agrees.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit

from loomwork.cli.demos import live, made
from loomwork.cli.demos.acting import Example, Ran, example_folder, plan_once, show_runs
from loomwork.cli.demos.docs import DATA, NAME, SETTINGS, TARGET, build, end, run_scored, show_found
from loomwork.cli.demos.scores import ENOUGH, as_json, evaluation, show_answer, show_change, show_scores
from loomwork.cli.reporting import write_report
from loomwork.cli.session import Session

if TYPE_CHECKING:
    from loomwork.knowledge.answering import Question
    from loomwork.knowledge.report import Change
    from loomwork.models.discover import Found

_LITTLE, _MUCH = 0.25, 1.0
_SMALL, _USUAL = 120, 200
_GENERATED = 10
"""Questions that a model makes."""
_SAMPLES = 2
_ANSWERED = 3
"""Questions that a model on this machine answers."""


def run(session: Session, folder: Path, docs: Path) -> dict[str, Any]:
    """Show the act and return its figures."""
    from loomwork.knowledge.answering import questions_of
    from loomwork.knowledge.report import changes

    project = prepare(folder, docs)
    example = Example(project, TARGET, DATA)
    session.show("demo.own.intro", docs=docs, folder=project)
    built = build(session, project)
    if not built.total:
        session.show("demo.own.nothing", docs=docs)
        return {"built": built.as_json()}
    _ensure_questions(session, project)
    questions = questions_of(project / DATA)
    if not questions:
        session.show("demo.own.no_questions", path=project / DATA)
        return {"built": built.as_json(), "questions": 0}
    edit = Edit(project, has_vectors=_has_vectors(session, project))
    first = run_scored(session, example, "demo.cold")
    before = evaluation(edit.before, questions, first.outputs)
    show_scores(session, [before])
    _show_samples(session, questions, first.outputs)
    session.page.print("\n" + session.words("demo.own.edit", before=edit.before, after=edit.after))
    edit.make()
    if edit.rebuilds:
        build(session, project)
    plan_once(session, example)
    second = run_scored(session, example, "demo.changed")
    after = evaluation(edit.after, questions, second.outputs)
    show_runs(session, {"demo.cold": first.report, "demo.changed": second.report})
    show_found(session, second)
    session.page.print("")
    show_scores(session, [before, after])
    show_change(session, before, after)
    report = write_report(session, project, NAME, [before, after], project.with_name(f"{project.name}-report.html"))
    session.show("demo.own.easy", path=project / DATA)
    _settle(session, project, edit, changes(before, after))
    generated = _live(session, example, questions, second)
    end(session, project, report, question=questions[0].question)
    return {
        "built": built.as_json(), "questions": len(questions), "before": as_json(before), "after": as_json(after),
        "runs": {"cold": first.report.as_json(), "edited": second.report.as_json()}, "report": str(report),
        "live": generated,
    }  # fmt: skip


def prepare(folder: Path, docs: Path) -> Path:
    """Make a project over the documents, or return the one that an earlier demonstration made."""
    number = 1
    while True:
        project = folder / (f"yours-{docs.name}" if number == 1 else f"yours-{docs.name}-{number}")
        if not project.exists():
            break
        if _sources(project) == [str(docs)]:
            return project
        number += 1
    project.mkdir(parents=True)
    shutil.copyfile(example_folder(NAME) / "app.py", project / "app.py")
    table = tomlkit.document()
    table["knowledge"] = {
        NAME: {
            "sources": [str(docs)],
            "splitter": {"max_tokens": _USUAL},
            "search": {"weights": {"sparse": 1.0, "dense": _MUCH}},
        }
    }
    (project / SETTINGS).write_text(tomlkit.dumps(table), encoding="utf-8")
    return project


def _sources(project: Path) -> list[str]:
    try:
        found: Any = tomllib.loads((project / SETTINGS).read_text(encoding="utf-8"))
        return [str(each) for each in found["knowledge"][NAME]["sources"]]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return []


class Edit:
    """The one setting that the act changes: the weight of meaning, or the length of chunks where there is no meaning.

    It is turned to the other of two values each time.
    """

    def __init__(self, project: Path, *, has_vectors: bool) -> None:
        self._path = project / SETTINGS
        self._document: Any = tomlkit.parse(self._path.read_text(encoding="utf-8"))
        base: Any = self._document["knowledge"][NAME]
        self.rebuilds = not has_vectors
        if has_vectors:
            self._table, self._key = _below(_below(base, "search"), "weights"), "dense"
            self._now: float | int = float(self._table.get(self._key, _MUCH))
            self._new: float | int = _LITTLE if self._now > (_LITTLE + _MUCH) / 2 else _MUCH
        else:
            self._table, self._key = _below(base, "splitter"), "max_tokens"
            self._now = int(self._table.get(self._key, _USUAL))
            self._new = _SMALL if self._now > (_SMALL + _USUAL) / 2 else _USUAL
        self.before, self.after = f"{self._key} = {self._now}", f"{self._key} = {self._new}"

    def make(self) -> None:
        """Write it."""
        self._write(self._new)

    def undo(self) -> None:
        """Write what was there before."""
        self._write(self._now)

    def _write(self, value: float) -> None:
        self._table[self._key] = value
        self._path.write_text(tomlkit.dumps(self._document), encoding="utf-8")


def _below(table: Any, key: str) -> Any:
    if key not in table:
        table[key] = tomlkit.table()
    return table[key]


def _settle(session: Session, project: Path, edit: Edit, found: Sequence[Change]) -> None:
    """Leave the new setting only where enough questions say that it is better, and none that it is worse."""
    better = any(each.mrr.low > 0 and each.questions >= ENOUGH for each in found)
    if better and not any(each.worse > each.better for each in found):
        session.show("demo.own.better", setting=edit.after, path=project / SETTINGS)
        return
    edit.undo()
    session.show("demo.own.restored", setting=edit.before, path=project / SETTINGS)
    if edit.rebuilds:
        build(session, project)


def _has_vectors(session: Session, project: Path) -> bool:
    with session.open_at(project, writing="nothing") as workspace:
        return workspace.knowledge.base(NAME).full_view().vectors > 0


def _ensure_questions(session: Session, project: Path) -> None:
    """Make questions where there are none yet, and let the person look them over."""
    path = project / DATA
    if path.exists():
        session.show("demo.own.yours", path=path)
        return
    found = _agreed(session, live.look())
    environ = live.environment_for(found) if found is not None else None
    with session.open_at(project, environ=environ) as workspace:
        base = workspace.knowledge.base(NAME)
        view = base.view()  # they are asked on nobody's behalf, and shown to whoever looks: only what all may read
        if found is not None:
            questions = asyncio.run(made.from_model(view, base.model(live.ALIAS), found.title, most=_GENERATED))
        else:
            questions = made.from_headings(view)
    made.write(path, questions)
    key = "demo.own.generated" if found is not None else "demo.own.headings"
    session.show(key, count=len(questions), path=path, title=found.title if found is not None else "")
    if session.asks and questions:
        session.console.print(session.words("demo.own.confirm"), end=" ")
        sys.stdin.readline()


def _agreed(session: Session, found: list[Found]) -> Found | None:
    """Return a model that may see passages: one on this machine, or one that the person agrees to."""
    server = next((each for each in found if each.kind == "server"), None)
    if server is not None:
        return server
    if found and session.asks:
        session.say("demo.own.may_send", count=_GENERATED, title=found[0].title)
        return found[0] if session.agree(yes=False) else None
    return None


def _live(session: Session, example: Example, questions: list[Question], ran: Ran) -> list[dict[str, Any]]:
    """Let a model on this machine answer the first questions, beside what was quoted."""
    server = next((each for each in live.look() if each.kind == "server"), None)
    if server is None:
        return []
    asked = [each.question for each in questions[:_ANSWERED]]
    quoted = {each.question: ran.outputs[at] for at, each in enumerate(questions) if at in ran.outputs}
    session.page.print("")
    return live.answers(session, example.project, server, asked, quoted)


def _show_samples(session: Session, questions: list[Question], answers: dict[int, Any]) -> None:
    session.page.print("")
    for at, question in enumerate(questions[:_SAMPLES]):
        if at in answers:
            show_answer(session, question.question, answers[at])
