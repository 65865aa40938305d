"""Care of keys, budgets and the audit log: what has ended can be pruned, a person's go, all but secrets is written out.

The audit log is never pruned; of erased people it loses the words and keeps the entry. Knows nothing of what passes.
"""

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec

from loomwork.kernel.errors.admission import AuditBroken
from loomwork.store.reports import Finding
from loomwork.store.sqlite import audit
from loomwork.store.sqlite.audit import SqliteAudit
from loomwork.store.sqlite.connections import Connections, Session
from loomwork.store.sqlite.keys import CHANGED, SqliteKeys

TABLES = ("api_keys", "key_secrets", "budgets", "budget_spends", "budget_leases", "key_version", "audit", "audit_head")
ERASED = "(erased)"


def prune(pool: Connections, older_than_ns: int) -> int:
    """Remove keys that had ended before then, and what was spent in periods that had."""
    began = datetime.datetime.fromtimestamp(older_than_ns // 1_000_000_000, datetime.UTC).date().isoformat()
    with pool.writing() as session:
        execute = session.connection.execute
        old = "coalesce(revoked_ns, expires_ns) < ? AND coalesce(revoked_ns, expires_ns) IS NOT NULL"
        gone = [n for (n,) in execute(f"SELECT n FROM api_keys WHERE {old}", (older_than_ns,)).fetchall()]
        _remove(session, gone)
        execute("DELETE FROM budget_spends WHERE start != '' AND start < substr(?, 1, length(start))", (began,))
    return len(gone)


def erase(pool: Connections, subject: str, needles: tuple[bytes, ...], *, at_ns: int) -> int:
    """Remove a subject's keys and budgets, and take the words out of other keys and of the audit log."""
    named: dict[str, object] = {f"w{place}": needle for place, needle in enumerate(needles)}

    def holds(*columns: str) -> str:
        return " OR ".join(f"instr(CAST({column} AS BLOB), :{word}) > 0" for column in columns for word in named)

    with pool.writing() as session:
        execute = session.connection.execute
        theirs = f"owner = :subject OR {holds('owner', 'said')}"
        gone = [n for (n,) in execute(f"SELECT n FROM api_keys WHERE {theirs}", {**named, "subject": subject})]
        _remove(session, gone)
        count = execute(f"UPDATE api_keys SET name = '{ERASED}' WHERE {holds('name')}", named).rowcount
        held = execute(f"SELECT n FROM budgets WHERE {holds('holder')}", named).fetchall()
        _remove_budgets(session, [n for (n,) in held])
        if gone or held:
            execute(CHANGED)
    return len(gone) + len(held) + count + audit.erase(SqliteAudit(pool), pool, needles, at_ns=at_ns)


def _remove(session: Session, numbers: list[int]) -> None:
    """Remove keys with their secrets and budgets."""
    execute = session.connection.execute
    for n in numbers:
        (holder,) = execute("SELECT 'key:' || id FROM api_keys WHERE n = ?", (n,)).fetchone()
        _remove_budgets(session, [b for (b,) in execute("SELECT n FROM budgets WHERE holder = ?", (holder,))])
        execute("DELETE FROM key_secrets WHERE key_n = ?", (n,))
        execute("DELETE FROM api_keys WHERE n = ?", (n,))
    if numbers:
        execute(CHANGED)


def _remove_budgets(session: Session, numbers: list[int]) -> None:
    for n in numbers:
        for table, column in (("budget_spends", "budget"), ("budget_leases", "budget"), ("budgets", "n")):
            session.connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (n,))


def examine(pool: Connections) -> Iterator[Finding]:
    """Yield what is wrong with the audit log; nothing can mend that."""
    fault = SqliteAudit(pool).verify()
    if fault is not None:
        yield Finding(level="error", problem=AuditBroken(n=fault.n, detail=fault.detail), repairable="no")


def exported(pool: Connections) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield keys, budgets with what was spent, and the audit log, as plain data; nothing of secrets."""
    for row in reversed(SqliteKeys(pool).list()):
        yield "key", msgspec.to_builtins(row)
    columns = "holder, unit, period, most"
    for n, *budget in pool.rows(f"SELECT n, {columns} FROM budgets ORDER BY n"):
        spends = pool.rows("SELECT start, spent FROM budget_spends WHERE budget = ? ORDER BY start", (n,))
        yield "budget", {**dict(zip(columns.split(", "), budget, strict=True)), "spent": dict(spends)}
    columns = "n, at_ns, actor, action, object, said, lower(hex(hash))"
    names = ("n", "at_ns", "actor", "action", "object", "said", "hash")
    for entry in pool.rows(f"SELECT {columns} FROM audit ORDER BY n"):
        yield "audit", dict(zip(names, entry, strict=True))
