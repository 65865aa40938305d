"""How well questions about documents were found, answered and refused: tables for people. Runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from loomwork.cli.session import Session
from loomwork.cli.tables import print_table, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

    from loomwork.knowledge.answering import Answer, Question
    from loomwork.knowledge.report import Evaluation, Interval

_QUOTES = 2
"""Sentences of a sample answer that are shown."""
ENOUGH = 10
"""Of fewer questions nothing is said: an interval resampled from a handful is far too narrow."""


def evaluation(name: str, questions: Sequence[Question], answers: Mapping[int, Answer]) -> Evaluation:
    """Return the scores of the answers; `answers` is by the question's place."""
    from loomwork.knowledge.answering.measuring import page_of
    from loomwork.knowledge.report import Seen, Tried, evaluate

    tried = [
        Tried(
            id=question.id,
            question=question.question,
            language=question.language,
            wanted=question.pages,
            found=tuple([Seen(page_of(each.doc), each.section, each.text) for each in answers[at].passages]),
            refused=answers[at].mode == "none",
        )
        for at, question in enumerate(questions)
        if at in answers
    ]
    return evaluate(name, tried)


def exact(answers: Mapping[int, Answer], text_of: Callable[[str], str]) -> tuple[int, int]:
    """Return how many citations hold what stands at their place in the document, and how many there are."""
    every = [each for answer in answers.values() for each in answer.citations]
    return sum(text_of(each.doc)[each.start : each.end] == each.quote for each in every), len(every)


def show_scores(session: Session, evaluations: Sequence[Evaluation]) -> None:
    """Print a line for each language of each evaluation."""
    words = session.words
    setting, language, recall, refused, wrongly = (
        words(f"table.{name}") for name in ("setting", "language", "recall", "refused", "refused_wrongly")
    )
    rows = [
        (
            each.name,
            words.get(f"demo.language.{score.language}", score.language),
            _within(score.recall),
            _within(score.mrr),
            _of(score.refused_rightly, score.unanswerable),
            _of(score.refused_wrongly, score.questions),
        )
        for each in evaluations
        for score in each.scores
    ]
    print_table(session.page, [setting, language, recall, "MRR", refused, wrongly], rows, right=(2, 3, 4, 5))


def show_change(session: Session, before: Evaluation, after: Evaluation) -> None:
    """Say what changed for each language, question by question."""
    from loomwork.knowledge.report import changes

    for each in changes(before, after):
        by = each.mrr
        key = "demo.docs.same" if not each.better and not each.worse else "demo.docs.change"
        if each.questions < ENOUGH and (each.better or each.worse):
            key = "demo.docs.few"
        session.show(
            key,
            count=each.questions,
            language=session.words.get(f"demo.language.{each.language}", each.language),
            mrr=f"{by.value:+.3f}",
            low=f"{by.low:+.3f}",
            high=f"{by.high:+.3f}",
            better=each.better,
            worse=each.worse,
        )


def show_answer(session: Session, question: str, answer: Answer) -> None:
    """Print a question, the first sentences of its answer, and where they stand."""
    page = session.page
    page.print(f"  {question}", style="bold")
    for number, each in enumerate(answer.citations[:_QUOTES], start=1):
        page.print(f"    {shortened(' '.join(each.quote.split()), page.width - 8)} [{number}]")
        page.print(f"        {' › '.join((each.path.rpartition('!/')[2], *each.section[-1:]))}", style="dim")
    if not answer.citations:
        page.print(f"    {answer.answer}")


def as_json(evaluated: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain data, without its questions."""
    import msgspec

    return {"name": evaluated.name, "scores": msgspec.to_builtins(evaluated.scores)}


def _within(value: Interval) -> str:
    return f"{value.value:.3f} ({value.low:.2f}–{value.high:.2f})"


def _of(found: Interval | None, count: int) -> str:
    return f"{round(found.value * count)}/{count}" if found is not None and count else "-"
