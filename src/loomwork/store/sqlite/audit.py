"""The audit log in SQLite: entries are added under the write lock, so that each follows the one before it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from loomwork.store.audit import ERASED, FIRST, AuditRow, Fault, Head, chained, faults, seal

if TYPE_CHECKING:
    from loomwork.store.sqlite.connections import Connections, Session

ERASE = "audit.erase"
"""The action under which the log itself says whose words were taken out."""
_COLUMNS = "n, at_ns, actor, action, object, said, salts, sealed, before, hash"
_INSERT = f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SALT, _HASH = 16, 32
_CHUNK = 1000


class SqliteAudit:
    """The audit log of one database."""

    def __init__(self, pool: Connections, entropy: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._pool = pool
        self._entropy = entropy

    def append(self, *, at_ns: int, actor: str, action: str, object: str, said: str = "{}") -> AuditRow:
        """Write the next entry, durably."""
        with self._pool.writing() as session:
            return self.write(session, at_ns=at_ns, actor=actor, action=action, object=object, said=said)

    def write(self, session: Session, *, at_ns: int, actor: str, action: str, object: str, said: str) -> AuditRow:
        """Write the next entry inside the caller's transaction."""
        execute = session.connection.execute
        last, before = execute("SELECT last, hash FROM audit_head").fetchone()
        salts = (self._entropy(_SALT), self._entropy(_SALT), self._entropy(_SALT))
        sealed = (seal(salts[0], actor), seal(salts[1], object), seal(salts[2], said))
        row = AuditRow(
            n=last + 1, at_ns=at_ns, actor=actor, action=action, object=object, said=said, salts=salts, sealed=sealed,
            before=before, hash=chained(before, last + 1, at_ns, action, sealed),
        )  # fmt: skip
        execute(
            _INSERT,
            (row.n, at_ns, actor, action, object, said, b"".join(salts), b"".join(sealed), before, row.hash),
        )
        execute("UPDATE audit_head SET last = ?, hash = ?", (row.n, row.hash))
        return row

    def list(self, *, limit: int = 100, before: int = 0, action: str = "", object: str = "") -> Sequence[AuditRow]:
        """Return entries, the newest first."""
        where, asked = ["TRUE"], list[Any]()
        if before:
            where.append("n < ?")
            asked.append(before)
        if action:
            where.append("substr(action, 1, ?) = ?")
            asked += [len(action), action]
        if object:
            where.append("object = ?")
            asked.append(object)
        sql = f"SELECT {_COLUMNS} FROM audit WHERE {' AND '.join(where)} ORDER BY n DESC LIMIT ?"
        return [_row(row) for row in self._pool.rows(sql, (*asked, limit))]

    def verify(self) -> Fault | None:
        """Return the first thing that is wrong with the whole log, None where nothing is."""
        found = next(faults(self._all(), self._erasures()), None)
        if found is not None:
            return found
        head = self._pool.row("SELECT last, hash FROM audit_head")
        last = self._pool.row("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1") or (0, FIRST)
        if head is None or tuple(last) != tuple(head):
            return Fault(last[0] + 1, "entries at its end are missing")
        return None

    def head(self) -> Head:
        """Return where the log ends."""
        last, hash_ = self._pool.row("SELECT last, hash FROM audit_head")
        return Head(last, hash_.hex())

    def _all(self) -> Iterator[AuditRow]:
        last = -1
        while rows := self._pool.rows(f"SELECT {_COLUMNS} FROM audit WHERE n > ? ORDER BY n LIMIT {_CHUNK}", (last,)):
            yield from map(_row, rows)
            last = rows[-1][0]

    def _erasures(self) -> frozenset[int]:
        rows = self._pool.rows("SELECT said FROM audit WHERE action = ?", (ERASE,))
        found: set[int] = set()
        for (said,) in rows:
            found.update(msgspec.json.decode(said, type=dict[str, list[int]]).get("entries", ()))
        return frozenset(found)


def _row(row: Any) -> AuditRow:
    n, at_ns, actor, action, object_, said, salts, sealed, before, hash_ = row
    erased = not salts
    return AuditRow(
        n=n, at_ns=at_ns, actor=actor, action=action, object=object_, said=said,
        salts=(b"", b"", b"") if erased else _three(salts, _SALT), sealed=_three(sealed, _HASH), before=before,
        hash=hash_,
    )  # fmt: skip


def _three(data: bytes, size: int) -> tuple[bytes, bytes, bytes]:
    return data[:size], data[size : 2 * size], data[2 * size :]


def erase(audit: SqliteAudit, pool: Connections, needles: tuple[bytes, ...], *, at_ns: int) -> int:
    """Take words out of the entries that hold them, and say so in the log; the chain stays whole."""
    named: dict[str, object] = {f"w{place}": needle for place, needle in enumerate(needles)}
    holds = " OR ".join(
        f"instr(CAST({column} AS BLOB), :{word}) > 0" for column in ("actor", "object", "said") for word in named
    )
    with pool.writing() as session:
        execute = session.connection.execute
        found = [n for (n,) in execute(f"SELECT n FROM audit WHERE {holds} ORDER BY n", named).fetchall()]
        for n in found:
            execute(
                f"UPDATE audit SET actor = '{ERASED}', object = '{ERASED}', said = '{ERASED}', salts = x'' WHERE n = ?",
                (n,),
            )
        if found:
            said = msgspec.json.encode({"entries": found}).decode()
            audit.write(session, at_ns=at_ns, actor="", action=ERASE, object="", said=said)
    return len(found)
