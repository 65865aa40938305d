"""A run while it runs, in whatever process: one message in 50 ms at most."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from loomwork.studio.endpoints import Endpoint, Event
from loomwork.studio.grid.grids import Grids
from loomwork.studio.grid.held import Mark
from loomwork.studio.live.feed import Feed
from loomwork.studio.live.reader import Reader
from loomwork.studio.studio import Studio
from loomwork.studio.wire.runs import Batch, Ended, LiveAsked, Partial

BEAT_S = 0.05


async def live_run(studio: Studio, asked: LiveAsked, last: str) -> AsyncIterator[Event]:
    """Send the rows that are new or changed until the run is over."""
    feed = studio.part(Feed)
    feed.listen()
    mark = Mark.of(last or asked.mark)
    reader = await asyncio.to_thread(Reader, studio.part(Grids), asked.run, mark)
    seen = seen_texts = 0
    pace = _Pace()
    while True:
        running = feed.run(reader.run)
        touched, under = (set[tuple[int, int]](), {}) if running is None else (running.touched(seen), running.by_item())
        seen = 0 if running is None else running.changes
        sent = await asyncio.to_thread(reader.next, touched, under, time.monotonic_ns())
        await pace.wait()
        if sent.batch is not None:
            yield Event(name="batch", data=sent.batch, id=sent.mark)
        if sent.over:
            feed.forget(reader.run)
            await pace.wait()
            yield Event(name="end", data=Ended(head=sent.head), id=sent.mark)
            return
        parts = () if running is None else running.texts(seen_texts)
        if running is not None and parts:
            seen_texts = running.changes
            if sent.batch is not None:
                await pace.wait()
            yield Event(name="partial", data=Partial(parts=tuple(parts)))


class _Pace:
    """Lets one message through in a beat."""

    def __init__(self) -> None:
        self._next = 0.0

    async def wait(self) -> None:
        """Wait for the next beat."""
        now = time.monotonic()
        await asyncio.sleep(max(0.0, self._next - now))
        self._next = max(now, self._next) + BEAT_S


ENDPOINTS = (
    Endpoint(
        name="live_run",
        method="GET",
        path="/api/runs/{run}/live",
        tells="Follow a run: rows as they come, text that is being written, the end.",
        call=live_run,
        gives=Batch | Partial | Ended,
        asked=LiveAsked,
        form="stream",
    ),
)
