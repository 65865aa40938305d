"""Ask a driver what a recording says and compare it with the plain reading. Used by the sample and the full run."""

import json
from contextlib import aclosing

import pytest

from loomwork.kernel.errors.models import ModelError
from loomwork.kernel.messages import Message, Request, Response
from loomwork.kernel.stream import Done, TextDelta
from loomwork.models.drivers.anthropic import body as anthropic_body
from loomwork.models.drivers.anthropic.driver import Anthropic
from loomwork.models.drivers.openai import body as openai_body
from loomwork.models.drivers.openai.driver import OpenAI
from loomwork.models.protocols import Mode, Model
from loomwork.models.wire.exchange import Wire
from loomwork.models.wire.failures import Origin
from loomwork.testing.canned import Canned, CannedTransport
from tests.wire import plain, rebuild
from tests.wire.cassettes import Recorded

ASKED = Request(messages=(Message.user("as recorded"),))


def driver(api: str, transport: CannedTransport) -> Model:
    """A driver that speaks `api` over `transport`."""
    wire = Wire(transport, Origin(provider="recorded", model="m"), headers={})
    if api == "chat":
        return OpenAI(wire, model="m", base_url="http://recorded/v1")
    return Anthropic(wire, model="m", base_url="http://recorded/v1")


async def answer(recorded: Recorded, *, mode: Mode) -> tuple[Response, str]:
    """What our driver makes of the recording, and the text that it streamed."""
    canned = Canned(status=recorded.status, headers=recorded.headers, body=(recorded.body,))
    streamed = ""
    async with aclosing(driver(recorded.api, CannedTransport([canned])).stream(ASKED, mode=mode)) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                streamed += event.text
            if isinstance(event, Done):
                return event.response, streamed
    raise AssertionError("no end")


def is_failure(recorded: Recorded) -> bool:
    """Whether the recording itself says that the call failed (a refusal, or no answer of the API at all)."""
    if recorded.status != 200:
        return True
    try:
        found = plain.events(recorded) if recorded.streamed else [json.loads(recorded.body)]
    except ValueError:
        return True
    if any("error" in one for one in found):
        return True
    return not recorded.streamed and "choices" not in found[0] and found[0].get("type") != "message"


async def check_response(recorded: Recorded) -> None:
    """Raises `AssertionError` where our reading differs from the plain one."""
    if is_failure(recorded):
        with pytest.raises(ModelError) as failed:
            await answer(recorded, mode="live")
        assert recorded.status in {200, failed.value.status}
        return
    expected = plain.chat(recorded) if recorded.api == "chat" else plain.message(recorded)
    whole, _ = await answer(recorded, mode="whole")
    live, streamed = await answer(recorded, mode="live")
    assert whole == live
    assert streamed in {"", expected.text}
    assert bool(streamed) == (recorded.streamed and bool(expected.text))
    _check(whole, expected)


def _check(got: Response, expected: plain.Plain) -> None:
    assert got.text == expected.text
    assert got.reasoning == expected.reasoning
    assert got.refusal == expected.refusal
    assert [(c.id, c.name, json.loads(c.arguments)) for c in got.tool_calls] == [
        (ident, name, json.loads(arguments or "{}")) for ident, name, arguments in expected.calls.values()
    ]
    assert got.finish_raw == expected.finish
    assert got.model == expected.model
    assert got.id == expected.id
    assert (got.usage and (got.usage.input_tokens, got.usage.output_tokens)) == expected.tokens
    if got.usage is not None:
        assert (got.usage.cached_input_tokens, got.usage.reasoning_tokens) == expected.parts
    if expected.kinds:
        assert len(got.message.parts) == len(expected.kinds)


def check_request(recorded: Recorded) -> None:
    """Raises `AssertionError` where the request that we would send differs from the one that was sent."""
    sent = recorded.request
    assert sent is not None
    if recorded.api == "chat":
        request = rebuild.chat_request(sent)
        ours = openai_body.write(request, model=sent["model"], quirks=rebuild.chat_quirks(sent))
    else:
        ours = anthropic_body.write(rebuild.messages_request(sent), model=sent["model"])
    if sent.get("stream"):
        ours["stream"] = True
    assert rebuild.plain_body(ours) == rebuild.plain_body(sent)
