"""Between the text of ids and digests and the bytes that rows keep. Pure; knows no table."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import TypeVar
from zlib import crc32

from loomwork.kernel.bodies import Reference, within
from loomwork.kernel.canonical import Digest, digest_bytes

T = TypeVar("T")
_MOST_ASKED = 500
"""Values in one `IN (...)`: a statement for each number of them is kept ready."""
_HEX = frozenset("0123456789abcdef")
LOWEST = -(1 << 63)
DAMAGED = Digest("!damaged")
"""The reference to a body within a row whose bytes were turned."""
_WITHIN = b"="
_DIGEST = 20


def packed(text: str) -> bytes | str:
    r"""Return lower-case hex as bytes (half the size), anything else as it is; `unpacked` undoes it.

    >>> packed("00ff"), packed("t1"), packed("")
    (b'\x00\xff', 't1', b'')
    """
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return text
    return data if data.hex() == text else text


def unpacked(data: bytes | str) -> str:
    """Return the text that `packed` took."""
    return data if isinstance(data, str) else data.hex()


def packed_or_none(text: str | None) -> bytes | str | None:
    """Do the same where there may be nothing."""
    return None if text is None else packed(text)


def digest_or_none(data: bytes | str | None) -> Digest | None:
    """Return a digest where there is one."""
    return None if data is None else Digest(data if isinstance(data, str) else data.hex())


def kept(reference: Reference) -> bytes | str:
    """Return a reference to a body as rows keep it: a digest, or `=`, a checksum and the body itself."""
    body = within(reference)
    if body is None:
        return packed(reference)
    return _WITHIN + crc32(body).to_bytes(4, "big") + body


def kept_or_none(reference: Reference | None) -> bytes | str | None:
    """Do the same where there may be nothing."""
    return None if reference is None else kept(reference)


def taken(data: bytes | str) -> Reference:
    """Return the reference that `kept` took. A body whose checksum is wrong becomes one that no store has.

    >>> from loomwork.kernel.bodies import reference
    >>> taken(kept(reference(b"short")))
    '=short'
    """
    if isinstance(data, bytes) and data[:1] == _WITHIN and len(data) != _DIGEST:
        return Digest("=" + data[5:].decode("latin-1")) if is_whole(data) else DAMAGED
    return Digest(unpacked(data))


def taken_or_none(data: bytes | str | None) -> Reference | None:
    """Do the same where there may be nothing."""
    return None if data is None else taken(data)


def is_whole(data: object) -> bool:
    """Say whether a column holds a body in itself, and the body has its checksum."""
    if not isinstance(data, bytes) or data[:1] != _WITHIN or len(data) == _DIGEST:
        return False
    return crc32(data[5:]) == int.from_bytes(data[1:5], "big")


def head_or_none(data: bytes | str | None) -> int | None:
    """Do what `head` does, where SQL may ask with NULL."""
    return None if data is None else head(data)


def head(data: bytes | str) -> int:
    """Return a number that stands for a digest in an index: its first eight bytes.

    >>> head(bytes.fromhex("ffffffffffffffff00"))
    -1
    """
    if isinstance(data, str):
        data = bytes.fromhex(digest_bytes(data.encode()))
    return int.from_bytes(data[:8], "big", signed=True)


def in_parts(values: Collection[T]) -> Iterator[list[T]]:
    """Yield the values in lists as long as one statement asks for.

    >>> [len(part) for part in in_parts(range(1100))]
    [500, 500, 100]
    """
    waiting = iter(values)
    while part := list(islice(waiting, _MOST_ASKED)):
        yield part
