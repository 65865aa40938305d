"""Put something around every call of a model: written once, for answers in pieces and for whole ones. Knows no reason.

An answer in pieces goes through a generator at every wrapper; a whole one does not have to, and costs a third of it.
"""

from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, aclosing
from typing import Protocol

from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.models.protocols import Mode, Model, complete


class Onlooker(Protocol):
    """One call, from its begin to its end."""

    def spoke(self) -> None:
        """Take in that the answer has begun to come in pieces."""
        ...

    def answered(self, response: Response) -> None:
        """Take in the whole answer, before the caller has it. May raise in its place."""
        ...


class Around:
    """A model whose calls are made within a block; `call` gives the block, and what is told of the answer."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def call(self, request: Request) -> AbstractContextManager[Onlooker]:
        """Return the block around one call. It is told of every error, and of a caller that leaves."""
        raise NotImplementedError

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield what the model yields."""
        with self.call(request) as call:
            waiting = True
            async with aclosing(self._model.stream(request, mode=mode)) as events:
                async for event in events:
                    if waiting:
                        waiting = False
                        call.spoke()
                    if isinstance(event, Done):
                        call.answered(event.response)
                    yield event

    async def whole(self, request: Request) -> Response:
        """Return what the model answers."""
        with self.call(request) as call:
            response = await complete(self._model, request)
            call.answered(response)
            return response
