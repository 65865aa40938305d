"""Process events: a step that starts another program is outside; files named on the command line are read."""

import os
import shlex
from collections.abc import Iterable
from types import FrameType
from typing import Any

from loomwork.flow.observe.files import absolute, read
from loomwork.flow.observe.live import live
from loomwork.flow.observe.place import text_of


def on_popen(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note `subprocess`: (executable, arguments, cwd, env)."""
    words = _words(args[1])
    live.touched(f"subprocess: {_name(args[0] or (words or ['?'])[0])}", frame)
    _read_named(words, args[2], frame)


def on_spawn(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note `os.exec*`, `os.posix_spawn` and `os.spawn*`."""
    parts = [part for part in args if not isinstance(part, int | dict)]
    live.touched(f"subprocess: {_name(parts[0])}", frame)
    for part in parts[1:]:
        _read_named(_words(part), None, frame)


def on_system(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note `os.system`, `os.startfile` and `pty.spawn`."""
    words = _words(args[0])
    live.touched(f"subprocess: {_name((words or ['?'])[0])}", frame)
    _read_named(words, None, frame)


def on_fork(_event: str, _args: tuple[Any, ...], frame: FrameType) -> None:
    """Note a fork."""
    live.touched("subprocess: fork", frame)


def _words(given: Any) -> list[str]:
    text = text_of(given)
    if text is not None:
        try:
            return shlex.split(text)
        except ValueError:
            return text.split()
    if not isinstance(given, list | tuple):
        return []
    words = [word for each in given if (word := text_of(each)) is not None]  # pyright: ignore[reportUnknownVariableType] -- the caller's arguments, of any type
    match words:
        case [_, "-c" | "/c", line, *_]:  # a shell
            return [*words, *_words(line)]
        case _:
            return words


def _read_named(words: Iterable[str], folder: Any, frame: FrameType) -> None:
    """Note the project's files among the words, also behind `--option=`."""
    base = text_of(folder) or os.getcwd()
    for word in words:
        for text in (word, word.partition("=")[2]):
            path = absolute(os.path.join(base, text)) if text and "\0" not in text else None
            if path is not None and any(seat.place.holds(path) for seat in live.seats) and os.path.isfile(path):
                if not live.is_ignored(path):
                    read(path, frame)
                break


def _name(given: Any) -> str:
    return os.path.basename(text_of(given) or "?")
