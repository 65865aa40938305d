"""Releases in SQLite. Knows nothing of what a manifest says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loomwork.kernel.canonical import Digest
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.releases import AmbiguousRelease
from loomwork.store.releases import KillRow, PromotionRow, ReleaseRow
from loomwork.store.sqlite.blobs import keep, prepared
from loomwork.store.sqlite.connections import Connections

_COLUMNS = "id, made_ns, manifest, note"
_LONGEST = "\U0010ffff"


class SqliteReleases:
    """The releases of one database."""

    def __init__(self, pool: Connections, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    def keep(self, row: ReleaseRow, files: Mapping[str, bytes]) -> bool:
        """Write a release with its files, in one transaction; False where it is known already."""
        now = self._clock.now_ns()
        bodies = {path: prepared(self._pool, data, now) for path, data in files.items()}
        with self._pool.writing() as session:
            execute = session.connection.execute
            done = execute(
                f"INSERT INTO releases ({_COLUMNS}) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                (row.id, row.made_ns, row.manifest, row.note),
            )
            (number,) = execute("SELECT n FROM releases WHERE id = ?", (row.id,)).fetchone()
            keep(session, tuple(bodies.values()))
            session.connection.executemany(
                "INSERT OR IGNORE INTO release_files (release, path, body) VALUES (?, ?, ?)",
                [(number, path, body.digest) for path, body in bodies.items()],
            )
            return bool(done.rowcount)

    def get(self, release: str) -> ReleaseRow | None:
        """Return a release by its id or an unambiguous beginning of it. Raises `AmbiguousRelease`."""
        if not release:
            return None
        rows = self._pool.rows(
            f"SELECT {_COLUMNS} FROM releases WHERE id >= ? AND id < ? ORDER BY id LIMIT 5",
            (release, release + _LONGEST),
        )
        found = [_release(row) for row in rows]
        exact = [each for each in found if each.id == release]
        if len(found) > 1 and not exact:
            raise AmbiguousRelease(name=release, known=", ".join(each.id for each in found))
        return (exact or found or [None])[0]

    def list(self, *, limit: int = 50) -> Sequence[ReleaseRow]:
        """Return the newest first."""
        rows = self._pool.rows(f"SELECT {_COLUMNS} FROM releases ORDER BY n DESC LIMIT ?", (limit,))
        return [_release(row) for row in rows]

    def files(self, release: str) -> dict[str, Digest]:
        """Return the files of a release: the names of their bodies by path."""
        rows = self._pool.rows(
            "SELECT f.path, f.body FROM release_files f JOIN releases r ON r.n = f.release WHERE r.id = ?"
            " ORDER BY f.path",
            (release,),
        )
        return {path: Digest(body.hex()) for path, body in rows}

    def promote(self, row: PromotionRow) -> None:
        """Note that a release was given a share."""
        with self._pool.writing() as session:
            session.connection.execute(
                "INSERT INTO promotions (at_ns, release, share, by, why) VALUES (?, ?, ?, ?, ?)",
                (row.at_ns, row.release, row.share, row.by, row.why),
            )

    def promotions(self, *, limit: int = 100) -> Sequence[PromotionRow]:
        """Return the newest first."""
        rows = self._pool.rows(
            "SELECT at_ns, release, share, by, why FROM promotions ORDER BY n DESC LIMIT ?", (limit,)
        )
        return [PromotionRow(at_ns=at, release=name, share=share, by=by, why=why) for at, name, share, by, why in rows]

    def kill(self, row: KillRow) -> bool:
        """Switch something off; False where it was off already."""
        with self._pool.writing() as session:
            done = session.connection.execute(
                "INSERT INTO kills (what, at_ns, by, why) VALUES (?, ?, ?, ?) ON CONFLICT (what) DO NOTHING",
                (row.what, row.at_ns, row.by, row.why),
            )
            return bool(done.rowcount)

    def revive(self, what: str) -> bool:
        """Switch something on again; False where it was not off."""
        with self._pool.writing() as session:
            return bool(session.connection.execute("DELETE FROM kills WHERE what = ?", (what,)).rowcount)

    def killed(self) -> Sequence[KillRow]:
        """Return what is off, oldest first."""
        rows = self._pool.rows("SELECT what, at_ns, by, why FROM kills ORDER BY n")
        return [KillRow(what=what, at_ns=at, by=by, why=why) for what, at, by, why in rows]


def _release(row: Any) -> ReleaseRow:
    return ReleaseRow(id=row[0], made_ns=row[1], manifest=row[2], note=row[3])
