"""Telling a provider what stays the same in requests: where, when not, and that it changes no answer and no key."""

import copy
import json
from typing import Any

import pytest

from loomwork.kernel.messages import Message, Request, TextPart, ToolCall, ToolResult, ToolSpec
from loomwork.models import Asked, Catalog, Outcome, Target, read_settings
from loomwork.models.drivers.anthropic import body as anthropic_body
from loomwork.models.drivers.anthropic.hints import hint as mark
from loomwork.models.drivers.prefixes import PAYS, PromptCache
from loomwork.models.protocols import Ended
from loomwork.testing.canned import Canned, CannedTransport
from loomwork.testing.loop import run_virtual

LONG = "The harbour opens at six. " * 300
SHORT = "Be brief."
TOOL = ToolSpec(name="look", description="Look up a tide", parameters={"type": "object", "properties": {}})
SAID = {
    "id": "m1", "type": "message", "role": "assistant", "model": "claude", "stop_reason": "end_turn",
    "content": [{"type": "text", "text": "noon"}],
    "usage": {"input_tokens": 10, "cache_read_input_tokens": 1000, "cache_creation_input_tokens": 200,
              "output_tokens": 5},
}  # fmt: skip
COMPLETION = {
    "choices": [{"message": {"content": "noon"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1210, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 1000}},
}
PRICE = {"input": 10.0, "output": 50.0, "cached_input": 1.0, "cache_write": 12.5}


def asked(*turns: str, system: str = LONG, tools: tuple[ToolSpec, ...] = ()) -> Request:
    said = [(Message.user if n % 2 == 0 else Message.assistant)(text) for n, text in enumerate(turns)]
    return Request(messages=(*((Message.system(system),) if system else ()), *said), tools=tools, max_tokens=9)


def marked(request: Request, use: PromptCache) -> dict[str, Any]:
    body = anthropic_body.write(request, model="m")
    mark(body, request, use=use)
    return body


def places(body: dict[str, Any]) -> list[str]:
    """Where the marks stand."""
    found = [f"tool {n}" for n, tool in enumerate(body.get("tools", ())) if "cache_control" in tool]
    system = body.get("system", "")
    found += [f"system {n}" for n, each in enumerate(system) if isinstance(each, dict) and "cache_control" in each]
    for n, message in enumerate(body["messages"]):
        content = message["content"] if isinstance(message["content"], list) else []
        found += [f"message {n}.{k}" for k, block in enumerate(content) if "cache_control" in block]
    return found


@pytest.mark.parametrize(
    ("request_", "use", "expected"),
    [
        (asked("hi"), False, []),
        (asked("hi"), "auto", ["system 0"]),
        (asked("hi", tools=(TOOL, TOOL)), "auto", ["tool 1", "system 0"]),
        (asked("hi", system=SHORT), "auto", []),
        (asked("hi", system=SHORT), True, ["system 0", "message 0.0"]),
        (asked(LONG, system=""), "auto", []),
        (asked("hi", "yes", "and?", system=SHORT), "auto", []),
        (asked(LONG, "yes", "and?", "no", "why?", system=SHORT), "auto", ["message 2.0", "message 4.0"]),
        (asked("hi", "yes", "and?", tools=(TOOL,)), True, ["tool 0", "system 0", "message 0.0", "message 2.0"]),
    ],
    ids=["off", "instructions", "tools", "too short", "told to", "one question", "short talk", "long talk", "all four"],
)
def test_marks_stand_at_the_end_of_what_stays_the_same(
    request_: Request, use: PromptCache, expected: list[str]
) -> None:
    assert places(marked(request_, use)) == expected


def test_what_a_caller_marks_is_left_as_it_is() -> None:
    part = TextPart(text=LONG, extra={"cache_control": {"type": "ephemeral", "ttl": "1h"}})
    request = Request(messages=(Message(role="user", parts=(part,)), Message.assistant("yes"), Message.user("and?")))
    assert marked(request, True) == anthropic_body.write(request, model="m")
    result = ToolResult(call_id="c", content=(part,))
    talk = Request(
        messages=(
            Message.user("look"),
            Message(role="assistant", parts=(ToolCall(id="c", name="look", arguments="{}"),)),
            Message(role="tool", parts=(result,)),
        )
    )
    assert marked(talk, True) == anthropic_body.write(talk, model="m")


def test_a_result_of_a_tool_can_be_marked_and_the_request_itself_is_not_changed() -> None:
    request = Request(
        messages=(
            Message.user("look"),
            Message(role="assistant", parts=(ToolCall(id="c", name="look", arguments="{}"),)),
            Message(role="tool", parts=(ToolResult(call_id="c", content=(TextPart(text="high"),)),)),
        ),
        tools=(TOOL,),
    )
    before = copy.deepcopy(request)
    body = marked(request, True)
    assert body["messages"][2]["content"][0] == {
        "type": "tool_result", "tool_use_id": "c", "content": "high", "cache_control": {"type": "ephemeral"},
    }  # fmt: skip
    assert request == before


class _World:
    """A catalog over one prepared answer."""

    def __init__(self, table: dict[str, Any], answer: dict[str, Any]) -> None:
        self.sent: list[dict[str, Any]] = []
        self.outcomes: list[Outcome] = []

        def serve(_number: int, call: Any) -> Canned:
            self.sent.append(json.loads(call.body))
            return Canned(body=(json.dumps(answer).encode(),))

        def book(target: Target, asked: Asked) -> Ended:
            del target, asked
            return self.outcomes.append

        settings = {"m": read_settings("m", {"retries": 0, "model": "m", **table})}
        self.catalog = Catalog(settings, transport=CannedTransport(serve), env={"K": "k"}, on_attempt=book)

    def ask(self, request: Request) -> dict[str, Any]:
        run_virtual(self.catalog.complete("m", request))
        return self.sent[-1]


def openai(**table: Any) -> _World:
    base = {"driver": "openai", "base_url": "http://127.0.0.1:5/v1", "price": PRICE}
    return _World({**base, **table}, COMPLETION)


def test_requests_that_begin_alike_say_so_with_the_same_word() -> None:
    world = openai(prompt_cache=True)
    one, two = world.ask(asked("hi")), world.ask(asked("something else", "yes", "and?"))
    assert one["prompt_cache_key"] == two["prompt_cache_key"]
    assert len(one["prompt_cache_key"]) == 32
    others = [asked("hi", system=SHORT), asked("hi", tools=(TOOL,)), asked("hi", system=""), asked("ho", system="")]
    keys = [world.ask(each)["prompt_cache_key"] for each in others]
    assert len({*keys, one["prompt_cache_key"]}) == 5
    assert world.ask(asked("hi", "yes", "and?", system=""))["prompt_cache_key"] == keys[2]


@pytest.mark.parametrize(
    ("address", "request_", "told"),
    [
        ("https://api.openai.com/v1", asked("hi"), True),
        ("https://api.openai.com/v1", asked("hi", system=SHORT), False),
        ("http://127.0.0.1:5/v1", asked("hi"), False),
    ],
    ids=["theirs", "short", "another server"],
)
def test_of_itself_the_word_goes_only_where_it_is_known_and_pays(address: str, request_: Request, told: bool) -> None:
    world = openai(prompt_cache="auto", base_url=address, api_key_env="K")
    assert ("prompt_cache_key" in world.ask(request_)) is told
    assert len(LONG) / 4 > PAYS


def test_the_word_that_a_caller_sends_is_passed_on() -> None:
    request = Request(messages=asked("hi").messages, extra_body={"prompt_cache_key": "mine"})
    assert openai(prompt_cache=True).ask(request)["prompt_cache_key"] == "mine"


@pytest.mark.parametrize("use", [True, "auto"])
def test_a_hint_changes_neither_what_a_model_is_nor_therefore_any_key(use: PromptCache) -> None:
    assert openai(prompt_cache=use).catalog.resolve("m") == openai().catalog.resolve("m")
    with pytest.raises(Exception, match="prompt_cache"):
        read_settings("m", {"prompt_cache": "often"})


@pytest.mark.parametrize("api", ["anthropic", "openai"])
def test_tokens_that_were_kept_are_counted_and_cost_what_kept_ones_cost(api: str) -> None:
    if api == "openai":
        world, micros = openai(prompt_cache=True), 210 * 10 + 1000 * 1 + 5 * 50
    else:
        table = {"driver": "anthropic", "base_url": "http://127.0.0.1:5/v1", "price": PRICE, "prompt_cache": True}
        world, micros = _World(table, SAID), 10 * 10 + 1000 * 1 + 200 * 12.5 + 5 * 50
    world.ask(asked("hi"))
    (outcome,) = world.outcomes
    assert outcome.usage is not None
    assert (outcome.usage.input_tokens, outcome.usage.cached_input_tokens) == (1210, 1000)
    assert outcome.cost.micros("USD") == micros
