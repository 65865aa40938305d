"""Traces found in the spans of one database. Knows nothing of what a trace means.

A search goes back in time from window to window until it has found enough or its time is up. Within a window the
roots, and the spans beneath them, are compared in indexes that hold all that is asked for but the text.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from loomwork.kernel.clock import Clock
from loomwork.store.outlines import SpanLine
from loomwork.store.rows import SpanRow
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.lines import LINE, LINE_STARTS, lines_of
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import packed, unpacked
from loomwork.store.traces import Mark, Root, TracePage, TraceQuery

_ERROR = 2
"""Of `spans.STATUSES`."""
_FIRST_WINDOW, _LARGEST_WINDOW = 1_000, 32_000
_SLACK_NS = 60_000_000_000
"""How far the clock of another machine may be behind: a span may begin that long before its root."""
_ID = 32
_ROOTS = "FROM spans INDEXED BY spans_roots WHERE parent = x''"
_ROOTS_OF_RUN = "FROM spans INDEXED BY spans_roots_of_run WHERE parent = x'' AND run = ?"
_FURTHER = " AND start_ns <= ? AND NOT (start_ns = ? AND n >= ?) AND start_ns >= ?"
"""Asked with `_below` a place, and the earliest time."""
_NEVER = (1 << 63) - 1
_SAID = "EXISTS (SELECT 1 FROM feedback WHERE feedback.trace = spans.trace AND rating {})"
_RATED = {"yes": _SAID.format("!= 0"), "up": _SAID.format("> 0"), "down": _SAID.format("< 0")}


class _Where(NamedTuple):
    """Conditions and what they are asked with."""

    sql: str
    asked: tuple[object, ...] = ()
    verb: str = ""
    """`NOT`: must be false."""


class _Window(NamedTuple):
    """A stretch of the list."""

    low: int
    """When the first of it began."""
    high: Mark
    """Not within it."""
    size: int
    ends_ns: int
    """When the last of its traces ended."""
    first: int
    last: int
    """The least and the greatest number of its roots."""


class SqliteTraces:
    """The traces of one database."""

    def __init__(
        self, pool: Connections, names: Names, clock: Clock, *, columns: str, read: Callable[[Any], SpanRow]
    ) -> None:
        self._pool = pool
        self._names = names
        self._clock = clock
        self._columns = columns
        self._read = read

    def find(self, query: TraceQuery, *, limit: int, before: Mark | None = None, patience_s: float = 0.2) -> TracePage:
        """Return the newest traces that fit; where time is up before enough are found, `next` says where."""
        conditions, base = self._conditions(query), self._base(query)
        if conditions is None or base is None:
            return TracePage([], 0, None)
        until = Mark(query.until_ns - 1 if query.until_ns else _NEVER, _NEVER)
        at = until if before is None else min(before, until)
        began = since = self._clock.monotonic()
        found: list[Root] = []
        scanned, size = 0, _FIRST_WINDOW
        while (window := self._window(base, query, at, size)) is not None:
            roots = self._within([*conditions, *self._beneath(query, window)], window, limit - len(found))
            found += roots
            if len(found) == limit:
                last = found[-1].mark
                scanned += self._count(base, at, last)
                return TracePage(found, scanned, last if self._is_any(base, query, last) else None)
            scanned += window.size
            at, now = Mark(window.low, 0), self._clock.monotonic()
            size = _next_size(size, now - since, patience_s)
            since = now
            if now - began > patience_s:
                return TracePage(found, scanned, at if self._is_any(base, query, at) else None)
        return TracePage(found, scanned, None)

    def newest(self) -> int:
        """Return the number of the span that was written last."""
        return self._pool.row("SELECT coalesce(max(n), 0) FROM spans")[0]

    def written_after(self, number: int, query: TraceQuery, *, limit: int) -> TracePage:
        """Return traces whose root was written after a span, in order of writing."""
        new = self._pool.rows("SELECT n, start_ns FROM spans WHERE n > ? AND parent = x'' ORDER BY n LIMIT ?",
                              (number, limit))  # fmt: skip
        conditions = self._conditions(query)
        if not new or conditions is None:
            return TracePage([], len(new), None)
        inner = "EXISTS (SELECT 1 FROM spans AS other WHERE other.trace = spans.trace AND {})"
        beneath = [_Where(f"{each.verb} {inner.format(each.sql)}", each.asked) for each in _of_spans(query)]
        texts = _texts(query, new[0][0], new[-1][0])
        numbers = _Where(f"n IN ({_places(new)})", tuple(row[0] for row in new))
        rows = self._rows("FROM spans WHERE parent = x''", [numbers, *conditions, *beneath, *texts], " ORDER BY n")
        last = Mark(new[-1][1], new[-1][0])
        return TracePage(rows, len(new), last)

    def spans(self, trace: str, *, limit: int, bodies: bool = True) -> list[SpanRow]:
        """Return the first spans of a trace by start time."""
        columns = self._columns if bodies else self._columns.replace("input, output", "NULL, NULL")
        first = self._first(trace, limit)
        rows = self._pool.rows(f"SELECT {columns} FROM spans WHERE n IN ({first.sql})", first.asked)
        return sorted(map(self._read, rows), key=_began)

    def lines(self, trace: str, *, limit: int, preview: int) -> list[SpanLine]:
        """Return what the tree of a trace needs of its first spans by start time, with so many characters of each."""
        first = self._first(trace, limit)
        rows = self._pool.rows(f"SELECT {LINE} FROM spans WHERE n IN ({first.sql})", (preview, *first.asked))
        rows.sort(key=LINE_STARTS)
        return lines_of(rows, self._names)

    def _first(self, trace: str, limit: int) -> _Where:
        """Return what selects the first spans of a trace.

        By their place in the file: half as long as in any other order, and a sort of so many is nothing.
        """
        first, asked = "SELECT n FROM spans WHERE trace = ?", (packed(trace),)
        if self.count(trace) > limit:
            return _Where(f"{first} ORDER BY start_ns, end_ns DESC LIMIT ?", (*asked, limit))
        return _Where(first, asked)

    def count(self, trace: str) -> int:
        """Return how many spans a trace has."""
        return self._pool.row("SELECT count(*) FROM spans WHERE trace = ?", (packed(trace),))[0]

    def span(self, trace: str, span: str) -> SpanRow | None:
        """Return one span."""
        sql = f"SELECT {self._columns} FROM spans WHERE trace = ? AND span = ?"
        row = self._pool.row(sql, (packed(trace), packed(span)))
        return None if row is None else self._read(row)

    def beginning(self, prefix: str, *, limit: int = 5) -> Sequence[str]:
        """Return the ids of traces that begin with these hex digits."""
        low, high = packed(prefix.ljust(_ID, "0")), packed(prefix.ljust(_ID, "f"))
        sql = "SELECT DISTINCT trace FROM spans WHERE trace BETWEEN ? AND ? ORDER BY trace LIMIT ?"
        return [unpacked(row[0]) for row in self._pool.rows(sql, (low, high, limit))]

    # -- one window

    def _window(self, base: _Where, query: TraceQuery, at: Mark, size: int) -> _Window | None:
        """Return the next stretch of so many roots (and those that began with the last of them), or of what is left."""
        asked = (*base.asked, *_below(at), query.since_ns)
        row = self._pool.row(f"SELECT start_ns {base.sql}{_FURTHER} ORDER BY start_ns DESC LIMIT 1 OFFSET ?",
                             (*asked, size - 1))  # fmt: skip
        low = row[0] if row is not None else query.since_ns
        count, low, ends, first, last = self._pool.row(
            f"SELECT count(*), min(start_ns), max(end_ns), min(n), max(n) {base.sql}{_FURTHER}", (*asked[:-1], low)
        )
        return _Window(low, at, count, ends, first, last) if count else None

    def _is_any(self, base: _Where, query: TraceQuery, at: Mark) -> bool:
        """Say whether there are older ones."""
        asked = (*base.asked, *_below(at), query.since_ns)
        return self._pool.row(f"SELECT 1 {base.sql}{_FURTHER} LIMIT 1", asked) is not None

    def _count(self, base: _Where, high: Mark, low: Mark) -> int:
        """Return how many roots stand between two places, the second included."""
        sql = f"SELECT count(*) {base.sql}{_FURTHER} AND NOT (start_ns = ? AND n < ?)"
        return self._pool.row(sql, (*base.asked, *_below(high), low.start_ns, *low))[0]

    def _base(self, query: TraceQuery) -> _Where | None:
        if query.run is None:
            return _Where(_ROOTS)
        number = self._names.known(query.run)
        return None if number is None else _Where(_ROOTS_OF_RUN, (number,))

    def _within(self, conditions: Sequence[_Where], window: _Window, limit: int) -> list[Root]:
        place = _Where(_FURTHER.removeprefix(" AND "), (*_below(window.high), window.low))
        return self._rows(_ROOTS, [place, *conditions], " ORDER BY start_ns DESC, n DESC LIMIT ?", (limit,))

    def _rows(self, base: str, conditions: Sequence[_Where], order: str, asked: tuple[object, ...] = ()) -> list[Root]:
        where = "".join(f" AND {each.sql}" for each in conditions)
        given = [value for each in conditions for value in each.asked]
        numbers = self._pool.rows(f"SELECT n, start_ns {base}{where}{order}", (*given, *asked))
        sql = f"SELECT {self._columns} FROM spans WHERE n = ?"
        rows = ((number, start, self._pool.row(sql, (number,))) for number, start in numbers)
        return [Root(Mark(start, number), self._read(row)) for number, start, row in rows if row is not None]

    # -- conditions

    def _conditions(self, query: TraceQuery) -> list[_Where] | None:
        """Return what must be true of the root; None where nothing can be."""
        found: list[_Where] = []
        if query.run is not None:
            number = self._names.known(query.run)
            if number is None:
                return None
            found.append(_Where("run = ?", (number,)))
        if query.cached is not None:
            found.append(_Where("cached = ?", (query.cached,)))
        if query.not_kind:
            found.append(_Where("kind IS NOT (SELECT id FROM names WHERE text = ?)", (query.not_kind,)))
        if query.min_ns:
            found.append(_Where("end_ns - start_ns >= ?", (query.min_ns,)))
        if query.max_ns:
            found.append(_Where("end_ns - start_ns <= ?", (query.max_ns,)))
        if query.rated:
            found.append(_Where(_RATED[query.rated]))
        return found

    def _beneath(self, query: TraceQuery, window: _Window) -> list[_Where]:
        since, until = window.low - _SLACK_NS, window.ends_ns + _SLACK_NS
        inner = "SELECT trace FROM spans INDEXED BY spans_by_start WHERE start_ns BETWEEN ? AND ? AND"
        beneath = [
            _Where(f"trace {each.verb} IN ({inner} {each.sql})", (since, until, *each.asked))
            for each in _of_spans(query)
        ]
        return [*beneath, *_texts(query, window.first, window.last)]


def _began(row: SpanRow) -> int:
    return row.start_ns


def _next_size(size: int, took_s: float, patience_s: float) -> int:
    """Return how large the next window is: one that took long is followed by a smaller one."""
    return min(_LARGEST_WINDOW, 2 * size) if took_s < patience_s / 8 else max(_FIRST_WINDOW, size // 2)


def _below(at: Mark) -> tuple[int, int, int]:
    return at.start_ns, at.start_ns, at.number


def _of_spans(query: TraceQuery) -> list[_Where]:
    """Return what must be true of one span of the trace, and what of none."""
    wanted: list[_Where] = []
    if query.kind:
        wanted.append(_Where("kind = (SELECT id FROM names WHERE text = ?)", (query.kind,)))
    if query.name:
        sql = "name IN (SELECT id FROM names WHERE text = ? OR substr(text, -length(?)) = ?)"
        wanted.append(_Where(sql, (query.name, f":{query.name}", f":{query.name}")))
    if query.models:
        sql = f"model IN (SELECT id FROM names WHERE text IN ({_places(query.models)}))"
        wanted.append(_Where(sql, query.models))
    failed = _Where(f"status = {_ERROR}")
    if query.failed == "yes":
        wanted.append(failed)
    found = [_joined(wanted)] if wanted else []
    return [*found, failed._replace(verb="NOT")] if query.failed == "no" else found


def _joined(wheres: Sequence[_Where]) -> _Where:
    return _Where(" AND ".join(each.sql for each in wheres), tuple(value for each in wheres for value in each.asked))


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _texts(query: TraceQuery, first: int, last: int) -> list[_Where]:
    """Return that the root says the text, where its number lies within a stretch: what roots say is read on end."""
    if not query.text:
        return []
    pattern = "%" + query.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    said = "n IN (SELECT n FROM root_texts WHERE n BETWEEN ? AND ? AND text LIKE ? ESCAPE '\\')"
    named = "name IN (SELECT id FROM names WHERE text LIKE ? ESCAPE '\\')"
    return [_Where(f"({said} OR {named})", (first, last, pattern, pattern))]
