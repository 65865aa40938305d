"""Joining rankings."""

import pytest

from loomwork.kernel.errors import BadWeights, UnknownFusion
from loomwork.knowledge.search import fuse, rrf, weighted

DENSE = [("a", 0.9), ("b", 0.8), ("c", 0.1)]
SPARSE = [("c", 12.0), ("a", 4.0)]


def test_reciprocal_ranks_add_up() -> None:
    joined = dict(rrf({"dense": DENSE, "sparse": SPARSE}, {}, {}))
    assert joined == pytest.approx({"a": 1 / 61 + 1 / 62, "b": 1 / 62, "c": 1 / 63 + 1 / 61})


def test_a_weight_says_how_much_a_ranking_counts() -> None:
    order = [thing for thing, _ in fuse("rrf", {"dense": DENSE, "sparse": SPARSE}, {"sparse": 3.0})]
    assert order == ["c", "a", "b"]
    assert fuse("rrf", {"dense": DENSE, "sparse": SPARSE}, {"sparse": 0.0})[:3] == rrf({"dense": DENSE}, {}, {})


def test_weighted_scores_are_scaled_to_one_and_nothing() -> None:
    joined = dict(weighted({"dense": DENSE, "sparse": SPARSE}, {"dense": 0.5}, {}))
    assert joined == pytest.approx({"a": 0.5 + 0.0, "b": 0.5 * 0.7 / 0.8, "c": 1.0})


def test_one_result_or_equal_results_are_the_best() -> None:
    assert weighted({"dense": [("a", 0.2)]}, {}, {}) == [("a", 1.0)]
    assert weighted({"dense": [("a", 0.2), ("b", 0.2)]}, {}, {}) == [("a", 1.0), ("b", 1.0)]


def test_no_rankings_give_nothing() -> None:
    assert fuse("rrf", {}) == []
    assert fuse("weighted", {"dense": [], "sparse": []}) == []


@pytest.mark.parametrize("weights", [{"dense": -1.0}, {"dense": 0.0, "sparse": 0.0}, {"dense": float("nan")}])
def test_weights_that_rank_nothing_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(BadWeights):
        fuse("rrf", {"dense": DENSE, "sparse": SPARSE}, weights)


def test_an_unknown_fusion_names_the_known_ones() -> None:
    with pytest.raises(UnknownFusion, match="choose one of rrf, weighted"):
        fuse("borda", {})


@pytest.mark.parametrize("fusion", ["rrf", "weighted"])
def test_what_a_ranking_could_not_see_is_worth_no_less_for_that(fusion: str) -> None:
    blind = [("words", 12.0), ("a", 4.0), ("b", 1.0)]
    assert fuse(fusion, {"dense": DENSE, "sparse": blind})[0][0] == "a"
    order = [thing for thing, _ in fuse(fusion, {"dense": DENSE, "sparse": blind}, unseen={"dense": ["words"]})]
    assert order[0] == "words"
    assert sorted(order) == ["a", "b", "c", "words"]


def test_what_is_given_for_a_ranking_follows_its_weight() -> None:
    given = dict(fuse("rrf", {"dense": DENSE, "sparse": [("x", 2.0)]}, {"dense": 0.25}, {"dense": ["x", "nowhere"]}))
    assert given["x"] == pytest.approx(1.25 / 61)
    assert "nowhere" not in given
