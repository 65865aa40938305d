"""Bodies by the hash of their content, compressed where that helps, checked on every read. Knows no reference."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import zstandard

from loomwork.kernel.bodies import Reference, within
from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.store import BadDigest, BlobCorrupt, BlobMissing, BodyTooLarge
from loomwork.store.sqlite.connections import Connections, Session
from loomwork.store.sqlite.faults import LARGEST_BODY
from loomwork.store.sqlite.many import flat, in_sizes, values
from loomwork.store.sqlite.packing import DAMAGED, head

RAW, ZSTD = 0, 1
COMPRESS_ABOVE = 512
_SOON_COMPRESSED = 8192
"""Bytes up to which it costs no more to compress a single body than to ask whether it is there already."""
_MINUTE_NS = 60_000_000_000
_REFRESH_MINUTES = 10
_HAS = "SELECT 1 FROM blobs WHERE d8 = ? AND digest = ?"
_THESE = "SELECT b.digest FROM blobs b, ({}) w WHERE b.d8 = w.column1 AND b.digest = w.column2"
_INSERT = (
    "INSERT INTO blobs (d8, digest, form, size, made, data) SELECT w.* FROM ({}) w"
    " WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.d8 = w.column1 AND b.digest = w.column2)"
)
_TOUCH = "UPDATE blobs SET made = ?3 WHERE d8 = ?1 AND digest = ?2 AND made < ?3 - ?4"


class Prepared(NamedTuple):
    """A body ready to be written. `data` is None when it seemed to be there already."""

    d8: int
    digest: bytes
    form: int
    size: int
    made: int
    data: bytes | None
    body: bytes


class SqliteBlobs:
    """The blobs of one database."""

    def __init__(self, pool: Connections, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    def put(self, data: bytes) -> Digest:
        """Keep `data` in a transaction of its own and return its hash."""
        body = prepared(self._pool, data, self._clock.now_ns())
        with self._pool.writing() as session:
            keep(session, (body,))
            session.connection.execute(_TOUCH, (body.d8, body.digest, body.made, _REFRESH_MINUTES))
        return Digest(body.digest.hex())

    def get(self, digest: Reference) -> bytes:
        """Return the body. Raises `BlobMissing`, `BlobCorrupt`."""
        body = within(digest)
        if body is not None:
            return body
        if digest == DAMAGED:
            raise BlobCorrupt(digest=digest)
        key = _key(digest)
        row = self._pool.row("SELECT form, size, data FROM blobs WHERE d8 = ? AND digest = ?", (head(key), key))
        if row is None:
            raise BlobMissing(digest=digest)
        body = opened(self._pool.session(), *row)
        if body is None or digest_bytes(body) != digest:
            raise BlobCorrupt(digest=digest)
        return body

    def has(self, digest: Reference) -> bool:
        """Say whether the body is there, without reading it."""
        if within(digest) is not None:
            return True
        if digest == DAMAGED:
            return False
        key = _key(digest)
        return self._pool.row(_HAS, (head(key), key)) is not None


def prepared(pool: Connections, body: bytes, now_ns: int) -> Prepared:
    """Hash and, where it helps, compress a body. Call it outside the transaction: this is the slow part."""
    return all_prepared(pool, (body,), now_ns)[0]


def _hashed(body: bytes, made: int) -> Prepared:
    size = len(body)
    if size > LARGEST_BODY:
        raise BodyTooLarge(size=size, limit=LARGEST_BODY)
    digest = bytes.fromhex(digest_bytes(body))
    d8 = int.from_bytes(digest[:8], "big", signed=True)
    return Prepared(d8, digest, RAW, size, made, body if size <= COMPRESS_ABOVE else None, body)


def _packed(session: Session, body: Prepared) -> Prepared:
    data = session.compressor.compress(body.body)
    if len(data) < body.size:
        return body._replace(form=ZSTD, data=data)
    return body._replace(data=body.body)


def keep(session: Session, bodies: Iterable[Prepared]) -> None:
    """Write bodies inside the caller's transaction."""
    wanted = {body.digest: body for body in bodies}
    unread = [body for body in wanted.values() if body.data is None]
    if unread:
        there = _those_in(session.connection, unread)
        wanted.update((body.digest, _packed(session, body)) for body in unread if body.digest not in there)  # pruned
    new = [body[:6] for body in wanted.values() if body.data is not None]
    for part in in_sizes(new):
        session.connection.execute(_INSERT.format(values(len(part), 6)), flat(part))


def _those_in(connection: sqlite3.Connection, bodies: Sequence[Prepared]) -> set[bytes]:
    """Return the digests of those that are there."""
    found: set[bytes] = set()
    for part in in_sizes([body[:2] for body in bodies]):
        found.update(row[0] for row in connection.execute(_THESE.format(values(len(part), 2)), flat(part)))
    return found


def all_prepared(pool: Connections, bodies: Sequence[bytes], now_ns: int) -> list[Prepared]:
    """Prepare several bodies: hash them and, where it helps, compress those that are not there yet."""
    made = now_ns // _MINUTE_NS
    ready = [_hashed(body, made) for body in bodies]
    long = [body for body in ready if body.data is None]
    if not long:
        return ready
    if len(ready) == 1 and ready[0].size <= _SOON_COMPRESSED:
        return [_packed(pool.session(), ready[0])]
    there = pool.do(lambda session: _those_in(session.connection, long))
    session = pool.session()
    return [body if body.data is not None or body.digest in there else _packed(session, body) for body in ready]


def opened(session: Session, form: int, size: int, data: object) -> bytes | None:
    """Return a stored body as it was given, or None where its bytes are damaged."""
    if form == RAW or not isinstance(data, bytes):  # a turned byte can make text of it
        return data if isinstance(data, bytes) else None
    try:
        if zstandard.frame_content_size(data) != size:
            return None
        return session.decompressor.decompress(data)
    except zstandard.ZstdError:
        return None


def _key(digest: Digest) -> bytes:
    try:
        return bytes.fromhex(digest)
    except ValueError:
        raise BadDigest(digest=digest) from None
