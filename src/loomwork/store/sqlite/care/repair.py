"""Mend what `examine` found. Drops what is incomplete rather than guess; knows no way to invent a body."""

from collections.abc import Callable, Sequence

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors import LoomworkError
from loomwork.kernel.errors.store import (
    BlobsDamaged,
    IndexStale,
    LogLarge,
    RollupsShort,
    RowsDangling,
    RunCrashed,
    StoreCorrupt,
)
from loomwork.store.reports import Finding, Repaired
from loomwork.store.sqlite.calls import SqliteCalls
from loomwork.store.sqlite.care.examine import DANGLING, MINUTE_NS, SHORT_MINUTES, damaged, is_index_only
from loomwork.store.sqlite.care.prune import delete
from loomwork.store.sqlite.care.sizes import checkpoint
from loomwork.store.sqlite.care.tables import windows
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.rollups import add_to_rollups
from loomwork.store.sqlite.spans import SqliteSpans

_GONE = "UPDATE {table} SET {column} = {without} WHERE n BETWEEN ? AND ? AND " + DANGLING
_CRASHED = (
    "UPDATE runs SET status = 'crashed', ended_ns = coalesce((SELECT max(i.ended_ns) FROM items i JOIN names m"
    " ON m.id = i.run WHERE m.text = runs.id), started_ns) WHERE id = ?"
)


class Bench:
    """What a repair works with."""

    def __init__(self, pool: Connections, names: Names, calls: SqliteCalls, spans: SqliteSpans, clock: Clock) -> None:
        self.pool = pool
        self.names = names
        self.calls = calls
        self.spans = spans
        self.clock = clock


def repair(bench: Bench, findings: Sequence[Finding]) -> list[Repaired]:
    """Mend the findings; what cannot be mended in place (a damaged file) is left to `salvage`."""
    wanted = {type(each.problem): each for each in findings if each.repairable == "yes"}
    done: list[Repaired] = []
    for kind, mend in _MENDERS.items():
        if kind not in wanted or (kind is StoreCorrupt and not is_index_only(wanted[kind])):
            continue
        chosen = [each.problem for each in findings if type(each.problem) is kind]
        done.append(Repaired(kind=kind.__name__, count=mend(bench, chosen)))
    return done


def _reindex(bench: Bench, _: Sequence[LoomworkError]) -> int:
    bench.pool.rows("REINDEX")
    return 1


def _drop_damaged(bench: Bench, _: Sequence[LoomworkError]) -> int:
    gone = [(n,) for n, _ in damaged(bench.pool)]
    with bench.pool.writing() as session:
        session.connection.executemany("DELETE FROM blobs WHERE n = ?", gone)
    return len(gone) + _drop_dangling(bench, ())


def _drop_dangling(bench: Bench, _: Sequence[LoomworkError]) -> int:
    """Drop calls without their bodies (they are made again); items and spans stay, without the body."""
    count = 0
    lost = " OR ".join(f"({DANGLING.format(column=column)})" for column in ("result", "record"))
    for window in windows(bench.pool, "calls"):
        with bench.pool.writing() as session:
            count += delete(session, "calls", f"n BETWEEN ? AND ? AND ({lost})", window)
    for table, column, without in (
        ("items", "input", "x''"), ("items", "output", "NULL"), ("spans", "input", "NULL"), ("spans", "output", "NULL"),
    ):  # fmt: skip
        sql = _GONE.format(table=table, column=column, without=without)
        for window in windows(bench.pool, table):
            with bench.pool.writing() as session:
                count += session.connection.execute(sql, window).rowcount
    return count


def _rebuild_index(bench: Bench, _: Sequence[LoomworkError]) -> int:
    with bench.pool.writing() as session:
        session.connection.execute("DELETE FROM call_index")
    count = 0
    while added := bench.calls.index():
        count += added
    return count


def _mark_crashed(bench: Bench, problems: Sequence[LoomworkError]) -> int:
    with bench.pool.writing() as session:
        for problem in problems:
            session.connection.execute(_CRASHED, (problem.fields["run"],))
    return len(problems)


def _rebuild_rollups(bench: Bench, _: Sequence[LoomworkError]) -> int:
    """Build the minutes anew that hold less than their spans; spans written meanwhile count themselves."""
    minutes = {row[0] for row in bench.pool.rows(SHORT_MINUTES)}
    with bench.pool.writing() as session:
        execute = session.connection.execute
        session.connection.executemany("DELETE FROM rollups WHERE minute = ?", [(each,) for each in minutes])
        last: int = execute("SELECT coalesce(max(n), 0) FROM spans").fetchone()[0]
    for window in windows(bench.pool, "spans"):
        spans = bench.spans.between(window.low, min(window.high, last))
        with bench.pool.writing() as session:
            add_to_rollups(session, (span for span in spans if span.end_ns // MINUTE_NS in minutes), bench.names)
    return len(minutes)


def _fold_log(bench: Bench, _: Sequence[LoomworkError]) -> int:
    return int(checkpoint(bench.pool))


_MENDERS: dict[type[LoomworkError], Callable[[Bench, Sequence[LoomworkError]], int]] = {
    StoreCorrupt: _reindex,
    BlobsDamaged: _drop_damaged,
    RowsDangling: _drop_dangling,
    IndexStale: _rebuild_index,
    RunCrashed: _mark_crashed,
    RollupsShort: _rebuild_rollups,
    LogLarge: _fold_log,
}
"""How each finding is mended, in this order."""
