"""Items of two runs put in pairs: the same input in the same trial. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import structs

from loomwork.studio.comparing.reading import Side
from loomwork.studio.wire.compare import PairState


class Pair(NamedTuple):
    """One input in one trial; a side that is missing is None."""

    cluster: int
    """The input's number: trials of one input have the same."""
    a: Side | None
    b: Side | None

    @property
    def state(self) -> PairState:
        """What became of it from a to b."""
        if self.a is None or self.b is None:
            return "only_b" if self.a is None else "only_a"
        match self.a.ok, self.b.ok:
            case True, False:
                return "broken"
            case False, True:
                return "fixed"
            case False, False:
                return "both_failed"
            case _:
                return "same" if self.a.output == self.b.output else "changed"

    @property
    def has_changed(self) -> bool:
        """Whether the two sides came to different things; two failures by their messages."""
        return self.a is not None and self.b is not None and self.a.output != self.b.output


class Pairs(NamedTuple):
    """All of them, in the order of a, then what only b has."""

    keys: tuple[str, ...]
    """Of the inputs: those that make a pair."""
    pairs: list[Pair]


def paired(a: Sequence[Side], b: Sequence[Side]) -> Pairs:
    """Return the items in pairs.

    Inputs agree where the values of all keys do that both runs have: a key that one dataset gained since (a label,
    another metadata column) parts no pair. An input that stands in a run more than once is paired in order.
    """
    shared = _keys(a) & _keys(b)
    keys = tuple(sorted(shared))
    waiting: defaultdict[tuple[object, ...], deque[Side]] = defaultdict(deque)
    for side in b:
        waiting[_key(side, keys)].append(side)
    clusters: dict[tuple[object, ...], int] = {}
    found: list[Pair] = []
    met: set[tuple[int, int]] = set()
    for side in a:
        key = _key(side, keys)
        other = waiting[key].popleft() if waiting.get(key) else None
        if other is not None:
            met.add((other.index, other.trial))
        found.append(Pair(clusters.setdefault(key[:-1], len(clusters)), _light(side), _light(other)))
    for side in b:
        if (side.index, side.trial) not in met:
            key = _key(side, keys)
            found.append(Pair(clusters.setdefault(key[:-1], len(clusters)), None, _light(side)))
    return Pairs(keys, found)


def _light(side: Side | None) -> Side | None:
    return None if side is None else structs.replace(side, keys=_NO_KEYS)


_NO_KEYS: dict[str, str] = {}


def _keys(sides: Iterable[Side]) -> set[str]:
    return {key for side in sides for key in side.keys}


def _key(side: Side, keys: Sequence[str]) -> tuple[object, ...]:
    """Return what makes a pair; without a shared key, the place."""
    if not keys:
        return (side.index, side.trial)
    return (*(side.keys.get(key) for key in keys), side.trial)
