"""Foreign spans: which attribute becomes the body, and what the conversation in it is."""

import json
from typing import Any

import pytest

from loomwork.kernel.messages import ImagePart, Message, ReasoningPart, TextPart, ToolCall, ToolResult
from loomwork.store.rows import SpanRow
from loomwork.trace import conversation
from loomwork.trace.foreign import settle_foreign
from loomwork.trace.importers import read_bytes


def settle(attributes: dict[str, object], given: Any = None):
    row = SpanRow(trace="a" * 32, span="b" * 16, name="n", kind="model", start_ns=0, end_ns=1, attributes=attributes)
    return settle_foreign(row, given={"input": given} if given else None)


CHAT = json.dumps([{"role": "user", "content": "hello"}])
FLAT = {
    "llm.input_messages.0.message.role": "user",
    "llm.input_messages.0.message.content": "hello",
    "llm.input_messages.10.message.role": "assistant",
    "llm.input_messages.10.message.tool_calls.0.tool_call.function.name": "look",
    "llm.input_messages.10.message.tool_calls.0.tool_call.function.arguments": '{"q": 1}',
}


def test_a_readable_body_is_taken_before_one_that_only_stands_first():
    found = settle({"input.value": "Message(role='user')", **FLAT})
    (body,) = found.bodies
    messages = conversation.read_body(body)
    assert messages is not None
    assert [message.role for message in messages] == ["user", "assistant"]
    assert messages[1].tool_calls[0].name == "look"
    assert found.row.attributes == {"input.value": "Message(role='user')"}


def test_without_a_conversation_the_first_body_is_taken_as_it_is():
    found = settle({"input.value": "plain words", "tool.parameters": "{}"})
    assert found.bodies == (b"plain words",)
    assert found.row.preview_in == "plain words"
    assert found.row.attributes == {"tool.parameters": "{}"}


def test_what_says_the_same_twice_is_kept_once():
    flat = {name: value for name, value in FLAT.items() if ".0.message" in name}
    found = settle({"input.value": CHAT, **flat})
    assert found.bodies == (CHAT.encode(),)
    assert found.row.attributes == {}


def test_what_says_something_else_stays_among_the_attributes():
    found = settle({"input.value": CHAT, **FLAT})
    assert found.bodies == (CHAT.encode(),)
    assert found.row.attributes == FLAT


def test_a_body_beside_the_attributes_comes_first():
    given = [{"role": "user", "content": "given"}]
    assert settle({"input.value": CHAT}, given).bodies == (json.dumps(given, separators=(",", ":")).encode(),)


def test_a_stated_price_is_in_dollars():
    assert (settle({"llm.cost.total": 0.0015}).row.cost_micros, settle({}).row.cost_micros) == (1500, None)


def test_parts_that_langfuse_takes_out_of_the_whole_are_put_back():
    observation = {
        "id": "b" * 16, "traceId": "a" * 32, "type": "GENERATION", "name": "g", "startTime": "2025-01-01T00:00:00Z",
        "usageDetails": {"input": 100, "input_cache_read": 40, "output": 35, "output_reasoning": 64},
    }  # fmt: skip
    (span,) = read_bytes(json.dumps({"trace": {"id": "a" * 32}, "observations": [observation]}).encode()).spans
    assert (span.input_tokens, span.output_tokens) == (140, 99)
    assert span.attributes["gen_ai.usage.reasoning.output_tokens"] == 64


def test_parts_that_stand_inside_the_whole_are_not_added():
    observation = {
        "id": "b" * 16, "traceId": "a" * 32, "type": "GENERATION", "name": "g", "startTime": "2025-01-01T00:00:00Z",
        "usageDetails": {"input": 6, "output": 2055, "completion_details.reasoning": 1104, "total": 2061},
    }  # fmt: skip
    (span,) = read_bytes(json.dumps({"trace": {"id": "a" * 32}, "observations": [observation]}).encode()).spans
    assert (span.input_tokens, span.output_tokens) == (6, 2055)


CALL = ToolCall(id="c1", name="look", arguments='{"q":1}')
SHAPES = {
    "chat completions request": {"model": "m", "messages": [{"role": "user", "content": "hi"}]},
    "chat completions answer": {"choices": [{"message": {"role": "assistant", "content": "hi"}}]},
    "responses answer": {
        "output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}]
    },
    "anthropic request": {
        "system": "be kind",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
    },
    "gemini request": {
        "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
        "config": {"system_instruction": "be kind"},
    },
    "gemini answer": {"candidates": [{"content": {"role": "model", "parts": [{"text": "hi"}]}}]},
    "opentelemetry": [{"role": "user", "parts": [{"type": "text", "content": "hi"}]}],
    "langchain constructor": {
        "messages": [{"lc": 1, "type": "constructor", "id": ["x", "HumanMessage"], "kwargs": {"content": "hi"}}]
    },
    "langchain dump": {"messages": [{"type": "human", "content": "hi"}]},
    "langchain generation": {"generations": [[{"text": "hi", "message": {"type": "ai", "content": "hi"}}]]},
    "vercel prompt": {"prompt": "hi", "system": "be kind"},
    "messages as text": {"messages": ['{"role": "user", "content": "hi"}']},
    "text of json": json.dumps(json.dumps({"messages": [{"role": "user", "content": "hi"}]})),
}


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_every_frameworks_messages_are_read(shape):
    messages = conversation.read_value(SHAPES[shape])
    assert messages is not None
    assert messages[-1].text == "hi"
    assert [message.role for message in messages[:-1]] == (["system"] if "be kind" in str(SHAPES[shape]) else [])


CALLS = {
    "openai": {"role": "assistant", "tool_calls": [{"id": "c1", "function": {"name": "look", "arguments": '{"q":1}'}}]},
    "langchain": {"type": "ai", "content": "", "tool_calls": [{"id": "c1", "name": "look", "args": {"q": 1}}]},
    "langchain kwargs": {
        "role": "assistant",
        "content": "",
        "additional_kwargs": {"tool_calls": [{"id": "c1", "function": {"name": "look", "arguments": '{"q":1}'}}]},
    },
    "anthropic": {
        "role": "assistant",
        "content": [{"type": "tool_use", "id": "c1", "name": "look", "input": {"q": 1}}],
    },
    "opentelemetry": {
        "role": "assistant",
        "parts": [{"type": "tool_call", "id": "c1", "name": "look", "arguments": {"q": 1}}],
    },
    "gemini": {"role": "model", "parts": [{"function_call": {"id": "c1", "name": "look", "args": {"q": 1}}}]},
    "vercel": [{"toolCallId": "c1", "toolName": "look", "input": '{"q":1}'}],
    "responses": [{"type": "function_call", "call_id": "c1", "name": "look", "arguments": '{"q":1}'}],
}


@pytest.mark.parametrize("shape", sorted(CALLS))
def test_every_frameworks_tool_calls_are_read(shape):
    assert conversation.read_value(CALLS[shape]) == (Message(role="assistant", parts=(CALL,)),)


RESULTS = {
    "openai": {"role": "tool", "tool_call_id": "c1", "content": "rain"},
    "anthropic": {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "rain"}]},
    "opentelemetry": {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "rain"}]},
    "gemini": {"role": "user", "parts": [{"function_response": {"id": "c1", "response": "rain"}}]},
    "responses": [{"type": "function_call_output", "call_id": "c1", "output": "rain"}],
}


@pytest.mark.parametrize("shape", sorted(RESULTS))
def test_every_frameworks_tool_results_are_read(shape):
    messages = conversation.read_value(RESULTS[shape])
    assert messages is not None
    assert messages[0].parts == (ToolResult(call_id="c1", content=(TextPart(text="rain"),)),)


def test_thoughts_and_pictures_are_read():
    content = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "image_url", "image_url": {"url": "http://x/y.png"}},
        {"inline_data": {"mime_type": "image/png", "data": "AAEC"}},
    ]
    messages = conversation.read_value([{"role": "user", "content": content}])
    assert messages is not None
    assert messages[0].parts == (
        ReasoningPart(text="hm", signature="s"),
        ImagePart(url="http://x/y.png"),
        ImagePart(data=b"\x00\x01\x02", mime="image/png"),
    )


@pytest.mark.parametrize("value", ["hello", {"city": "Berlin"}, [1, 2], [], {}, None, 3, {"input": {"a": 1}}])
def test_what_is_no_conversation_is_not_made_into_one(value):
    assert conversation.read_value(value) is None


def test_a_structure_without_end_is_given_up():
    deep: object = {"role": "user", "content": "hi"}
    for _ in range(200):
        deep = {"input": deep}
    assert conversation.read_value(deep) is None
    assert conversation.read_body(b'{"input":' * 5000 + b"1" + b"}" * 5000) is None
