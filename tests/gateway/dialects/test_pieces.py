"""An answer in pieces says what the whole answer says, whatever it holds, also where it comes in one piece."""

import base64
import json
from typing import Any

import pytest

from loomwork.gateway.dialects.asked import Asked, Head
from loomwork.gateway.dialects.chat import CHAT
from loomwork.gateway.dialects.completions import COMPLETIONS
from loomwork.gateway.dialects.messages import MESSAGES
from loomwork.gateway.problems import problem_of
from loomwork.kernel.errors.models import StreamTruncated
from loomwork.kernel.messages import (
    AudioPart,
    Message,
    OtherPart,
    ReasoningPart,
    RefusalPart,
    Request,
    Response,
    TextPart,
    TokenLogprob,
    ToolCall,
)
from loomwork.kernel.stream import Done, ReasoningDelta, StreamEvent, TextDelta, ToolCallDelta
from loomwork.kernel.usage import Usage

ASKED = Asked(served="m", requests=(Request(messages=(Message.user("x"),)),), stream=True, usage_chunk=True)
HEAD = Head("id-1", 5, "m")
USAGE = Usage(input_tokens=9, output_tokens=4, cached_input_tokens=3, reasoning_tokens=1)


def answer(*parts: Any, **more: Any) -> Response:
    fields: dict[str, Any] = {"finish_reason": "stop", "usage": USAGE, "model": "real", **more}
    return Response(message=Message(role="assistant", parts=parts), **fields)


def written(dialect: Any, *events: StreamEvent) -> list[dict[str, Any]]:
    pieces = dialect.pieces(ASKED, HEAD)
    raw = b"".join([*(pieces.take(0, event) for event in events), pieces.end()]).decode()
    datas = [line[6:] for line in raw.split("\n") if line.startswith("data: ")]
    if dialect is MESSAGES:
        names = [line[7:] for line in raw.split("\n") if line.startswith("event: ")]
        assert names == [json.loads(data)["type"] for data in datas]
        return [json.loads(data) for data in datas]
    assert datas[-1] == "[DONE]"
    return [json.loads(data) for data in datas[:-1]]


def deltas(chunks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]


def test_pieces_of_a_chat_begin_with_the_role_and_end_with_reason_and_tokens() -> None:
    chunks = written(CHAT, TextDelta(text="Hel"), TextDelta(text="lo"), Done(response=answer(TextPart(text="Hello"))))
    assert deltas(chunks)[0]["role"] == "assistant"
    assert "".join(delta.get("content") or "" for delta in deltas(chunks)) == "Hello"
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-2]["model"] == "real"
    assert chunks[-1]["usage"]["prompt_tokens_details"]["cached_tokens"] == 3
    assert all(chunk["usage"] is None for chunk in chunks[:-1])


def test_calls_of_tools_are_numbered_from_nothing_whatever_their_blocks() -> None:
    events = (
        ToolCallDelta(block=3, id="a", name="one"),
        ToolCallDelta(block=3, arguments='{"x":'),
        ToolCallDelta(block=3, arguments="1}"),
        ToolCallDelta(block=7, id="b", name="two", arguments="{}"),
    )
    calls = (ToolCall(id="a", name="one", arguments='{"x":1}'), ToolCall(id="b", name="two"))
    chunks = written(CHAT, *events, Done(response=answer(*calls, finish_reason="tool_calls")))
    found: dict[int, list[str]] = {}
    for delta in deltas(chunks):
        for call in delta.get("tool_calls", ()):
            one = found.setdefault(call["index"], ["", "", ""])
            one[0] += call.get("id", "")
            one[1] += call["function"].get("name", "")
            one[2] += call["function"].get("arguments", "")
    assert found == {0: ["a", "one", '{"x":1}'], 1: ["b", "two", "{}"]}
    assert chunks[-2]["choices"][0]["finish_reason"] == "tool_calls"


def test_an_answer_that_comes_whole_is_written_in_pieces_with_all_that_it_holds() -> None:
    likely = (TokenLogprob(token="Hi", logprob=-0.5, utf8=b"Hi", top=(TokenLogprob(token="Ho", logprob=-1.0),)),)
    parts = (
        ReasoningPart(text="hm"),
        TextPart(text="Hi", extra={"annotations": [{"type": "url"}]}),
        RefusalPart(text="no"),
        AudioPart(data=b"sound", id="s", transcript="hi"),
        ToolCall(id="a", name="one", arguments="{}"),
        OtherPart(kind="strange", data={"k": 1}),
    )
    chunks = written(CHAT, Done(response=answer(*parts, logprobs=likely)))
    merged: dict[str, Any] = {}
    for delta in deltas(chunks):
        merged.update({key: value for key, value in delta.items() if value is not None})
    assert merged["reasoning_content"] == "hm"
    assert (merged["content"], merged["refusal"]) == ("Hi", "no")
    assert merged["annotations"] == [{"type": "url"}]
    assert base64.b64decode(merged["audio"]["data"]) == b"sound"
    assert merged["tool_calls"][0]["function"]["name"] == "one"
    assert merged["blocks"] == [{"type": "strange", "k": 1}]
    found = [c["choices"][0]["logprobs"] for c in chunks if c["choices"] and c["choices"][0]["logprobs"]]
    assert found[0]["content"][0]["top_logprobs"][0]["token"] == "Ho"


def test_blocks_of_a_message_are_opened_and_closed_one_at_a_time() -> None:
    events = (
        ReasoningDelta(text="hm", block=0),
        ReasoningDelta(signature="sig", block=0),
        TextDelta(text="He", block=1),
        TextDelta(text="y", block=1),
        ToolCallDelta(block=2, id="a", name="one"),
        ToolCallDelta(block=2, arguments='{"x": 1}'),
    )
    done = answer(ReasoningPart(text="hm", signature="sig"), TextPart(text="Hey"), finish_reason="tool_calls")
    said = written(MESSAGES, *events, Done(response=done))
    assert [event["type"] for event in said] == [
        "message_start",
        *("content_block_start", "content_block_delta", "content_block_delta", "content_block_stop") * 2,
        *("content_block_start", "content_block_delta", "content_block_stop"),
        "message_delta",
        "message_stop",
    ]
    assert [e["index"] for e in said if e["type"] == "content_block_start"] == [0, 1, 2]
    assert said[-2]["delta"]["stop_reason"] == "tool_use"
    assert said[-2]["usage"]["cache_read_input_tokens"] == 3
    assert said[-2]["usage"]["input_tokens"] == 6


def test_a_message_that_comes_whole_is_written_in_blocks() -> None:
    parts = (
        ReasoningPart(redacted="secret"),
        TextPart(text="Hi"),
        ToolCall(id="a", name="one", arguments='{"x": 1}'),
        OtherPart(kind="web_search_tool_result", data={"tool_use_id": "t"}),
    )
    said = written(MESSAGES, Done(response=answer(*parts)))
    starts = [event["content_block"]["type"] for event in said if event["type"] == "content_block_start"]
    assert starts == ["redacted_thinking", "text", "tool_use", "web_search_tool_result"]
    pieces = [e["delta"] for e in said if e["type"] == "content_block_delta"]
    assert pieces[0] == {"type": "text_delta", "text": "Hi"}
    assert json.loads(pieces[1]["partial_json"]) == {"x": 1}


@pytest.mark.parametrize(
    ("reason", "raw", "chat", "message"),
    [
        ("stop", "end_turn", "stop", "end_turn"),
        ("length", "max_tokens", "length", "max_tokens"),
        ("tool_calls", "tool_use", "tool_calls", "tool_use"),
        ("refusal", "refusal", "stop", "refusal"),
        ("length", "length", "length", "max_tokens"),
        ("tool_calls", "tool_calls", "tool_calls", "tool_use"),
        ("content_filter", "content_filter", "content_filter", "refusal"),
        ("stop", "", "stop", "end_turn"),
    ],
    ids=lambda each: str(each) or "none",
)
def test_why_it_ended_is_said_in_each_apis_own_word(reason: Any, raw: str, chat: str, message: str) -> None:
    response = answer(TextPart(text="x"), finish_reason=reason, finish_raw=raw)
    whole = json.loads(CHAT.write(ASKED, HEAD, [response]))
    theirs = json.loads(MESSAGES.write(ASKED, HEAD, [response]))
    assert whole["choices"][0]["finish_reason"] == chat
    assert theirs["stop_reason"] == message
    assert json.loads(COMPLETIONS.write(ASKED, HEAD, [response]))["choices"][0]["finish_reason"] == chat


def test_what_breaks_off_never_carries_the_apis_own_end() -> None:
    problem = problem_of(StreamTruncated(provider="p", model="m", detail="cut"))
    for dialect, end in ((CHAT, b"[DONE]"), (COMPLETIONS, b"[DONE]"), (MESSAGES, b"message_stop")):
        pieces = dialect.pieces(ASKED, HEAD)
        raw = pieces.take(0, TextDelta(text="x")) + dialect.broken(problem, "t")
        assert end not in raw
        assert b"cut off" in raw
