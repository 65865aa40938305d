"""Join several rankings of the same things into one. Pure; knows nothing of what is ranked.

A ranking is a list of (thing, score), best first. `rrf` looks at places only; `weighted` at scores, each ranking
scaled so that its best is 1 and its worst is 0. What a ranking could not see at all (a chunk without a vector, for the
one by meaning) is not worth less for that: it is taken to stand there as it does in the other one. Equal results keep
the order in which the things were first met, the rankings taken by name, so whoever wants another order of equals sorts
before or after.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from loomwork.kernel.errors import BadWeights, UnknownFusion

Thing = TypeVar("Thing", bound=Hashable)
Ranking = Sequence[tuple[Thing, float]]
Weights = Mapping[str, float]
Unseen = Mapping[str, Collection[Thing]]
"""For a ranking the things that it could not see, whatever they are worth: those without a vector, say."""
Fusion = Callable[[Mapping[str, Ranking[Thing]], Weights, Unseen[Thing]], list[tuple[Thing, float]]]

RRF_DAMPING = 60
"""Of Cormack, Clarke and Büttcher (2009)."""


def rrf(rankings: Mapping[str, Ranking[Thing]], weights: Weights, unseen: Unseen[Thing]) -> list[tuple[Thing, float]]:
    """Reciprocal rank fusion: a thing at place r of a ranking gets weight / (60 + r).

    >>> [thing for thing, _ in rrf({"a": [("x", 9.0), ("y", 8.0)], "b": [("y", 0.2), ("z", 0.1)]}, {}, {})]
    ['y', 'x', 'z']
    """
    parts = {
        name: {thing: 1.0 / (RRF_DAMPING + at) for at, (thing, _) in enumerate(ranking, start=1)}
        for name, ranking in rankings.items()
    }
    return _summed(parts, weights, unseen)


def weighted(
    rankings: Mapping[str, Ranking[Thing]], weights: Weights, unseen: Unseen[Thing]
) -> list[tuple[Thing, float]]:
    """Weighted sum of scores, each ranking scaled to [0, 1]; who is not in a ranking gets 0 from it.

    >>> weighted({"a": [("x", 30.0), ("y", 10.0)], "b": [("y", 0.5)]}, {"b": 0.4}, {})
    [('x', 1.0), ('y', 0.4)]
    """
    parts: dict[str, dict[Thing, float]] = {}
    for name, ranking in rankings.items():
        scores = [score for _, score in ranking]
        low, span = min(scores, default=0.0), max(scores, default=0.0) - min(scores, default=0.0)
        parts[name] = {thing: (score - low) / span if span else 1.0 for thing, score in ranking}
    return _summed(parts, weights, unseen)


def _summed(
    parts: Mapping[str, Mapping[Thing, float]], weights: Weights, unseen: Unseen[Thing]
) -> list[tuple[Thing, float]]:
    """Add up what each thing gets; a ranking that could not see it is taken to agree with the best that did."""
    sums: dict[Thing, float] = {}
    for name in sorted(parts):
        for thing, part in parts[name].items():
            sums[thing] = sums.get(thing, 0.0) + weights.get(name, 1.0) * part
    for name in sorted(unseen):
        for thing in unseen[name]:
            if thing in sums:
                best = max(parts[other][thing] for other in parts if other != name and thing in parts[other])
                sums[thing] += weights.get(name, 1.0) * best
    return sorted(sums.items(), key=lambda pair: -pair[1])


FUSIONS: Mapping[str, Fusion[str]] = {"rrf": rrf, "weighted": weighted}


def fuse(
    method: str,
    rankings: Mapping[str, Ranking[str]],
    weights: Weights | None = None,
    unseen: Unseen[str] | None = None,
) -> list[tuple[str, float]]:
    """Join rankings by a method's name. Weights default to 1. Raises `UnknownFusion`, `BadWeights`.

    >>> lists = {"dense": [("far", 0.1), ("near", 0.05)], "sparse": [("holds the words", 9.0), ("near", 8.0)]}
    >>> fuse("rrf", lists)[0][0], fuse("rrf", lists, unseen={"dense": ["holds the words"]})[0][0]
    ('near', 'holds the words')
    """
    fusion = FUSIONS.get(method)
    if fusion is None:
        raise UnknownFusion(name=method, known=", ".join(FUSIONS))
    given = {name: (weights or {}).get(name, 1.0) for name in rankings}
    if any(not 0.0 <= weight < float("inf") for weight in given.values()) or not any([*given.values(), not given]):
        raise BadWeights(weights=given)
    return fusion(rankings, given, unseen or {})
