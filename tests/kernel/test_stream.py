"""The pieces of a stream add up to the response that the provider would have given whole."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loomwork.kernel.canonical import digest
from loomwork.kernel.codecs import decode, encode
from loomwork.kernel.errors import BrokenStream
from loomwork.kernel.messages import (
    AudioPart,
    Message,
    OtherPart,
    ReasoningPart,
    RefusalPart,
    Response,
    TextPart,
    TokenLogprob,
    ToolCall,
)
from loomwork.kernel.stream import (
    Assembler,
    AudioDelta,
    Delta,
    Done,
    PartEvent,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    ToolCallDelta,
    UsageEvent,
)
from loomwork.kernel.usage import Usage


def fold(*events: Delta, **ending: Any) -> Response:
    whole = Assembler()
    for event in events:
        whole.add(event)
    given: dict[str, Any] = {"finish_reason": "stop", **ending}
    return whole.finish(**given)


@given(st.lists(st.text(min_size=1), min_size=1))
def test_text_is_the_same_however_it_was_cut(pieces: list[str]) -> None:
    assert fold(*(TextDelta(text=piece) for piece in pieces)) == fold(TextDelta(text="".join(pieces)))


def test_two_calls_that_arrive_interleaved_are_told_apart() -> None:
    response = fold(
        TextDelta(text="Let me see."),
        ToolCallDelta(block=0, id="a", name="look"),
        ToolCallDelta(block=1, id="b", name="list"),
        ToolCallDelta(block=0, arguments='{"at"'),
        ToolCallDelta(block=1, arguments="{}"),
        ToolCallDelta(block=0, arguments=': "x"}'),
        finish_reason="tool_calls",
    )
    assert response.message.parts == (
        TextPart(text="Let me see."),
        ToolCall(id="a", name="look", arguments='{"at": "x"}'),
        ToolCall(id="b", name="list", arguments="{}"),
    )


def test_blocks_keep_their_order_and_reasoning_its_signature() -> None:
    response = fold(
        ReasoningDelta(text="hm", block=0),
        ReasoningDelta(signature="c2ln", block=0),
        TextDelta(text="One.", block=1),
        PartEvent(part=OtherPart(kind="web_search_tool_result"), block=2),
        TextDelta(text="Two.", block=3),
    )
    assert response.message.parts == (
        ReasoningPart(text="hm", signature="c2ln"),
        TextPart(text="One."),
        OtherPart(kind="web_search_tool_result"),
        TextPart(text="Two."),
    )
    assert response.text == "One.Two."


def test_text_without_blocks_is_one_part_even_around_a_call() -> None:
    response = fold(TextDelta(text="a"), ToolCallDelta(block=0, id="1", name="t"), TextDelta(text="b"))
    assert [type(part) for part in response.message.parts] == [TextPart, ToolCall]
    assert response.text == "ab"


def test_a_whole_part_replaces_what_its_block_had_gathered() -> None:
    response = fold(TextDelta(text="draft", block=0), PartEvent(part=TextPart(text="final", extra={"c": 1}), block=0))
    assert response.message.parts == (TextPart(text="final", extra={"c": 1}),)


def test_whole_parts_without_a_block_all_stay() -> None:
    parts = (OtherPart(kind="a"), OtherPart(kind="b"))
    assert fold(*(PartEvent(part=part) for part in parts)).message.parts == parts


def test_sound_refusals_and_likelihoods_are_gathered() -> None:
    tokens = (TokenLogprob(token="a", logprob=-1.0), TokenLogprob(token="b", logprob=-2.0))
    response = fold(
        AudioDelta(id="s", mime="audio/wav", data=b"RI"),
        AudioDelta(data=b"FF", transcript="hi"),
        RefusalDelta(text="I "),
        RefusalDelta(text="won't"),
        TextDelta(text="a", logprobs=tokens[:1]),
        TextDelta(text="b", logprobs=tokens[1:]),
    )
    assert response.message.parts == (
        AudioPart(id="s", mime="audio/wav", data=b"RIFF", transcript="hi"),
        RefusalPart(text="I won't"),
        TextPart(text="ab"),
    )
    assert response.logprobs == tokens


def test_the_last_word_on_usage_stands_and_none_is_unknown() -> None:
    assert fold(TextDelta(text="a")).usage is None
    early, late = Usage(input_tokens=5, output_tokens=1), Usage(input_tokens=5, output_tokens=9)
    assert fold(UsageEvent(usage=early), UsageEvent(usage=late)).usage == late


def test_a_stream_that_said_nothing_is_an_empty_message() -> None:
    assert fold(TextDelta(text=""), ReasoningDelta()).message == Message(role="assistant")


def test_a_call_without_a_name_is_a_broken_stream() -> None:
    with pytest.raises(BrokenStream, match="without the name"):
        fold(ToolCallDelta(block=0, id="1", arguments="{}"))


def test_a_recorded_stream_comes_back_from_bytes_as_it_was() -> None:
    events = [TextDelta(text="a"), UsageEvent(usage=Usage()), Done(response=fold(TextDelta(text="a")))]
    back = decode(encode(events))
    assert back == events
    assert digest(back) == digest(events)
