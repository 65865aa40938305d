"""Spans and their minute rollups. Knows nothing of who records them."""

from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter
from typing import Any, Literal

from msgspec import DecodeError, Struct, field, msgpack

from loomwork.kernel.clock import Clock
from loomwork.store.rows import PlacedSpan, RollupRow, ShownSpan, SpanRow
from loomwork.store.sqlite.blobs import all_prepared, keep
from loomwork.store.sqlite.calls import SqliteCalls
from loomwork.store.sqlite.connections import Connections, Session
from loomwork.store.sqlite.many import insert
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import in_parts, kept_or_none, packed, taken_or_none, unpacked
from loomwork.store.sqlite.rollups import add_to_rollups, rollup_row

SpanStatus = Literal["ok", "error", "unset"]
STATUSES: tuple[SpanStatus, ...] = ("unset", "ok", "error")
_STATUS = {text: number for number, text in enumerate(STATUSES)}
COLUMNS = (
    "trace, span, parent, name, kind, start_ns, end_ns, status, error, run, item, trial, cached, model, input_tokens,"
    " output_tokens, cost_micros, currency, input, output, preview_in, preview_out, subject, attributes"
)
_INTO = f"INSERT OR IGNORE INTO spans ({COLUMNS})"
_NEWEST = "SELECT trace, span FROM spans ORDER BY n DESC LIMIT ?"
_TRACE = f"SELECT {COLUMNS} FROM spans WHERE n IN (SELECT n FROM spans WHERE trace = ?) ORDER BY n"
"""Row numbers first: rows are then read in the order in which they lie on disk."""
_PLACED = (
    "n, name, kind, start_ns, end_ns, status, cached, item, trial, input_tokens, output_tokens, cost_micros, currency,"
    " attributes"
)
_PAGE = 2000
_PLACED_FROM = (
    f"SELECT {_PLACED} FROM spans INDEXED BY spans_by_run WHERE run = ? AND start_ns >= ?"
    f" AND (start_ns > ? OR n > ?) AND n <= ? ORDER BY start_ns, n LIMIT {_PAGE}"
)
_PLACED_AFTER = f"SELECT {_PLACED} FROM spans WHERE n > ? AND +run = ? ORDER BY n LIMIT ?"
_SHOWN = "SELECT n, trace, span, name, preview_in, preview_out, error, attributes FROM spans WHERE n IN ({})"
_FAILED = _STATUS["error"]
_START = itemgetter(5)
_NO_ATTRIBUTES = msgpack.encode({})
_encode = msgpack.Encoder(enc_hook=str).encode
_decode = msgpack.Decoder(dict[str, object]).decode


class SqliteSpans:
    """The spans of one database."""

    def __init__(self, pool: Connections, names: Names, calls: SqliteCalls, clock: Clock) -> None:
        self._pool = pool
        self._names = names
        self._calls = calls
        self._clock = clock

    def write(self, rows: Sequence[SpanRow], bodies: Sequence[bytes] = ()) -> None:
        """Write a batch with its bodies and rollups in one transaction. A span that is there already is left alone."""
        ready = all_prepared(self._pool, bodies, self._clock.now_ns())
        values = [self._values(row) for row in rows]
        self._pool.do(Session.fold_early)
        with self._pool.writing() as session:
            keep(session, ready)
            new = _insert(session, rows, values)
            add_to_rollups(session, new, self._names)
        self._calls.index()

    def trace(self, trace: str) -> list[SpanRow]:
        """Return all spans of one trace by start time."""
        rows = self._pool.rows(_TRACE, (packed(trace),))
        rows.sort(key=_START)
        return [self.row(row) for row in rows]

    def between(self, low: int, high: int) -> Sequence[SpanRow]:
        """Return the spans of a stretch of row numbers, in order of writing."""
        sql = f"SELECT {COLUMNS} FROM spans WHERE n BETWEEN ? AND ? ORDER BY n"
        return [self.row(row) for row in self._pool.rows(sql, (low, high))]

    def rollups(self, *, since_minute: int, until_minute: int, name: str | None = None) -> list[RollupRow]:
        """Return the minute rollups in [since, until)."""
        number = None
        if name is not None:
            number = self._names.known(name)
            if number is None:
                return []
        sql = "SELECT * FROM rollups WHERE minute >= ? AND minute < ? AND (? IS NULL OR name = ?) ORDER BY minute"
        rows = self._pool.rows(sql, (since_minute, until_minute, number, number))
        return [rollup_row(row, self._names) for row in rows]

    def list(self, *, limit: int = 100, run: str | None = None, roots_only: bool = True) -> list[SpanRow]:
        """Return the newest spans first."""
        wanted: list[str] = ["parent = x''"] if roots_only else []
        asked: list[object] = []
        if run is not None:
            number = self._names.known(run)
            if number is None:
                return []
            wanted.append("run = ?")
            asked.append(number)
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        sql = f"SELECT {COLUMNS} FROM spans {where} ORDER BY start_ns DESC, n DESC LIMIT ?"
        return [self.row(row) for row in self._pool.rows(sql, (*asked, limit))]

    def newest(self) -> int:
        """Return the place of the span that was written last; 0 where there is none."""
        return self._pool.row("SELECT coalesce(max(n), 0) FROM spans")[0]

    def placed(self, run: str, *, until: int) -> Iterator[PlacedSpan]:
        """Yield the spans of a run that were written up to a place, by start, a page at a time."""
        number = self._names.known(run)
        if number is None:
            return
        start, last = -1 << 62, 0
        while rows := self._pool.rows(_PLACED_FROM, (number, start, start, last, until)):
            for row in rows:
                yield self._placed(row)
            start, last = rows[-1][3], rows[-1][0]

    def placed_after(self, run: str, place: int, *, limit: int = 2000) -> Sequence[PlacedSpan]:
        """Return the spans of a run that were written after a place, in order of writing."""
        number = self._names.known(run)
        if number is None:
            return []
        return [self._placed(row) for row in self._pool.rows(_PLACED_AFTER, (place, number, limit))]

    def at(self, places: Collection[int]) -> dict[int, ShownSpan]:
        """Return what lists show of spans, by their places (those that are still there)."""
        found: dict[int, ShownSpan] = {}
        for part in in_parts(places):
            rows = self._pool.rows(_SHOWN.format(",".join("?" * len(part))), part)
            found.update((row[0], self._shown(row)) for row in rows)
        return found

    def _placed(self, row: Any) -> PlacedSpan:
        text = self._names.text
        said = _figures(row[13]) if row[13] != _NO_ATTRIBUTES else _NO_FIGURES
        return PlacedSpan(
            n=row[0],
            name=text(row[1]),
            kind=text(row[2]),
            start_ns=row[3],
            end_ns=row[4],
            failed=row[5] == _FAILED,
            cached=bool(row[6]),
            item=row[7],
            trial=row[8],
            input_tokens=row[9],
            output_tokens=row[10],
            cost_micros=row[11],
            currency=row[12],
            attempt=said.attempt,
            requests=said.requests,
        )

    def _shown(self, row: Any) -> ShownSpan:
        return ShownSpan(
            n=row[0],
            trace=unpacked(row[1]),
            span=unpacked(row[2]),
            name=self._names.text(row[3]),
            preview_in=row[4],
            preview_out=row[5],
            error=row[6],
            call=_figures(row[7]).call,
        )

    def _values(self, row: SpanRow) -> tuple[object, ...]:
        number = self._names.number
        return (
            packed(row.trace), packed(row.span), packed(row.parent), number(row.name), number(row.kind),
            row.start_ns, row.end_ns, _STATUS[row.status], row.error, number(row.run), row.item, row.trial,
            row.cached, number(row.model), row.input_tokens, row.output_tokens, row.cost_micros, row.currency,
            kept_or_none(row.input), kept_or_none(row.output), row.preview_in, row.preview_out, row.subject,
            _encode(row.attributes) if row.attributes else _NO_ATTRIBUTES,
        )  # fmt: skip

    def row(self, row: Any) -> SpanRow:
        """Return the span in a row of `COLUMNS`."""
        text = self._names.text
        return SpanRow(
            trace=unpacked(row[0]),
            span=unpacked(row[1]),
            parent=unpacked(row[2]),
            name=text(row[3]),
            kind=text(row[4]),
            start_ns=row[5],
            end_ns=row[6],
            status=_status_of(row[7]),
            error=row[8],
            run=text(row[9]),
            item=row[10],
            trial=row[11],
            cached=bool(row[12]),
            model=text(row[13]),
            input_tokens=row[14],
            output_tokens=row[15],
            cost_micros=row[16],
            currency=row[17],
            input=taken_or_none(row[18]),
            output=taken_or_none(row[19]),
            preview_in=row[20],
            preview_out=row[21],
            subject=row[22],
            attributes=_attributes(row[23]),
        )


class _Figures(Struct, frozen=True, gc=False):
    """The attributes of our own that tables need; the others are passed over."""

    call: str = field(default="", name="loomwork.call")
    attempt: int = field(default=0, name="loomwork.attempt")
    requests: int = field(default=0, name="loomwork.requests")


_NO_FIGURES = _Figures()
_decode_figures = msgpack.Decoder(_Figures).decode


def _figures(data: bytes) -> _Figures:
    try:
        return _decode_figures(data)
    except DecodeError:  # damaged, or somebody else's attribute under our name
        return _NO_FIGURES


def _attributes(data: bytes) -> dict[str, object]:
    if data == _NO_ATTRIBUTES:
        return {}
    try:
        return _decode(data)
    except DecodeError:  # a byte of the disk turned: the rest of the span is still worth showing
        return {"loomwork.damaged": "attributes"}


def _status_of(number: int) -> SpanStatus:
    return STATUSES[number]


def _insert(session: Session, rows: Sequence[SpanRow], values: Sequence[tuple[object, ...]]) -> Sequence[SpanRow]:
    """Insert what is new and return it. All is new but when a batch is sent twice."""
    count = insert(session.connection, _INTO, values)
    if count == len(rows):
        return rows
    new = set(session.connection.execute(_NEWEST, (count,)))
    found: list[SpanRow] = []
    for row, value in zip(rows, values, strict=True):
        if value[:2] in new:
            new.discard(value[:2])
            found.append(row)
    return found
