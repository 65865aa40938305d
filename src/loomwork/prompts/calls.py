"""What prompts need of the floor below: models by alias, as Protocols. Knows no driver."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Protocol

from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import StreamEvent


class Models(Protocol):
    """Every model of a project, by alias. Each call is a step of its own."""

    def complete(self, alias: str, request: Request, draw: int | None = None) -> Awaitable[Response]:
        """Send a request and return the whole answer."""
        ...

    def stream(self, alias: str, request: Request, draw: int | None = None) -> AsyncIterator[StreamEvent]:
        """Send a request and yield the answer's pieces; the last one is `Done`."""
        ...

    def embed(self, alias: str, texts: Sequence[str]) -> Awaitable[Any]:
        """Return one vector a text, as an array of shape (len(texts), dimensions)."""
        ...

    def takes_schema(self, alias: str) -> bool:
        """Say whether the model itself holds its answer to a JSON schema."""
        ...


Send = Callable[[Request], Awaitable[Response]]
"""Sends a request to one model with everything else settled."""


class Asks(Protocol):
    """What techniques need: something that can be asked (`model("fast")`, or a double)."""

    def ask(self, prompt: Any, /, **variables: Any) -> Awaitable[Any]:
        """Return the text, or the answer in the form that `returns=` asks for."""
        ...
