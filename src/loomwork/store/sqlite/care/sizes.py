"""What a store takes on disk, and giving room back. Knows nothing of what rows mean."""

import sqlite3
from pathlib import Path

from loomwork.store.reports import BlobSize, Sizes, TableSize, Trimmed
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.faults import beside
from loomwork.store.sqlite.names import Names

_TABLES = (
    "blobs",
    "calls",
    "spans",
    "root_texts",
    "items",
    "runs",
    "scores",
    "scorings",
    "cases",
    "case_rows",
    "case_events",
    "reviews",
    "review_items",
    "review_answers",
    "review_ends",
    "feedback",
    "events",
    "try_links",
    "api_keys",
    "key_secrets",
    "budgets",
    "budget_spends",
    "budget_leases",
    "key_version",
    "audit",
    "audit_head",
    "releases",
    "release_files",
    "promotions",
    "kills",
    "requests",
    "request_rollups",
    "request_totals",
    "request_people",
    "request_scores",
    "process_samples",
    "alerts",
    "rollups",
    "names",
)
_PAGES = (
    "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name"
    " WHERE s.aggregate = TRUE GROUP BY m.tbl_name"
)
_BLOBS = "SELECT count(*), coalesce(sum(form), 0), coalesce(sum(size), 0), coalesce(sum(length(data)), 0) FROM blobs"


def size(pool: Connections, names: Names) -> Sizes:
    """Measure the file, its log, its tables with their indexes, and the bodies."""
    pages = _pages(pool)
    pages["calls"] = pages.get("calls", 0) + pages.pop("call_index", 0)
    tables = tuple(
        TableSize(name=name, rows=_count(pool, name), bytes=pages.get(name, 0), kinds=_kinds(pool, names, name))
        for name in _TABLES
    )
    count, compressed, raw, stored = pool.row(_BLOBS)
    free = pool.row("PRAGMA freelist_count")[0] * pool.row("PRAGMA page_size")[0]
    database, log, _ = (_bytes(each) for each in beside(pool.path))
    blobs = BlobSize(count=count, compressed=compressed, raw_bytes=raw, stored_bytes=stored)
    return Sizes(file_bytes=database, log_bytes=log, free_bytes=free, tables=tables, blobs=blobs)


def checkpoint(pool: Connections) -> bool:
    """Fold the log into the file and empty it; False when a reader or writer kept that from ending now."""
    busy, _, _ = pool.row("PRAGMA wal_checkpoint(TRUNCATE)")
    return not busy


def compact(pool: Connections) -> Trimmed:
    """Write the file anew without free room; needs as much free disk as the store is big. Nobody else can write."""
    before = sum(map(_bytes, beside(pool.path)))
    checkpoint(pool)
    pool.rows("VACUUM")
    checkpoint(pool)
    return Trimmed(before_bytes=before, after_bytes=sum(map(_bytes, beside(pool.path))))


def _pages(pool: Connections) -> dict[str, int]:
    try:
        rows = pool.rows(_PAGES)
    except sqlite3.OperationalError:  # a SQLite that was built without dbstat
        return {}
    return dict(rows)


def _count(pool: Connections, table: str) -> int:
    return pool.row(f"SELECT count(*) FROM {table}")[0]


def _kinds(pool: Connections, names: Names, table: str) -> dict[str, int]:
    if table not in {"calls", "spans"}:
        return {}
    rows = pool.rows(f"SELECT kind, count(*) FROM {table} GROUP BY kind")
    return {names.text(kind): count for kind, count in rows}


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
