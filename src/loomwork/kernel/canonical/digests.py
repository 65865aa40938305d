"""From values to digests. Knows nothing of single types."""

import hashlib
from typing import NamedTuple, NewType, cast

from loomwork.kernel.canonical.plans import EXACT, plan_of
from loomwork.kernel.canonical.sink import LONG, Refused, Sink
from loomwork.kernel.errors import TooDeep

Digest = NewType("Digest", str)
"""The first 40 hex digits of a SHA-256."""

_DIGITS = 40
_TEXT = EXACT[str]


class ValueDigest(NamedTuple):
    """The digest of a value's data and names, and the code that it brings along."""

    digest: Digest
    code: tuple[object, ...]
    """Classes and functions met that are not Python's builtins, in the order in which they were met."""


def digest_bytes(data: bytes | bytearray | memoryview) -> Digest:
    """Return the digest of plain bytes: the name of a blob.

    >>> digest_bytes(b"")
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4'
    """
    return Digest(hashlib.sha256(data).hexdigest()[:_DIGITS])


def combine(*parts: str | bytes) -> Digest:
    """Return the digest of several parts; where one ends and the next begins counts, and so does their order.

    >>> combine("ab", "c") == combine("a", "bc")
    False
    """
    if all([type(part) is str and part.isascii() for part in parts]):
        return digest_bytes("".join([f"{len(part)}s{part}" for part in parts]).encode())  # the same bytes, sooner
    pieces: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        pieces.append(b"%d%b" % (len(data), b"s" if isinstance(part, str) else b"b"))
        pieces.append(data)
    return digest_bytes(b"".join(pieces))


def digest(value: object, *, at: str = "") -> Digest:
    """Return the digest of a value. See `digest_value`.

    >>> digest(1) == digest(True), digest({"a": [1, (2,)]}) == digest({"a": [1, (2,)]})
    (False, True)
    """
    return digest_value(value, at=at).digest


def digest_value(value: object, *, at: str = "") -> ValueDigest:
    """Return the digest of a value and the code it brings along. `at` is where errors say that it stands.

    Raises `Unhashable`, `CyclicValue` or `TooDeep`, each with the path to the offending part.
    """
    if type(value) is str and len(value) < LONG:  # the same bytes, sooner: such a text asks no more of a sink
        pieces: list[bytes] = []
        _TEXT(value, cast("Sink", pieces))
        return ValueDigest(digest_bytes(pieces[0]), ())
    hasher = hashlib.sha256()
    out = Sink(EXACT, plan_of, hasher=hasher)
    _fill(out, value, at)
    out.drain()
    return ValueDigest(Digest(hasher.hexdigest()[:_DIGITS]), tuple(out.code.values()))


def encoding(value: object) -> bytes:
    """Return the encoding itself, for tests and for looking; raises as `digest_value` does.

    >>> encoding([1, "a", None])
    b'l3:i1;s1:an'
    """
    out = Sink(EXACT, plan_of)
    _fill(out, value, "")
    return out.taken()


def _fill(out: Sink, value: object, at: str) -> None:
    try:
        out.write(value)
    except Refused as refused:
        raise refused.at(at) from None
    except RecursionError:
        raise TooDeep(where=at or "the top") from None
