"""One trace as columns in the order of its tree. Knows no HTTP, and no body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from loomwork.flow.recordings import Recordings
from loomwork.kernel.errors.flow import NoSuchTrace
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow
from loomwork.studio.traces.heads import ms, state_of, totals_of
from loomwork.studio.wire.traces import SHOWN, STATES, Trace
from loomwork.trace.reading import Node, build_tree, critical_path, walk

_WORST = 20
"""Slowest and dearest spans that are named."""
_FAILED = 1_000
_TEXT = 600_000
"""Bytes of all previews together."""
_SHORTEST, _LONGEST = 24, 160
_LOST = "?"
"""Stands for the trace of a call that was made in none."""
_NUMBERS = {state: number for number, state in enumerate(STATES)}


class _Entry(NamedTuple):
    """One line of the tree."""

    row: SpanRow
    depth: int
    start_ns: int
    """Since the trace began, or since the hit did."""
    origin: str
    """The trace it comes from, where that is another one."""


class _Strings:
    """Texts by number."""

    def __init__(self) -> None:
        self._numbers = {"": 0}

    def number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    def all(self) -> tuple[str, ...]:
        return tuple(self._numbers)


def trace_as_columns(store: Store, trace: str, *, limit: int = SHOWN, opens_hits: bool = True) -> Trace:
    """Return a trace. Raises `NoSuchTrace`."""
    rows = store.traces.spans(trace, limit=min(max(limit, 1), SHOWN), bodies=False)
    if not rows:
        raise NoSuchTrace(trace=trace)
    total = store.traces.count(trace)
    roots = build_tree(rows)
    nodes = list(walk(roots))
    recordings = Recordings(store) if opens_hits else None
    entries = list(_entries(nodes, min(row.start_ns for row in rows), recordings))
    places = {entry.row.span: place for place, entry in enumerate(entries) if not entry.origin}
    strings = _Strings()
    path = _critical(roots, places)
    room = _room(len(entries))
    return Trace(
        head=totals_of(rows, roots[0].row),
        ids=[entry.row.span for entry in entries],
        parents=list(_parents(entries)),
        depths=[entry.depth for entry in entries],
        names=[strings.number(entry.row.name) for entry in entries],
        kinds=[strings.number(entry.row.kind) for entry in entries],
        starts_ms=[ms(entry.start_ns) for entry in entries],
        durations_ms=[ms(entry.row.end_ns - entry.row.start_ns) for entry in entries],
        states=[_NUMBERS[state_of(entry.row)] for entry in entries],
        models=[strings.number(entry.row.model) for entry in entries],
        input_tokens=[entry.row.input_tokens for entry in entries],
        output_tokens=[entry.row.output_tokens for entry in entries],
        costs_micros=[entry.row.cost_micros for entry in entries],
        currencies=[strings.number(entry.row.currency) for entry in entries],
        previews=[preview_of(entry.row, room) for entry in entries],
        from_record=[strings.number(entry.origin) for entry in entries],
        critical=list(path),
        critical_ms=[ms(ns) for ns in path.values()],
        slowest=_slowest(nodes, places),
        dearest=_dearest(rows, places),
        failed=_failed(nodes, places),
        total=total,
        more=total > len(rows) or (recordings is not None and recordings.more),
        strings=strings.all(),
    )


def preview_of(row: SpanRow, room: int) -> str:
    """Return the error of a failed span, else its output, else its input, in one line of at most `room` bytes."""
    text = (row.error if row.status == "error" else None) or row.preview_out or row.preview_in
    line = " ".join(text[: 2 * room].split())
    data = line.encode("utf-8", "replace")
    return line if len(data) <= room else data[:room].decode("utf-8", "ignore") + "…"


def _room(count: int) -> int:
    return min(_LONGEST, max(_SHORTEST, _TEXT // count))


def _entries(nodes: Sequence[Node], began_ns: int, recordings: Recordings | None) -> Iterator[_Entry]:
    for node in nodes:
        row = node.row
        start = row.start_ns - began_ns
        yield _Entry(row, node.depth, start, "")
        if recordings is None or not row.cached or node.children:
            continue
        for found in recordings.beneath(row):
            since = max(0, found.row.start_ns - found.began_ns)
            yield _Entry(found.row, node.depth + found.depth, start + since, found.row.trace or _LOST)


def _parents(entries: Iterable[_Entry]) -> Iterator[int]:
    """Yield the place of each entry's parent: the last one before it that stands a step further out."""
    above: list[int] = []
    for place, entry in enumerate(entries):
        del above[entry.depth :]
        yield above[-1] if above else -1
        above.append(place)


def _critical(roots: Sequence[Node], places: dict[str, int]) -> dict[int, int]:
    """Return the spans on the critical path of the longest root, and how long each held everything up."""
    longest = max(roots, key=lambda node: node.duration_ns)
    found: dict[int, int] = {}
    for segment in critical_path(longest):
        place = places[segment.span]
        found[place] = found.get(place, 0) + segment.end_ns - segment.start_ns
    return found


def _slowest(nodes: Sequence[Node], places: dict[str, int]) -> list[int]:
    own = sorted(((node.own_ns, node.row.span) for node in nodes), key=lambda pair: -pair[0])
    return [places[span] for ns, span in own[:_WORST] if ns > 0]


def _dearest(rows: Sequence[SpanRow], places: dict[str, int]) -> list[int]:
    """Return the dearest in the currency that most spans are priced in: amounts of two cannot be ranked."""
    currencies = Counter(row.currency for row in rows if row.cost_micros)
    if not currencies:
        return []
    currency = currencies.most_common(1)[0][0]
    priced = sorted(
        (row for row in rows if row.cost_micros and row.currency == currency), key=lambda row: -(row.cost_micros or 0)
    )
    return [places[row.span] for row in priced[:_WORST]]


def _failed(nodes: Sequence[Node], places: dict[str, int]) -> list[int]:
    failed = [node for node in nodes if node.row.status == "error"]
    failed.sort(key=lambda node: (-node.depth, node.row.end_ns))
    return [places[node.row.span] for node in failed[:_FAILED]]
