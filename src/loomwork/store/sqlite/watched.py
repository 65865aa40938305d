"""What a monitor keeps: scores of served answers, samples of processes, alerts, marks. Knows no rule and no scorer."""

from collections.abc import Sequence
from typing import Any

from loomwork.store.requests import AlertRow, ProcessSample, RequestScore
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import in_parts, packed, unpacked

_SAMPLE = ProcessSample.__struct_fields__
_SAMPLED = ", ".join(_SAMPLE)


class SqliteWatched:
    """What the monitor keeps in one database."""

    def __init__(self, pool: Connections, names: Names) -> None:
        self._pool = pool
        self._names = names

    def score(self, rows: Sequence[RequestScore]) -> None:
        """Write or replace scores, in one transaction."""
        number = self._names.number
        values = [
            (packed(each.trace), number(each.scorer), each.at_ns, each.value, each.label, each.reason) for each in rows
        ]
        with self._pool.writing() as session:
            session.connection.executemany(
                "INSERT OR REPLACE INTO request_scores (trace, scorer, at_ns, value, label, reason)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )

    def scores(self, *, since_ns: int, until_ns: int, limit: int = 100_000) -> Sequence[RequestScore]:
        """Return scores in order of time."""
        sql = (
            "SELECT trace, scorer, at_ns, value, label, reason FROM request_scores"
            " WHERE at_ns >= ? AND at_ns < ? ORDER BY at_ns, n LIMIT ?"
        )
        return [self._score(row) for row in self._pool.rows(sql, (since_ns, until_ns, limit))]

    def sample(self, row: ProcessSample) -> None:
        """Write how a process is doing."""
        sql = f"INSERT INTO process_samples ({_SAMPLED}) VALUES ({', '.join('?' * len(_SAMPLE))})"
        self._pool.changed(sql, [getattr(row, name) for name in _SAMPLE])

    def samples(self, *, since_ns: int, until_ns: int, limit: int = 100_000) -> Sequence[ProcessSample]:
        """Return samples in order of time."""
        sql = f"SELECT {_SAMPLED} FROM process_samples WHERE at_ns >= ? AND at_ns < ? ORDER BY at_ns, n LIMIT ?"
        rows = self._pool.rows(sql, (since_ns, until_ns, limit))
        return [_sampled(row) for row in rows]

    def fire(self, row: AlertRow) -> bool:
        """Note that an alert fires; False where it was firing already (another process was first)."""
        with self._pool.writing() as session:
            execute = session.connection.execute
            if execute("SELECT 1 FROM alerts WHERE name = ? AND until_ns IS NULL", (row.name,)).fetchone():
                return False
            execute("INSERT INTO alerts (name, since_ns, said) VALUES (?, ?, ?)", (row.name, row.since_ns, row.said))
        return True

    def resolve(self, name: str, at_ns: int) -> bool:
        """Note that an alert is over; False where it was not firing."""
        sql = "UPDATE alerts SET until_ns = ? WHERE name = ? AND until_ns IS NULL"
        return self._pool.changed(sql, (at_ns, name)) > 0

    def alerts(self, *, since_ns: int = 0, limit: int = 100) -> Sequence[AlertRow]:
        """Return alerts that fire or fired since then, the newest first."""
        sql = (
            "SELECT n, name, since_ns, until_ns, said FROM alerts WHERE until_ns IS NULL OR until_ns >= ?"
            " ORDER BY since_ns DESC, n DESC LIMIT ?"
        )
        return [
            AlertRow(n=row[0], name=row[1], since_ns=row[2], until_ns=row[3], said=row[4])
            for row in self._pool.rows(sql, (since_ns, limit))
        ]

    def mark(self, name: str) -> int:
        """Return how far a job has come; 0 at first."""
        row = self._pool.row("SELECT at_ns FROM marks WHERE name = ?", (name,))
        return 0 if row is None else row[0]

    def set_mark(self, name: str, at_ns: int) -> None:
        """Note how far a job has come."""
        self._pool.changed("INSERT OR REPLACE INTO marks (name, at_ns) VALUES (?, ?)", (name, at_ns))

    def thin(self, traces: Sequence[str]) -> int:
        """Remove the spans of these traces (their requests stay); return how many. Bodies go with the next prune."""
        count = 0
        for part in in_parts(traces):
            listed = ", ".join("?" * len(part))
            sql = f"DELETE FROM spans WHERE trace IN ({listed})"
            count += self._pool.changed(sql, [packed(trace) for trace in part])
        return count

    def _score(self, row: Any) -> RequestScore:
        return RequestScore(
            trace=unpacked(row[0]),
            scorer=self._names.text(row[1]),
            at_ns=row[2],
            value=row[3],
            label=row[4],
            reason=row[5],
        )


def _sampled(row: Any) -> ProcessSample:
    named: dict[str, Any] = dict(zip(_SAMPLE, row, strict=True))
    named["ended"] = bool(named["ended"])
    return ProcessSample(**named)
