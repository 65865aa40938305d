"""Where a prompt's file is, what it says and has said: nothing outside the project. Knows no wire."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.phrases import NotKept, nearest
from loomwork.kernel.errors.studio import OutsideProject
from loomwork.kernel.errors.studio_data import PromptPathUnfit, PromptThere
from loomwork.kernel.errors.workspace import NoSuchPrompt
from loomwork.prompts.git import commits
from loomwork.prompts.history import Use, Uses, Version, history
from loomwork.prompts.kept import kept_texts
from loomwork.prompts.library import AT, prompt_files, text_of_version
from loomwork.prompts.origins import FOLDER, label_of, name_of, read_text
from loomwork.prompts.source import Source, parse_source
from loomwork.studio import files
from loomwork.studio.studio import Studio

_KNOWN = 20
_NAME = re.compile(r"[\w][\w-]*(?:[./][\w-]+)*")
_SUFFIX = ".md"
_AT_LINE = re.compile(r":(\d+)$")
_VERSION = re.compile(r"[0-9a-f]{4,64}")
"""A version or a revision, or its beginning: nothing that git could read as an option or as another file."""


class Histories:
    """What git and the store know of each prompt, until either knows more. A part of the studio."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._lock = threading.Lock()
        self._uses = Uses(studio.store)
        self._kept: dict[Path, tuple[object, list[Version]]] = {}

    def of(self, path: Path, data: bytes) -> list[Version]:
        """Return the versions of a prompt, the present one first."""
        store = self._studio.store
        key = (digest_bytes(data), store.spans.newest(), tuple(each.revision for each in commits(path, most=1)))
        kept = self._kept.get(path)
        if kept is not None and kept[0] == key:
            return kept[1]
        with self._lock:  # what one reads of the runs, the next one need not
            made = history(path, project=self._studio.folder, store=store, uses=self._uses)
        self._kept[path] = (key, made)
        return made

    def uses(self) -> dict[str, list[Use]]:
        """Return what runs did with each prompt, at any version."""
        with self._lock:
            return self._uses.by_name()

    def runs_of(self, name: str, version: str) -> set[str]:
        """Return the runs that asked with a version of a prompt (or its beginning)."""
        with self._lock:
            return {use.run for each, use in self._uses.of(name) if each.startswith(version)}


def path_of(studio: Studio, name: str, *, new: bool | None = False) -> Path:
    """Return the file of a prompt by its name or path; where `new`, of one that is not there; None: of either.

    Raises `NoSuchPrompt`, `PromptThere`, `PromptPathUnfit`, `OutsideProject`.
    """
    as_path = name if name.endswith(_SUFFIX) else f"{FOLDER}/{name}{_SUFFIX}"
    path = files.inside(studio.folder, as_path)
    found = studio.folder / as_path
    if found.is_file():
        if new:
            raise PromptThere(name=name)
        return found if not found.is_symlink() else path
    if new is False:
        known = [name_of(label_of(each, studio.folder)) for each in prompt_files(studio.folder)]
        raise NoSuchPrompt(name=name, near=nearest(name, known), known=", ".join(known[:_KNOWN]))
    if not _NAME.fullmatch(name.removesuffix(_SUFFIX)):
        raise PromptPathUnfit(name=name)
    return found


def is_ours(studio: Studio, path: Path) -> bool:
    """Say whether a file lies in the project, links followed."""
    try:
        return files.inside(studio.folder, label_of(path, studio.folder)).is_file()
    except OutsideProject:
        return False


def bytes_of(path: Path, project: Path) -> bytes:
    """Return what a file holds. Raises `PromptNotFound`, `PromptUnreadable`."""
    try:
        return path.read_bytes()
    except OSError:
        return read_text(path, project).encode()  # which says what is wrong


def _beside(studio: Studio, path: Path) -> Callable[[str], str]:
    """Return a reader of the files that a prompt names: none outside the project."""

    def read(name: str) -> str:
        folder = label_of(path.parent, studio.folder)
        return read_text(files.inside(studio.folder, os.path.normpath(os.path.join(folder, name))), studio.folder)

    return read


def parsed(studio: Studio, path: Path, text: str) -> Source:
    """Return the prompt in a text. Raises `PromptError`s."""
    return parse_source(text, label=label_of(path, studio.folder), read_beside=_beside(studio, path))


def line_of(error: LoomworkError) -> int:
    """Return the line that an error names; 0 where it names none."""
    line = error.fields.get("line")
    if isinstance(line, int):
        return line
    at = _AT_LINE.search(str(error.fields.get("place", "")))
    return int(at[1]) if at else 0


def text_at(studio: Studio, label: str, version: str) -> str:
    """Return the text that a prompt had at a version. Raises `NoSuchPrompt`."""
    if not _VERSION.fullmatch(version):
        raise NoSuchPrompt(name=f"{label}{AT}{version}", near=NotKept(name=label), known=label)

    def kept(path: Path) -> Iterator[tuple[str, str]]:
        runs = studio.part(Histories).runs_of(name_of(label), version)
        for each in kept_texts(path, project=studio.folder, store=studio.store, runs=runs):
            yield each.version, each.text

    return text_of_version(studio.folder, f"{label}{AT}{version}", kept=kept)[1]
