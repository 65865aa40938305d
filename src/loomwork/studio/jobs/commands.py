"""One `loomwork` command as a child process: start, read, stop. Knows no job and no endpoint.

What a child writes is kept up to a bound. It gets a process group of its own, so that Ctrl-C in the server's terminal
reaches it only through the server, as one clean SIGINT.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from loomwork.kernel.errors.studio import BodyUnreadable
from loomwork.kernel.errors.studio_data import CommandFailed
from loomwork.kernel.errors.studio_runs import CommandRefused
from loomwork.studio.studio import Studio
from loomwork.studio.wire.problem import Problem, Told

T = TypeVar("T")
ANSWER = 64 << 20
"""Most bytes of a command's one JSON object."""
TAIL = 16 << 10
"""Bytes kept of what a command writes for people: the last ones."""
_GRACE_S = 3.0
_PIECE = 1 << 16


class _Told(Struct):
    what: str
    todo: str
    on_page: str | None = None

    def shown(self) -> Told:
        """Return what a page says."""
        return Told(what=self.what, todo=self.todo if self.on_page is None else self.on_page)


class _Error(Struct):
    kind: str
    what: str
    todo: str
    told: dict[str, _Told] = {}


class _Refusal(Struct):
    error: _Error


class Command:
    """A command at work, or ended."""

    def __init__(self, words: Sequence[str], process: asyncio.subprocess.Process) -> None:
        self.words = words
        self.process = process
        self.answer = bytearray()
        self.tail = bytearray()
        self._reading = asyncio.gather(
            self._read(process.stdout, self.answer, ANSWER), self._read(process.stderr, self.tail, TAIL)
        )

    @classmethod
    async def start(cls, studio: Studio, words: Sequence[str]) -> Command:
        """Start `loomwork WORDS --json` for the studio's project and store; `knowledge build` is one word.

        Raises:
            BodyUnreadable: a word holds a zero byte, which no command takes.
        """
        if any("\0" in word for word in words):
            raise BodyUnreadable(detail="a zero byte")
        common = ["--json", f"--project={studio.folder}", f"--store={studio.store_url}"]
        name, *rest = words
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "loomwork",
            *name.split(),
            *common,
            *rest,
            cwd=studio.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        )
        return cls(words, process)

    async def wait(self) -> int:
        """Return the exit code once the command has ended and all it wrote is read."""
        await asyncio.shield(self._reading)
        return await self.process.wait()

    def interrupt(self) -> None:
        """Stop it as Ctrl-C does; a second time at once."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)

    async def end(self) -> None:
        """Stop it, with patience first and for certain in the end."""
        for stop in (self.interrupt, self.interrupt, self._kill):
            if self.process.returncode is not None:
                break
            stop()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self.process.wait()), _GRACE_S)
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    def problem(self) -> Problem | None:
        """Return what the command said was wrong."""
        try:
            error = msgspec.json.decode(bytes(self.answer), type=_Refusal).error
        except msgspec.DecodeError:
            return None
        own = _Told(what=error.what, todo=error.todo)
        en, zh = (error.told.get(language, own).shown() for language in ("en", "zh"))
        return Problem(kind=error.kind, en=en, zh=zh)

    def text(self) -> str:
        """Return the last of what it wrote for people."""
        return self.tail.decode("utf-8", "replace")

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def _read(self, pipe: asyncio.StreamReader | None, into: bytearray, most: int) -> None:
        while pipe is not None and (piece := await pipe.read(_PIECE)):
            into += piece
            del into[: max(0, len(into) - most)]


async def ask(studio: Studio, words: Sequence[str], gives: type[T]) -> T:
    """Carry a command out and return its answer; it is ended where nobody waits for it any more.

    Raises:
        CommandRefused: it told what was wrong.
        CommandFailed: it ended without an answer.
    """
    command = await Command.start(studio, words)
    try:
        code = await command.wait()
    finally:
        await command.end()
    problem = command.problem()
    if problem is not None:
        raise refusal(problem)
    try:
        return msgspec.json.decode(bytes(command.answer), type=gives)
    except msgspec.DecodeError:
        last = command.text().strip().rpartition("\n")[2]
        raise CommandFailed(command=words[0], detail=last or f"exit {code}") from None


def refusal(problem: Problem) -> CommandRefused:
    """Return a command's own words as an error."""
    fields: dict[str, Any] = {"told": problem.en.what, "advice": problem.en.todo, "problem": problem}
    return CommandRefused(**fields)
