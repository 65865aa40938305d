"""Models that do as they are told, for the tests of what is around models."""

from collections.abc import AsyncGenerator, Callable

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.models import ModelError
from loomwork.kernel.messages import Message, Request, Response, TextPart
from loomwork.kernel.stream import Done, StreamEvent, TextDelta
from loomwork.kernel.usage import Usage
from loomwork.models.protocols import Mode
from loomwork.models.target import Target

TARGET = Target(alias="t", driver="openai", provider="p", model="m")
ASK = Request(messages=(Message.user("hi"),))


def said(text: str, *, tokens: int = 10) -> Response:
    """A small answer."""
    return Response(
        message=Message(role="assistant", parts=(TextPart(text=text),)),
        finish_reason="stop",
        usage=Usage(input_tokens=tokens, output_tokens=tokens),
    )


class Member:
    """Fails as often as told, then answers with its name."""

    def __init__(
        self,
        name: str,
        *,
        errors: list[ModelError] | None = None,
        speaks_first: bool = False,
        seconds: float = 0.0,
        clock: Clock | None = None,
        tokens: int = 10,
    ) -> None:
        self.name = name
        self.errors = errors or []
        self.speaks_first = speaks_first
        self.seconds = seconds
        self.clock = clock
        self.tokens = tokens
        self.asked: list[Request] = []
        self.times: list[float] = []
        self.open = 0
        self.most_open = 0

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        self.asked.append(request)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            if self.clock is not None:
                self.times.append(self.clock.monotonic())
                await self.clock.sleep(self.seconds)
            if self.speaks_first or not self.errors:
                yield TextDelta(text=self.name)
            if self.errors:
                raise self.errors.pop(0)
            yield Done(response=said(self.name, tokens=self.tokens))
        finally:
            self.open -= 1


Make = Callable[[], ModelError]
