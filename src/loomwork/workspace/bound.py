"""The models of an open workspace as prompts see them: every call is a step in the caller's frame.

The one file of workspace that touches the models' steps.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from loomwork.flow.context import Frame, current_frame
from loomwork.flow.step import Step
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import StreamEvent
from loomwork.models.catalog import Catalog
from loomwork.models.steps import complete, embed, stream
from loomwork.prompts.handle import ModelHandle

BUILTINS: tuple[Step[..., Any], ...] = (complete, stream, embed)


class BoundModels:
    """Calls models in the current frame, or in the workspace's own where no step runs."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncGenerator[None]] = WeakKeyDictionary()
        self.root: Frame | None = None

    def complete(self, alias: str, request: Request, draw: int | None = None) -> Awaitable[Response]:
        """Send a request and return the whole answer."""
        return self._call(complete, alias, request, draw)

    def stream(self, alias: str, request: Request, draw: int | None = None) -> AsyncIterator[StreamEvent]:
        """Send a request and yield the answer's pieces."""
        return self._call(stream, alias, request, draw)

    def embed(self, alias: str, texts: Sequence[str]) -> Awaitable[Any]:
        """Return one vector a text."""
        return self._call(embed, alias, list(texts))

    def takes_schema(self, alias: str) -> bool:
        """Say whether the model itself holds its answer to a JSON schema."""
        return self._catalog.resolve(alias).structured

    def handle(self, alias: str) -> ModelHandle:
        """Return the live model of a name. Raises `UnknownModel`."""
        self._catalog.resolve(alias)
        return ModelHandle(alias, self)

    def _call(self, step: Step[..., Any], *args: Any) -> Any:
        self._close_with_loop()
        frame = current_frame() or self.root
        if frame is None:
            return step.func(*args)
        return frame.runtime.call(step, frame, args, {})

    def _close_with_loop(self) -> None:
        """Let the running loop close its connections when it ends.

        A loop that is shut down properly (`asyncio.run`) finishes the asynchronous generators begun in it; one that
        waits there is the only thing that runs on the right loop at the right time without the caller's help.
        """
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            waiting = self._loops[loop] = self._until_the_end()
            with contextlib.suppress(StopIteration):
                waiting.asend(None).send(None)

    async def _until_the_end(self) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            await self._catalog.close()
