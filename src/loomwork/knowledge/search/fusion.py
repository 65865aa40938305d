"""Join several rankings of the same things into one. Pure; knows nothing of what is ranked.

A ranking is a list of (thing, score), best first. `rrf` looks at places only; `weighted` at scores, each ranking
scaled so that its best is 1 and its worst is 0. Equal results keep the order in which the things were first met, the
rankings taken by name, so whoever wants another order of equals sorts before or after.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from loomwork.kernel.errors import BadWeights, UnknownFusion

Thing = TypeVar("Thing", bound=Hashable)
Ranking = Sequence[tuple[Thing, float]]
Weights = Mapping[str, float]
Fusion = Callable[[Mapping[str, Ranking[Thing]], Weights], list[tuple[Thing, float]]]

RRF_DAMPING = 60
"""Of Cormack, Clarke and Büttcher (2009)."""


def rrf(rankings: Mapping[str, Ranking[Thing]], weights: Weights) -> list[tuple[Thing, float]]:
    """Reciprocal rank fusion: a thing at place r of a ranking gets weight / (60 + r).

    >>> [thing for thing, _ in rrf({"a": [("x", 9.0), ("y", 8.0)], "b": [("y", 0.2), ("z", 0.1)]}, {})]
    ['y', 'x', 'z']
    """
    sums: dict[Thing, float] = {}
    for name in sorted(rankings):
        for place, (thing, _) in enumerate(rankings[name], start=1):
            sums[thing] = sums.get(thing, 0.0) + weights.get(name, 1.0) / (RRF_DAMPING + place)
    return _ordered(sums)


def weighted(rankings: Mapping[str, Ranking[Thing]], weights: Weights) -> list[tuple[Thing, float]]:
    """Weighted sum of scores, each ranking scaled to [0, 1]; who is not in a ranking gets 0 from it.

    >>> weighted({"a": [("x", 30.0), ("y", 10.0)], "b": [("y", 0.5)]}, {"b": 0.4})
    [('x', 1.0), ('y', 0.4)]
    """
    sums: dict[Thing, float] = {}
    for name in sorted(rankings):
        ranking = rankings[name]
        scores = [score for _, score in ranking]
        low, span = min(scores, default=0.0), max(scores, default=0.0) - min(scores, default=0.0)
        for thing, score in ranking:
            scaled = (score - low) / span if span else 1.0
            sums[thing] = sums.get(thing, 0.0) + weights.get(name, 1.0) * scaled
    return _ordered(sums)


def _ordered(sums: Mapping[Thing, float]) -> list[tuple[Thing, float]]:
    return sorted(sums.items(), key=lambda pair: -pair[1])


FUSIONS: Mapping[str, Fusion[str]] = {"rrf": rrf, "weighted": weighted}


def fuse(method: str, rankings: Mapping[str, Ranking[str]], weights: Weights | None = None) -> list[tuple[str, float]]:
    """Join rankings by a method's name. Weights default to 1. Raises `UnknownFusion`, `BadWeights`."""
    fusion = FUSIONS.get(method)
    if fusion is None:
        raise UnknownFusion(name=method, known=", ".join(FUSIONS))
    given = {name: (weights or {}).get(name, 1.0) for name in rankings}
    if any(not 0.0 <= weight < float("inf") for weight in given.values()) or not any([*given.values(), not given]):
        raise BadWeights(weights=given)
    return fusion(rankings, given)
