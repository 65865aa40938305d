"""Start the studio: bind, say where, serve until stopped. Knows no endpoint and no word that a person reads."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from loomwork.kernel.errors.studio import HostNeedsName, PortTaken
from loomwork.store import open_store
from loomwork.studio.safety import Door, is_anywhere, is_loopback, new_token
from loomwork.studio.studio import Studio

if TYPE_CHECKING:
    import uvicorn

PORT = 5710
_GRACE_S = 2
_CACHE_MIB = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """How the studio is to be reached."""

    host: str = "127.0.0.1"
    port: int | None = None
    """None: `PORT`, or any free one where that is taken. 0: any free one."""
    names: tuple[str, ...] = ()
    token: str = ""
    """In the place of a random one, where the studio is bound to more than this machine."""


def serve(folder: Path, store_url: str, listening: Listening, *, opened: Callable[[Door], None]) -> None:
    """Serve the studio of a project until it is told to stop (Ctrl-C).

    Raises:
        HostNeedsName: bound to every address without a name to be called by.
        PortTaken: the port is in use.
    """
    import uvicorn

    from loomwork.studio.app import build_app

    taken = bind(listening)
    door = door_of(listening, taken.getsockname()[1])
    store = open_store(store_url, cache_mib=_CACHE_MIB)
    studio = Studio(folder=folder, store=store, store_url=store_url)
    config = uvicorn.Config(
        build_app(studio, door),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    gc.freeze()  # what is there by now stays to the end: the collector need not walk it at every large answer
    opened(door)
    try:
        asyncio.run(_served(server, studio, taken))
    finally:
        taken.close()
        store.close()


async def _served(server: uvicorn.Server, studio: Studio, taken: socket.socket) -> None:
    """Serve; the studio hears at once when the server is told to end: by itself that waits for what is answered."""
    loop = asyncio.get_running_loop()
    leave = server.handle_exit

    def told(sig: int, frame: FrameType | None) -> None:
        leave(sig, frame)
        loop.call_soon_threadsafe(studio.ending.set)

    server.handle_exit = told
    await server.serve(sockets=[taken])


def bind(listening: Listening) -> socket.socket:
    """Return the socket to listen on."""
    if is_anywhere(listening.host) and not listening.names:
        raise HostNeedsName(host=listening.host)
    try:
        return _bound(listening.host, PORT if listening.port is None else listening.port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        if listening.port is not None:
            raise PortTaken(host=listening.host, port=listening.port) from None
        return _bound(listening.host, 0)


def door_of(listening: Listening, port: int) -> Door:
    """Return who is let in: a token is asked for as soon as others than this machine reach it."""
    token = listening.token
    if not is_loopback(listening.host):
        token = token or new_token()
    return Door(host=listening.host, port=port, names=listening.names, token=token)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except BaseException:
        made.close()
        raise
    return made
