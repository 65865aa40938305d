"""Remove what is old, of some runs or of some kinds, a short transaction at a time. Bodies follow their last row."""

from collections.abc import Collection, Sequence

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.store import NothingSelected
from loomwork.store.liveness import is_gone
from loomwork.store.reports import Pruned, Table
from loomwork.store.sqlite.care import cases, keys, people
from loomwork.store.sqlite.care.references import GRACE_MINUTES, sweep
from loomwork.store.sqlite.care.tables import windows
from loomwork.store.sqlite.connections import Connections, Parameters, Session
from loomwork.store.sqlite.names import Names

MINUTE_NS = 60_000_000_000
TABLES: tuple[Table, ...] = ("calls", "spans", "items", "runs", "scores", "scorings", "reviews", "requests")
_STEP = 500
_TIME = {
    "calls": "created_ns",
    "spans": "end_ns",
    "items": "ended_ns",
    "runs": "coalesce(ended_ns, started_ns)",
    "scores": "made_ns",
    "scorings": "made_ns",
    "reviews": "touched_ns",
    "requests": "at_ns",
}
_PARTS = ("review_items", "review_answers", "review_ends")
"""What goes with a review."""
_WITH_KIND = {"calls", "spans"}
_OF_NO_RUN = {"requests"}
_BY_AGE = (
    "DELETE FROM request_scores WHERE at_ns < :before",
    "DELETE FROM process_samples WHERE at_ns < :before",
    "DELETE FROM alerts WHERE until_ns < :before",
    f"DELETE FROM request_people WHERE minute + width < :before / {MINUTE_NS}",
    f"DELETE FROM request_rollups WHERE width = 1 AND minute < :before / {MINUTE_NS}",
    f"DELETE FROM request_totals WHERE width = 1 AND minute < :before / {MINUTE_NS}",
)
"""What goes with old requests: figures by the minute; those of wider stretches stay."""


def prune(
    pool: Connections,
    names: Names,
    clock: Clock,
    *,
    older_than_ns: int | None = None,
    runs: Collection[str] = (),
    kinds: Collection[str] = (),
    keep_runs: Collection[str] = (),
    tables: Sequence[Table] = TABLES,
) -> Pruned:
    """Remove the rows that meet every condition given, then the bodies that nobody refers to any more.

    Runs that are going on are never touched. Where `kinds` are given, items, scores, reviews, requests and
    runs stay: they have none. Of cases only those that a person closed before the time given go; feedback,
    events and links go by their own age. Rollups stay: they are what is left to see of pruned spans; of pruned
    requests those of a quarter of an hour and more stay. Raises `NothingSelected` without a condition.
    """
    if older_than_ns is None and not runs and not kinds:
        raise NothingSelected
    spared = {*keep_runs, *_going_on(pool)}
    counts: dict[str, int] = {}
    for table in tables:
        if (kinds and table not in _WITH_KIND) or (runs and table in _OF_NO_RUN):
            continue
        where, asked = _condition(names, table, older_than_ns, runs, kinds, spared)
        counts[table] = 0
        for window in windows(pool, table, step=_STEP):
            with pool.writing() as session:
                counts[table] += delete(session, table, f"n BETWEEN ? AND ? AND {where}", (*window, *asked))
    if older_than_ns is not None and not kinds and not runs and "runs" in tables:
        counts["cases"] = cases.prune(pool, older_than_ns)
        counts |= people.prune(pool, older_than_ns)._asdict()
        counts["keys"] = keys.prune(pool, older_than_ns)
    if older_than_ns is not None and "requests" in counts:
        for sql in _BY_AGE:
            pool.changed(sql, {"before": older_than_ns})
    swept = sweep(pool, older_than_minute=clock.now_ns() // MINUTE_NS - GRACE_MINUTES)
    return Pruned(**counts, blobs=swept.blobs, blob_bytes=swept.bytes)


def delete(session: Session, table: str, where: str, asked: Parameters) -> int:
    """Delete rows inside the caller's transaction, with what belongs to them."""
    gone = session.connection.execute(f"DELETE FROM {table} WHERE {where} RETURNING n", asked).fetchall()
    if table == "calls" and gone:
        session.connection.executemany("DELETE FROM call_index WHERE n = ?", gone)
    if table == "reviews" and gone:
        for part in _PARTS:
            session.connection.executemany(f"DELETE FROM {part} WHERE review = ?", gone)
    return len(gone)


def _going_on(pool: Connections) -> set[str]:
    rows = pool.rows("SELECT id, pid, process FROM runs WHERE status = 'running' AND ended_ns IS NULL")
    return {row[0] for row in rows if not is_gone(row[1], row[2])}


def _condition(
    names: Names,
    table: str,
    older_than_ns: int | None,
    runs: Collection[str],
    kinds: Collection[str],
    spared: Collection[str],
) -> tuple[str, list[object]]:
    where = ["TRUE"]
    asked: list[object] = []
    if older_than_ns is not None:
        where.append(f"{_TIME[table]} < ?")
        asked.append(older_than_ns)
    by_id = table == "runs"
    if table in _OF_NO_RUN:
        return " AND ".join(where), asked
    for column, given, sense in (
        ("id" if by_id else "run", runs, "IN"), ("id" if by_id else "run", spared, "NOT IN"), ("kind", kinds, "IN"),
    ):  # fmt: skip
        if given:
            chosen = list(given) if column == "id" else _numbers(names, given)
            listed = f"{sense} ({', '.join('?' * len(chosen))})"
            where.append(f"{column} {listed}")
            asked.extend(chosen)
            if table == "reviews":  # of two runs
                where[-1] += f" OR other {listed}" if sense == "IN" else f" AND (other IS NULL OR other {listed})"
                where[-1] = f"({where[-1]})"
                asked.extend(chosen)
    return " AND ".join(where), asked


def _numbers(names: Names, texts: Collection[str]) -> list[object]:
    return [number for number in map(names.known, texts) if number is not None]
