"""What a build tells while it goes on and when it is done. Values only."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from loomwork.knowledge.values import Problem


class Progress(Struct, frozen=True, kw_only=True):
    """Where a build stands."""

    files: int
    """Documents and files looked at."""
    of: int
    """Files in all; an archive or a corpus is one."""
    chunks: int
    """Chunks made or found again."""
    embedded: int
    elapsed_s: float
    position: float = 0.0
    """Files looked at, with the share of the one that is being read."""
    now: str = ""
    """What is being worked on."""


Tell = Callable[[Progress], None]


class Files(Struct, frozen=True, kw_only=True):
    """Documents by what became of them."""

    new: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    failed: int = 0


class Named(Struct, frozen=True, kw_only=True):
    """Which documents became what, by their ids, sorted."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Chunks(Struct, frozen=True, kw_only=True):
    """Chunks by what became of them."""

    embedded: int = 0
    """Vectors that were computed in this build."""
    reused: int = 0
    """Chunks that needed no work: those of unchanged documents, and those whose text was embedded before."""
    removed: int = 0
    """Chunks that are not in the index any more."""
    keywords: int = 0
    """Chunks that came in this build and have no vector: the first two and these are all that the index holds."""


class Failure(Struct, frozen=True, kw_only=True):
    """A document with something wrong."""

    doc: str
    problems: tuple[Problem, ...]
    failed: bool
    """Nothing of it could be read."""


class Built(Struct, frozen=True, kw_only=True):
    """What a build came to."""

    index: str
    snapshot: str
    files: Files
    chunks: Chunks
    wall_s: float
    documents: int = 0
    """In the index now."""
    total: int = 0
    """Chunks in the index now."""
    by_keywords: int = 0
    """Documents that are found by keywords only: the embedder was not made for their language."""
    failures: tuple[Failure, ...] = ()
    named: Named = Named()
    """Those among `files` that are new, changed and removed."""

    def as_json(self) -> dict[str, Any]:
        """Return the object of `knowledge build --json`."""
        return {
            "index": self.index,
            "snapshot": self.snapshot,
            "files": {name: getattr(self.files, name) for name in Files.__struct_fields__},
            "chunks": {name: getattr(self.chunks, name) for name in Chunks.__struct_fields__},
            "wall_s": round(self.wall_s, 3),
        }
