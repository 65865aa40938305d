"""The log of who did what to whom, and the chain that holds it together. Knows nothing of keys or releases.

Every entry's hash covers the hash before it, so a change to any entry shows (Haber and Stornetta, "How to time-stamp a
digital document", 1991). Words are covered through salted hashes of their own: an erased person's words can go, and
their salt with them, without breaking the chain. Whoever can rewrite the whole log can make another whole chain; to
hold against that, keep `head` somewhere else (`loomwork doctor` prints it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

FIRST = b"\0" * 32
"""What the first entry has before it."""
ERASED = "(erased)"


class AuditRow(Struct, frozen=True, kw_only=True):
    """One entry of the log."""

    n: int
    at_ns: int
    actor: str
    """A principal or a key's id; empty: somebody at this machine's shell."""
    action: str
    """`key.create`, `key.refuse`, `release.promote`, ..."""
    object: str
    said: str
    """What else there is to say, as JSON."""
    salts: tuple[bytes, bytes, bytes]
    """Of actor, object and said; empty where the words were erased."""
    sealed: tuple[bytes, bytes, bytes]
    """The salted hashes of actor, object and said."""
    before: bytes
    hash: bytes


class Fault(NamedTuple):
    """The first thing that is wrong with a log."""

    n: int
    detail: str


class Head(NamedTuple):
    """Where a log ends: the number of its last entry and that one's hash, in hex."""

    n: int
    hash: str


def seal(salt: bytes, text: str) -> bytes:
    """Return the salted hash of words."""
    return hashlib.sha256(salt + text.encode()).digest()


def chained(before: bytes, n: int, at_ns: int, action: str, sealed: Sequence[bytes]) -> bytes:
    """Return an entry's hash."""
    head = f"{n}\0{at_ns}\0{action}\0".encode()
    return hashlib.sha256(before + head + b"".join(sealed)).digest()


def faults(rows: Iterable[AuditRow], erasures: frozenset[int] = frozenset()) -> Iterator[Fault]:
    """Yield what is wrong, in order: an entry changed, left out or put in; words changed or taken out unsaid.

    Args:
        rows: All entries by number.
        erasures: The entries of which the log itself says that their words were erased.
    """
    before, expected = FIRST, 1
    for row in rows:
        if row.n != expected:
            yield Fault(expected, f"entry {expected} is missing")
        if row.before != before:
            yield Fault(row.n, "it does not follow the one before it")
        if row.hash != chained(row.before, row.n, row.at_ns, row.action, row.sealed):
            yield Fault(row.n, "its hash does not fit")
        for name, salt, sealed in zip(("actor", "object", "said"), row.salts, row.sealed, strict=True):
            text: str = getattr(row, name)
            if not salt:
                if row.n not in erasures or text != ERASED:
                    yield Fault(row.n, f"its {name} was taken out")
            elif seal(salt, text) != sealed:
                yield Fault(row.n, f"its {name} was changed")
        before, expected = row.hash, row.n + 1


class Audit(Protocol):
    """The log."""

    def append(self, *, at_ns: int, actor: str, action: str, object: str, said: str = "{}") -> AuditRow:
        """Write the next entry, durably."""
        ...

    def list(self, *, limit: int = 100, before: int = 0, action: str = "", object: str = "") -> Sequence[AuditRow]:
        """Return entries, the newest first; `action` may be a beginning such as `key.`."""
        ...

    def verify(self) -> Fault | None:
        """Return the first thing that is wrong with the whole log, None where nothing is."""
        ...

    def head(self) -> Head:
        """Return where the log ends; a copy kept elsewhere shows a log that was rewritten from its start."""
        ...
