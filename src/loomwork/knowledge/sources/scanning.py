"""Find the files of a base's sources, without opening any but `.readers`. Knows nothing of what they hold."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from loomwork.kernel.errors.knowledge import FileUnreadable, LinkOutside
from loomwork.kernel.errors.knowledge_base import NoSources, SourceMissing
from loomwork.knowledge.parsing.encodings import decoded
from loomwork.knowledge.parsing.problems import problem_of
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources.patterns import Patterns, hidden
from loomwork.knowledge.sources.permissions import FILE, folder_readers
from loomwork.knowledge.sources.values import Allowed, Place, Stamp

_PAGES = ("http://", "https://")


class Root(NamedTuple):
    """A source on this machine."""

    folder: str
    files: tuple[str, ...] | None
    """Only these; None: all."""


def scan(name: str, settings: BaseSettings, project: Path) -> list[Place]:
    """Return the files and pages of a base, each once, in order of their ids.

    Ids are paths relative to the folder that holds all sources, so that a base of one folder has its files' own names.

    Raises:
        NoSources: The base names none.
        SourceMissing: One is not there; it is no reason to forget what was read from it.
    """
    roots = check_sources(name, settings, project)
    pages = [source for source in settings.sources if source.startswith(_PAGES)]
    top = os.path.commonpath([root.folder for root in roots]) if roots else ""
    wanted = Patterns(settings.include, settings.exclude)
    found: dict[str, Place] = {page: Place(page, "", None, None) for page in pages}
    inside = None if settings.links == "follow" else tuple(os.path.realpath(root.folder) for root in roots)
    for root in roots:
        for place in _within(root, top, wanted, inside):
            found.setdefault(place.doc, place)
    return [found[doc] for doc in sorted(found)]


def check_sources(name: str, settings: BaseSettings, project: Path) -> list[Root]:
    """Return the folders and files of a base, looking into none. Raises as `scan`."""
    if not settings.sources:
        raise NoSources(name=name)
    return [_root(name, source, project) for source in settings.sources if not source.startswith(_PAGES)]


def _root(name: str, source: str, project: Path) -> Root:
    path = Path(os.path.abspath(project / source))
    if path.is_dir():
        return Root(str(path), None)
    if path.is_file():
        return Root(str(path.parent), (path.name,))
    raise SourceMissing(source=source, name=name, path=path)


def _within(root: Root, top: str, wanted: Patterns, inside: tuple[str, ...] | None) -> Iterator[Place]:
    folder = _Folder(top, inside)
    above = folder.above(root.folder)
    if root.files is None:
        yield from folder.walk(root.folder, "", wanted, above, set())
        return
    for name in root.files:
        path = os.path.join(root.folder, name)
        yield Place(folder.id_of(path), path, _stamp(os.stat(path)), above)


class _Folder:
    """Walks folders and gives their files ids.

    Args:
        top: The folder that holds all sources.
        inside: Where links may lead; None: anywhere.
    """

    def __init__(self, top: str, inside: tuple[str, ...] | None) -> None:
        self._top = top
        self._inside = inside
        self._cut = len(os.path.join(top, ""))

    def id_of(self, path: str) -> str:
        """Return the path of a file below the top, with forward slashes, as text."""
        return as_text(path[self._cut :].replace(os.sep, "/"))

    def above(self, folder: str) -> Allowed | None:
        """Return what the `.readers` files from the top down to a folder, the nearest first, say."""
        here = folder
        while True:
            said = _said(os.path.join(here, FILE))
            if said is not None or len(here) <= len(self._top):
                return said
            here = os.path.dirname(here)

    def walk(
        self, folder: str, within: str, wanted: Patterns, allowed: Allowed | None, seen: set[tuple[int, int]]
    ) -> Iterator[Place]:
        """Yield the files beneath a folder. A link back to a folder above is not followed."""
        held = os.stat(folder)
        if (held.st_dev, held.st_ino) in seen:
            return
        seen = seen | {(held.st_dev, held.st_ino)}
        entries = sorted(_entries(folder), key=lambda entry: entry.name)
        if any(entry.name == FILE for entry in entries):
            allowed = _said(os.path.join(folder, FILE)) or allowed
        for entry in entries:
            if hidden(entry.name):
                continue
            path = f"{within}{entry.name}"
            away = self._leads_out(entry)
            if away:
                if wanted.take(path):
                    problem = problem_of(LinkOutside(target=away))
                    stamp = _stamp(entry.stat(follow_symlinks=False))
                    yield Place(self.id_of(entry.path), entry.path, stamp, allowed, problem)
            elif entry.is_dir():
                yield from self.walk(entry.path, f"{path}/", wanted, allowed, seen)
            elif entry.is_file() and wanted.take(path):
                with contextlib.suppress(FileNotFoundError):  # removed since the folder was listed
                    yield Place(self.id_of(entry.path), entry.path, _stamp(entry.stat()), allowed)
            elif not entry.is_file() and wanted.take(path):
                with contextlib.suppress(FileNotFoundError):
                    stamp = _stamp(entry.stat(follow_symlinks=False))
                    reason = "the link leads nowhere" if entry.is_symlink() else "it is no regular file"
                    yield Place(
                        self.id_of(entry.path), entry.path, stamp, allowed, problem_of(FileUnreadable(reason=reason))
                    )

    def _leads_out(self, entry: os.DirEntry[str]) -> str:
        """Return where a link leads that leaves the sources; empty for anything else."""
        if self._inside is None or not entry.is_symlink():
            return ""
        target = os.path.realpath(entry.path)
        held = any(target == folder or target.startswith(os.path.join(folder, "")) for folder in self._inside)
        return "" if held or not os.path.exists(target) else target


def as_text(path: str) -> str:
    """Return a path of which some name's bytes are no UTF-8 (an old archive left it so) with that name read otherwise.

    >>> as_text("a/b.md"), as_text(os.fsdecode("文/".encode() + "报告.md".encode("gbk")))
    ('a/b.md', '文/报告.md')
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        return "/".join([_name(os.fsencode(name)) for name in path.split("/")])
    return path


def _name(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        said = decoded(raw)
    return raw.decode("utf-8", "backslashreplace") if said.lost or not said.text.isprintable() else said.text


def _entries(folder: str) -> Iterable[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return list(found)


def _said(path: str) -> Allowed | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return folder_readers(file.read())
    except FileNotFoundError:
        return None


def _stamp(found: os.stat_result) -> Stamp:
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
