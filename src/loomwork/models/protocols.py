"""What a model is: something that streams. Knows no driver.

`stream` is the one primitive; `complete` is derived from it. `mode` says what the caller will look at: "live" wants
pieces as they come; "whole" wants only the `Done` at the end, so that a driver may ask the server for one piece;
"watched" wants the `Done` too, and shows the pieces to an onlooker: a try that fails after some may be begun anew. A
model may have a method `whole` besides (`AnswersWhole`), which spares the way through generators and gives the same.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Literal, Protocol

from msgspec import Struct

from loomwork.kernel.errors.models import StreamTruncated
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent, TextDelta
from loomwork.kernel.usage import Cost, Usage
from loomwork.models.target import Asked, Target

if TYPE_CHECKING:
    import numpy as np

Mode = Literal["live", "whole", "watched"]


class Model(Protocol):
    """Something that answers requests."""

    def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield the answer's pieces, and the whole of it as the last event, `Done`. Raises `ModelError`."""
        ...


class AnswersWhole(Protocol):
    """A model that need not go through pieces where nobody wants any."""

    async def whole(self, request: Request) -> Response:
        """Return what `stream` with mode "whole" yields in its `Done`. Raises `ModelError`."""
        ...


class Embedding(Struct, frozen=True, kw_only=True):
    """Vectors for texts, in their order."""

    vectors: "np.ndarray[Any, Any]"
    """float32, shape (texts, dimensions)."""
    usage: Usage | None = None
    model: str = ""
    together: int = 1
    """How many callers' texts were in the request; `usage` is this one's share."""


class Embedder(Protocol):
    """Something that turns texts into vectors."""

    async def embed(self, texts: Sequence[str]) -> Embedding:
        """Return one vector a text. Raises `ModelError`."""
        ...


class Outcome(Struct, frozen=True, kw_only=True):
    """How one attempt ended."""

    sent: bool
    """The request may have reached the server."""
    usage: Usage | None = None
    cost: Cost = Cost()
    error: BaseException | None = None


Ended = Callable[[Outcome], None]
OnAttempt = Callable[[Target, Asked], Ended]
"""Called before each request is sent; may raise to forbid it. What it returns is called when the attempt is over."""


async def complete(model: Model, request: Request, on_text: Callable[[str], None] | None = None) -> Response:
    """The whole answer of `model`. Raises `ModelError`, `StreamTruncated` if the model ends without `Done`.

    Args:
        model: Who is asked.
        request: What is asked.
        on_text: Shown the text as it comes. After a failed try it begins anew.
    """
    if on_text is None:
        whole: Callable[[Request], Awaitable[Response]] | None = getattr(model, "whole", None)
        return await whole(request) if whole is not None else await last(model.stream(request, mode="whole"))
    return await last(model.stream(request, mode="watched"), on_text)


async def last(stream: AsyncGenerator[StreamEvent, None], on_text: Callable[[str], None] | None = None) -> Response:
    """The whole answer at the end of a stream, which is then closed. Raises `StreamTruncated` where there is none."""
    async with aclosing(stream) as events:
        async for event in events:
            if isinstance(event, Done):
                return event.response
            if on_text is not None and isinstance(event, TextDelta):
                on_text(event.text)
    raise StreamTruncated(provider="the model", detail="it ended without saying that it was done")
