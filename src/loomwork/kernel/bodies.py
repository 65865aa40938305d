"""References to bodies: a long one by its digest, a short one by itself. Knows no store.

Most arguments and results of step calls are short. As a body of its own, under its hash, each costs the store a row,
an index entry and a look-up; within the row that refers to it, it costs its bytes (docs/decisions/014). A short one
that many rows share is kept with each of them.
"""

from typing import TypeAlias

from loomwork.kernel.canonical import Digest, digest_bytes

Reference: TypeAlias = Digest
"""A digest; or `=` and the body itself, a character for each byte."""
LONGEST = 1024
"""Bytes of a body that may stand for itself."""
_ITSELF = "="
_DIGEST_LIKE = 15
"""A body of this size would, with its checksum, be as long as a digest: it is kept under its digest like a long one."""


def reference(data: bytes, *, longest: int = LONGEST) -> Reference:
    """Return what a row keeps to find this body again.

    >>> reference(b"short"), len(reference(b"long" * 1000))
    ('=short', 40)
    """
    if len(data) > longest or len(data) == _DIGEST_LIKE:
        return digest_bytes(data)
    return Digest(_ITSELF + data.decode("latin-1"))


def refer(data: bytes, bodies: list[bytes], *, longest: int = LONGEST) -> Reference:
    """Return what a row keeps to find this body again, and add a body that must be written on its own to `bodies`."""
    found = reference(data, longest=longest)
    if found[0] != _ITSELF:
        bodies.append(data)
    return found


def is_name(reference: Reference) -> bool:
    """Say whether a reference is only the name of a body, which stands elsewhere."""
    return not reference.startswith(_ITSELF)


def within(reference: Reference) -> bytes | None:
    """Return the body that a reference holds in itself; None where it is only the name of one.

    >>> within(reference(b"short"))
    b'short'
    """
    return reference[1:].encode("latin-1") if reference.startswith(_ITSELF) else None


def digest_of(reference: Reference) -> Digest:
    """Return the digest of the body, for those who compare or publish names of bodies."""
    body = within(reference)
    return reference if body is None else digest_bytes(body)
