"""Order what was compared in pairs: strengths, ties, intervals. Pure; knows no model and no person.

Source: Davidson, JASA 65 (1970): Bradley and Terry's model with ties, P(i beats j) = s_i / d and
P(tie) = v sqrt(s_i s_j) / d with d = s_i + s_j + v sqrt(s_i s_j); fitted by minorisation and maximisation (Hunter,
Annals of Statistics 32 (2004)), sqrt(s_i s_j) being bounded by the mean of s_i and s_j, each scaled so that both are
equal at the last step. Each item also has `prior` wins and losses against a player of average strength, so that one
that never lost has a strength at all, and items that no chain of comparisons connects can be told; 0 gives the plain
maximum of the likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import msgspec
import numpy as np

from loomwork.evals.statistics.given import Array, Codes, at_least, between
from loomwork.evals.statistics.intervals import LEVEL
from loomwork.kernel.errors import OutOfRange, TooFewValues

Outcome: TypeAlias = Literal["first", "second", "tie"]
PRIOR = 0.5
DRAWS = 400
_ROUNDS = 5_000
_CLOSE, _CLOSE_ENOUGH = 1e-8, 1e-4
_OUTCOMES = ("first", "second", "tie")


class Comparison(NamedTuple):
    """One comparison of two items."""

    first: str
    second: str
    outcome: Outcome


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """One item's place."""

    item: str
    strength: float
    """Natural logarithm; the mean of all items is 0. A difference of 1 is odds of 2.7 (ties aside)."""
    low: float
    high: float
    wins: int
    losses: int
    ties: int
    sure_rank: tuple[int, int]
    """The best and the worst rank that the draws leave it with, at the level asked for."""


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """All items, the strongest first."""

    items: list[Ranked]
    tie: float
    """Davidson's v: two items of the same strength tie with the probability v / (2 + v)."""
    comparisons: int

    def chance(self, first: str, second: str) -> float:
        """Return how probable it is that the first beats the second, a tie counted as half."""
        strengths = {each.item: each.strength for each in self.items}
        for name in (first, second):
            if name not in strengths:
                raise OutOfRange(name="an item", got=repr(name), wanted=f"one of {', '.join(strengths)}")
        one, other = np.exp(strengths[first]), np.exp(strengths[second])
        tied = self.tie * np.sqrt(one * other)
        return float((one + tied / 2) / (one + other + tied))


def rank(
    comparisons: Sequence[Comparison | tuple[str, str, Outcome]],
    *,
    prior: float = PRIOR,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Ranking:
    """Return the order of what was compared, with intervals from drawing comparisons again.

    Args:
        comparisons: (first, second, "first" | "second" | "tie"), in any order.
        prior: Wins and losses that each item is given against a player of average strength.
        seed: Of the draws.
        draws: How many.
        level: The wanted coverage.

    Raises:
        TooFewValues: nothing was compared.
        OutOfRange: an item was compared with itself, an unknown outcome, or, without a prior, an item that has won
            or lost everything.

    >>> found = rank([("a", "b", "first")] * 6 + [("b", "c", "first")] * 5 + [("a", "c", "tie")] * 2)
    >>> [each.item for each in found.items]
    ['a', 'b', 'c']
    """
    between(level, "level", above=0, below=1)
    at_least(prior, "prior", 0)
    names, coded = _coded(comparisons)
    counts = _counted(coded, len(names))
    if not prior:
        _connected(counts, names)
    strengths, ties = fit(counts[None], prior)
    chance = np.random.default_rng(seed)
    drawn = [
        _counted(coded[chance.integers(0, len(coded), len(coded))], len(names))
        for _ in range(int(at_least(draws, "draws", 1)))
    ]
    again, _ = fit(np.stack(drawn), max(prior, _CLOSE), close=_CLOSE_ENOUGH)
    sides = [(1 - level) / 2, 1 - (1 - level) / 2]
    low, high = np.quantile(again, sides, axis=0)
    ranks = 1 + np.sum(again[:, None, :] > again[:, :, None], axis=2)
    best, worst = np.quantile(ranks, sides, axis=0, method="closest_observation")
    wins, tied = counts
    items = [
        Ranked(
            item=name,
            strength=float(strengths[0, at]),
            low=min(float(low[at]), float(strengths[0, at])),
            high=max(float(high[at]), float(strengths[0, at])),
            wins=int(wins[at].sum()),
            losses=int(wins[:, at].sum()),
            ties=int(tied[at].sum()),
            sure_rank=(int(best[at]), int(worst[at])),
        )
        for at, name in enumerate(names)
    ]
    items.sort(key=lambda one: (-one.strength, one.item))
    return Ranking(items=items, tie=float(ties[0]), comparisons=len(coded))


def fit(counts: Array, prior: float, *, close: float = _CLOSE) -> tuple[Array, Array]:
    """Return log strengths and ties' weights of several tables at once.

    Args:
        counts: Wins of row over column, and ties (both ways). Shape (tables, 2, items, items).
        prior: See `rank`.
        close: How little the logarithms move in the last round.

    Returns:
        Log strengths with mean 0, shape (tables, items), and Davidson's v, shape (tables,).
    """
    wins, tied = counts[:, 0], counts[:, 1]
    met = wins + wins.transpose(0, 2, 1) + tied
    scored = wins.sum(axis=2) + tied.sum(axis=2) / 2 + prior
    all_tied = tied.sum(axis=(1, 2)) / 2
    strength = np.ones(scored.shape)
    tie = np.where(all_tied > 0, 0.5, 0.0)
    for _ in range(_ROUNDS):
        root = np.sqrt(strength)
        product = root[:, :, None] * root[:, None, :]
        per = met / (strength[:, :, None] + strength[:, None, :] + tie[:, None, None] * product)
        weight = np.sum(per * (1 + tie[:, None, None] / 2 * root[:, None, :] / root[:, :, None]), axis=2)
        weight += 2 * prior / (strength + 1)
        fresh = scored / weight
        if not prior:
            fresh = fresh / np.exp(np.mean(np.log(fresh), axis=1, keepdims=True))
        pairs = np.sum(per * product, axis=(1, 2)) / 2
        fresh_tie = np.divide(all_tied, pairs, out=np.zeros(len(tie)), where=(all_tied > 0) & (pairs > 0))
        moved = max(float(np.max(np.abs(np.log(fresh / strength)))), float(np.max(np.abs(fresh_tie - tie))))
        strength, tie = fresh, fresh_tie
        if moved < close:
            break
    logs = np.log(strength)
    return logs - logs.mean(axis=1, keepdims=True), tie


def _coded(comparisons: Sequence[Comparison | tuple[str, str, Outcome]]) -> tuple[list[str], Codes]:
    if not comparisons:
        raise TooFewValues(name="comparisons", got=0, least=1)
    names = sorted({name for first, second, _ in comparisons for name in (first, second)})
    at = {name: number for number, name in enumerate(names)}
    found = np.zeros((len(comparisons), 3), dtype=np.int64)
    for row, (first, second, outcome) in enumerate(comparisons):
        if first == second:
            raise OutOfRange(name="a comparison", got=f"{first!r} with itself", wanted="of two items")
        if outcome not in _OUTCOMES:
            raise OutOfRange(name="an outcome", got=repr(outcome), wanted=f"one of {', '.join(_OUTCOMES)}")
        found[row] = at[first], at[second], _OUTCOMES.index(outcome)
    return names, found


def _counted(coded: Codes, items: int) -> Array:
    """Return wins of row over column and ties both ways, shape (2, items, items)."""
    found = np.zeros((2, items, items))
    for outcome, ways in enumerate((((0, 0, 1),), ((0, 1, 0),), ((1, 0, 1), (1, 1, 0)))):
        some = coded[coded[:, 2] == outcome]
        for part, one, other in ways:
            np.add.at(found[part], (some[:, one], some[:, other]), 1)
    return found


def _connected(counts: Array, names: Sequence[str]) -> None:
    """Refuse items that no maximum exists for: from each there has to be a way to each, of one beating or tying."""
    reach = (counts[0] + counts[1] > 0) | np.eye(len(names), dtype=np.bool_)
    for _ in range(len(names)):
        further = (reach.astype(np.int64) @ reach.astype(np.int64)) > 0
        if np.array_equal(further, reach):
            break
        reach = further
    if not reach.all():
        at = int(np.argmin(reach.sum(axis=0) + reach.sum(axis=1)))
        wanted = "above 0: without it every item must be reached from every other by wins or ties"
        raise OutOfRange(name="prior", got=f"0, and {names[at]!r} cannot be ranked", wanted=wanted)
