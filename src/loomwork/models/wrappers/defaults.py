"""Fill a request's gaps from a model's settings. Knows nothing of what is sent."""

from collections.abc import AsyncGenerator
from typing import Any

from msgspec import structs

from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import StreamEvent
from loomwork.models.drivers.reading import Json, merged
from loomwork.models.protocols import Mode, Model, complete


class Defaults:
    """A model whose requests say what its settings say, where they themselves say nothing."""

    def __init__(self, model: Model, defaults: dict[str, Any], extra_body: Json) -> None:
        self._model = model
        self._defaults = defaults
        self._extra_body = extra_body

    def filled(self, request: Request) -> Request:
        """The request with its gaps filled."""
        changes = {name: value for name, value in self._defaults.items() if getattr(request, name) is None}
        if self._extra_body:
            changes["extra_body"] = merged(self._extra_body, request.extra_body)
        return structs.replace(request, **changes) if changes else request

    def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Ask with the gaps filled."""
        return self._model.stream(self.filled(request), mode=mode)

    async def whole(self, request: Request) -> Response:
        """Ask for the whole answer with the gaps filled."""
        return await complete(self._model, self.filled(request))
