"""The jobs of a studio: commands that go on while the page does something else. Knows no endpoint."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence

from loomwork.kernel.errors.studio_runs import NoSuchJob, TooManyJobs
from loomwork.store.protocols import Store
from loomwork.studio.jobs.commands import Command
from loomwork.studio.studio import Studio
from loomwork.studio.wire.jobs import Job, JobStatus

_AT_ONCE = 8
_KEPT = 200
_LOOKED_AT = 20
"""Newest runs among which a job's own is looked for."""
_LOOK_S = 0.05
_SHOWN = 4_000
_WELL = (0, 1)
"""Exit codes of a command that was carried out; 1: some items failed."""
_INTERRUPTED = 130


class Work:
    """One job."""

    def __init__(self, kind: str, command: Command) -> None:
        self.id = secrets.token_hex(6)
        self.kind = kind
        self.command = command
        self.started_ms = time.time() * 1000
        self.ended_ms: float | None = None
        self.run = ""
        self.task: asyncio.Task[None] | None = None
        self.asked_to_stop = False

    @property
    def status(self) -> JobStatus:
        """Where it stands."""
        code = self.command.process.returncode
        if code is None or self.ended_ms is None:
            return "running" if self.run or self.kind != "run" else "starting"
        if code in _WELL and self.command.problem() is None:
            return "done"
        return "stopped" if code == _INTERRUPTED or self.asked_to_stop else "failed"

    def as_wire(self) -> Job:
        """Return it as it is sent."""
        ended = self.ended_ms is not None
        return Job(
            id=self.id,
            kind=self.kind,
            status=self.status,
            run=self.run,
            started_ms=self.started_ms,
            ended_ms=self.ended_ms,
            exit_code=self.command.process.returncode if ended else None,
            problem=self.command.problem() if ended else None,
            tail=self.command.text()[-_SHOWN:],
        )


class Jobs:
    """All of them; the ended ones are forgotten in time."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._all: OrderedDict[str, Work] = OrderedDict()
        self.changed = 0
        """Grows whenever a job begins, finds its run or ends."""
        studio.closing.append(self._close)

    async def start(self, kind: str, words: Sequence[str]) -> Work:
        """Start a command as a job. Raises `TooManyJobs`."""
        busy = sum(work.ended_ms is None for work in self._all.values())
        if busy >= _AT_ONCE:
            raise TooManyJobs(count=busy)
        work = Work(kind, await Command.start(self._studio, words))
        self._all[work.id] = work
        work.task = asyncio.create_task(self._follow(work))
        self.changed += 1
        for old in [name for name, each in self._all.items() if each.ended_ms is not None][:-_KEPT]:
            del self._all[old]
        return work

    def find(self, name: str) -> Work:
        """Return a job. Raises `NoSuchJob`."""
        work = self._all.get(name)
        if work is None:
            raise NoSuchJob(job=name)
        return work

    def listed(self) -> list[Work]:
        """Return the jobs, the oldest first."""
        return list(self._all.values())

    def stop(self, work: Work) -> None:
        """Stop a job as Ctrl-C does."""
        if work.ended_ms is None:
            work.asked_to_stop = True
            work.command.interrupt()

    async def _follow(self, work: Work) -> None:
        ending = asyncio.ensure_future(work.command.wait())
        try:
            while work.kind == "run" and not work.run and not ending.done():
                await self._look(work)
                await asyncio.wait({ending}, timeout=_LOOK_S)
            await asyncio.wait({ending})
            if work.kind == "run" and not work.run:
                await self._look(work)
        finally:
            ending.cancel()
            work.ended_ms = time.time() * 1000
            self.changed += 1

    async def _look(self, work: Work) -> None:
        work.run = await asyncio.to_thread(_run_of, self._studio.store, work.command.process.pid, work.started_ms)
        self.changed += bool(work.run)

    async def _close(self) -> None:
        """End what is still at work: a run that was stopped like this goes on the next time it is made."""
        await asyncio.gather(*(work.command.end() for work in self._all.values() if work.ended_ms is None))
        for work in self._all.values():
            if work.task is not None:
                with contextlib.suppress(asyncio.CancelledError):
                    await work.task


def _run_of(store: Store, pid: int, since_ms: float) -> str:
    """Return the run that a process has begun."""
    found = store.runs.list(limit=_LOOKED_AT)
    return next((run.id for run in found if run.pid == pid and run.started_ns / 1e6 >= since_ms), "")
