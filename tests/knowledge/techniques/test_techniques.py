"""The model and the search here are doubles: these tests hold the techniques' bookkeeping, not any model's wit."""

from collections.abc import Sequence
from typing import get_args, get_type_hints

import pytest

from loomwork.knowledge.answering import AnswerSettings
from loomwork.knowledge.search import reranked
from loomwork.knowledge.techniques import (
    RETRIEVALS,
    ModelOrder,
    Turn,
    hyde,
    joined,
    multi_query,
    multi_step,
    recursive,
    rewrite,
    translate,
)
from loomwork.knowledge.values import Passage
from tests.knowledge.answering.making import passage
from tests.prompts.doubles import scripted


class Shelf:
    """A double of a search: finds the documents that are listed under a query, and notes what it was asked."""

    def __init__(self, **listed: str) -> None:
        self.listed = listed
        self.asked: list[str] = []

    async def __call__(self, query: str, *, k: int) -> Sequence[Passage]:
        self.asked.append(query)
        docs = self.listed.get(query, "").split()[:k]
        return [passage(f"This is {doc}.", rank=rank, doc=doc) for rank, doc in enumerate(docs, start=1)]


def docs(passages: Sequence[Passage]) -> list[str]:
    return [each.doc for each in passages]


def test_joined_lists_put_what_several_found_first_and_keep_every_rank():
    found = joined({"one": [passage(doc="x"), passage(doc="y", rank=2)], "two": [passage(doc="y")]}, k=2)
    assert docs(found) == ["y", "x"]
    assert [each.rank for each in found] == [1, 2]
    assert found[0].ranks == {"one": 2, "two": 1}
    assert docs(joined({"one": [passage(doc="x"), passage(doc="y", rank=2)]}, k=1)) == ["x"]


async def test_multi_query_searches_for_each_wording_once():
    model, models = scripted('{"value": ["b", "a", " b ", "c"]}')
    shelf = Shelf(a="x y", b="y z", c="never")
    found = await multi_query(model, shelf, "a", k=3, count=3)
    assert shelf.asked == ["a", "b"]
    assert docs(found) == ["y", "x", "z"]
    assert "Write 3 search queries" in models.said()


async def test_hyde_joins_what_question_and_imagined_passage_find():
    model, _ = scripted("imagined")
    assert docs(await hyde(model, Shelf(q="x y", imagined="y"), "q", k=2)) == ["y", "x"]


async def test_translate_searches_in_both_languages():
    model, models = scripted("how are backups restored?\n")
    shelf = Shelf(**{"怎么恢复备份？": "x", "how are backups restored?": "y x"})
    assert docs(await translate(model, shelf, "怎么恢复备份？", k=2)) == ["x", "y"]
    assert "译成英文" in models.said()


async def test_rewrite_shows_the_conversation_and_takes_one_line():
    model, models = scripted('"how are backups restored"\nbecause ...')
    said = await rewrite(model, "and restore?", turns=[Turn("user", "how are backups made?")])
    assert said == "how are backups restored"
    assert "user: how are backups made?" in models.said()
    assert await rewrite(scripted(" ")[0], "and restore?") == "and restore?"


async def test_a_chinese_question_is_put_in_chinese():
    model, models = scripted("x")
    await rewrite(model, "怎么恢复？")
    assert "只写检索语句" in models.said()


async def test_multi_step_looks_up_what_is_missing_until_done():
    model, models = scripted("b", "DONE.")
    shelf = Shelf(a="x", b="y")
    steps = await multi_step(model, shelf, "a", k=4)
    assert steps.queries == ("a", "b")
    assert docs(steps.passages) == ["x", "y"]
    assert "This is x." in models.said(0)
    assert "This is y." in models.said(1)


async def test_multi_step_stops_at_its_limit_and_at_a_repeated_query():
    shelf = Shelf(a="x")
    assert (await multi_step(scripted("b", "c", "d")[0], shelf, "a", most=2)).queries == ("a", "b")
    assert (await multi_step(scripted("a")[0], shelf, "a", most=9)).queries == ("a",)


async def test_recursive_searches_for_the_parts_of_parts():
    def parts(request, _draw):
        asked = request.messages[-1].text.split("\n", 1)[0].removeprefix("Question: ")
        return '{"value": ["b", "c"]}' if asked == "a" else '{"value": ["d"]}' if asked == "b" else '{"value": []}'

    model, models = scripted(parts)
    shelf = Shelf(a="x", b="y", c="z", d="w")
    found = await recursive(model, shelf, "a", k=9, depth=2)
    assert sorted(shelf.asked) == ["a", "b", "c", "d"]
    assert sorted(docs(found)) == ["w", "x", "y", "z"]
    assert len(models.requests) == 3


async def test_recursive_without_parts_is_a_plain_search():
    assert docs(await recursive(scripted('{"value": ["a"]}')[0], Shelf(a="x y"), "a", k=1)) == ["x"]


async def test_a_model_s_order_counts_and_what_it_leaves_out_follows():
    model, _ = scripted('{"value": [3, 9, 1, 3]}')
    passages = [passage(f"This is {doc}.", rank=rank, doc=doc) for rank, doc in enumerate("xyz", start=1)]
    assert docs(await reranked(ModelOrder(model), "q", passages, k=3)) == ["z", "x", "y"]


@pytest.mark.parametrize("name", sorted(get_args(get_type_hints(AnswerSettings)["retrieve"])[1:]))
async def test_every_technique_that_settings_name_is_there_and_finds(name: str):
    said = {"rewrite": "q", "multi_step": "DONE", "hyde": "imagined", "translate": "译"}.get(name, '{"value": []}')
    found = await RETRIEVALS[name](scripted(said)[0], Shelf(q="x y z"), "q", k=2)
    assert docs(found) == ["x", "y"]


async def test_what_does_not_fit_the_budget_is_not_shown_and_keeps_its_place():
    model, models = scripted('{"value": [1]}')
    passages = [passage("word " * 50 + ".", doc="long"), passage("Short.", rank=2, doc="short")]
    assert docs(await reranked(ModelOrder(model, budget=20), "q", passages, k=2)) == ["short", "long"]
    assert "word" not in models.said()
    assert docs(await reranked(ModelOrder(model, budget=0), "q", passages, k=2)) == ["long", "short"]
    assert len(models.requests) == 1
