"""Two runs side by side: rows in pairs, figures with intervals, worst slices. Runs no code of the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from loomwork.kernel.errors.flow import NoSuchRun
from loomwork.store.rows import RunRow
from loomwork.studio.comparing.figures import MOST_SLICES, SCORE, Scales, ends_of, labels_of
from loomwork.studio.comparing.holding import Compared
from loomwork.studio.comparing.pairing import Pair
from loomwork.studio.comparing.reading import Side
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.studio import Studio
from loomwork.studio.wire.compare import (
    AskComparison,
    ComparedRow,
    ComparedRun,
    ComparedSide,
    Comparison,
)

_MOST_ROWS = 500
_KNOWN = 5


def compare_runs(studio: Studio, asked: AskComparison) -> Comparison:
    """Return two runs, side by side."""
    a, b = known_run(studio, asked.a), known_run(studio, asked.b)
    both = studio.part(Compared).of(a, b)
    slices = both.slices(asked.by)
    wanted = _sorted(asked.sort, both.scales, [pair for pair in both.pairs if _is_wanted(pair, asked)])
    offset, limit = max(0, asked.offset), max(0, min(asked.limit, _MOST_ROWS))
    states = [pair.state for pair in both.pairs]
    return Comparison(
        a=told_run(a, both.items_a),
        b=told_run(b, both.items_b),
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


def known_run(studio: Studio, given: str) -> RunRow:
    """Return a run. Raises `NoSuchRun`, which names some that are there."""
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
    return fits and (not asked.q or has_text(pair, asked.q.casefold()))


def has_text(pair: Pair, q: str) -> bool:
    """Say whether a text, in small letters, stands in what is shown of a pair."""
    sides = [side for side in (pair.a, pair.b) if side is not None]
    return any(q in text.casefold() for side in sides for text in (side.input, side.preview, side.error))


def _sorted(sort: str, scales: Scales, pairs: list[Pair]) -> Sequence[Pair]:
    if not sort:
        return pairs
    name, turned = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    by = loss_of(name, scales)

    def key(pair: Pair) -> tuple[bool, float]:
        delta = deltas_of(pair).get(name)
        return (delta is None, 0.0 if delta is None else -turned * by(delta))

    return sorted(pairs, key=key)


def loss_of(name: str, scales: Scales) -> Callable[[float], float]:
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


def deltas_of(pair: Pair) -> dict[str, float]:
    """Return b less a by figure."""
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
        a=None if pair.a is None else told_side(pair.a),
        b=None if pair.b is None else told_side(pair.b),
        deltas=deltas_of(pair),
    )


def told_side(side: Side) -> ComparedSide:
    """Return one item."""
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


def told_run(run: RunRow, items: int) -> ComparedRun:
    """Return a run of which so many items were compared."""
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
