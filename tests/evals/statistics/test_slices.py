"""Slices: the bad one is named, and chance is not."""

import numpy as np
import pytest

from loomwork.evals.statistics import slices
from loomwork.evals.statistics.intervals import wilson
from loomwork.evals.statistics.slices import apart
from loomwork.kernel.errors import UnequalLengths


def labelled(chance: np.random.Generator, rows: int, languages: int = 8) -> list[dict[str, str]]:
    return [
        {"language": f"l{one}", "length": str(two), "id": str(at)}
        for at, (one, two) in enumerate(chance.integers(0, (languages, 3), (rows, 2)))
    ]


def test_a_slice_that_is_worse_is_named_first_and_alone() -> None:
    chance = np.random.default_rng(1)
    labels = labelled(chance, 400)
    values = chance.beta(6, 2, 400)
    values[[label["language"] == "l3" for label in labels]] *= 0.6
    found = slices(values, labels, low=0, high=1)
    assert (found[0].key, found[0].value, found[0].stands_out) == ("language", "l3", True)
    assert [each.value for each in found if each.stands_out] == ["l3"]
    assert len(found) == 11
    assert (found[0].difference.high or 0) < 0
    assert found[0].rows == sum(label["language"] == "l3" for label in labels)


def test_where_lower_is_better_the_slow_slice_is_named() -> None:
    chance = np.random.default_rng(2)
    labels = labelled(chance, 300)
    values = chance.lognormal(0, 0.4, 300)
    values[[label["language"] == "l0" for label in labels]] *= 2
    found = slices(values, labels, better="lower")
    assert [each.value for each in found if each.stands_out] == ["l0"]
    assert found[0].value == "l0"


def test_paired_slices_are_of_the_difference() -> None:
    chance = np.random.default_rng(3)
    labels = labelled(chance, 600, languages=4)
    a = chance.random(600) < 0.8
    b = a.copy()
    hit = np.array([label["language"] == "l2" for label in labels]) & (chance.random(600) < 0.3)
    b[hit] = False
    found = slices(a, labels, paired=b)
    assert found[0].value == "l2"
    assert [each.value for each in found if each.key == "language" and each.stands_out] == ["l2"]
    assert found[0].mean.method == "newcombe10"
    assert found[0].mean.value < -0.1


def test_few_slices_that_are_all_alike_stand_out() -> None:
    told = 0
    for seed in range(80):
        chance = np.random.default_rng(seed)
        values = chance.random(200) < 0.7
        told += any(each.stands_out for each in slices(values, labelled(chance, 200)))
    assert told <= 8


def test_a_small_slice_is_drawn_towards_the_others() -> None:
    chance = np.random.default_rng(4)
    values = np.concatenate([chance.normal(0.7, 0.2, 200), chance.normal(0.7, 0.2, 200), [0.2, 0.3, 0.4, 0.5, 0.1]])
    labels = [{"k": "a"}] * 200 + [{"k": "b"}] * 200 + [{"k": "c"}] * 5
    found = {each.value: each for each in slices(values, labels)}
    assert found["c"].mean.value < found["c"].shrunk < 0.7
    assert abs(found["a"].shrunk - found["a"].mean.value) < abs(found["c"].shrunk - found["c"].mean.value)


def test_labels_that_name_rows_and_slices_of_few_rows_are_left_out() -> None:
    labels = [{"id": str(at), "all": "same", "kind": "x" if at < 3 else "y"} for at in range(100)]
    found = slices([float(at % 2) for at in range(100)], labels)
    assert [(each.key, each.value) for each in found] == [("kind", "y")]
    assert slices([1.0, 0.0], [{}, {}]) == []


def test_rows_of_a_group_make_a_slice_less_sure() -> None:
    chance = np.random.default_rng(6)
    groups = np.repeat(np.arange(20), 10)
    values = chance.normal(0, 1, 20)[groups] + chance.normal(0, 0.1, 200)
    labels = [{"half": "a" if group < 10 else "b"} for group in groups]
    alone, grouped = slices(values, labels)[0], slices(values, labels, groups=groups.tolist())[0]
    assert (grouped.mean.high or 0) - (grouped.mean.low or 0) > 2 * ((alone.mean.high or 0) - (alone.mean.low or 0))


def test_independent_shares_are_apart_by_newcombe_s_interval() -> None:
    """Newcombe, Interval estimation for the difference, Statistics in Medicine 17 (1998), table II, method 10."""
    found = apart(wilson(56, 70), wilson(48, 80))
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_labels_of_other_rows_are_refused() -> None:
    with pytest.raises(UnequalLengths, match="labels has 1"):
        slices([1.0, 2.0], [{}])
