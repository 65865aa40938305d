"""What lies between a source and a parser. Values only."""

from typing import Any, NamedTuple

from msgspec import Struct

from loomwork.kernel.canonical import Digest
from loomwork.knowledge.index.rows import Readers
from loomwork.knowledge.parsing.limits import Hints
from loomwork.knowledge.values import Problem


class Allowed(NamedTuple):
    """Somebody has said who may read: None stands for everyone, an empty tuple for nobody."""

    readers: Readers


class Stamp(NamedTuple):
    """What the system says of a file without opening it; it changes when the file does."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Place(NamedTuple):
    """A file to look at: where it is, and what it would be called."""

    doc: str
    """Its path relative to the folder that holds all sources; the address of a page."""
    file: str
    """Its absolute path; empty for a page."""
    stamp: Stamp | None
    """None: ask by reading."""
    allowed: Allowed | None
    """What `.readers` files say; None where there is none."""
    problem: Problem | None = None
    """It is not looked into, for this reason."""


class Raw(Struct, frozen=True, kw_only=True):
    """A document before it is parsed."""

    doc: str
    path: str
    data: bytes
    digest: Digest
    """Of all that was given: bytes, title, metadata."""
    hints: Hints = Hints()
    title: str = ""
    metadata: dict[str, Any] = {}
    modified: str = ""
    allowed: Allowed | None = None
    problem: Problem | None = None
    """It cannot be read, for this reason."""
    share: float = 1.0
    """How much of its file is read with it, where the file holds many."""
