"""The law of permissions for whole searches: joined, filtered, spread out, widened, explained, versions noted."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from loomwork.kernel.principals import Principal
from loomwork.knowledge.index import View
from loomwork.knowledge.search import Asked, SearchSettings, search
from tests.knowledge.index.making import a_vector, an_index, chance
from tests.knowledge.index.test_permissions import PEOPLE, World, few_at_once, histories, modes, unhurried

NAMES = {f"d{number}": f"/rules {'final' if number % 3 else 'draft'} v{number // 3}.md" for number in range(20)}
FILTERS: tuple[dict[str, Any], ...] = ({}, {"team": ["red", "blue"]}, {"year": {"from": 2001, "to": 2004}})
searches = st.builds(
    SearchSettings,
    mode=st.sampled_from(["dense", "sparse", "hybrid"]),
    depth=st.sampled_from([3, 100]),
    fusion=st.sampled_from(["rrf", "weighted"]),
    weights=st.sampled_from([{}, {"dense": 0.3}]),
    mmr=st.sampled_from([None, 0.5]),
    widen=st.sampled_from(["none", "neighbours", "section"]),
    superseded=st.sampled_from(["note", "hide"]),
)


def told(view: View, wanted: SearchSettings, queries: int = 3) -> list[Any]:
    said: list[Any] = []
    for number in range(queries):
        asked = Asked(
            terms=tuple(chance("terms", number).choices([f"w{at}" for at in range(12)], k=1 + 3 * number)),
            vector=a_vector(("query", number)), filters=FILTERS[number % 3], day="2024-01-01",
        )  # fmt: skip
        found = search(view, asked, wanted, k=4, explain=True)
        said.append(
            (found, [[score.hex() for score in (each.score, *each.scores.values())] for each in found.passages])
        )
    return said


def holds(history: list[Any], mode: dict[str, Any], person: Principal, few: int, wanted: SearchSettings) -> None:
    with tempfile.TemporaryDirectory() as name, few_at_once(few):
        world = World(Path(name), mode, paths=NAMES, warm=lambda view: told(view, wanted, 1))
        world.live(history)
        without = an_index(Path(name) / "without", world.visible_to(person), **mode)
        assert told(world.index.view(person), wanted) == told(without.view(person), wanted)
        world.index.close()
        without.close()


law = given(
    history=histories, mode=modes, person=st.sampled_from(PEOPLE), few=st.sampled_from([0, 2_048]), wanted=searches
)


@law
@hypothesis_settings(max_examples=100, derandomize=True, **unhurried)
def test_a_search_equals_one_on_an_index_without_the_hidden_documents(
    history: list[Any], mode: dict[str, Any], person: Principal, few: int, wanted: SearchSettings
) -> None:
    holds(history, mode, person, few, wanted)


@pytest.mark.nightly
@law
@hypothesis_settings(max_examples=10_000, **unhurried)
def test_ten_thousand_searches_equal_those_without_the_hidden_documents(
    history: list[Any], mode: dict[str, Any], person: Principal, few: int, wanted: SearchSettings
) -> None:
    holds(history, mode, person, few, wanted)
