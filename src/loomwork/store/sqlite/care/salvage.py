"""Save what can be read of a damaged database into a fresh one, and keep the damaged one beside it.

Knows no page format: it asks for ever smaller stretches of rows and leaves out those that SQLite cannot read.
"""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loomwork.kernel.canonical import digest_bytes
from loomwork.store.reports import Repaired
from loomwork.store.sqlite.blobs import opened
from loomwork.store.sqlite.connections import Connections, Session
from loomwork.store.sqlite.faults import beside
from loomwork.store.sqlite.migrations import migrate

TABLES = ("names", "blobs", "calls", "runs", "items", "spans", "rollups", "scorings", "scores",
    "cases", "case_rows", "case_events",
    "reviews", "review_items", "review_answers", "review_ends",
    "feedback", "events", "try_links",
    "requests", "request_rollups", "request_totals", "request_people", "request_scores", "process_samples", "alerts",
    "marks",
    "releases", "release_files", "promotions", "kills",
    "api_keys", "key_secrets", "budgets", "budget_spends", "budget_leases", "key_version", "audit", "audit_head",
)  # fmt: skip
_KEYS = {"names": "id", "marks": "rowid"}
_NAMED = {"calls": ("step", "kind", "run"), "spans": ("name", "kind", "run", "model"), "items": ("run",),
    "scorings": ("run", "scorer"), "scores": ("run", "scorer"), "reviews": ("run", "other"),
    "review_answers": ("reviewer",), "review_ends": ("reviewer",),
    "requests": ("release", "served", "model", "key", "dialect", "error", "cached"),
    "request_rollups": ("release", "served", "model", "key"),
    "request_totals": ("release", "served", "model", "key"), "request_scores": ("scorer",),
}  # fmt: skip
_REPLACED = {"key_version", "audit_head"}
"""Tables with one row, that a fresh store has too."""
_CHUNK = 500
_MOST_FAILURES = 200_000
_SMALLEST_ROW = 16


def salvage(path: Path) -> Repaired:
    """Replace a damaged database by what can be saved of it. No other process may have it open."""
    rescued = path.with_name(path.name + ".rescued")
    for each in beside(rescued):
        each.unlink(missing_ok=True)
    pool = Connections(rescued)
    try:
        migrate(pool.session().connection, rescued)
        count = _copy(path, pool)
        pool.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        pool.close()
    kept = _set_aside(path)
    rescued.replace(path)
    return Repaired(kind="StoreCorrupt", count=count, kept=kept)


def _copy(path: Path, pool: Connections) -> int:
    damaged = sqlite3.connect(path, isolation_level=None)
    count = 0
    try:
        for table in TABLES:
            count += _copy_table(damaged, pool, table)
    finally:
        damaged.close()
    with pool.writing() as session:
        for table, columns in _NAMED.items():
            for column in columns:
                session.connection.execute(
                    f"INSERT OR IGNORE INTO names (id, text) SELECT DISTINCT {column}, '(lost ' || {column} || ')'"
                    f" FROM {table} WHERE {column} NOT IN (SELECT id FROM names)"
                )
    return count


def _copy_table(damaged: sqlite3.Connection, pool: Connections, table: str) -> int:
    columns = [row[1] for row in pool.rows(f"PRAGMA table_info({table})")]
    instead = "REPLACE" if table in _REPLACED else "IGNORE"
    sql = f"INSERT OR {instead} INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    count = 0
    for rows in _readable(damaged, table, columns):
        with pool.writing() as session:
            good = [row for row in rows if table != "blobs" or _is_whole(session, columns, row)]
            count += session.connection.executemany(sql, good).rowcount if good else 0
    return count


def _is_whole(session: Session, columns: list[str], row: Any) -> bool:
    named = dict(zip(columns, row, strict=True))
    try:
        body = opened(session, named["form"], named["size"], named["data"])
        return body is not None and digest_bytes(body) == named["digest"].hex()
    except (TypeError, AttributeError):  # a turned byte made another type of it
        return False


def _readable(damaged: sqlite3.Connection, table: str, columns: list[str]) -> Iterator[list[Any]]:
    """Yield the rows that can be read, halving every stretch that cannot."""
    key = _KEYS.get(table, "n")
    listed = ", ".join(columns)
    sql = f"SELECT {listed} FROM {table} NOT INDEXED WHERE {key} BETWEEN ? AND ? ORDER BY {key} LIMIT {_CHUNK}"
    if _is_without(damaged, table):
        return
    pending = [(0, _last(damaged, table, key))]
    failures = 0
    while pending and failures < _MOST_FAILURES:
        low, high = pending.pop()
        try:
            rows = damaged.execute(sql, (low, high)).fetchall()
        except sqlite3.DatabaseError:
            failures += 1
            if low < high:
                middle = (low + high) // 2
                pending += [(middle + 1, high), (low, middle)]
            continue
        if rows:
            yield rows
        if len(rows) == _CHUNK:
            pending.append((rows[-1][columns.index(key)] + 1, high))


def _is_without(damaged: sqlite3.Connection, table: str) -> bool:
    """Say whether a database certainly never had a table: it is of an earlier schema."""
    try:
        tables = {name for (name,) in damaged.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError:
        return False
    return "calls" in tables and table not in tables


def _last(damaged: sqlite3.Connection, table: str, key: str) -> int:
    """Return a row number that no row exceeds: from the table, else an index, else the size of the file."""
    ways = [f"SELECT max({key}) FROM {table}"]
    try:
        names = damaged.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (table,))
        ways += [f"SELECT max({key}) FROM {table} INDEXED BY {name}" for (name,) in names.fetchall()]
    except sqlite3.DatabaseError:
        return -1
    for way in ways:
        try:
            return damaged.execute(way).fetchone()[0] or 0
        except sqlite3.DatabaseError:
            continue
    pages: int = damaged.execute("PRAGMA page_count").fetchone()[0]
    return pages * damaged.execute("PRAGMA page_size").fetchone()[0] // _SMALLEST_ROW


def _set_aside(path: Path) -> tuple[Path, ...]:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    kept: list[Path] = []
    for old, new in zip(beside(path), beside(aside), strict=True):
        if old.exists():
            os.replace(old, new)
            kept.append(new)
    return tuple(kept)
