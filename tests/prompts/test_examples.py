from loomwork.prompts import nearest_examples
from loomwork.prompts.examples import as_examples
from tests.prompts.doubles import ScriptedModels, scripted

ROWS = [
    {"q": "zzz zzz", "output": 1},
    {"q": "apple tart", "output": 2},
    {"q": "apple", "output": 3},
    {"q": "qqq", "output": 4},
]


async def test_the_nearest_examples_by_meaning_are_chosen_and_the_nearest_stands_last():
    model, _ = scripted("-")
    chosen = await nearest_examples(as_examples(ROWS, place="x"), "apple", embed=model.embed, k=2)
    assert [example.output for example in chosen] == [2, 3]


async def test_equal_examples_keep_their_order():
    model, _ = scripted("-")
    rows = as_examples([{"q": "abc", "output": n} for n in range(5)], place="x")
    chosen = await nearest_examples(rows, "abc", embed=model.embed, k=2)
    assert [example.output for example in chosen] == [1, 0]


async def test_nothing_is_embedded_when_all_examples_fit():
    async def never(_texts: object) -> object:
        raise AssertionError

    rows = as_examples(ROWS, place="x")
    assert await nearest_examples(rows, "apple", embed=never, k=4) == rows


async def test_an_example_without_text_does_no_harm():
    models = ScriptedModels("-")

    async def embed(texts):
        return await models.embed("double", texts)

    rows = as_examples([{"q": "", "output": 0}, *ROWS], place="x")
    assert len(await nearest_examples(rows, "apple", embed=embed, k=1)) == 1
