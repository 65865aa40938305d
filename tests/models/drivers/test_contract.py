"""What every driver does alike, whatever it speaks."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from loomwork.kernel.errors.models import ModelError
from loomwork.kernel.messages import Message, Request, ResponseSchema, ToolSpec
from loomwork.kernel.stream import Assembler, Done, ReasoningDelta, TextDelta, ToolCallDelta, UsageEvent
from loomwork.models.drivers.anthropic import body as anthropic_body
from loomwork.models.drivers.openai import body as openai_body
from loomwork.models.drivers.replay import Recording, Replay
from loomwork.models.drivers.scripted.driver import Scripted
from loomwork.models.drivers.scripted.rules import Rule
from loomwork.models.protocols import Mode, Model, complete
from loomwork.models.quirks import Quirks
from loomwork.models.wire.http import Call
from loomwork.testing import wording
from loomwork.testing.canned import Canned, CannedTransport
from loomwork.testing.replies import Reply
from tests.models.speaking import ASK, CALLED, SAID, Api, answer, collected, driver, events

TOOLS = Request(
    messages=(Message.user("look"),),
    tools=(ToolSpec(name="look", parameters={"type": "object", "properties": {"place": {"type": "string"}}}),),
    max_tokens=100,
)
MODES: tuple[Mode, ...] = ("live", "whole")


def _wired(api: Api) -> Callable[[Reply, Request], Model]:
    def make(reply: Reply, _request: Request) -> Model:
        def serve(_number: int, call: Call) -> Canned:
            if json.loads(call.body).get("stream"):
                return Canned.events(*events(api, reply))
            write = wording.openai_whole if api == "openai" else wording.anthropic_whole
            return Canned(body=(json.dumps(write("m", reply)).encode(),))

        return driver(api, CannedTransport(serve))

    return make


def _replayed(api: Api) -> Callable[[Reply, Request], Model]:
    def make(reply: Reply, request: Request) -> Model:
        if api == "openai":
            url, asked = "http://x/v1/chat/completions", openai_body.write(request, model="m", quirks=Quirks())
        else:
            url, asked = "http://x/v1/messages", anthropic_body.write(request, model="m")
        said = b"".join(events(api, reply)).decode()
        headers = {"Content-Type": "text/event-stream"}
        one = {"request": {"url": url, "body": asked}, "response": {"headers": headers, "body": said}}
        return Replay([msgspec.convert(one, Recording)], model="m")

    return make


def _scripted(reply: Reply, _request: Request) -> Model:
    rule = Rule(text=reply.text, reasoning=reply.reasoning, tool=reply.tool, arguments=reply.arguments)
    return Scripted([rule])


DRIVERS = {
    "openai": _wired("openai"),
    "anthropic": _wired("anthropic"),
    "replay-openai": _replayed("openai"),
    "replay-anthropic": _replayed("anthropic"),
    "scripted": _scripted,
}
every_driver = pytest.mark.parametrize("make", DRIVERS.values(), ids=DRIVERS.keys())
every_mode = pytest.mark.parametrize("mode", MODES)


@every_driver
@every_mode
async def test_it_says_its_text_and_reasoning_and_ends_with_done(
    make: Callable[[Reply, Request], Model], mode: Mode
) -> None:
    response = await answer(make(SAID, ASK), mode=mode)
    assert response.text == SAID.text
    assert response.reasoning == SAID.reasoning
    assert response.finish_reason == "stop"
    assert response.usage is not None
    assert response.usage.output_tokens > 0


@every_driver
@every_mode
async def test_it_calls_a_tool(make: Callable[[Reply, Request], Model], mode: Mode) -> None:
    response = await answer(make(CALLED, TOOLS), TOOLS, mode=mode)
    assert [(call.name, call.parsed) for call in response.tool_calls] == [("look", CALLED.arguments)]
    assert response.tool_calls[0].id
    assert response.finish_reason == "tool_calls"


@every_driver
async def test_its_pieces_add_up_to_its_answer(make: Callable[[Reply, Request], Model]) -> None:
    for reply, request in ((SAID, ASK), (CALLED, TOOLS)):
        found = await collected(make(reply, request), request)
        whole = Assembler()
        for event in found[:-1]:
            assert not isinstance(event, Done)
            whole.add(event)
        last = found[-1]
        assert isinstance(last, Done)
        summed = whole.finish(finish_reason="stop")
        assert summed.text == last.response.text
        assert summed.reasoning == last.response.reasoning
        assert summed.tool_calls == last.response.tool_calls
        assert summed.usage == last.response.usage


@every_driver
async def test_text_comes_in_pieces(make: Callable[[Reply, Request], Model]) -> None:
    found = await collected(make(SAID, ASK))
    assert len([event for event in found if isinstance(event, TextDelta) and event.text]) > 1
    assert any(isinstance(event, ReasoningDelta) for event in found)
    assert any(isinstance(event, UsageEvent) for event in found)
    found = await collected(make(CALLED, TOOLS), TOOLS)
    assert any(isinstance(event, ToolCallDelta) for event in found)


@every_driver
async def test_asked_whole_it_gives_one_event(make: Callable[[Reply, Request], Model]) -> None:
    if make in {DRIVERS["replay-openai"], DRIVERS["replay-anthropic"]}:
        pytest.skip("a replay gives what was recorded")
    assert len(await collected(make(SAID, ASK), mode="whole")) == 1


@every_driver
async def test_the_same_request_gets_the_same_answer(make: Callable[[Reply, Request], Model]) -> None:
    model = make(SAID, ASK)
    assert await complete(model, ASK) == await complete(model, ASK)


@pytest.mark.parametrize("api", ["openai", "anthropic"])
async def test_a_server_that_streams_unasked_is_read_all_the_same(api: Api) -> None:
    canned = Canned.events(*events(api))
    assert (await answer(driver(api, CannedTransport([canned])), mode="whole")).text == SAID.text


@pytest.mark.parametrize("api", ["openai", "anthropic"])
async def test_a_server_that_does_not_stream_is_read_all_the_same(api: Api) -> None:
    write = wording.openai_whole if api == "openai" else wording.anthropic_whole
    canned = Canned(body=(json.dumps(write("m", SAID)).encode(),))
    assert (await answer(driver(api, CannedTransport([canned])))).text == SAID.text


@pytest.mark.parametrize("api", ["openai", "anthropic"])
async def test_every_reply_is_closed_even_if_the_caller_walks_away(api: Api) -> None:
    transport = CannedTransport([Canned.events(*events(api))])
    found = driver(api, transport).stream(ASK)
    await anext(found)
    await found.aclose()
    assert transport.open == 0


async def test_the_scripted_double_says_what_it_is() -> None:
    response = await complete(Scripted(model="fast"), ASK)
    assert response.model == "scripted double: fast"
    assert response.extra == {"double": True}
    assert "not a model" in response.text


async def test_the_scripted_double_meets_a_schema() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}, "ok": {"type": "boolean"}}}
    request = msgspec.structs.replace(ASK, response_schema=ResponseSchema(schema=schema))
    found = json.loads((await complete(Scripted(), request)).text)
    assert isinstance(found["n"], int)
    assert isinstance(found["ok"], bool)


async def test_the_scripted_double_fails_as_often_as_its_script_says() -> None:
    model = Scripted([Rule(text="late", fail="overloaded", fails=2)])
    for _ in range(2):
        with pytest.raises(ModelError):
            await complete(model, ASK)
    assert (await complete(model, ASK)).text == "late"


async def test_a_recording_that_does_not_match_is_named_with_the_nearest() -> None:
    model = _replayed("openai")(SAID, ASK)
    with pytest.raises(ModelError, match="no recorded exchange"):
        await complete(model, Request(messages=(Message.user("something else"),)))


def test_the_sample_of_recordings_can_be_replayed() -> None:
    from loomwork.models.drivers.replay import read_recordings

    folder = Path(__file__).parents[2] / "wire" / "recordings"
    assert len(read_recordings(folder)) > 50
