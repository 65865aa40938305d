"""Bradley and Terry with ties: the maximum of the likelihood, found again from what it drew."""

import numpy as np
import pytest
from scipy import optimize

from loomwork.evals.statistics import rank
from loomwork.evals.statistics.ranking import Outcome
from loomwork.kernel.errors import OutOfRange, TooFewValues

Compared = list[tuple[str, str, Outcome]]


def drawn(
    count: int, seed: int = 1, strengths: tuple[float, ...] = (1.0, 0.3, 0.0, -1.3), tie: float = 0.6
) -> Compared:
    chance = np.random.default_rng(seed)
    power = np.exp(strengths)
    found: Compared = []
    for _ in range(count):
        one, other = chance.choice(len(power), 2, replace=False)
        tied = tie * np.sqrt(power[one] * power[other])
        shares = np.array([power[one], power[other], tied]) / (power[one] + power[other] + tied)
        outcome: Outcome = ("first", "second", "tie")[int(chance.choice(3, p=shares))]
        found.append((f"m{one}", f"m{other}", outcome))
    return found


def test_without_a_prior_the_fit_is_the_maximum_of_the_likelihood() -> None:
    compared = drawn(300)
    names = ["m0", "m1", "m2", "m3"]

    def loss(x: np.ndarray) -> float:
        power, tie = np.exp(np.append(x[:3], 0.0)), np.exp(x[3])
        total = 0.0
        for first, second, outcome in compared:
            one, other = power[names.index(first)], power[names.index(second)]
            tied = tie * np.sqrt(one * other)
            total -= np.log({"first": one, "second": other, "tie": tied}[outcome] / (one + other + tied))
        return float(total)

    best = optimize.minimize(loss, np.zeros(4), method="BFGS").x
    wanted = np.append(best[:3], 0.0)
    found = rank(compared, prior=0, draws=5)
    strengths = {each.item: each.strength for each in found.items}
    assert [strengths[name] for name in names] == pytest.approx(list(wanted - wanted.mean()), abs=1e-3)
    assert found.tie == pytest.approx(float(np.exp(best[3])), abs=1e-3)


def test_the_order_and_the_intervals_hold_what_was_drawn() -> None:
    held = 0
    for seed in range(25):
        found = rank(drawn(250, seed), draws=120)
        true: dict[str, float] = dict(zip(("m0", "m1", "m2", "m3"), np.array([1.0, 0.3, 0.0, -1.3]), strict=True))
        held += sum(each.low <= true[each.item] <= each.high for each in found.items)
        assert found.items[-1].item == "m3"
        assert found.items[-1].sure_rank == (4, 4)
    assert held / 100 > 0.88


def test_counts_and_chances_are_told() -> None:
    found = rank([("a", "b", "first"), ("b", "a", "first"), ("a", "b", "first"), ("a", "b", "tie")])
    first = found.items[0]
    assert (first.item, first.wins, first.losses, first.ties) == ("a", 2, 1, 1)
    assert found.comparisons == 4
    assert found.chance("a", "b") == pytest.approx(1 - found.chance("b", "a"))
    assert found.chance("a", "b") > 0.5
    with pytest.raises(OutOfRange, match="'c'"):
        found.chance("a", "c")


def test_one_that_never_lost_has_a_strength_with_a_prior_and_none_without() -> None:
    compared: Compared = [("a", "b", "first"), ("b", "c", "first"), ("c", "b", "first")]
    assert rank(compared).items[0].item == "a"
    assert rank(compared).items[0].strength < 3
    with pytest.raises(OutOfRange, match="prior"):
        rank(compared, prior=0)


def test_without_ties_there_is_no_weight_of_ties() -> None:
    assert rank([("a", "b", "first"), ("b", "a", "first")]).tie == 0.0


def test_a_person_s_seed_gives_the_same_ranking_again() -> None:
    assert rank(drawn(60), seed=3, draws=50) == rank(drawn(60), seed=3, draws=50)


def test_what_is_no_comparison_is_refused() -> None:
    with pytest.raises(TooFewValues):
        rank([])
    with pytest.raises(OutOfRange, match="itself"):
        rank([("a", "a", "first")])
    with pytest.raises(OutOfRange, match="outcome"):
        rank([("a", "b", "won")])  # pyright: ignore[reportArgumentType]  # what a caller may do all the same
