"""The demo's questions: their gold sentences stand in the pages, and they are found, quoted and refused as stated."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from loomwork.knowledge.answering import Outcome, Tools, answer, figures, outcome, questions_of
from loomwork.knowledge.wording import language_asked
from tests.knowledge.answering.shelf import EXAMPLE, Shelf, documents

QUESTIONS = questions_of(EXAMPLE / "questions.jsonl")


async def answered(shelf: Shelf) -> list[Outcome]:
    await shelf.build(documents())
    tools = Tools(shelf.words, shelf.weigh)
    found = {each.id: await answer(each.question, await shelf.search(each.question), tools) for each in QUESTIONS}
    return [outcome(each, found[each.id], shelf.texts.__getitem__) for each in QUESTIONS]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(Path(tmp_path_factory.mktemp("shelf")) / "docs")


@pytest.fixture(scope="module")
def outcomes(shelf: Shelf) -> list[Outcome]:
    return asyncio.run(answered(shelf))


def test_there_are_enough_questions_of_every_kind():
    kinds = Counter((each.language, each.split, each.answerable) for each in QUESTIONS)
    assert kinds == {(a, b, c): 15 if c else 5 for a in ("en", "zh") for b in ("dev", "test") for c in (True, False)}
    assert len({each.id for each in QUESTIONS}) == len({each.question for each in QUESTIONS}) == len(QUESTIONS)
    assert all(language_asked(each.question) == each.language for each in QUESTIONS)


def test_each_gold_sentence_stands_in_its_page_to_the_letter(shelf: Shelf, outcomes):
    asked = [each for each in QUESTIONS if each.answerable]
    assert [each.id for each in asked if not each.sentence or each.sentence not in shelf.texts[each.pages[0]]] == []
    assert [page for each in asked for page in each.pages if page not in shelf.texts] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_by_words_alone_the_page_is_among_the_first_five(outcomes, language: str):
    mine = figures(each for each in outcomes if each.question.language == language)
    assert mine.recall_at_5 is not None
    assert mine.recall_at_5 >= 0.9
    assert mine.exact == 1.0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_questions_that_the_documents_do_not_answer_are_mostly_refused_and_others_seldom(outcomes, language: str):
    mine = figures(each for each in outcomes if each.question.language == language)
    assert mine.refused_rightly is not None
    assert mine.refused_wrongly is not None
    assert mine.refused_rightly >= 0.7
    assert mine.refused_wrongly <= 0.1
