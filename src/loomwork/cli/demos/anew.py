"""An example copied anew into a person's folder: what they have changed there is put aside, never lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

_MADE = (".loomwork", "__pycache__")
"""Folders that running an example makes."""


class Anew(Struct, frozen=True):
    """What became of the folder that was there before."""

    before: Literal["nothing", "replaced", "kept"]
    kept: Path | None = None
    """Where what the person had changed lies now."""


def copy_anew(source: Path, target: Path, *, edits: Mapping[str, bytes], keep: str = "") -> Anew:
    """Copy an example and return what became of an earlier copy.

    Args:
        source: The example.
        target: The copy; an earlier one is replaced, and one that a person has changed is renamed first.
        edits: Files as the demonstration itself leaves them: no change of the person's.
        keep: A folder within the earlier copy that the new one gets: what is only slow to make again.
    """
    done = Anew("nothing")
    before = target
    if target.is_symlink() or target.exists():
        before = _free(target)
        is_mine = is_changed(source, target, edits)
        target.rename(before)
        done = Anew("kept", before) if is_mine else Anew("replaced")
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*_MADE))
    if keep and (before / keep).is_dir():
        shutil.copytree(before / keep, target / keep)
    if done.before == "replaced":
        shutil.rmtree(before)
    return done


def is_changed(source: Path, target: Path, edits: Mapping[str, bytes]) -> bool:
    """Say whether a copy holds anything that neither the example nor its demonstration has written."""
    if target.is_symlink() or not target.is_dir():
        return True
    for path in _files(target):
        name = path.relative_to(target).as_posix()
        origin = source / name
        known = [edits.get(name), origin.read_bytes() if origin.is_file() else None]
        if path.is_symlink() or path.read_bytes() not in known:
            return True
    return False


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if not set(path.relative_to(folder).parts) & set(_MADE) and (path.is_symlink() or path.is_file()):
            yield path


def _free(target: Path) -> Path:
    """Return the first name beside a folder that nothing has yet."""
    number = 1
    while (found := target.with_name(f"{target.name}.kept-{number}")).exists():
        number += 1
    return found
