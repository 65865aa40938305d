"""Starts the playground's process, hands its events on, and ends it when nobody listens. Knows no model."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncGenerator

import msgspec

from loomwork.kernel.errors.studio_runs import TooManyJobs
from loomwork.kernel.errors.studio_traces import NothingToPlay, TooManyVariants, VariantEmpty, WorkerLost
from loomwork.studio import files
from loomwork.studio.studio import Studio
from loomwork.studio.wire.playground import VARIANTS, Play, PlayEnd
from loomwork.studio.worker.lines import Job, Line

_AT_ONCE = 4
_LINE = 64 << 20
_TAIL = 4096
_GRACE_S = 3.0


class Players:
    """The processes at work. A part of the studio."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.open: set[asyncio.subprocess.Process] = set()
        studio.closing.append(self.close)

    async def close(self) -> None:
        """End them all."""
        await asyncio.gather(*(end(process) for process in list(self.open)))

    async def events(self, play: Play) -> AsyncGenerator[Line]:
        """Yield what a process tells until it is done; leaving the generator ends it.

        Raises `WorkerLost`, `TooManyJobs` and what `check` raises.
        """
        check(self._studio, play)
        if len(self.open) >= _AT_ONCE:
            raise TooManyJobs(count=len(self.open))
        process = await self._start()
        self.open.add(process)
        tail = bytearray()
        reading = asyncio.ensure_future(_read_tail(process.stderr, tail))
        try:
            await self._tell(process, play)
            async for event in _lines(process, tail):
                yield event
        finally:
            await end(process)
            self.open.discard(process)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "loomwork.studio.worker.play",
            cwd=self._studio.folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=_LINE,
        )

    async def _tell(self, process: asyncio.subprocess.Process, play: Play) -> None:
        job = Job(project=str(self._studio.folder), store=self._studio.store_url, play=play)
        if process.stdin is not None:
            with contextlib.suppress(ConnectionError):  # it has died: its output will say so
                process.stdin.write(msgspec.json.encode(job) + b"\n")
                await process.stdin.drain()


def check(studio: Studio, play: Play) -> None:
    """Raise where nothing, too much, or a file outside the project is asked for."""
    if not play.variants:
        raise NothingToPlay
    if len(play.variants) > VARIANTS:
        raise TooManyVariants(count=len(play.variants), most=VARIANTS)
    for number, each in enumerate(play.variants, start=1):
        if not (each.prompt or each.text or each.turns or each.system or each.user):
            raise VariantEmpty(number=number)
        if each.prompt:
            files.inside(studio.folder, each.prompt)


async def end(process: asyncio.subprocess.Process) -> None:
    """End a process: its input ends, then as Ctrl-C does, then for certain."""
    if process.stdin is not None:
        process.stdin.close()
    for stop in (lambda: process.send_signal(signal.SIGINT), process.kill):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _GRACE_S)


async def _lines(process: asyncio.subprocess.Process, tail: bytearray) -> AsyncGenerator[Line]:
    """Yield the events of a process; the last one ends it. Raises `WorkerLost`."""
    while process.stdout is not None and (line := await process.stdout.readline()):
        event: Line = msgspec.json.decode(line, type=Line)
        yield event
        if isinstance(event, PlayEnd):
            return
    code = await process.wait()
    last = tail.decode("utf-8", "replace").strip().rpartition("\n")[2]
    raise WorkerLost(detail=last or f"exit {code}")


async def _read_tail(pipe: asyncio.StreamReader | None, into: bytearray) -> None:
    while pipe is not None and (piece := await pipe.read(_TAIL)):
        into += piece
        del into[: max(0, len(into) - _TAIL)]
