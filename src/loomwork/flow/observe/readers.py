"""Libraries that read files without an event (Rust and C readers): their entry points note the paths they are given.

What they are given may be a file, a folder (all files beneath it), a pattern, a list of these, or SQL that quotes some.
An entry point that is a class of an extension module cannot be wrapped: `observe(path)` is for these.
"""

import glob
import os
import re
from collections.abc import Iterable
from functools import partial
from types import FrameType, FunctionType, ModuleType
from typing import Any

from loomwork.flow.observe.facts import Listing
from loomwork.flow.observe.files import absolute, read
from loomwork.flow.observe.hashes import listing
from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.live import Observing, live
from loomwork.flow.observe.names import Through, load
from loomwork.flow.observe.patches import Patches
from loomwork.flow.observe.place import text_of
from loomwork.flow.observe.stack import frame_of

READERS: dict[str, dict[str, list[Any]]] = load("readers")
_NOBODY = Through([])
_QUOTED = re.compile(r"'((?:[^']|'')+)'")
_REMOTE = re.compile(r"^(?!file:)[A-Za-z][A-Za-z0-9+.-]+://")
_PATTERN = re.compile(r"[*?\[]")


def wrap(module: ModuleType, patches: Patches) -> None:
    """Let the known entry points of a library note what they read."""
    for name, entry in READERS[module.__name__].items():
        found = getattr(module, name, None)
        if not isinstance(found, type) or name.islower():  # a class by the name of a function is called like one
            patches.function(module, name, partial(_noting, entry))
        elif isinstance(found.__init__, FunctionType):
            patches.method(found, "__init__", partial(_making, entry))


def _noting(entry: list[Any], dotted: str) -> Any:
    """Return what makes a function note the source that it is given.

    An entry is the place and keyword of the source, then `sql` where it is a statement, `unseen` where the result
    reads more later, of which nothing will be seen.
    """
    kinds = entry[2:]

    def watched(original: Any, /, *args: Any, **kwargs: Any) -> Any:
        if live.on and not HIDDEN.get():
            given = _given(entry, args, kwargs)
            see(_quoted(given) if "sql" in kinds else given, frame_of(1))
            if "unseen" in kinds and live.reader(frame_of(1), _NOBODY) is not None:
                live.touched(f"unseen: {dotted}", frame_of(1))
        return original(*args, **kwargs)

    return watched


def _making(entry: list[Any], original: Any) -> Any:
    """Return a constructor that notes the source that it is given."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if live.on and not HIDDEN.get():
            see(_given(entry, args, kwargs), frame_of(1))
        original(self, *args, **kwargs)

    return __init__


def _given(entry: list[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    place, keyword = entry[:2]
    return args[place] if len(args) > place else kwargs.get(keyword)


def see(given: Any, frame: FrameType | None) -> None:
    """Note everything that a reader was given as its source."""
    with Observing("a reader's source"):
        for each in _sources(given):
            _see_one(each, frame)


def _sources(given: Any) -> Iterable[str]:
    text = text_of(given)
    if text is not None:
        yield text
    elif isinstance(given, list | tuple | set | frozenset):
        for each in given:  # pyright: ignore[reportUnknownVariableType] -- a reader's argument, of any type
            yield from _sources(each)


def _see_one(text: str, frame: FrameType | None) -> None:
    if "\0" in text or "\n" in text or not text or text == ":memory:":
        return
    if _REMOTE.match(text):
        live.touched(f"network: {text.partition('?')[0]}", frame)
        return
    text = text.removeprefix("file://")
    if _PATTERN.search(text) and not os.path.exists(text):
        path = absolute(_PATTERN.split(text)[0].rpartition("/")[0] or ".")
        if path is not None:
            _tree(path, frame, files=False)
        for match in sorted(glob.glob(text, recursive=True)):
            _see_path(absolute(match), frame)
    else:
        _see_path(absolute(text), frame)


def _see_path(path: str | None, frame: FrameType | None) -> None:
    if path is None or live.is_ignored(path):
        return
    if os.path.isdir(path):
        _tree(path, frame, files=True)
    else:
        read(path, frame)


def _tree(root: str, frame: FrameType | None, *, files: bool) -> None:
    """Note a folder and the folders in it, with `files` what they hold."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in ("__pycache__", ".loomwork"))
        live.saw(Listing(folder, listing(folder), "names"), frame)
        for name in sorted(names) if files else ():
            path = os.path.join(folder, name)
            if not live.is_ignored(path):
                read(path, frame)


def _quoted(sql: Any) -> list[str]:
    """Return the texts in quotes of a statement that may name files.

    >>> _quoted("select * from 'rows.parquet' where name = 'x'")
    ['rows.parquet']
    """
    if not isinstance(sql, str):
        return []
    found = [text.replace("''", "'") for text in _QUOTED.findall(sql)]
    return [text for text in found if "." in text or "/" in text or _PATTERN.search(text)]
