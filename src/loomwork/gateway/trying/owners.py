"""Whose trace it is: from memory for what was answered just now, else from the rows of requests. Knows no page."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from loomwork.gateway.trying.values import ADMIN, Visitor
from loomwork.kernel.errors.trying import TraceNotYours
from loomwork.store.rows import RequestRow

MOST = 10_000
"""Traces remembered; older ones are looked up."""
NAPS_S = (0.02, 0.05, 0.1, 0.2, 0.4)
"""A client has the end of a stream before the server has noted the request: whoever rates it at once waits so long."""


class Owners:
    """Remembers the last traces and the keys that they were made for.

    Args:
        find: Looks a request up by its trace; may wait for what is still being written.
        sleep: Waits between look-ups.
    """

    def __init__(
        self, find: Callable[[str], RequestRow | None], *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._find = find
        self._sleep = sleep
        self._keys: OrderedDict[str, str] = OrderedDict()

    def note(self, trace: str, key: str) -> None:
        """Remember that a trace was made for a key."""
        self._keys[trace] = key
        if len(self._keys) > MOST:
            self._keys.popitem(last=False)

    async def check(self, trace: str, visitor: Visitor) -> None:
        """Raise `TraceNotYours` unless it is theirs; an admin may see to all that there are."""
        key = self._keys.get(trace)
        if key is None:
            key = await self._found(trace)
        if key != visitor.id and not visitor.may(ADMIN):
            raise TraceNotYours(trace=trace)

    async def _found(self, trace: str) -> str:
        """Return the key that a stored request was made with, which may be about to be stored."""
        for nap in (*NAPS_S, None):
            row = await asyncio.to_thread(self._find, trace)
            if row is not None:
                return row.key
            if nap is None:
                break
            await self._sleep(nap)
            if trace in self._keys:
                return self._keys[trace]
        raise TraceNotYours(trace=trace)
