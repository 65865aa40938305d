"""Requests to the gateway: written in batches behind the one who serves, found again by what they were.

Knows nothing of HTTP. What a request came to stands in `request_rollups.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from loomwork.kernel.clock import Clock
from loomwork.store.requests import (
    EVERYTHING,
    GUARDED,
    REFUSED,
    UNANSWERED,
    Affected,
    Dimension,
    Only,
    People,
    Place,
    Question,
    RequestFilter,
    RequestRollup,
    Spread,
    Spreading,
    Summed,
)
from loomwork.store.rows import RequestRow
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.many import insert
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import packed, unpacked
from loomwork.store.sqlite.request_people import note_people, people
from loomwork.store.sqlite.request_rollups import MINUTE_NS, RequestRollups, add_to_rollups
from loomwork.store.writer import DEFAULT_LIMITS, Writer, WriterLimits

FIELDS = RequestRow.__struct_fields__
_STREAMED = FIELDS.index("streamed")
_COLUMNS = ", ".join(FIELDS)
_NAMED = frozenset(("release", "served", "model", "key", "dialect", "error", "cached"))
_INTO = f"INSERT INTO requests ({_COLUMNS})"
_NEVER = (1 << 63) - 1
_UNKNOWN = "?"
_NOT_TAKEN = frozenset((400, 401, 404, 405, 413, 422))
"""Where a request was not understood, its names may be anything."""
_LONGEST = 200
_SLOW_NS, _FEW = 1_000_000_000, 10_000
_IS_SLOW, _BY_LENGTH = f"total_ns >= {_SLOW_NS}", " INDEXED BY requests_by_length"
_FLAGS: Mapping[str, str] = {
    "": "",
    "refused": f"flags & {REFUSED} != 0",
    "guarded": f"flags & {GUARDED} != 0",
    "unanswered": f"flags & {UNANSWERED} != 0",
    "degraded": "degraded != ''",
}
_RATED = {
    "": "",
    **{
        which: f"EXISTS (SELECT 1 FROM feedback f WHERE f.trace = requests.trace AND {rating})"
        for which, rating in {"yes": "TRUE", "up": "f.rating > 0", "down": "f.rating < 0"}.items()
    },
}
_BY_NUMBER = ("release", "served", "model", "key", "error")
_BY_TEXT = ("user", "session")
_HAVING = {column: "{0} = ? AND {0} != ''" for column in _BY_TEXT}
"""As the indexes of those that name somebody have it: SQLite takes such an index only where the query says so too."""
_STATUS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "failed": ("status >= ?", (400,)),
    **{f"{hundreds}xx": ("status BETWEEN ? AND ?", (hundreds * 100, hundreds * 100 + 99)) for hundreds in range(1, 6)},
}


_Given = list[object]
_Condition = tuple[str, _Given]
"""A condition, and what it is asked with."""


class SqliteRequests:
    """The requests of one database."""

    def __init__(self, pool: Connections, names: Names, clock: Clock, *, limits: WriterLimits = DEFAULT_LIMITS) -> None:
        self._pool = pool
        self._names = names
        self._clock = clock
        self._limits = limits
        self._writer: Writer[RequestRow] | None = None
        self._rollups = RequestRollups(pool, names)

    # -- writing

    def write(self, rows: Sequence[RequestRow]) -> None:
        """Hand rows to the writer thread: microseconds, any thread; never raises for the store's sake."""
        writer = self._writer
        if writer is None:
            writer = self._writer = Writer(self.put, name="loomwork-requests", limits=self._limits)
        writer.take(rows)

    def put(self, rows: Sequence[RequestRow]) -> None:
        """Write rows and add them to the rollups in one transaction, here and now."""
        taken = [self._settled(row) for row in rows]
        values = [self._values(row) for row in taken]
        with self._pool.writing() as session:
            session.fold_early()
            insert(session.connection, _INTO, values)
            add_to_rollups(session, taken, self._names)
            note_people(session, taken)

    def flush(self) -> int:
        """Write what was handed over so far; return how many rows the store did not take."""
        return 0 if self._writer is None else self._writer.flush()

    def close(self) -> int:
        """Flush and stop the thread; return how many rows could not be stored."""
        return 0 if self._writer is None else self._writer.close()

    def _settled(self, row: RequestRow) -> RequestRow:
        """Return a row whose names are bounded: whoever asks for what is not there gives it no name here."""
        if row.status in _NOT_TAKEN and row.served and self._names.known(row.served) is None:
            return replace(row, served=_UNKNOWN)
        return row if len(row.served) <= _LONGEST else replace(row, served=row.served[:_LONGEST])

    def _values(self, row: RequestRow) -> tuple[object, ...]:
        number = self._names.number
        return (
            packed(row.trace), row.at_ns, number(row.release), number(row.served), number(row.model), number(row.key),
            row.user, row.session, number(row.dialect), row.status, number(row.error), number(row.cached),
            row.degraded, row.streamed, row.input_tokens, row.output_tokens, row.cost_micros, row.currency,
            row.saved_micros, row.total_ns, row.first_ns, row.chunks, row.flags,
        )  # fmt: skip

    # -- finding

    def list(self, asked: RequestFilter, *, limit: int = 100, before: Place | None = None) -> Sequence[RequestRow]:
        """Return the newest requests first; with `before`, those behind that place."""
        found = self._where(asked)
        if found is None:
            return []
        where, given = found
        if before is not None:
            number = self._pool.row("SELECT max(n) FROM requests WHERE trace = ?", (packed(before.trace),))[0] or 0
            where += " AND at_ns <= ? AND NOT (at_ns = ? AND n >= ?)"
            given += [before.at_ns, before.at_ns, number]
        table = f"requests{self._short_cut(asked)}"
        sql = f"SELECT {_COLUMNS} FROM {table} WHERE {where} ORDER BY at_ns DESC, n DESC LIMIT ?"
        return [self.row(row) for row in self._pool.rows(sql, (*given, limit))]

    def _short_cut(self, asked: RequestFilter) -> str:
        """Return the index of slow requests where they are few; where they are many, the newest are soon found."""
        least_ns = round(asked.min_ms * 1e6)
        if least_ns < _SLOW_NS or asked.session:
            return ""
        sql = f"SELECT count(*) FROM (SELECT 1 FROM requests{_BY_LENGTH} WHERE total_ns >= ? AND {_IS_SLOW} LIMIT ?)"
        is_few = self._pool.row(sql, (least_ns, _FEW))[0] < _FEW
        return _BY_LENGTH if is_few else ""

    def get(self, trace: str) -> RequestRow | None:
        """Return the request that a trace belongs to."""
        row = self._pool.row(f"SELECT {_COLUMNS} FROM requests WHERE trace = ? LIMIT 1", (packed(trace),))
        return None if row is None else self.row(row)

    def between(self, low: int, high: int) -> Sequence[RequestRow]:
        """Return the requests of a stretch of row numbers, in order of writing."""
        sql = f"SELECT {_COLUMNS} FROM requests WHERE n BETWEEN ? AND ? ORDER BY n"
        return [self.row(row) for row in self._pool.rows(sql, (low, high))]

    def oldest_ns(self) -> int:
        """Return when the first request came that is still there; 0 where there is none."""
        return self._pool.row("SELECT coalesce(min(at_ns), 0) FROM requests")[0]

    def last_used(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Return when the last requests with these keys came, to the minute; without those never used."""
        found = {key: self._rollups.last_minute(key) for key in keys}
        return {key: minute * MINUTE_NS for key, minute in found.items() if minute is not None}

    def affected(self, *, release: str = "", since_ns: int = 0, until_ns: int = 0) -> Affected:
        """Return the traces (oldest first) and the users (by name) of a release, of a stretch of time, or of both."""
        found = self._where(RequestFilter(release=release, since_ns=since_ns, until_ns=until_ns))
        if found is None:
            return Affected([], [])
        where, given = found
        rows = self._pool.rows(f"SELECT trace, user FROM requests WHERE {where} ORDER BY at_ns, n", given)
        traces = dict.fromkeys(unpacked(row[0]) for row in rows)
        return Affected(list(traces), sorted({row[1] for row in rows if row[1]}))

    def people(self, *, since_ns: int, until_ns: int) -> People:
        """Return how many sessions and users there were, and how many of these came back."""
        return people(self._pool, since_ns, until_ns)

    def questions(self, asked: RequestFilter, *, limit: int = 1_000) -> Sequence[Question]:
        """Return the newest questions whose trace is still there."""
        found = self._where(asked)
        if found is None:
            return []
        where, given = found
        sql = (
            "SELECT r.trace, r.at_ns, s.preview_in, r.flags FROM (SELECT trace, at_ns, flags, n FROM requests"
            f" WHERE {where} ORDER BY at_ns DESC, n DESC LIMIT ?) r"
            " JOIN spans s ON s.trace = r.trace AND s.parent = x'' WHERE s.preview_in != '' ORDER BY 2 DESC, r.n DESC"
        )
        return [Question(unpacked(row[0]), *row[1:]) for row in self._pool.rows(sql, (*given, limit))]

    # -- figures

    def rollups(
        self, *, since_minute: int, until_minute: int, width: int = 1, only: Only = EVERYTHING
    ) -> Sequence[RequestRollup]:
        """Return whole rollups in [since, until), by minute."""
        return self._rollups.rows(since_minute, until_minute, width, only)

    def sums(
        self,
        *,
        since_minute: int,
        until_minute: int,
        every: int,
        width: int = 1,
        by: Dimension = "",
        only: Only = EVERYTHING,
    ) -> Sequence[Summed]:
        """Return counts over stretches of `every` minutes (a multiple of `width`) from `since_minute` on."""
        return self._rollups.sums(since_minute, until_minute, every, width, by, only)

    def spreads(
        self,
        what: Spread,
        *,
        since_minute: int,
        until_minute: int,
        width: int = 1,
        by: Dimension = "",
        only: Only = EVERYTHING,
    ) -> Sequence[Spreading]:
        """Return one histogram, or counts by kind, of each rollup that has any."""
        return self._rollups.spreads(what, since_minute, until_minute, width, by, only)

    def named(self, *, since_minute: int, until_minute: int, width: int = 1) -> Sequence[Only]:
        """Return every release, served thing, model and key that came together in a stretch of time."""
        return self._rollups.named(since_minute, until_minute, width)

    # -- conditions

    def _where(self, asked: RequestFilter) -> _Condition | None:
        """Return a condition and what it is asked with; None where nothing can meet it."""
        parts: list[str] = ["at_ns >= ?", "at_ns < ?"]
        given: _Given = [asked.since_ns, asked.until_ns or _NEVER]
        for column in (*_BY_NUMBER, *_BY_TEXT):
            wanted: str = getattr(asked, column)
            if wanted:
                value = self._names.known(wanted) if column in _BY_NUMBER else wanted
                if value is None:
                    return None
                parts.append(_HAVING.get(column, "{} = ?").format(column))
                given.append(value)
        for part, values in (_status(asked.status), self._cached(asked.cached), *_least(asked)):
            parts.append(part)
            given.extend(values)
        if asked.rated and not self._is_rating():
            return None
        parts.append(_FLAGS[asked.flag])
        parts.append(_RATED[asked.rated])
        return " AND ".join(part for part in parts if part), given

    def _is_rating(self) -> bool:
        return bool(self._pool.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'feedback'"))

    def _cached(self, asked: str) -> _Condition:
        if not asked:
            return "", []
        if asked in {"yes", "no"}:
            return ("cached != ?" if asked == "yes" else "cached = ?"), [self._names.known("")]
        return "cached = ?", [self._names.known(asked)]

    def row(self, row: Any) -> RequestRow:
        """Return a row of the table as a value."""
        text: Callable[[int], str] = self._names.text
        fields: dict[str, Any] = {
            name: text(value) if name in _NAMED else value for name, value in zip(FIELDS, row, strict=True)
        }
        fields.update(trace=unpacked(row[0]), streamed=bool(row[_STREAMED]))
        return RequestRow(**fields)


def _status(asked: str) -> tuple[str, Sequence[object]]:
    if not asked:
        return "", ()
    return _STATUS[asked] if asked in _STATUS else ("status = ?", (int(asked) if asked.isdigit() else -1,))


def _least(asked: RequestFilter) -> Sequence[tuple[str, Sequence[object]]]:
    return (
        _as_slow(round(asked.min_ms * 1e6)),
        ("cost_micros >= ?", (asked.min_cost_micros,)) if asked.min_cost_micros else ("", ()),
    )


def _as_slow(least_ns: int) -> tuple[str, Sequence[object]]:
    if not least_ns:
        return "", ()
    return ("total_ns >= ?" if least_ns < _SLOW_NS else f"total_ns >= ? AND {_IS_SLOW}"), (least_ns,)
