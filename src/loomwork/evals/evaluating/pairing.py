"""Items of two runs put in pairs: the same input in the same trial. Pure; knows neither a store nor what was scored."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar


class Item(Protocol):
    """What is paired."""

    @property
    def trial(self) -> int:
        """Which repetition of its input it is."""
        ...


T = TypeVar("T", bound=Item)


class Paired(NamedTuple, Generic[T]):
    """The items of two runs, in the order of a; then those that only b has."""

    pairs: list[tuple[T | None, T | None]]
    keys: tuple[str, ...]
    """Of the inputs: those that both runs have. Empty where they were not looked at, or there is none."""


def paired(
    a: Sequence[T], b: Sequence[T], *, given: Callable[[T], str], keys: Callable[[T], Mapping[str, str]]
) -> Paired[T]:
    """Put the items of two runs in pairs.

    Equal inputs make a pair. Of what is left, those do whose values agree in all keys that both runs have: a key that
    one dataset gained since (a label, another column) parts no pair. An input that stands in a run more than once is
    paired in order.

    Args:
        a: One run's items.
        b: The other's.
        given: Names an item's whole input.
        keys: Names each of its values; asked only where inputs alone do not pair all.
    """
    found = _matched(a, b, [given(each) for each in a], [given(each) for each in b])
    left_a = [at for at, other in enumerate(found) if other is None]
    left_b = sorted(set(range(len(b))).difference(found))
    shared: list[str] = []
    if left_a and left_b:
        values_a, values_b = [keys(each) for each in a], [keys(each) for each in b]
        shared = sorted(_names(values_a) & _names(values_b))
        if shared:
            later = _matched(
                [a[at] for at in left_a],
                [b[at] for at in left_b],
                [tuple([values_a[at].get(key) for key in shared]) for at in left_a],
                [tuple([values_b[at].get(key) for key in shared]) for at in left_b],
            )
            for at, other in zip(left_a, later, strict=True):
                found[at] = None if other is None else left_b[other]
    met = set(found)
    pairs: list[tuple[T | None, T | None]] = [
        (each, None if other is None else b[other]) for each, other in zip(a, found, strict=True)
    ]
    pairs += [(None, each) for at, each in enumerate(b) if at not in met]
    return Paired(pairs, tuple(shared))


def _matched(
    a: Sequence[Item], b: Sequence[Item], names_a: Sequence[Hashable], names_b: Sequence[Hashable]
) -> list[int | None]:
    """Return, for each item of a, the place of the first free one of b in the same trial and of the same name."""
    waiting: defaultdict[tuple[Hashable, int], deque[int]] = defaultdict(deque)
    for at, (each, name) in enumerate(zip(b, names_b, strict=True)):
        waiting[name, each.trial].append(at)
    found: list[int | None] = []
    for each, name in zip(a, names_a, strict=True):
        others = waiting.get((name, each.trial))
        found.append(others.popleft() if others else None)
    return found


def _names(given: Sequence[Mapping[str, str]]) -> set[str]:
    return {key for each in given for key in each}
