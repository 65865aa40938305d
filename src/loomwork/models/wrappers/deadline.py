"""Bound the time of a whole call, whatever happens inside. Knows nothing of what is asked."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from loomwork.kernel.errors.models import DeadlineExceeded
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import StreamEvent
from loomwork.models.protocols import Mode, Model, complete
from loomwork.models.target import Target
from loomwork.models.wire.deadlines import loop_time


class Deadline:
    """A model that raises `DeadlineExceeded` after `seconds`. Time that the caller spends between events counts."""

    def __init__(self, model: Model, *, seconds: float, target: Target) -> None:
        self._model = model
        self._seconds = seconds
        self._target = target

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield what the model yields, as long as there is time."""
        ends = loop_time() + self._seconds
        async with aclosing(self._model.stream(request, mode=mode)) as events:
            while True:
                try:
                    async with asyncio.timeout_at(ends):
                        event = await anext(events, None)
                except TimeoutError as error:
                    raise self._late() from error
                if event is None:
                    return
                yield event

    async def whole(self, request: Request) -> Response:
        """Return what the model answers, if there is time."""
        try:
            async with asyncio.timeout(self._seconds):
                return await complete(self._model, request)
        except TimeoutError as error:
            raise self._late() from error

    def _late(self) -> DeadlineExceeded:
        return DeadlineExceeded(
            provider=self._target.provider, model=self._target.model, phase="total", seconds=self._seconds
        )
