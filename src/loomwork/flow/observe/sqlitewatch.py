"""SQLite: the file at connect, and again at each statement, for a connection may be older than the call."""

import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from loomwork.flow.observe.facts import Database
from loomwork.flow.observe.files import absolute
from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.live import Observing, live
from loomwork.flow.observe.sqlite import database_path
from loomwork.flow.observe.stack import frame_of

_connecting = threading.local()


def on_connect(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note the database that is being connected to."""
    _connecting.path = None
    given = database_path(args[0])
    path = None if given is None else absolute(given)
    if path is None or live.is_ignored(path) or live.frames(frame) is None:
        return
    _connecting.path = path
    _seen(path, frame)


def connecting(_name: str) -> Callable[..., Any]:
    """Return `sqlite3.connect` whose connections are observed at each statement, by whoever runs it."""

    def watched(original: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        _connecting.path = None
        connection = original(*args, **kwargs)
        path: str | None = _connecting.path
        if path is not None and live.frames(frame_of(1)):
            connection.set_trace_callback(partial(_traced, path))
        return connection

    return watched


def _traced(path: str, _statement: str) -> None:
    if live.on and not HIDDEN.get():
        with Observing("a database"):
            _seen(path, None)


def _seen(path: str, frame: FrameType | None) -> None:
    fact = Database(path)
    if frame is None:
        for watch in live.watches():
            watch.sees(fact)
    else:
        live.saw(fact, frame)
