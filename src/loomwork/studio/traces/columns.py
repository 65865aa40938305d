"""One trace as columns in the order of its tree. Knows no HTTP, and no body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from loomwork.flow.recordings import Recordings
from loomwork.kernel.errors.flow import NoSuchTrace
from loomwork.store.outlines import SpanLine
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow
from loomwork.studio.traces.heads import ms, totals_of
from loomwork.studio.wire.traces import SHOWN, STATES, Trace
from loomwork.trace.outline import Outline, critical_times, largest, outlined, own_times
from loomwork.trace.reading import line_of

_WORST = 20
"""Slowest and dearest spans that are named."""
_FAILED = 1_000
_TEXT = 600_000
"""Bytes of all previews together."""
_SHORTEST, _LONGEST = 24, 160
_LOST = "?"
"""Stands for the trace of a call that was made in none."""
_HIT = STATES.index("hit")
_NUMBERS = {"ok": STATES.index("ok"), "error": STATES.index("failed"), "unset": STATES.index("unset")}


class _Shown(NamedTuple):
    """The lines of the tree, with what lies beneath hits among them."""

    lines: list[SpanLine]
    depths: list[int]
    starts: list[int]
    """Since the trace began, or since the hit did."""
    origins: list[str]
    """The trace that a line comes from, where that is another one."""
    parents: list[int]
    places: Sequence[int]
    """Where each span of the trace itself stands."""


class _Strings:
    """Texts by number."""

    def __init__(self) -> None:
        self._numbers = {"": 0}

    def numbers(self, texts: Iterable[str]) -> list[int]:
        """Return a column's numbers, giving one to each text that is new."""
        number, known = self._numbers.setdefault, self._numbers
        return [number(text, len(known)) for text in texts]

    def all(self) -> tuple[str, ...]:
        return tuple(self._numbers)


def trace_as_columns(store: Store, trace: str, *, limit: int = SHOWN, opens_hits: bool = True) -> Trace:
    """Return a trace. Raises `NoSuchTrace`."""
    total = store.traces.count(trace)
    if not total:
        raise NoSuchTrace(trace=trace)
    limit = min(max(limit, 1), SHOWN)
    given = store.traces.lines(trace, limit=limit, preview=2 * _room(min(total, limit)))
    of = outlined(given)
    recordings = Recordings(store) if opens_hits else None
    shown = _shown(of, recordings)
    lines, places = shown.lines, shown.places
    strings = _Strings()
    path = {places[at]: ns for at, ns in critical_times(of).items()}
    room = _room(len(lines))
    return Trace(
        head=totals_of(trace, store.traces.span(trace, of.lines[0].span), of),
        ids=[line.span for line in lines],
        parents=shown.parents,
        depths=shown.depths,
        names=strings.numbers([line.name for line in lines]),
        kinds=strings.numbers([line.kind for line in lines]),
        starts_ms=[(start + 500) // 1000 / 1000 for start in shown.starts],
        durations_ms=[(line.end_ns - line.start_ns + 500) // 1000 / 1000 for line in lines],
        states=[_HIT if line.cached and line.status != "error" else _NUMBERS[line.status] for line in lines],
        models=strings.numbers([line.model for line in lines]),
        input_tokens=[line.input_tokens for line in lines],
        output_tokens=[line.output_tokens for line in lines],
        costs_micros=[line.cost_micros for line in lines],
        currencies=strings.numbers([line.currency for line in lines]),
        previews=[short(line.preview, room) for line in lines],
        from_record=strings.numbers(shown.origins),
        critical=list(path),
        critical_ms=[ms(ns) for ns in path.values()],
        slowest=[places[at] for at in largest(own_times(of), _WORST, _is_some)],
        dearest=[places[at] for at in _dearest(of)],
        failed=[places[at] for at in _failed(of)],
        total=total,
        more=total > len(given) or (recordings is not None and recordings.more),
        strings=strings.all(),
    )


def text_of(row: SpanRow) -> str:
    """Return the error of a failed span, else its output, else its input."""
    return (row.error if row.status == "error" else None) or row.preview_out or row.preview_in


def short(text: str, room: int) -> str:
    """Return the beginning of a text in one line of at most `room` bytes."""
    line = " ".join(text[: 2 * room].split())
    if line.isascii():
        return line if len(line) <= room else line[:room] + "…"
    data = line.encode("utf-8", "replace")
    return line if len(data) <= room else data[:room].decode("utf-8", "ignore") + "…"


def _room(count: int) -> int:
    return min(_LONGEST, max(_SHORTEST, _TEXT // count))


def _shown(of: Outline, recordings: Recordings | None) -> _Shown:
    began = min(of.starts)
    starts = [start - began for start in of.starts]
    hits = {at for at, line in enumerate(of.lines) if line.cached and line.call and line.kind != "model"}
    if recordings is None or not hits:
        return _Shown(of.lines, of.depths, starts, [""] * len(starts), of.parents, range(len(starts)))
    shown, places = _Shown([], [], [], [], [], ()), list[int]()
    for at, line in enumerate(of.lines):
        places.append(len(shown.lines))
        _add(shown, line, of.depths[at], starts[at], "")
        if at in hits and not of.children[at]:
            for found in recordings.beneath_call(line.call, line.span):
                since = max(0, found.row.start_ns - found.began_ns)
                origin = found.row.trace or _LOST
                _add(
                    shown,
                    line_of(found.row, preview=text_of(found.row)),
                    of.depths[at] + found.depth,
                    starts[at] + since,
                    origin,
                )
    return shown._replace(parents=_parents(shown.depths), places=places)


def _add(shown: _Shown, line: SpanLine, depth: int, start: int, origin: str) -> None:
    shown.lines.append(line)
    shown.depths.append(depth)
    shown.starts.append(start)
    shown.origins.append(origin)


def _parents(depths: Iterable[int]) -> list[int]:
    """Return the place of each line's parent: the last one before it that stands a step further out."""
    found: list[int] = []
    above: list[int] = []
    for place, depth in enumerate(depths):
        del above[depth:]
        found.append(above[-1] if above else -1)
        above.append(place)
    return found


def _is_some(ns: int) -> bool:
    return ns > 0


def _dearest(of: Outline) -> list[int]:
    """Return the dearest in the currency that most spans are priced in: amounts of two cannot be ranked."""
    currencies = Counter([line.currency for line in of.lines if line.cost_micros])
    if not currencies:
        return []
    currency = currencies.most_common(1)[0][0]
    return largest([(line.cost_micros or 0) if line.currency == currency else 0 for line in of.lines], _WORST)


def _failed(of: Outline) -> list[int]:
    failed = [at for at, line in enumerate(of.lines) if line.status == "error"]
    failed.sort(key=lambda at: (-of.depths[at], of.ends[at]))
    return failed[:_FAILED]
