"""Helpers of the models' tests: requests, drivers over prepared replies, whole recorded streams."""

from contextlib import aclosing
from typing import Literal

from loomwork.kernel.messages import Message, Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.models.drivers.anthropic.driver import Anthropic
from loomwork.models.drivers.openai.driver import OpenAI
from loomwork.models.protocols import Mode, Model
from loomwork.models.wire.deadlines import Deadlines
from loomwork.models.wire.exchange import Wire
from loomwork.models.wire.failures import Origin
from loomwork.models.wire.http import Transport
from loomwork.testing import wording
from loomwork.testing.replies import Reply

Api = Literal["openai", "anthropic"]
APIS: tuple[Api, ...] = ("openai", "anthropic")
ASK = Request(messages=(Message.user("hi"),), max_tokens=100)
SAID = Reply(
    digest="00ff",
    text="Grüße, 世界! And a rather longer answer.",
    reasoning="hm, well",
    input_tokens=9,
    output_tokens=12,
)
CALLED = Reply(
    digest="00ff", text="", tool="look", arguments={"place": "Oslo — 奥斯陆"}, input_tokens=9, output_tokens=5
)


def events(api: Api, reply: Reply = SAID) -> list[bytes]:
    """A whole streamed answer, one event a piece."""
    if api == "openai":
        return list(wording.openai_events("m", reply, chunk=8, usage=True))
    return list(wording.anthropic_events("m", reply, chunk=8))


def driver(api: Api, transport: Transport, *, deadlines: Deadlines | None = None, now: float = 0.0) -> Model:
    """A bare driver over `transport`."""
    wire = Wire(
        transport,
        Origin(provider=api, model="m", url="http://x", env="KEY"),
        headers={},
        deadlines=deadlines,
        now=lambda: now,
    )
    if api == "openai":
        return OpenAI(wire, model="m", base_url="http://x/v1")
    return Anthropic(wire, model="m", base_url="http://x/v1")


async def collected(model: Model, request: Request = ASK, *, mode: Mode = "live") -> list[StreamEvent]:
    """Every event."""
    async with aclosing(model.stream(request, mode=mode)) as found:
        return [event async for event in found]


async def answer(model: Model, request: Request = ASK, *, mode: Mode = "live") -> Response:
    """The answer at the end; there is exactly one, and it is last."""
    found = await collected(model, request, mode=mode)
    assert [isinstance(event, Done) for event in found] == [False] * (len(found) - 1) + [True]
    last = found[-1]
    assert isinstance(last, Done)
    return last.response
