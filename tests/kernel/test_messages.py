"""Messages say everything that the providers' APIs say, as values."""

import msgspec
import pytest

from loomwork.kernel.canonical import digest
from loomwork.kernel.codecs import decode, encode
from loomwork.kernel.messages import (
    AudioPart,
    FilePart,
    ImagePart,
    Message,
    NamedTool,
    OtherPart,
    Part,
    ReasoningPart,
    RefusalPart,
    Request,
    Response,
    ResponseSchema,
    TextPart,
    TokenLogprob,
    ToolCall,
    ToolResult,
    ToolSpec,
)
from loomwork.kernel.usage import Usage

EVERY_PART: tuple[Part, ...] = (
    TextPart(text="hi", extra={"cache_control": {"type": "ephemeral"}}),
    ImagePart(url="https://example.org/a.png", detail="low"),
    ImagePart(data=b"\x89PNG", mime="image/png"),
    AudioPart(data=b"RIFF", mime="audio/wav", transcript="hi"),
    FilePart(name="a.pdf", data=b"%PDF", mime="application/pdf"),
    ReasoningPart(text="hm", signature="c2ln"),
    ReasoningPart(redacted="ZW5j"),
    RefusalPart(text="no"),
    ToolCall(id="1", name="look", arguments='{"at": "x"}'),
    ToolCall(id="2", name="search", kind="server"),
    ToolResult(call_id="1", content=(TextPart(text="seen"), ImagePart(file_id="f")), error=True),
    OtherPart(kind="container_upload", data={"file_id": "f"}),
)
EVERYTHING = Request(
    messages=(Message(role="user", parts=EVERY_PART, name="ada"),),
    tools=(ToolSpec(name="look", description="Looks.", parameters={"type": "object"}, strict=True),),
    tool_choice=NamedTool(name="look"),
    parallel_tool_calls=False,
    response_schema=ResponseSchema(schema={"type": "object"}, strict=True),
    temperature=0.5,
    top_p=0.9,
    top_k=5,
    max_tokens=10,
    stop=("END",),
    seed=1,
    presence_penalty=0.1,
    frequency_penalty=0.2,
    logprobs=2,
    reasoning_effort="low",
    reasoning_budget=100,
    modalities=("text", "audio"),
    extra_body={"safe": True},
)
ANSWER = Response(
    message=Message(role="assistant", parts=EVERY_PART),
    finish_reason="tool_calls",
    finish_raw="tool_use",
    usage=Usage(input_tokens=3),
    model="m",
    id="r",
    logprobs=(TokenLogprob(token="a", logprob=-0.5, top=(TokenLogprob(token="b", logprob=-1.0, utf8=b"b"),)),),
    extra={"system_fingerprint": "fp"},
)


@pytest.mark.parametrize("value", [EVERYTHING, ANSWER])
def test_a_request_and_a_response_come_back_from_bytes_as_they_were(value: Request | Response) -> None:
    back = decode(encode(value))
    assert back == value
    assert digest(back) == digest(value)


@pytest.mark.parametrize("value", [EVERYTHING, ANSWER])
def test_a_request_and_a_response_come_back_from_json_as_they_were(value: Request | Response) -> None:
    assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value


@pytest.mark.parametrize("field", [name for name in Request.__struct_fields__ if name != "messages"])
def test_every_setting_of_a_request_counts_in_its_digest(field: str) -> None:
    plain = Request(messages=EVERYTHING.messages)
    assert digest(msgspec.structs.replace(plain, **{field: getattr(EVERYTHING, field)})) != digest(plain)


def test_parts_of_the_same_words_and_another_kind_differ() -> None:
    assert TextPart(text="no") != RefusalPart(text="no")
    assert digest(TextPart(text="no")) != digest(RefusalPart(text="no"))


def test_a_message_tells_its_text_reasoning_refusal_and_calls() -> None:
    message = ANSWER.message
    assert (message.text, message.reasoning, message.refusal) == ("hi", "hm", "no")
    assert (ANSWER.text, ANSWER.reasoning, ANSWER.refusal) == ("hi", "hm", "no")
    assert [call.id for call in ANSWER.tool_calls] == ["1"]


@pytest.mark.parametrize(
    ("arguments", "parsed"),
    [('{"a": 1}', {"a": 1}), ("", {}), ('{"a": ', None), ("[1]", None), ("null", None), ("\ud800", None)],
)
def test_arguments_that_are_no_object_are_told_from_empty_ones(arguments: str, parsed: object) -> None:
    assert ToolCall(id="1", name="t", arguments=arguments).parsed == parsed


def test_the_short_forms_build_what_they_say() -> None:
    assert Message.system("a") == Message(role="system", parts=(TextPart(text="a"),))
    assert Message.assistant("", ToolCall(id="1", name="t")).parts == (ToolCall(id="1", name="t"),)
    answer = Message.tool("1", "seen", error=True)
    assert isinstance(answer.parts[0], ToolResult)
    assert (answer.role, answer.parts[0].text, answer.parts[0].error) == ("tool", "seen", True)


def test_a_message_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Message.user("a").role = "system"  # pyright: ignore[reportAttributeAccessIssue] - that is the point
