"""What raises no event: replacements for functions of `os`, `time`, `random`, `linecache` and their like.

Each one first asks whether anybody of the project reads, looking through the standard modules in between; a library
that reads for itself (ssl, logging, locale, retry delays) is nobody's observation.
"""

import os
from collections.abc import Callable
from types import FrameType
from typing import Any

from loomwork.flow.observe.facts import Tested, Variable, Variables
from loomwork.flow.observe.files import absolute, read
from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.live import Observing, live
from loomwork.flow.observe.names import CHANCE, CLOCK, ENVIRONMENT, PATHS, SHOWS_SOURCE
from loomwork.flow.observe.probes import Probe, failure, told
from loomwork.flow.observe.stack import frame_of, outermost

Wrapped = Callable[..., Any]

_KIND = frozenset({
    "exists", "isfile", "isdir", "is_file", "is_dir", "is_mount", "ismount", "is_socket", "is_fifo", "is_block_device",
    "is_char_device", "isjunction", "is_junction", "isreserved", "walk", "fwalk", "glob", "iglob", "rglob",
    "expanduser", "mkdir",
})  # fmt: skip
_LINK = frozenset({"lexists", "islink", "is_symlink", "readlink"})
_NOT_LEARNT = frozenset({"resolve", "realpath", "samefile", "absolute", "abspath", "relpath", "makedirs", "removedirs"})
"""Functions that walk a path's links: what is then read through it is observed, where it stands is not."""
_OF_FUNCTION: dict[str, Probe] = {"getsize": "size", "getmtime": "time", "getctime": "time", "getatime": "time"}


def stat(name: str) -> Wrapped:
    """Return `os.stat` or `os.lstat` that notes what the project's caller learns."""
    whole: Probe = "lstat" if name == "os.lstat" else "stat"

    def watched(original: Wrapped, path: Any, /, *args: Any, **kwargs: Any) -> Any:
        if not live.on or HIDDEN.get() or isinstance(path, int):
            return original(path, *args, **kwargs)
        inner = frame_of(1)
        frame = live.reader(inner, PATHS)
        if frame is None:
            return original(path, *args, **kwargs)
        follows = name == "os.stat" and kwargs.get("follow_symlinks", True)
        folder = kwargs.get("dir_fd")
        asked = _asked(outermost(inner, frame).lstrip("_"), whole if follows else "lstat")
        try:
            found = original(path, *args, **kwargs)
        except (OSError, ValueError) as error:
            _tested(path, folder, asked, failure(error), frame)
            raise
        if asked is not None:
            _tested(path, folder, asked, told(path, found, asked), frame)
        return found

    return watched


def access(_name: str) -> Wrapped:
    """Return `os.access` that notes its answer."""

    def watched(original: Wrapped, path: Any, mode: int, /, **kwargs: Any) -> Any:
        answer = original(path, mode, **kwargs)
        if live.on and not HIDDEN.get() and not isinstance(path, int):
            frame = live.reader(frame_of(1), PATHS)
            if frame is not None:
                _tested(path, kwargs.get("dir_fd"), f"access {mode}", "yes" if answer else "no", frame)
        return answer

    return watched


def _asked(function: str, whole: Probe) -> Probe | None:
    """Return how much of a stat reaches the project through a function of the standard library."""
    if function in _NOT_LEARNT:
        return None
    if function in _LINK:
        return "link"
    if function in _KIND:
        return "kind" if whole == "stat" else "link"
    return _OF_FUNCTION.get(function, whole)


def _tested(path: Any, folder: int | None, asked: Probe | None, text: str, frame: FrameType) -> None:
    with Observing("a test of a path"):
        at = absolute(path, -1 if folder is None else folder)
        frames = live.frames(frame)
        if asked is None or at is None or frames is None or live.is_ignored(at):
            return
        fact = Tested(at, asked, text)
        for watch in live.watches():
            if watch.wrote(at) is None:
                watch.sees(fact)
        live.beneath.add(frames, fact)


def environ_getitem(original: Wrapped) -> Wrapped:
    """Return `os.environ.__getitem__` (which `get`, `in` and `getenv` come down to) that notes the value."""

    def __getitem__(self: Any, key: Any) -> Any:
        if not live.on or HIDDEN.get():
            return original(self, key)
        frame = live.reader(frame_of(1), ENVIRONMENT)
        if frame is None:
            return original(self, key)
        try:
            value = original(self, key)
        except KeyError:
            _variable(key, None, frame)
            raise
        _variable(key, os.fsdecode(value), frame)
        return value

    return __getitem__


def environ_iter(original: Wrapped) -> Wrapped:
    """Return `os.environ.__iter__` that notes that everything is read."""

    def __iter__(self: Any) -> Any:
        if live.on and not HIDDEN.get():
            frame = live.reader(frame_of(1), ENVIRONMENT)
            if frame is not None:
                with Observing("the environment"):
                    live.saw(Variables(os.environ), frame)
        return original(self)

    return __iter__


def environ_change(original: Wrapped) -> Wrapped:
    """Return `os.environ.__setitem__` or `__delitem__` that notes that the call itself set a variable."""

    def change(self: Any, key: Any, *args: Any) -> Any:
        if live.on and not HIDDEN.get():
            watch = live.acting()
            if watch is not None:
                watch.set_names = {*(watch.set_names or ()), os.fsdecode(key)}
        return original(self, key, *args)

    return change


def _variable(key: Any, value: str | None, frame: FrameType) -> None:
    with Observing("an environment variable"):
        frames = live.frames(frame)
        if frames is None:
            return
        name = os.fsdecode(key)
        fact = Variable(name, value)
        for watch in live.watches():
            if watch.set_names is None or name not in watch.set_names:
                watch.sees(fact)
        live.beneath.add(frames, fact)


def source_lines(_name: str) -> Wrapped:
    """Return `linecache.getline` or `getlines` that notes the file even where its lines are kept already."""

    def watched(original: Wrapped, filename: Any, /, *args: Any, **kwargs: Any) -> Any:
        if live.on and not HIDDEN.get() and isinstance(filename, str) and not filename.startswith("<"):
            frame = live.reader(frame_of(1), SHOWS_SOURCE)
            if frame is not None:
                observe_file(filename, frame)
        return original(filename, *args, **kwargs)

    return watched


def observe_file(path: Any, frame: FrameType) -> None:
    """Note a file that is read by other means than `open`."""
    with Observing("a file"):
        at = absolute(path)
        if at is not None and not live.is_ignored(at):
            read(at, frame)


def outside(kind: str, *, unless_args: int | None = None) -> Callable[[str], Wrapped]:
    """Return what makes a module function note that the project touched the outside through it.

    Args:
        kind: `clock` or `random`.
        unless_args: With so many arguments the function computes and reads no clock.
    """
    through = CLOCK if kind == "clock" else CHANCE

    def make(name: str) -> Wrapped:
        reason = f"{kind}: {name}"

        def watched(original: Wrapped, /, *args: Any, **kwargs: Any) -> Any:
            if live.on and not HIDDEN.get() and (unless_args is None or _given(args) < unless_args):
                frame = live.reader(frame_of(1), through)
                if frame is not None:
                    live.touched(reason, frame)
            return original(*args, **kwargs)

        return watched

    return make


def _given(args: tuple[Any, ...]) -> int:
    return sum(each is not None for each in args)
