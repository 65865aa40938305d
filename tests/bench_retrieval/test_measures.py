"""The measures of the retrieval bench against figures worked out by hand."""

import math
import random

import pytest

from bench.retrieval.corpora import Query
from bench.retrieval.english import halves
from bench.retrieval.measures import ndcg, paired, recall, reciprocal, success
from bench.retrieval.probes import holds, probes


def test_discounted_gain_is_graded_and_held_against_the_best_order() -> None:
    gains = {"a": 4, "b": 2, "c": 1}
    got = 2 / math.log2(2) + 4 / math.log2(4)
    best = 4 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(["b", "x", "a"], gains) == pytest.approx(got / best)
    assert ndcg(["a", "b", "c"], gains) == pytest.approx(1.0)


def test_what_stands_behind_the_cut_counts_nothing() -> None:
    ranking = [*(f"x{at}" for at in range(10)), "a"]
    assert ndcg(ranking, {"a": 1}, 10) == 0.0
    assert recall(ranking, {"a": 1}, 10) == 0.0
    assert success(ranking, {"a": 1}, 11) == 1.0
    assert reciprocal(ranking, {"a": 1}) == pytest.approx(1 / 11)


def test_what_was_judged_worthless_is_not_relevant() -> None:
    assert recall(["a"], {"a": 0, "b": 1}, 10) == 0.0
    assert reciprocal(["a", "b"], {"a": 0, "b": 1}) == 0.5


def test_an_interval_excludes_zero_where_one_side_is_always_better_and_holds_it_where_none_is() -> None:
    rng = random.Random(7)
    theirs = [rng.random() for _ in range(100)]
    better = paired([value + 0.05 + 0.01 * rng.random() for value in theirs], theirs)
    assert 0 < better.low < better.mean < better.high
    noise = [rng.gauss(0, 0.1) for _ in range(50)]
    none = paired([*noise, *(-each for each in noise)], [0.0] * 100)
    assert none.low < 0 < none.high


def test_an_interval_is_the_same_for_the_same_seed() -> None:
    ours, theirs = [0.1, 0.5, 0.9, 0.3], [0.2, 0.4, 0.7, 0.1]
    assert paired(ours, theirs) == paired(ours, theirs)


def test_no_question_is_in_both_halves() -> None:
    queries = [Query(str(at), "", {}) for at in range(225)]
    parts = halves(queries)
    assert not {query.id for query in parts.first} & {query.id for query in parts.second}
    assert [*parts.first, *parts.second] == list(parts.all)


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("使用 Docker 缓存", "docker缓存", True),
        ("Python 3.10+", "3.10", True),
        ("版本 8.3.10", "3.10", False),
        ("3.101", "3.10", False),
        ("端口443。", "443", True),
        ("8443", "443", False),
        ("a b", "ab", False),
    ],
)
def test_a_passage_holds_what_is_written_otherwise_but_no_piece_of_a_number(
    text: str, wanted: str, found: bool
) -> None:
    assert holds(text, wanted) is found


def test_each_probe_is_there_once() -> None:
    queries = [(probe.kind, probe.query) for probe in probes()]
    assert len(queries) == len(set(queries)) > 50
