"""Keep the text of small project files that steps read, so that `why` can show what changed in them.

The observation is the hash of the file; the blob of that hash is the text. Large files, binary ones and files outside
the project are known by their hash alone.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from loomwork.flow.observe import FileRead, Observation, own_io
from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing

if TYPE_CHECKING:
    from loomwork.store.protocols import Blobs

LARGEST = 64 * 1024
_CONTEXT_LINES = 40


class Contents:
    """Which texts are in the store already."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._kept: set[Digest] = set()

    def new(self, reads: tuple[Observation, ...]) -> Iterator[bytes]:
        """Yield the texts of files read that this process has not kept yet."""
        for read in reads:
            if isinstance(read, FileRead) and read.digest is not None and read.digest not in self._kept:
                self._kept.add(read.digest)
                text = self._text(read.path, read.digest)
                if text is not None:
                    yield text

    def _text(self, name: str, digest: Digest) -> bytes | None:
        path = Path(name)
        if path.is_absolute():
            return None
        try:
            with own_io(), (self._root / path).open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError:
            return None
        if len(data) > LARGEST or b"\0" in data or digest_bytes(data) != digest:
            return None
        return data


def changed_lines(blobs: Blobs, before: Digest | None, after: Digest | None) -> tuple[str, str] | None:
    """Return the lines that differ between two kept texts, each with its number; None where one is not kept."""
    old, new = _lines(blobs, before), _lines(blobs, after)
    if old is None or new is None:
        return None
    gone: list[str] = []
    come: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += [f"{number + 1}: {old[number]}" for number in range(a, b)]
            come += [f"{number + 1}: {new[number]}" for number in range(c, d)]
    return "\n".join(gone[:_CONTEXT_LINES]), "\n".join(come[:_CONTEXT_LINES])


def _lines(blobs: Blobs, digest: Digest | None) -> list[str] | None:
    if digest is None:
        return []
    try:
        return blobs.get(digest).decode("utf-8").splitlines()
    except (BlobMissing, BlobCorrupt, UnicodeDecodeError):
        return None
