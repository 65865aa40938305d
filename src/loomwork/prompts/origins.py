"""Where a prompt's text comes from: a file of the project, or a text in code. Knows nothing of changes or models."""

import functools
import os
import time
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, Protocol

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.phrases import Phrase, ThereIs
from loomwork.kernel.errors.prompts import PromptNotFound, PromptUnreadable
from loomwork.prompts.locating import nearest_project
from loomwork.prompts.seam import observe_file, overridden
from loomwork.prompts.source import Source, parse_source

FOLDER = "prompts"
SHOWN = 40
"""Characters by which a text in code is called."""
RACY_NS = 50_000_000
"""A file changed so shortly before it was read may change again within the same time stamp."""


class Origin(Protocol):
    """What a prompt needs to know of its text."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def path(self) -> Path | None:
        """Where the file lies; None for a text."""
        ...

    def source(self) -> Source:
        """Return the present version."""
        ...

    def identity(self) -> tuple[str, str]:
        """Return what makes it this origin and no other, wherever the project lies."""
        ...


class TextOrigin:
    """A text in code: its version is the code's."""

    __slots__ = ("text",)
    path = None

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def name(self) -> str:
        """The beginning of the text."""
        return _beginning(self.text)

    def source(self) -> Source:
        """Return the text, taken apart."""
        return _parsed(self.text)

    def identity(self) -> tuple[str, str]:
        """Return the text's hash."""
        return ("text", digest_bytes(self.text.encode()))

    def __repr__(self) -> str:
        return f"Prompt.inline({self.text!r})"


class Stamp(NamedTuple):
    """By what a changed file is recognised."""

    path: str
    changed_ns: int
    size: int
    inode: int


class FileOrigin:
    """A file, read when used and read again when it changed.

    Args:
        given: The path as it was given.
        start: The folder of the code that gave it; None for code without a file.
    """

    __slots__ = ("_given", "_read", "_relative", "_root", "_stamps", "_start")

    def __init__(self, given: str, start: Path | None) -> None:
        self._given = given
        self._start = start
        self._root: Path | None = None
        self._relative = ""
        self._read: Source | None = None
        self._stamps: tuple[Stamp, ...] = ()

    @property
    def root(self) -> Path:
        """The project that the path is relative to."""
        if self._root is None:
            above = nearest_project(self._start) if self._start is not None else None
            self._root = above or nearest_project(Path.cwd()) or Path.cwd()
        return self._root

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.root / self._given

    @property
    def name(self) -> str:
        """The path below prompts/ without `.md`."""
        return name_of(self.identity()[1])

    def identity(self) -> tuple[str, str]:
        """Return the path as seen from the project."""
        if not self._relative:
            self._relative = label_of(self.path, self.root)
        return ("file", self._relative)

    def source(self) -> Source:
        """Return the present version; the running step's memo then depends on the file and on those it names."""
        path = overridden(self.name) or self.path
        if self._read is None or self._stamps[0].path != str(path) or not all(map(_holds, self._stamps)):
            self._load(path)
        for stamp in self._stamps:
            observe_file(stamp.path)
        return self._read or self._load(path)

    def _load(self, path: Path) -> Source:
        stamps: list[Stamp] = []

        def read(each: Path) -> str:
            stamps.append(_stamp(str(each)))  # before reading: what changes afterwards is then seen to have changed
            return read_text(each, self.root)

        self._read = None
        text = read(path)
        label = label_of(path, self.root)
        self._read = parse_source(text, label=label, read_beside=lambda name: read(path.parent / name))
        self._stamps = tuple(stamps)
        return self._read

    def __repr__(self) -> str:
        return f"Prompt({self._given!r})"


def name_of(relative: str) -> str:
    """Return what a prompt file is called.

    >>> name_of("prompts/mail/reply.md"), name_of("reply.md")
    ('mail/reply', 'reply.md')
    """
    below = relative.removeprefix(f"{FOLDER}/")
    return below.removesuffix(".md") if below != relative else relative


def label_of(path: Path, project: Path) -> str:
    """Return a path as messages show it: relative to the project where it lies inside."""
    return path.relative_to(project).as_posix() if path.is_relative_to(project) else path.as_posix()


def read_text(path: Path, project: Path) -> str:
    """Return a file's text. Raises `PromptNotFound`, `PromptUnreadable`."""
    label = label_of(path, project)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PromptNotFound(path=label, near=_near(path), project=str(project)) from None
    except (OSError, UnicodeDecodeError) as bad:
        raise PromptUnreadable(path=label, reason=str(bad)) from None


@functools.lru_cache(maxsize=512)
def _parsed(text: str) -> Source:
    return parse_source(text, label=f"the prompt '{_beginning(text)}'")


def _stamp(path: str) -> Stamp:
    try:
        stat = os.stat(path)
    except OSError:
        return Stamp(path, 0, 0, 0)
    racy = stat.st_mtime_ns > time.time_ns() - RACY_NS
    return Stamp(path, -1 if racy else stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _holds(stamp: Stamp) -> bool:
    return stamp.changed_ns > 0 and _stamp(stamp.path) == stamp


def _near(path: Path) -> Phrase:
    names = [each.name for each in path.parent.glob("*.md")] if path.parent.is_dir() else []
    near = get_close_matches(path.name, names, n=1)
    return ThereIs(name=near[0]) if near else Phrase()


def _beginning(text: str) -> str:
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
