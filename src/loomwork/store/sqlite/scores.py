"""Scores of a run's items, and how the scorers were set. Knows nothing of what a score means."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from loomwork.kernel.clock import Clock
from loomwork.store.rows import PlacedScore, ScoreRow, ScoringRow
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import packed, unpacked

_COLUMNS = "run, scorer, idx, trial, made_ns, value, label, reason, parts, error, trace"
_WRITE = f"INSERT OR REPLACE INTO scores ({_COLUMNS}) VALUES ({', '.join('?' * 11)})"
_AFTER = (
    f"SELECT {_COLUMNS} FROM scores WHERE run = ? AND scorer = ? AND (idx, trial) > (?, ?)"
    " ORDER BY idx, trial LIMIT {}"
)
_PAGE = 2_000


class SqliteScores:
    """The scores of one database."""

    def __init__(self, pool: Connections, names: Names, clock: Clock) -> None:
        self._pool = pool
        self._names = names
        self._clock = clock

    def begin(self, row: ScoringRow) -> None:
        """Note how a scorer is set for a run; what one of that name said of the run before is dropped."""
        run, scorer = self._names.number(row.run), self._names.number(row.scorer)
        with self._pool.writing() as session:
            session.connection.execute("DELETE FROM scores WHERE run = ? AND scorer = ?", (run, scorer))
            session.connection.execute(
                "INSERT OR REPLACE INTO scorings (run, scorer, made_ns, said) VALUES (?, ?, ?, ?)",
                (run, scorer, row.made_ns, row.said),
            )

    def put(self, rows: Sequence[ScoreRow]) -> None:
        """Write or replace scores, in one transaction."""
        number = self._names.number
        values = [
            (
                number(each.run), number(each.scorer), each.index, each.trial, each.made_ns, each.value, each.label,
                each.reason, msgspec.json.encode(each.parts).decode() if each.parts else "", each.error,
                packed(each.trace),
            )
            for each in rows
        ]  # fmt: skip
        with self._pool.writing() as session:
            session.connection.executemany(_WRITE, values)

    def scorings(self, run: str) -> list[ScoringRow]:
        """Return the scorers of a run in the order in which they were last applied."""
        number = self._names.known(run)
        rows = [] if number is None else self._pool.rows(
            "SELECT scorer, made_ns, said FROM scorings WHERE run = ? ORDER BY n", (number,)
        )  # fmt: skip
        return [ScoringRow(run=run, scorer=self._names.text(row[0]), made_ns=row[1], said=row[2]) for row in rows]

    def of(self, run: str, scorer: str) -> Iterator[ScoreRow]:
        """Yield what a scorer said of a run's items by index and trial; no transaction is open in between."""
        number, name = self._names.known(run), self._names.known(scorer)
        if number is None or name is None:
            return
        sql = _AFTER.format(_PAGE)
        index, trial = -1 << 62, 0
        while rows := self._pool.rows(sql, (number, name, index, trial)):
            for row in rows:
                yield _score(run, scorer, row)
            index, trial = rows[-1][2], rows[-1][3]

    def values(self, run: str, scorer: str) -> dict[tuple[int, int], float]:
        """Return the values alone, by index and trial; what has none is not in it."""
        number, name = self._names.known(run), self._names.known(scorer)
        if number is None or name is None:
            return {}
        sql = "SELECT idx, trial, value FROM scores WHERE run = ? AND scorer = ? AND value IS NOT NULL"
        return {(index, trial): value for index, trial, value in self._pool.rows(sql, (number, name))}

    def of_item(self, run: str, index: int, trial: int) -> list[ScoreRow]:
        """Return what each scorer said of one item, in the order of the scorers."""
        found: list[ScoreRow] = []
        number = self._names.known(run)
        for each in self.scorings(run):
            asked = (number, self._names.known(each.scorer), index, trial)
            sql = f"SELECT {_COLUMNS} FROM scores WHERE run = ? AND scorer = ? AND idx = ? AND trial = ?"
            found.extend(_score(run, each.scorer, row) for row in self._pool.rows(sql, asked))
        return found

    def newest(self) -> int:
        """Return the place of the score that was written last, of whatever run."""
        return self._pool.row("SELECT coalesce(max(n), 0) FROM scores")[0]

    def written_after(self, run: str, place: int, *, limit: int = _PAGE) -> list[PlacedScore]:
        """Return the scores of a run that were written after a place, in order of writing."""
        number = self._names.known(run)
        if number is None:
            return []
        sql = f"SELECT n, {_COLUMNS} FROM scores WHERE n > ? AND +run = ? ORDER BY n LIMIT ?"  # by place, not by run
        rows = self._pool.rows(sql, (place, number, limit))
        return [PlacedScore(row[0], _score(run, self._names.text(row[2]), row[1:])) for row in rows]


def _score(run: str, scorer: str, row: Any) -> ScoreRow:
    return ScoreRow(
        run=run,
        scorer=scorer,
        index=row[2],
        trial=row[3],
        made_ns=row[4],
        value=row[5],
        label=row[6],
        reason=row[7],
        parts=msgspec.json.decode(row[8], type=dict[str, float]) if row[8] else {},
        error=row[9],
        trace=unpacked(row[10]),
    )
