"""Spans and their minute rollups. Knows nothing of who records them."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Literal

from msgspec import DecodeError, msgpack

from loomwork.kernel.clock import Clock
from loomwork.store.rows import RollupRow, SpanRow
from loomwork.store.sqlite.blobs import all_prepared, keep
from loomwork.store.sqlite.calls import SqliteCalls
from loomwork.store.sqlite.connections import Connections, Session
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import kept_or_none, packed, taken_or_none, unpacked
from loomwork.store.sqlite.rollups import add_to_rollups, rollup_row

SpanStatus = Literal["ok", "error", "unset"]
STATUSES: tuple[SpanStatus, ...] = ("unset", "ok", "error")
_STATUS = {text: number for number, text in enumerate(STATUSES)}
COLUMNS = (
    "trace, span, parent, name, kind, start_ns, end_ns, status, error, run, item, trial, cached, model, input_tokens,"
    " output_tokens, cost_micros, currency, input, output, preview_in, preview_out, subject, attributes"
)
_INSERT = f"INSERT OR IGNORE INTO spans ({COLUMNS}) VALUES ({', '.join('?' * 24)})"
_TRACE = f"SELECT {COLUMNS} FROM spans WHERE n IN (SELECT n FROM spans WHERE trace = ?) ORDER BY n"
"""Row numbers first: rows are then read in the order in which they lie on disk."""
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
    connection = session.connection
    connection.execute("SAVEPOINT spans")
    if connection.executemany(_INSERT, values).rowcount == len(rows):
        connection.execute("RELEASE spans")
        return rows
    connection.execute("ROLLBACK TO spans")
    connection.execute("RELEASE spans")
    return [row for row, value in zip(rows, values, strict=True) if connection.execute(_INSERT, value).rowcount]
