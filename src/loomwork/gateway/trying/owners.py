"""Whose trace it is: from memory for what was answered just now, else from the rows of requests. Knows no page."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from loomwork.gateway.trying.values import ADMIN, Visitor
from loomwork.kernel.errors.trying import TraceNotYours
from loomwork.store.rows import RequestRow

MOST = 10_000
"""Traces remembered; older ones are looked up."""


class Owners:
    """Remembers the last traces and the keys that they were made for.

    Args:
        find: Looks a request up by its trace; may wait for what is still being written.
    """

    def __init__(self, find: Callable[[str], RequestRow | None]) -> None:
        self._find = find
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
            row = await asyncio.to_thread(self._find, trace)
            if row is None:
                raise TraceNotYours(trace=trace)
            key = row.key
        if key != visitor.id and not visitor.may(ADMIN):
            raise TraceNotYours(trace=trace)
