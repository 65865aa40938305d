"""One serving process as its supervisor sees it: accept, stop accepting, pass on, end. Knows no API and no store."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import uvicorn
from msgspec import Struct

from loomwork.gateway.releases.switching import Switch

BACKLOG = 2048
_LOOK_S = 0.1


class Order(Struct, frozen=True, kw_only=True):
    """What a process is started with."""

    fd: int
    """The listening socket."""
    control: int
    """The socket to the supervisor."""
    unix: str
    """Where its siblings reach it."""
    release: str = ""
    """Empty: the project as it is."""
    accept: bool = True
    """Whether it accepts at once."""
    first: bool = True


class Serving:
    """A running server that can begin and stop to accept.

    Args:
        order: What it was started with.
        config: How it speaks HTTP; its application is wrapped.
        told: What the supervisor is told when it is ready.
        opened: Called then.
        ending: Called when it begins to end.
    """

    def __init__(
        self,
        order: Order,
        config: uvicorn.Config,
        told: Mapping[str, Any],
        *,
        opened: Callable[[], None] = lambda: None,
        ending: Callable[[], None] = lambda: None,
    ) -> None:
        self._order = order
        self.switch = Switch(config.app)  # pyright: ignore[reportArgumentType] # an application of three arguments
        config.app = self.switch  # pyright: ignore[reportAttributeAccessIssue] # likewise
        self._config = config
        self._told = told
        self._opened = opened
        self._ending = ending
        self._server = uvicorn.Server(config)
        self._listening = socket.socket(fileno=order.fd)
        self._door: asyncio.Server | None = None

    async def serve(self) -> None:
        """Serve until told to end, then end what is being done."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.end)
        self._config.load()
        self._server.lifespan = self._config.lifespan_class(self._config)
        await self._server.startup(sockets=[])
        siblings = await loop.create_unix_server(self._protocol, path=self._order.unix, backlog=BACKLOG)
        if self._order.accept:
            await self._accept()
        control = socket.socket(fileno=self._order.control)
        reader, writer = await asyncio.open_connection(sock=control)
        self._opened()
        writer.write(json.dumps({"ready": self._order.release, **self._told}).encode() + b"\n")
        hearing = asyncio.ensure_future(self._hear(reader, writer))
        await self._server.main_loop()
        self._pause()
        siblings.close()
        await self._server.shutdown(sockets=[])
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing
        await self.switch.close()
        writer.close()

    def end(self) -> None:
        """Stop accepting, end what is being done, then return from `serve`."""
        self._ending()
        self._pause()
        self._server.should_exit = True

    def _retire(self) -> None:
        """End when no client is left. One that keeps its connection is told with its next answer to close it."""
        self._pause()
        if self._server.server_state.connections:
            asyncio.get_running_loop().call_later(_LOOK_S, self._retire)
        else:
            self.end()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Do what the supervisor says. Where it is gone there is nobody left to serve for."""
        while line := await reader.readline():
            asked = json.loads(line)
            match asked["do"]:
                case "accept":
                    await self._accept()
                case "pause":
                    self._pause()
                case "forward":
                    self.switch.turn(asked["to"], asked["share"])
                case "retire":
                    self._retire()
                case _:
                    self.end()
            writer.write(json.dumps({"done": asked["do"]}).encode() + b"\n")
        self.end()

    async def _accept(self) -> None:
        if self._door is not None:
            return
        loop = asyncio.get_running_loop()
        self._door = await loop.create_server(self._protocol, sock=self._listening.dup(), backlog=BACKLOG)

    def _protocol(self) -> asyncio.Protocol:
        made: Any = self._config.http_protocol_class
        server = self._server
        return made(config=self._config, server_state=server.server_state, app_state=server.lifespan.state)

    def _pause(self) -> None:
        if self._door is not None:
            self._door.close()
            self._door = None
