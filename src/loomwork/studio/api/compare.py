"""Two runs side by side: rows in pairs, figures with intervals, worst slices. Runs no code of the project."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from loomwork.evals.evaluating.figures import scorers_of
from loomwork.evals.evaluating.marking import Said
from loomwork.kernel.errors.flow import NoSuchRun
from loomwork.store.rows import RunRow
from loomwork.studio.comparing.figures import (
    MOST_FIGURES,
    MOST_SLICES,
    SCORE,
    Scales,
    ends_of,
    figures_of,
    labels_of,
    names_of,
    slices_of,
)
from loomwork.studio.comparing.pairing import Pair, paired
from loomwork.studio.comparing.reading import Side, read_sides
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.studio import Studio
from loomwork.studio.wire.compare import (
    AskComparison,
    ComparedFigure,
    ComparedRow,
    ComparedRun,
    ComparedSide,
    ComparedSlice,
    Comparison,
)

_MOST_ROWS = 500
_KEPT = 2
"""Of 10,000 rows each keeps about 35 MB."""
_KNOWN = 5


def compare_runs(studio: Studio, asked: AskComparison) -> Comparison:
    """Return two runs, side by side."""
    a, b = _run(studio, asked.a), _run(studio, asked.b)
    both = studio.part(Compared).of(a, b)
    slices = both.slices(asked.by)
    wanted = _sorted(asked.sort, both.scales, [pair for pair in both.pairs if _is_wanted(pair, asked)])
    offset, limit = max(0, asked.offset), max(0, min(asked.limit, _MOST_ROWS))
    states = [pair.state for pair in both.pairs]
    return Comparison(
        a=_told_run(a, both.items_a),
        b=_told_run(b, both.items_b),
        paired_by=both.keys,
        pairs=len(states) - states.count("only_a") - states.count("only_b"),
        only_a=states.count("only_a"),
        only_b=states.count("only_b"),
        changed=sum(pair.has_changed for pair in both.pairs),
        fixed=states.count("fixed"),
        broken=states.count("broken"),
        figures=both.figures,
        figures_more=both.figures_more,
        slices=tuple(slices[:MOST_SLICES]),
        slices_looked_at=len(slices),
        unlike=both.unlike,
        missing=both.missing,
        rows=tuple(_row(pair) for pair in wanted[offset : offset + limit]),
        matching=len(wanted),
        offset=offset,
        complete=both.complete,
    )


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


class Compared:
    """The last comparisons of runs that have ended. A part of the studio."""

    def __init__(self, studio: Studio) -> None:
        self._store = studio.store
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], Both] = OrderedDict()

    def of(self, a: RunRow, b: RunRow) -> Both:
        """Return two runs, read and put in pairs."""
        scores = self._store.scores
        key = (a.id, b.id, *scores.scorings(a.id), *scores.scorings(b.id), scores.newest())
        with self._lock:  # two readers of the same two runs: the second one waits for the first
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            made = self._read(a, b)
            if a.ended_ns is not None and b.ended_ns is not None:
                self._kept[key] = made
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return made

    def _read(self, a: RunRow, b: RunRow) -> Both:
        one, two = scorers_of(self._store, a.id), scorers_of(self._store, b.id)
        scales = {label: said for label, said in one.items() if label in two and _is_same(said, two[label])}
        first = read_sides(self._store, a.id, scales)
        second = first if a.id == b.id else read_sides(self._store, b.id, scales)
        found = paired(first.items, second.items)
        names = names_of(found.pairs, scales)
        figures = tuple(figures_of(found.pairs, names[:MOST_FIGURES], scales))
        return Both(
            items_a=len(first.items),
            items_b=len(second.items),
            complete=first.complete and second.complete,
            keys=found.keys,
            pairs=found.pairs,
            figures=figures,
            figures_more=len(names) > MOST_FIGURES,
            scales=scales,
            unlike=tuple(label for label in one if label in two and label not in scales),
            missing=tuple(sorted(one.keys() ^ two.keys())),
            of_slices={},
        )


def _is_same(a: Said, b: Said) -> bool:
    return bool(a.scorer) and a.identity == b.identity


def _run(studio: Studio, given: str) -> RunRow:
    found = studio.store.runs.get(given)
    if found is None:
        known = ", ".join(run.id for run in studio.store.runs.list(limit=_KNOWN))
        raise NoSuchRun(run=given, known=known)
    return found


def _is_wanted(pair: Pair, asked: AskComparison) -> bool:
    match asked.only:
        case "changed":
            fits = pair.has_changed
        case "fixed" | "broken":
            fits = pair.state == asked.only
        case "unpaired":
            fits = pair.a is None or pair.b is None
        case _:
            fits = True
    if asked.key and labels_of(pair).get(asked.key) != asked.value:
        return False
    return fits and (not asked.q or _holds(pair, asked.q.casefold()))


def _holds(pair: Pair, q: str) -> bool:
    sides = [side for side in (pair.a, pair.b) if side is not None]
    return any(q in text.casefold() for side in sides for text in (side.input, side.preview, side.error))


def _sorted(sort: str, scales: Scales, pairs: list[Pair]) -> Sequence[Pair]:
    if not sort:
        return pairs
    name, turned = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    by = _loss_of(name, scales)

    def key(pair: Pair) -> tuple[bool, float]:
        delta = _deltas(pair).get(name)
        return (delta is None, 0.0 if delta is None else -turned * by(delta))

    return sorted(pairs, key=key)


def _loss_of(name: str, scales: Scales) -> Callable[[float], float]:
    """Return how much a delta is a loss: of a figure of which nobody knows what is better, how much it is a change."""
    if name.startswith(SCORE) and name.removeprefix(SCORE) not in scales:
        return abs
    match ends_of(name, scales).better:
        case "higher":
            return lambda delta: -delta
        case "lower":
            return lambda delta: delta
        case "unknown":
            return abs


def _deltas(pair: Pair) -> dict[str, float]:
    a, b = pair.a, pair.b
    if a is None or b is None:
        return {}
    shared = (name for name in b.figures if name in a.figures)
    return {name: float(b.figures[name]) - float(a.figures[name]) for name in shared}


def _row(pair: Pair) -> ComparedRow:
    either = pair.a or pair.b
    return ComparedRow(
        trial=either.trial if either is not None else 0,
        input=either.input if either is not None else "",
        state=pair.state,
        a=_told(pair.a),
        b=_told(pair.b),
        deltas=_deltas(pair),
    )


def _told(side: Side | None) -> ComparedSide | None:
    if side is None:
        return None
    return ComparedSide(
        index=side.index,
        state="ok" if side.ok else "failed",
        preview=side.preview,
        error=side.error,
        trace=side.trace,
        ms=side.ms,
        tokens=side.tokens,
        cost=side.cost,
    )


def _told_run(run: RunRow, items: int) -> ComparedRun:
    try:
        data = msgspec.json.decode(run.meta, type=_Meta).data
    except (msgspec.DecodeError, msgspec.ValidationError):
        data = ""
    return ComparedRun(
        run=run.id,
        target=run.target,
        data=data,
        status=run.status,
        started_ms=run.started_ns / 1e6,
        items=items,
    )


class _Meta(msgspec.Struct):
    """What a run says of its data."""

    data: str = ""


ENDPOINTS = (
    Endpoint(
        name="compare_runs",
        method="GET",
        path="/api/compare",
        tells="Two runs, side by side.",
        call=compare_runs,
        gives=Comparison,
        asked=AskComparison,
    ),
)
