"""Look a store over: is the file whole, have bodies their hash, is there all that is referred to? Changes nothing."""

from collections.abc import Iterator
from typing import Any

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.store import (
    BlobsDamaged,
    IndexStale,
    LogLarge,
    RollupsShort,
    RowsDangling,
    RunCrashed,
    StoreCorrupt,
)
from loomwork.store.liveness import is_gone
from loomwork.store.protocols import Depth
from loomwork.store.reports import Finding
from loomwork.store.sqlite.blobs import opened
from loomwork.store.sqlite.care import keys
from loomwork.store.sqlite.care.references import REFERENCES
from loomwork.store.sqlite.care.tables import windows
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.faults import beside

LOG_LARGE = 256 << 20
MINUTE_NS = 60_000_000_000
DANGLING = (
    "{column} IS NOT NULL AND {column} != x'' AND NOT is_whole({column}) AND NOT EXISTS"
    " (SELECT 1 FROM blobs WHERE d8 = head({column}) AND digest = {column})"
)
"""Condition: the column's own body is damaged, or the body that it names is not there."""
INDEX_ONLY = ("missing from index", "wrong # of entries in index", "non-unique entry in index")
"""What the integrity check says where tables are whole and an index is not."""
SHORT_MINUTES = (
    "SELECT s.minute FROM (SELECT end_ns / 60000000000 AS minute, count(*) AS had FROM spans GROUP BY 1) s"
    " LEFT JOIN (SELECT minute, sum(count) AS told FROM rollups GROUP BY 1) r ON r.minute = s.minute"
    " WHERE coalesce(r.told, 0) < s.had"
)
_WINDOW = 200


def examine(pool: Connections, depth: Depth = "full") -> list[Finding]:
    """Return what is wrong, worst first. `quick` reads no bodies and checks no index against its table."""
    whole = list(_file(pool, depth))
    if whole:  # what else could be seen through a damaged table or index is not to be trusted
        return whole
    found = [*_runs(pool), *_log(pool), *_index(pool)]
    if depth == "full":
        found += [*_bodies(pool), *_references(pool), *_rollups(pool), *keys.examine(pool)]
    return sorted(found, key=lambda each: each.level)


def is_index_only(finding: Finding) -> bool:
    """Say whether a damaged file can be mended by building its indexes again."""
    lines = str(finding.problem.fields.get("detail", "")).splitlines()
    return bool(lines) and all(any(words in line for words in INDEX_ONLY) for line in lines)


def damaged(pool: Connections) -> Iterator[tuple[int, Any]]:
    """Yield (row number, digest) of every body that no longer has its hash."""
    for window in windows(pool, "blobs", step=_WINDOW):
        session = pool.session()
        for n, digest in pool.rows("SELECT n, digest FROM blobs WHERE n BETWEEN ? AND ?", window):
            row = pool.row("SELECT form, size, data FROM blobs WHERE n = ?", (n,))
            if row is not None:
                body = opened(session, *row)
                if body is None or digest_bytes(body) != digest.hex():
                    yield n, digest


def _file(pool: Connections, depth: Depth) -> Iterator[Finding]:
    try:
        rows = pool.rows("PRAGMA integrity_check" if depth == "full" else "PRAGMA quick_check")
    except StoreCorrupt as error:
        yield Finding(level="error", problem=error)
        return
    lines = [row[0] for row in rows]
    if lines != ["ok"]:
        yield Finding(level="error", problem=StoreCorrupt(path=str(pool.path), detail="\n".join(lines[:20])))


def _runs(pool: Connections) -> Iterator[Finding]:
    for run, pid, process in pool.rows(
        "SELECT id, pid, process FROM runs WHERE status = 'running' AND ended_ns IS NULL"
    ):
        if is_gone(pid, process):
            yield Finding(level="warning", problem=RunCrashed(run=run, pid=pid))


def _log(pool: Connections) -> Iterator[Finding]:
    log = beside(pool.path)[1]
    size = log.stat().st_size if log.exists() else 0
    if size > LOG_LARGE:
        yield Finding(level="warning", problem=LogLarge(bytes=size))


def _index(pool: Connections) -> Iterator[Finding]:
    indexed, last = pool.row("SELECT count(*), coalesce(max(n), 0) FROM call_index")
    real = pool.row("SELECT count(*) FROM calls WHERE n <= ?", (last,))[0]
    if indexed != real:
        yield Finding(level="error", problem=IndexStale(detail=f"{indexed} entries for {real} calls"))


def _bodies(pool: Connections) -> Iterator[Finding]:
    count, first = 0, ""
    for _, digest in damaged(pool):
        first = first or digest.hex()
        count += 1
    if count:
        yield Finding(level="error", problem=BlobsDamaged(count=count, digest=first))


def _references(pool: Connections) -> Iterator[Finding]:
    for table, columns in REFERENCES.items():
        condition = " OR ".join(f"({DANGLING.format(column=column)})" for column in columns)
        count = sum(
            pool.row(f"SELECT count(*) FROM {table} WHERE n BETWEEN ? AND ? AND ({condition})", window)[0]
            for window in windows(pool, table)
        )
        if count:
            level = "error" if table == "calls" else "warning"
            yield Finding(level=level, problem=RowsDangling(count=count, table=table))


def _rollups(pool: Connections) -> Iterator[Finding]:
    count = pool.row(f"SELECT count(*) FROM ({SHORT_MINUTES})")[0]
    if count:
        yield Finding(level="warning", problem=RollupsShort(count=count))
