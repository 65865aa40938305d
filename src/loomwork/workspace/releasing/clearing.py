"""The folders of releases that nobody needs, and those that hold a person's words. Knows no server.

A folder can be made again from the store, but for the snapshots of knowledge bases, which are kept in it alone.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from loomwork.store.protocols import Store
from loomwork.workspace.releasing.keeping import current
from loomwork.workspace.releasing.laying import RELEASES

_ALL = 10_000
_PIECE = 1024 * 1024


def folders(project: Path) -> list[Path]:
    """Return the folders of releases that are laid out."""
    home = project / RELEASES
    return sorted(each for each in home.iterdir() if each.is_dir()) if home.is_dir() else []


def unneeded(project: Path, store: Store, *, keep: int, served: Collection[str]) -> list[Path]:
    """Return the folders of releases that are not served, not what was promoted last, and not among the last ones.

    Args:
        project: Its folder.
        store: Where its releases are.
        keep: How many of the last ones stay: by when they were last promoted, else made.
        served: Releases that a process answers with, or is ready to.
    """
    at = {row.id: row.made_ns for row in store.releases.list(limit=_ALL)}
    for promotion in store.releases.promotions(limit=_ALL):
        at[promotion.release] = max(at.get(promotion.release, 0), promotion.at_ns)
    found = folders(project)
    newest = sorted(found, key=lambda folder: at.get(folder.name, 0), reverse=True)[:keep]
    stays = {*served, current(store), *(folder.name for folder in newest)}
    return [folder for folder in found if folder.name not in stays]


def size_of(folder: Path) -> int:
    """Return the bytes of a folder's own files; what it links to is not its own."""
    return sum(path.lstat().st_size for path in _files(folder))


def remove(folder: Path) -> None:
    """Remove a release's folder; what it links to stays."""
    shutil.rmtree(folder)


def holding(project: Path, words: str) -> list[Path]:
    """Return the files of releases' folders in which words stand, as text or as JSON has them."""
    wanted = {words.encode(), json.dumps(words)[1:-1].encode()}
    return [path for folder in folders(project) for path in _files(folder) if _holds(path, wanted)]


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):  # links to folders are not followed
        if path.is_file() and not path.is_symlink():
            yield path


def _holds(path: Path, wanted: Collection[bytes]) -> bool:
    longest = max(len(each) for each in wanted)
    left = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            text = left + piece
            if any(each in text for each in wanted):
                return True
            left = text[-longest:]
    return False
