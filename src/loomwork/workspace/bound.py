"""The models of an open workspace as prompts see them: every call is a step in the caller's frame.

The one file of workspace that touches the models' steps.
"""

from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any

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
        return self._catalog.takes_schema(alias)

    def handle(self, alias: str) -> ModelHandle:
        """Return the live model of a name. Raises `UnknownModel`."""
        self._catalog.resolve(alias)
        return ModelHandle(alias, self)

    def _call(self, step: Step[..., Any], *args: Any) -> Any:
        frame = current_frame() or self.root
        if frame is None:
            return step.func(*args)
        return frame.runtime.call(step, frame, args, {})
