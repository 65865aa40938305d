"""Runs held against one: read, put in pairs, counted, and kept while they do not change. Knows no endpoint."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loomwork.evals.evaluating.figures import scorers_of
from loomwork.evals.evaluating.marking import Said
from loomwork.store.rows import RunRow
from loomwork.studio.comparing.figures import MOST_FIGURES, Asked, Scales, figures_of, names_of, slices_of
from loomwork.studio.comparing.pairing import Pair, Pairs, paired
from loomwork.studio.comparing.reading import MOST_ITEMS, Sides, read_sides
from loomwork.studio.studio import Studio
from loomwork.studio.wire.compare import ComparedFigure, ComparedSlice

_KEPT = 40_000
"""Items that are kept together; 10,000 take about 17 MB."""


@dataclass(slots=True, kw_only=True)
class Both:
    """Two runs that were read."""

    items_a: int
    items_b: int
    complete: bool
    keys: tuple[str, ...]
    pairs: list[Pair]
    figures: tuple[ComparedFigure, ...]
    figures_more: bool
    scales: Scales
    unlike: tuple[str, ...]
    missing: tuple[str, ...]
    of_slices: dict[str, list[ComparedSlice]]

    def slices(self, by: str) -> list[ComparedSlice]:
        """Return the slices of a figure."""
        if by not in self.of_slices:
            known = any(each.name == by for each in self.figures)
            self.of_slices[by] = slices_of(self.pairs, by, self.scales) if known else []
        return self.of_slices[by]


@dataclass(slots=True, kw_only=True)
class _Read:
    """One candidate, read and paired."""

    items: Sides
    said: Mapping[str, Said]
    scales: Scales
    found: Pairs
    names: list[str]


class Compared:
    """The last comparisons of runs that have ended. A part of the studio."""

    def __init__(self, studio: Studio) -> None:
        self._store = studio.store
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], list[Both]] = OrderedDict()

    def of(self, a: RunRow, b: RunRow) -> Both:
        """Return two runs, read and put in pairs."""
        return self.all(a, (b,))[0]

    def all(self, a: RunRow, candidates: Sequence[RunRow]) -> list[Both]:
        """Return a run with each candidate; what is asked of all is corrected for together."""
        scores = self._store.scores
        runs = (a, *candidates)
        key = (tuple([(each.id, *scores.scorings(each.id)) for each in runs]), scores.newest())
        with self._lock:  # two readers of the same runs: the second one waits for the first
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            made = self._made(a, candidates)
            if all(each.ended_ns is not None for each in runs):
                self._kept[key] = made
                while len(self._kept) > 1 and sum(map(_size, self._kept.values())) > _KEPT:
                    self._kept.popitem(last=False)
            return made

    def _made(self, a: RunRow, candidates: Sequence[RunRow]) -> list[Both]:
        most = min(MOST_ITEMS, _KEPT // (1 + len(candidates)))
        said = scorers_of(self._store, a.id)
        first = read_sides(self._store, a.id, [label for label, one in said.items() if one.scorer], most=most)
        read = [self._read(a, first, said, each, most) for each in candidates]
        asked = [Asked(each.found.pairs, each.names[:MOST_FIGURES], each.scales) for each in read]
        return [
            Both(
                items_a=len(first.items),
                items_b=len(each.items.items),
                complete=first.complete and each.items.complete,
                keys=each.found.keys,
                pairs=each.found.pairs,
                figures=tuple(figures),
                figures_more=len(each.names) > MOST_FIGURES,
                scales=each.scales,
                unlike=tuple(label for label in said if label in each.said and label not in each.scales),
                missing=tuple(sorted(said.keys() ^ each.said.keys())),
                of_slices={},
            )
            for each, figures in zip(read, figures_of(asked), strict=True)
        ]

    def _read(self, a: RunRow, first: Sides, one: Mapping[str, Said], b: RunRow, most: int) -> _Read:
        two = scorers_of(self._store, b.id)
        scales = {label: said for label, said in one.items() if label in two and _is_same(said, two[label])}
        items = first if a.id == b.id else read_sides(self._store, b.id, scales, most=most)
        found = paired(first.items, items.items)
        return _Read(items=items, said=two, scales=scales, found=found, names=names_of(found.pairs, scales))


def _size(made: Sequence[Both]) -> int:
    return made[0].items_a + sum(each.items_b for each in made)


def _is_same(a: Said, b: Said) -> bool:
    return bool(a.scorer) and a.identity == b.identity
