"""API keys in SQLite. Searchable facts are columns, the rest is one JSON text. Knows nothing of what a key may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from loomwork.kernel.errors.admission import AmbiguousKey
from loomwork.store.keys import KeyRow, SecretRow

if TYPE_CHECKING:
    from loomwork.store.sqlite.connections import Connections, Session

_OWN = ("id", "name", "owner", "made_ns", "expires_ns", "revoked_ns")
"""Fields of a key that are columns."""
_COLUMNS = ", ".join(_OWN)
_SHOWN = 5
_ADD = "INSERT INTO key_secrets (key_n, digest, ending, made_ns, expires_ns) VALUES (?, ?, ?, ?, ?)"
CHANGED = "UPDATE key_version SET version = version + 1"
_encode = msgspec.json.Encoder().encode


class SqliteKeys:
    """The API keys of one database."""

    def __init__(self, pool: Connections) -> None:
        self._pool = pool

    def create(self, row: KeyRow, secret: SecretRow) -> None:
        """Write a new key with its first secret, in one transaction."""
        fields = msgspec.to_builtins(row)
        rest = {name: value for name, value in fields.items() if name not in _OWN}
        values = (*(getattr(row, name) for name in _OWN), _encode(rest).decode())
        with self._pool.writing() as session:
            execute = session.connection.execute
            number = execute(f"INSERT INTO api_keys ({_COLUMNS}, said) VALUES (?, ?, ?, ?, ?, ?, ?)", values).lastrowid
            execute(_ADD, (number, secret.digest, secret.ending, secret.made_ns, secret.expires_ns))
            execute(CHANGED)

    def rotate(self, secret: SecretRow, *, overlap_until_ns: int) -> None:
        """Add a secret to a key; its other secrets end then (if not before)."""
        with self._pool.writing() as session:
            execute = session.connection.execute
            number = _number(session, secret.key)
            execute(
                "UPDATE key_secrets SET expires_ns = min(coalesce(expires_ns, ?), ?) WHERE key_n = ?",
                (overlap_until_ns, overlap_until_ns, number),
            )
            execute(_ADD, (number, secret.digest, secret.ending, secret.made_ns, secret.expires_ns))
            execute(CHANGED)

    def revoke(self, key: str, *, at_ns: int) -> None:
        """End a key and all its secrets."""
        with self._pool.writing() as session:
            execute = session.connection.execute
            execute("UPDATE api_keys SET revoked_ns = coalesce(revoked_ns, ?) WHERE id = ?", (at_ns, key))
            execute(CHANGED)

    def get(self, name: str) -> KeyRow | None:
        """Return a key by id, by name, or by an unambiguous beginning of the id. Raises `AmbiguousKey`."""
        if not name:
            return None
        for where, asked in (
            ("id = ?", (name,)), ("name = ?", (name,)), ("substr(id, 1, ?) = ?", (len(name), name)),
        ):  # fmt: skip
            found = self._pool.rows(f"SELECT {_COLUMNS}, said FROM api_keys WHERE {where} ORDER BY n DESC", asked)
            keys = [_key(row) for row in found]
            good = [each for each in keys if each.revoked_ns is None] or keys
            if len(good) > 1:
                raise AmbiguousKey(name=name, matches=", ".join(each.id for each in good[:_SHOWN]))
            if good:
                return good[0]
        return None

    def list(self) -> Sequence[KeyRow]:
        """Return all keys, the newest first."""
        return [_key(row) for row in self._pool.rows(f"SELECT {_COLUMNS}, said FROM api_keys ORDER BY n DESC")]

    def secrets(self) -> Sequence[SecretRow]:
        """Return what is kept of all secrets, by key and age."""
        rows = self._pool.rows(
            "SELECT k.id, s.digest, s.ending, s.made_ns, s.expires_ns FROM key_secrets s"
            " JOIN api_keys k ON k.n = s.key_n ORDER BY s.key_n, s.n"
        )
        return [SecretRow(key=r[0], digest=r[1], ending=r[2], made_ns=r[3], expires_ns=r[4]) for r in rows]

    def version(self) -> int:
        """Return a number that grows with every change to keys and budgets."""
        return self._pool.row("SELECT version FROM key_version")[0]


def _key(row: Any) -> KeyRow:
    *own, said = row
    return msgspec.convert({**msgspec.json.decode(said), **dict(zip(_OWN, own, strict=True))}, KeyRow)


def _number(session: Session, key: str) -> int:
    return session.connection.execute("SELECT n FROM api_keys WHERE id = ?", (key,)).fetchone()[0]
