"""SQLite events: the file at connect, and again at each statement of a connection that outlives the call."""

import threading
from types import FrameType
from typing import Any

from loomwork.flow.observe.facts import Database
from loomwork.flow.observe.files import absolute
from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.live import live
from loomwork.flow.observe.sqlite import database_path

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


def on_connected(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Let statements of the new connection be observed by whoever runs them later."""
    path: str | None = getattr(_connecting, "path", None)
    _connecting.path = None
    if path is None or not live.frames(frame):
        return

    def traced(_statement: str) -> None:
        if live.on and not HIDDEN.get():
            token = HIDDEN.set(True)
            try:
                _seen(path, None)
            finally:
                HIDDEN.reset(token)

    args[0].set_trace_callback(traced)


def _seen(path: str, frame: FrameType | None) -> None:
    fact = Database(path)
    if frame is None:
        for watch in live.watches():
            watch.sees(fact)
    else:
        live.saw(fact, frame)
