"""The audit hook: from the interpreter's events to facts. Knows nothing of steps.

`sys.addaudithook` cannot be undone, so there is one hook for ever that looks up a table and leaves. It never raises:
where observing fails, the running calls' memos are spoiled instead.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from loomwork.flow.observe.files import (
    is_nobodys,
    on_listdir,
    on_mkdir,
    on_mmap,
    on_open,
    on_remove,
    on_rename,
    on_scandir,
    on_symlink,
    on_truncate,
)
from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.live import Observing, live
from loomwork.flow.observe.processes import on_fork, on_popen, on_spawn, on_system
from loomwork.flow.observe.sockets import on_address, on_lookup, on_request, on_send
from loomwork.flow.observe.sqlitewatch import on_connect
from loomwork.flow.observe.stack import frame_of

Handler = Callable[[str, tuple[Any, ...], FrameType], None]

HANDLERS: dict[str, Handler] = {
    "open": on_open,
    "os.listdir": on_listdir,
    "os.scandir": on_scandir,
    "os.rename": on_rename,
    "os.remove": on_remove,
    "os.rmdir": on_remove,
    "os.mkdir": on_mkdir,
    "os.link": on_symlink,
    "os.symlink": on_symlink,
    "os.truncate": on_truncate,
    "mmap.__new__": on_mmap,
    "sqlite3.connect": on_connect,
    "subprocess.Popen": on_popen,
    "os.system": on_system,
    "os.posix_spawn": on_spawn,
    "os.exec": on_spawn,
    "os.spawn": on_spawn,
    "os.startfile": on_system,
    "pty.spawn": on_system,
    "os.fork": on_fork,
    "os.forkpty": on_fork,
    "socket.connect": on_address,
    "socket.bind": on_address,
    "socket.sendto": on_address,
    "socket.sendmsg": on_address,
    "socket.getaddrinfo": on_lookup,
    "socket.getnameinfo": on_lookup,
    "socket.gethostbyname": on_lookup,
    "socket.gethostbyaddr": on_lookup,
    "urllib.Request": on_request,
    "http.client.send": on_send,
}


class _Hook:
    """Whether the interpreter has our hook yet."""

    is_added = False


def add_hook() -> None:
    """Add the audit hook, once a process."""
    if not _Hook.is_added:
        _Hook.is_added = True
        sys.addaudithook(_make_hook())


def _make_hook() -> Callable[[str, tuple[Any, ...]], None]:
    # bound early: at interpreter shutdown module globals are gone while events still come
    handler_of, state, hidden, top, nobodys, observing = HANDLERS.get, live, HIDDEN, frame_of, is_nobodys, Observing

    def hook(event: str, args: tuple[Any, ...]) -> None:
        handler = handler_of(event)
        if handler is None or not state.on or hidden.get():
            return
        frame = top(1)
        if event == "open" and nobodys(args[0], frame):
            return
        with observing(event):
            handler(event, args, frame)

    return hook
