"""Hold requests back to what an account allows: how many at once, how many a minute, how many tokens a minute."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import NamedTuple
from weakref import WeakKeyDictionary

from loomwork.kernel.clock import Clock
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.models.estimate import estimate_request
from loomwork.models.protocols import Mode, Model, complete

_MINUTE = 60.0
_BURST_S = 5.0
"""How many seconds' worth may go at once after a quiet time."""


class Bucket:
    """An amount that refills steadily. Takers wait in the order in which they came.

    Args:
        per_minute: How much refills in a minute.
        clock: What tells the time.
    """

    def __init__(self, per_minute: float, *, clock: Clock) -> None:
        self._rate = per_minute / _MINUTE
        self._size = max(1.0, self._rate * _BURST_S)
        self._left = self._size
        self._clock = clock
        self._at = clock.monotonic()

    def take(self, amount: float) -> float:
        """Take `amount`, now or on credit; returns the seconds to wait before using it."""
        now = self._clock.monotonic()
        self._left = min(self._size, self._left + (now - self._at) * self._rate) - amount
        self._at = now
        return max(0.0, -self._left / self._rate)

    def give_back(self, amount: float) -> None:
        """Return what was taken too much; a negative amount takes what was taken too little."""
        self._left += amount


class _Buckets(NamedTuple):
    requests: Bucket | None
    tokens: Bucket | None


class _Taken(NamedTuple):
    tokens: Bucket | None
    amount: float

    def used(self, response: Response) -> None:
        """Settle the difference to what was used."""
        if self.tokens is not None and response.usage is not None:
            self.tokens.give_back(self.amount - response.usage.total_tokens)


class Concurrency:
    """A model that has no more than `at_once` calls open, retries and their waits included.

    Waiting for a turn is outside of the call's own deadline. Each event loop counts by itself.
    """

    def __init__(self, model: Model, *, at_once: int) -> None:
        self._model = model
        self._at_once = at_once
        self._open: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield what the model yields, when it is this call's turn."""
        async with self._slots(), aclosing(self._model.stream(request, mode=mode)) as events:
            async for event in events:
                yield event

    async def whole(self, request: Request) -> Response:
        """Return what the model answers, when it is this call's turn."""
        async with self._slots():
            return await complete(self._model, request)

    def _slots(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        slots = self._open.get(loop)
        if slots is None:
            slots = self._open[loop] = asyncio.Semaphore(self._at_once)
        return slots


class Rate:
    """A model that is asked no faster than allowed; every try counts. Each event loop counts by itself.

    Args:
        model: What is asked.
        rpm: Requests a minute.
        tpm: Tokens a minute, in and out. A request takes its estimated input and its `max_tokens` when it starts; when
            it is answered the difference to what it used is settled.
        clock: What waits are measured with.
    """

    def __init__(self, model: Model, *, clock: Clock, rpm: int | None = None, tpm: int | None = None) -> None:
        self._model = model
        self._limits = (rpm, tpm)
        self._clock = clock
        self._buckets: WeakKeyDictionary[asyncio.AbstractEventLoop, _Buckets] = WeakKeyDictionary()

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield what the model yields, when the rates allow it."""
        taken = await self._turn(request)
        async with aclosing(self._model.stream(request, mode=mode)) as events:
            async for event in events:
                if isinstance(event, Done):
                    taken.used(event.response)
                yield event

    async def whole(self, request: Request) -> Response:
        """Return what the model answers, when the rates allow it."""
        taken = await self._turn(request)
        response = await complete(self._model, request)
        taken.used(response)
        return response

    async def _turn(self, request: Request) -> "_Taken":
        """Wait until a request may go."""
        buckets = self._of_loop()
        taken = 0.0
        wait = buckets.requests.take(1) if buckets.requests is not None else 0.0
        if buckets.tokens is not None:
            taken = float(estimate_request(request) + (request.max_tokens or 0))
            wait = max(wait, buckets.tokens.take(taken))
        if wait > 0:
            await self._clock.sleep(wait)
        return _Taken(buckets.tokens, taken)

    def _of_loop(self) -> _Buckets:
        loop = asyncio.get_running_loop()
        buckets = self._buckets.get(loop)
        if buckets is None:
            rpm, tpm = (None if limit is None else Bucket(limit, clock=self._clock) for limit in self._limits)
            buckets = self._buckets[loop] = _Buckets(rpm, tpm)
        return buckets
