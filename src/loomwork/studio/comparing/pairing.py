"""Items of two runs put in pairs: the same input in the same trial. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from loomwork.evals.evaluating import pairing as evaluating
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
    """Return the items in pairs (`evals.evaluating.pairing`); where inputs share no key, by their place."""
    shared = _keys(a) & _keys(b)
    keys = tuple(sorted(shared))
    found = evaluating.paired(a, b, given=_given if keys else _place, keys=_keys_of)
    clusters: dict[Hashable, int] = {}
    pairs: list[Pair] = []
    for first, second in found.pairs:
        either = first or second
        if either is not None:
            named = tuple([either.keys.get(key) for key in keys]) if keys else either.index
            pairs.append(Pair(clusters.setdefault(named, len(clusters)), _light(first), _light(second)))
    return Pairs(keys, pairs)


def _given(side: Side) -> str:
    return side.given


def _place(side: Side) -> str:
    return str(side.index)


def _keys_of(side: Side) -> Mapping[str, str]:
    return side.keys


def _light(side: Side | None) -> Side | None:
    return None if side is None else structs.replace(side, given="", keys=_NO_KEYS)


_NO_KEYS: dict[str, str] = {}


def _keys(sides: Iterable[Side]) -> set[str]:
    return {key for side in sides for key in side.keys}
