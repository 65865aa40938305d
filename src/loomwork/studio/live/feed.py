"""Hears what runs of this project tell while they run: datagrams on a Unix socket of the project. Knows no reader.

A studio binds `live-PID.sock` in the project's meeting place; runs send to every such socket (loomwork.trace.feed says
what). Nobody waits for anybody: what does not fit is lost, and a run without a listener costs nothing here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from loomwork.store.liveness import is_gone
from loomwork.studio.live.running import RUNS, Running, Under
from loomwork.trace.feed import meeting_place, opened

if TYPE_CHECKING:
    from loomwork.studio.studio import Studio

log = logging.getLogger("loomwork.studio")
NAME = "live-{pid}.sock"
_LARGEST = 65_536
_AT_ONCE = 256
"""Datagrams taken before others get their turn."""
_BUFFER = 4 << 20


class Began(Struct, frozen=True, array_like=True, tag="began", gc=False):
    """A call began."""

    run: str
    item: int
    trial: int
    step: str
    span: str


class Wrote(Struct, frozen=True, array_like=True, tag="text", gc=False):
    """A call has written some more text: this is its end so far."""

    run: str
    item: int
    trial: int
    step: str
    span: str
    text: str


class Over(Struct, frozen=True, array_like=True, tag="ended", gc=False):
    """A call ended."""

    run: str
    item: int
    trial: int
    step: str
    span: str


_decode = msgspec.msgpack.Decoder(list[Began | Wrote | Over]).decode


class Feed:
    """One a studio."""

    def __init__(self, studio: Studio) -> None:
        place = meeting_place(studio.folder)
        self._path = None if place is None else place / NAME.format(pid=os.getpid())
        self._runs: OrderedDict[str, Running] = OrderedDict()
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        studio.closing.append(self.close)

    def listen(self) -> None:
        """Bind the socket; on the event loop. Where the system does not let it be, nothing is heard."""
        if self._loop is not None or self._path is None or not opened(self._path.parent):
            return
        self._loop = asyncio.get_running_loop()
        heard = None
        try:
            _clear(self._path.parent)
            self._path.unlink(missing_ok=True)
            heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            heard.setblocking(False)
            heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            heard.bind(str(self._path))
            self._path.chmod(0o600)
        except OSError as error:  # a folder read-only, a path too long
            log.info("studio: what runs tell while they run is not heard: %s", error)
            if heard is not None:
                heard.close()
            return
        self._socket = heard
        self._loop.add_reader(heard.fileno(), self._readable, heard)

    def run(self, name: str) -> Running | None:
        """Return what is known of a run under way."""
        return self._runs.get(name)

    def forget(self, name: str) -> None:
        """Drop a run that is over."""
        self._runs.pop(name, None)

    async def close(self) -> None:
        """Unbind."""
        heard, self._socket = self._socket, None
        if heard is None or self._loop is None:
            return
        self._loop.remove_reader(heard.fileno())
        heard.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # another studio of the project is there still
                self._path.parent.rmdir()

    def _readable(self, heard: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                data = heard.recv(_LARGEST)
            except OSError:
                return
            with contextlib.suppress(msgspec.DecodeError):
                for told in _decode(data):
                    self._take(told)

    def _take(self, told: Began | Wrote | Over) -> None:
        running = self._runs.get(told.run)
        if running is None:
            running = self._runs[told.run] = Running()
            while len(self._runs) > RUNS:
                self._runs.popitem(last=False)
        call = Under(told.item, told.trial, told.step)
        match told:
            case Began():
                running.began(told.span, call)
            case Wrote():
                running.wrote(told.span, call, told.text)
            case Over():
                running.ended(told.span, call)


def _clear(folder: Path) -> None:
    """Remove the sockets of studios that are gone."""
    for path in folder.glob(NAME.format(pid="*")):
        pid = path.stem.removeprefix("live-")
        if pid.isdecimal() and is_gone(int(pid), ""):
            path.unlink(missing_ok=True)
