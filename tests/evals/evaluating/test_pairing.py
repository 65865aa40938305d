"""Items of two runs in pairs: the same input first, then what agrees in the keys that both have, in order."""

from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from loomwork.evals.evaluating.pairing import Paired, paired


class Item(NamedTuple):
    name: str
    row: dict[str, str]
    trial: int = 0


def pair(a: list[Item], b: list[Item]) -> Paired[Item]:
    return paired(a, b, given=lambda each: repr(each.row), keys=lambda each: each.row)


def names(found: Paired[Item]) -> list[tuple[str, str]]:
    return [(one.name if one else "", other.name if other else "") for one, other in found.pairs]


def rows(prefix: str, *given: dict[str, str]) -> list[Item]:
    return [Item(f"{prefix}{at}", row) for at, row in enumerate(given)]


def test_equal_inputs_are_pairs_wherever_they_stand_and_their_values_are_not_looked_at() -> None:
    def never(_: Item) -> dict[str, str]:
        raise AssertionError

    a, b = rows("a", {"q": "1"}, {"q": "2"}), rows("b", {"q": "2"}, {"q": "1"}, {"q": "3"})
    found = paired(a, b, given=lambda each: repr(each.row), keys=never)
    assert names(found) == [("a0", "b1"), ("a1", "b0"), ("", "b2")]
    assert found.keys == ()


def test_a_row_that_gained_a_column_is_still_the_same_beside_rows_that_did_not() -> None:
    found = pair(rows("a", {"q": "1"}, {"q": "2"}, {"q": "3"}), rows("b", {"q": "3", "n": "x"}, {"q": "1"}))
    assert names(found) == [("a0", "b1"), ("a1", ""), ("a2", "b0")]
    assert found.keys == ("q",)


def test_rows_that_share_no_key_are_no_pairs() -> None:
    assert names(pair(rows("a", {"q": "1"}), rows("b", {"text": "1"}))) == [("a0", ""), ("", "b0")]


def test_an_input_that_stands_there_twice_is_paired_in_order_and_an_equal_one_goes_first() -> None:
    a = rows("a", {"q": "1", "n": "x"}, {"q": "1", "n": "y"}, {"q": "1", "n": "y"})
    b = rows("b", {"q": "1", "n": "y"}, {"q": "1", "n": "x"}, {"q": "1", "n": "y"})
    assert names(pair(a, b)) == [("a0", "b1"), ("a1", "b0"), ("a2", "b2")]


def test_trials_are_paired_with_their_own() -> None:
    a = [Item("a0", {"q": "1"}, 0), Item("a1", {"q": "1"}, 1)]
    b = [Item("b1", {"q": "1", "n": "x"}, 1), Item("b0", {"q": "1", "n": "x"}, 0)]
    assert names(pair(a, b)) == [("a0", "b0"), ("a1", "b1")]


some = st.lists(
    st.builds(
        Item,
        name=st.just(""),
        row=st.dictionaries(st.sampled_from("qnz"), st.sampled_from("12"), max_size=3),
        trial=st.integers(0, 1),
    ),
    max_size=8,
)


@given(some, some)
def test_every_item_stands_in_one_place_and_no_pair_is_of_two_trials(a: list[Item], b: list[Item]) -> None:
    a, b = (
        [each._replace(name=f"{side}{at}") for at, each in enumerate(given)] for side, given in (("a", a), ("b", b))
    )
    found = pair(a, b)
    firsts: list[Any] = [one.name for one, _ in found.pairs if one]
    seconds: list[Any] = [other.name for _, other in found.pairs if other]
    assert firsts == [each.name for each in a]
    assert sorted(seconds) == [each.name for each in b]
    assert all(one.trial == other.trial for one, other in found.pairs if one and other)
    rest = {repr((one.row, one.trial)) for one, other in found.pairs if one and not other}
    assert not rest & {repr((other.row, other.trial)) for one, other in found.pairs if other and not one}
