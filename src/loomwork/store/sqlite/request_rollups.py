"""Add requests to their rollups, and read these back. Knows nothing of who asks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import msgpack

from loomwork.store import buckets
from loomwork.store.requests import (
    GUARDED,
    REFUSED,
    UNANSWERED,
    WIDTHS,
    Counts,
    Dimension,
    Only,
    RequestRollup,
    Spread,
    Spreading,
    Summed,
)
from loomwork.store.rows import RequestRow
from loomwork.store.sqlite.connections import Connections, Session
from loomwork.store.sqlite.names import Names

MINUTE_NS = 60_000_000_000
_COUNTS = Counts.__struct_fields__
_LISTED = ", ".join(_COUNTS)
_MAPS = ("errors", "hits", "totals", "firsts", "tokens")
_DIMENSIONS = ("release", "served", "model", "key")
_PLACE = ("width", "minute", *_DIMENSIONS, "currency")
_WHERE = " AND ".join(f"{column} = ?" for column in _PLACE)
_EACH, _TOTALS = "request_rollups", "request_totals"
_ALL = 0
"""In a total, the number of what is not kept apart."""


class _Statements(NamedTuple):
    """How a table grows."""

    find: str
    insert: str
    add: str


def _statements(table: str) -> _Statements:
    return _Statements(
        f"SELECT n, {', '.join(_MAPS)} FROM {table} WHERE {_WHERE}",
        f"INSERT INTO {table} ({', '.join((*_PLACE, *_COUNTS, *_MAPS))})"
        f" VALUES ({', '.join('?' * (len(_PLACE) + len(_COUNTS) + len(_MAPS)))})",
        f"UPDATE {table} SET {', '.join(f'{column} = {column} + ?' for column in _COUNTS)},"
        f" {', '.join(f'{column} = ?' for column in _MAPS)} WHERE n = ?",
    )


_GROW = {table: _statements(table) for table in (_EACH, _TOTALS)}
_BAD, _LIMITED, _LEFT, _BROKEN = 400, 429, 499, 500
_kinds = msgpack.Decoder(dict[str, int]).decode
_encode = msgpack.encode
_NUMBERED: Mapping[Dimension, str] = {"": "0", **{each: each for each in _DIMENSIONS}}

Place = tuple[int, int, int, int, int, str]
"""Minute, release, served, model, key, currency."""


class _Sum:
    """What the requests of one place in one batch came to."""

    __slots__ = ("counts", "maps")

    def __init__(self) -> None:
        self.counts = [0] * len(_COUNTS)
        self.maps: tuple[dict[Any, int], ...] = ({}, {}, {}, {}, {})

    def add(self, row: RequestRow) -> None:
        status, flags = row.status, row.flags
        gained = (
            1, _BAD <= status < _BROKEN and status not in {_LIMITED, _LEFT}, status == _LIMITED, status >= _BROKEN,
            status == _LEFT, row.cached != "", row.degraded != "", row.streamed, row.input_tokens, row.output_tokens,
            row.cost_micros or 0, _is_unpriced(row), row.saved_micros, row.total_ns, row.first_ns,
            flags & REFUSED != 0, flags & GUARDED != 0, flags & UNANSWERED != 0,
        )  # fmt: skip
        self.counts = [had + more for had, more in zip(self.counts, gained, strict=True)]
        errors, hits, totals, firsts, tokens = self.maps
        if row.error:
            errors[row.error] = errors.get(row.error, 0) + 1
        if row.cached:
            hits[row.cached] = hits.get(row.cached, 0) + 1
        if status < _BAD:
            _count(totals, row.total_ns)
            if row.first_ns:
                _count(firsts, row.first_ns)
            each = token_ns(row)
            if each:
                _count(tokens, each)

    def join(self, other: "_Sum") -> None:
        """Add another sum."""
        self.counts = [had + more for had, more in zip(self.counts, other.counts, strict=True)]
        for mine, theirs in zip(self.maps, other.maps, strict=True):
            for key, count in theirs.items():
                mine[key] = mine.get(key, 0) + count


def token_ns(row: RequestRow) -> int:
    """Return the time that a streamed answer took for each token after the first; 0 where that cannot be said."""
    pieces = max(row.output_tokens, row.chunks) - 1
    return (row.total_ns - row.first_ns) // pieces if row.first_ns and pieces > 0 and not row.cached else 0


def _is_unpriced(row: RequestRow) -> bool:
    return row.cost_micros is None and row.model != "" and row.cached == ""


def _count(histogram: dict[int, int], duration_ns: int) -> None:
    bucket = buckets.bucket_of(duration_ns)
    histogram[bucket] = histogram.get(bucket, 0) + 1


def add_to_rollups(session: Session, rows: Iterable[RequestRow], names: Names) -> None:
    """Add requests to the rollups and totals of every width, inside the caller's transaction."""
    number = names.number
    sums: dict[Place, _Sum] = {}
    for row in rows:
        place = (
            row.at_ns // MINUTE_NS, number(row.release), number(row.served), number(row.model), number(row.key),
            row.currency,
        )  # fmt: skip
        found = sums.get(place)
        if found is None:
            found = sums[place] = _Sum()
        found.add(row)
    for table, parts in ((_EACH, sums), (_TOTALS, _totals(sums))):
        for width in WIDTHS:
            for place, total in _widened(parts, width).items():
                _add(session, table, (width, *place), total)


def _totals(sums: Mapping[Place, _Sum]) -> dict[Place, _Sum]:
    """Return the sums over everything, and over everything but one dimension."""
    found: dict[Place, list[_Sum]] = {}
    for (minute, release, served, model, key, currency), total in sums.items():
        for kept in (
            (_ALL, _ALL, _ALL, _ALL), (release, _ALL, _ALL, _ALL), (_ALL, served, _ALL, _ALL),
            (_ALL, _ALL, model, _ALL), (_ALL, _ALL, _ALL, key),
        ):  # fmt: skip
            found.setdefault((minute, *kept, currency), []).append(total)
    return {place: _joined_up(parts) for place, parts in found.items()}


def _widened(sums: dict[Place, _Sum], width: int) -> dict[Place, _Sum]:
    if width == 1:
        return sums
    wide: dict[Place, list[_Sum]] = {}
    for (minute, *rest), total in sums.items():
        place: Place = (minute // width * width, *rest)  # pyright: ignore[reportAssignmentType] # a place without its minute
        wide.setdefault(place, []).append(total)
    return {place: _joined_up(parts) for place, parts in wide.items()}


def _joined_up(parts: Sequence[_Sum]) -> _Sum:
    if len(parts) == 1:
        return parts[0]
    total = _Sum()
    for each in parts:
        total.join(each)
    return total


def _add(session: Session, table: str, place: tuple[object, ...], total: _Sum) -> None:
    grow, execute = _GROW[table], session.connection.execute
    found = execute(grow.find, place).fetchone()
    if found is None:
        execute(grow.insert, (*place, *total.counts, *map(_packed, total.maps)))
        return
    maps = [_joined(old, new) for old, new in zip(found[1:], total.maps, strict=True)]
    execute(grow.add, (*total.counts, *maps, found[0]))


def _counts(row: Sequence[int]) -> Counts:
    return Counts(**dict(zip(_COUNTS, row, strict=True)))


def _packed(counts: Mapping[Any, int]) -> bytes:
    return _encode(counts) if counts else b""


def _joined(old: bytes, new: Mapping[Any, int]) -> bytes:
    if not new:
        return old
    counts: dict[Any, int] = msgpack.decode(old, strict=False) if old else {}
    for key, count in new.items():
        counts[key] = counts.get(key, 0) + count
    return _encode(counts)


class RequestRollups:
    """Reads what requests came to."""

    def __init__(self, pool: Connections, names: Names) -> None:
        self._pool = pool
        self._names = names

    def rows(self, since: int, until: int, width: int, only: Only) -> Sequence[RequestRollup]:
        """Return whole rollups in [since, until), by minute."""
        found = self._only(only)
        if found is None:
            return []
        where, asked = found
        listed = ", ".join((*_PLACE, *_COUNTS, *_MAPS))
        sql = f"SELECT {listed} FROM request_rollups WHERE width = ? AND minute >= ? AND minute < ?{where}"
        return [self._row(row) for row in self._pool.rows(f"{sql} ORDER BY minute, n", (width, since, until, *asked))]

    def sums(self, since: int, until: int, every: int, width: int, by: Dimension, only: Only) -> Sequence[Summed]:
        """Return counts over stretches of `every` minutes from `since` on."""
        found = self._source(by, only)
        if found is None:
            return []
        table, where, asked = found
        # A total of one thing stands in one row: where points are as wide as rows, there is nothing to add up.
        is_told = table == _TOTALS and every == width and since % every == 0
        added = ", ".join(_COUNTS if is_told else (f"sum({column})" for column in _COUNTS))
        sql = (
            f"SELECT ? + (minute - ?) / ? * ?, {_NUMBERED[by]}, currency, {added} FROM {table}"
            f" WHERE width = ? AND minute >= ? AND minute < ?{where}{'' if is_told else ' GROUP BY 1, 2, 3'} ORDER BY 1"
        )
        rows = self._pool.rows(sql, (since, since, every, every, width, since, until, *asked))
        text = self._names.text
        return [Summed(row[0], text(row[1]) if by else "", row[2], _counts(row[3:])) for row in rows]

    def spreads(
        self, what: Spread, since: int, until: int, width: int, by: Dimension, only: Only
    ) -> Sequence[Spreading]:
        """Return one histogram, or counts by kind, of each rollup that has any."""
        found = self._source(by, only)
        if found is None:
            return []
        table, where, asked = found
        sql = (
            f"SELECT minute, {_NUMBERED[by]}, {what} FROM {table}"
            f" WHERE width = ? AND minute >= ? AND minute < ? AND {what} != x''{where}"
        )
        rows = self._pool.rows(sql, (width, since, until, *asked))
        if not by:
            return [Spreading(minute, "", data) for minute, _, data in rows]
        text = self._names.text
        return [Spreading(minute, text(number), data) for minute, number, data in rows]

    def last_minute(self, key: str) -> int | None:
        """Return the last minute in which a key was used: of the finest totals that are left."""
        number = self._names.known(key)
        if number is None:
            return None
        where = " AND ".join(f"{name} = ?" for name in ("width", *_DIMENSIONS))
        sql = f"SELECT max(minute) FROM request_totals WHERE {where}"
        found = [self._pool.row(sql, (width, _ALL, _ALL, _ALL, number))[0] for width in WIDTHS]
        return next((minute for minute in found if minute is not None), None)

    def named(self, since: int, until: int, width: int) -> Sequence[Only]:
        """Return what came together in a stretch of time."""
        sql = (
            f"SELECT DISTINCT {', '.join(_DIMENSIONS)} FROM request_rollups"
            " WHERE width = ? AND minute >= ? AND minute < ?"
        )
        text = self._names.text
        return [
            Only(release=text(release), served=text(served), model=text(model), key=text(key))
            for release, served, model, key in self._pool.rows(sql, (width, since // width * width, until))
        ]

    def _source(self, by: Dimension, only: Only) -> tuple[str, str, list[object]] | None:
        """Return a table, a condition and what it is asked with: totals where they keep apart what is asked for."""
        found = self._only(only)
        if found is None:
            return None
        where, asked = found
        apart = {by, *(name for name in _DIMENSIONS if getattr(only, name))} - {""}
        if len(apart) > 1:
            return _EACH, where, asked
        rest = "".join(f" AND {name} {'!=' if name in apart else '='} {_ALL}" for name in _DIMENSIONS)
        return _TOTALS, where + rest, asked

    def _only(self, only: Only) -> tuple[str, list[object]] | None:
        """Return a condition and what it is asked with; None where nothing can meet it."""
        where = ""
        asked: list[object] = []
        for name in _DIMENSIONS:
            wanted: str = getattr(only, name)
            if wanted:
                number = self._names.known(wanted)
                if number is None:
                    return None
                where += f" AND {name} = ?"
                asked.append(number)
        return where, asked

    def _row(self, row: Any) -> RequestRollup:
        text = self._names.text
        end = len(_PLACE) + len(_COUNTS)
        errors, hits, totals, firsts, tokens = row[end:]
        return RequestRollup(
            width=row[0],
            minute=row[1],
            release=text(row[2]),
            served=text(row[3]),
            model=text(row[4]),
            key=text(row[5]),
            currency=row[6],
            counts=_counts(row[len(_PLACE) : end]),
            errors=_kinds(errors) if errors else {},
            hits=_kinds(hits) if hits else {},
            totals=buckets.unpack(totals),
            firsts=buckets.unpack(firsts),
            tokens=buckets.unpack(tokens),
        )
