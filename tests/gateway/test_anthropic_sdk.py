"""The anthropic package, unmodified, with its base URL changed only."""

import base64
from pathlib import Path
from typing import Any

import pytest

from loomwork.testing.replies import Fault, Rule, Script
from tests.gateway.running import Running, running

anthropic = pytest.importorskip("anthropic")
HELLO = [{"role": "user", "content": "hello"}]
TOOL = {
    "name": "look_up",
    "description": "Look a city up.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
PIXEL = base64.b64encode(b"\x89PNG not really").decode()
RULES = (
    Rule(when="which tide", tool="look_up", arguments={"city": "Dover"}),
    Rule(when="think", text="42", reasoning="six times seven"),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    with running(tmp_path_factory.mktemp("anthropic"), script=Script(rules=RULES)) as found:
        yield found


@pytest.fixture
def client(served: Running):
    with anthropic.Anthropic(base_url=served.url, api_key="any", max_retries=0) as made:
        yield made


@pytest.mark.parametrize("model", ["claude", "smart"], ids=["of the same API", "of the other API"])
def test_a_question_is_answered(client, served: Running, model: str) -> None:
    said = client.messages.create(model=model, max_tokens=50, system="be brief", messages=HELLO)
    assert said.type == "message"
    assert said.content[0].type == "text"
    assert said.content[0].text
    assert said.stop_reason == "end_turn"
    assert said.usage.input_tokens > 0
    assert said.usage.output_tokens > 0
    asked = served.double.requests[-1]
    assert asked["max_tokens"] == 50
    if model == "claude":
        assert asked["system"] == "be brief"
    else:
        assert asked["messages"][0] == {"role": "system", "content": "be brief"}


@pytest.mark.parametrize("model", ["claude", "smart"], ids=["of the same API", "of the other API"])
def test_the_streamed_message_is_the_whole_message(client, model: str) -> None:
    whole = client.messages.create(model=model, max_tokens=50, messages=HELLO)
    with client.messages.stream(model=model, max_tokens=50, messages=HELLO) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text == whole.content[0].text == final.content[0].text
    assert final.stop_reason == "end_turn"
    assert final.usage.output_tokens == whole.usage.output_tokens
    kinds = [event.type for event in client.messages.create(model=model, max_tokens=50, messages=HELLO, stream=True)]
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]


async def test_the_async_client_is_answered_and_streams(served: Running) -> None:
    async with anthropic.AsyncAnthropic(base_url=served.url, api_key="any") as client:
        whole = await client.messages.create(model="claude", max_tokens=50, messages=HELLO)
        async with client.messages.stream(model="claude", max_tokens=50, messages=HELLO) as stream:
            text = "".join([piece async for piece in stream.text_stream])
    assert text == whole.content[0].text


@pytest.mark.parametrize("model", ["claude", "smart"], ids=["of the same API", "of the other API"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_tool_is_called_and_its_answer_goes_back(client, served: Running, model: str, stream: bool) -> None:
    messages = [{"role": "user", "content": "which tide?"}]
    options = {"model": model, "max_tokens": 90, "messages": messages, "tools": [TOOL]}
    if stream:
        with client.messages.stream(**options) as found:
            said = found.get_final_message()
    else:
        said = client.messages.create(**options)
    call = next(block for block in said.content if block.type == "tool_use")
    assert (call.name, call.input, said.stop_reason) == ("look_up", {"city": "Dover"}, "tool_use")
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "6.5 m"}]}
    back = [*messages, {"role": "assistant", "content": said.model_dump(exclude_none=True)["content"]}, result]
    client.messages.create(model=model, max_tokens=90, messages=back, tools=[TOOL])
    sent = str(served.double.requests[-1]["messages"])
    assert call.id in sent
    assert "6.5 m" in sent


def test_thinking_is_given_as_a_block_of_its_own(client) -> None:
    said = client.messages.create(model="claude", max_tokens=50, messages=[{"role": "user", "content": "think"}])
    assert [block.type for block in said.content] == ["thinking", "text"]
    assert said.content[0].thinking == "six times seven"


def test_images_and_documents_reach_the_model_unchanged(client, served: Running) -> None:
    content = [
        {"type": "text", "text": "what is this"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PIXEL}},
    ]
    client.messages.create(model="claude", max_tokens=9, messages=[{"role": "user", "content": content}])
    assert served.double.requests[-1]["messages"][0]["content"] == content


def test_fields_that_are_no_matter_of_ours_are_passed_on(client, served: Running) -> None:
    system = [{"type": "text", "text": "long", "cache_control": {"type": "ephemeral"}}]
    client.messages.create(
        model="claude",
        max_tokens=2000,
        system=system,
        messages=HELLO,
        metadata={"user_id": "u1"},
        stop_sequences=["x"],
        thinking={"type": "enabled", "budget_tokens": 1024},
        extra_body={"container": "c1"},
    )
    asked = served.double.requests[-1]
    assert asked["system"] == system
    assert (asked["metadata"], asked["container"], asked["stop_sequences"]) == ({"user_id": "u1"}, "c1", ["x"])
    assert asked["thinking"] == {"type": "enabled", "budget_tokens": 1024}
    assert served.rows[-1].user == "u1"


def test_what_the_other_api_has_no_word_for_is_refused_by_name(client) -> None:
    with pytest.raises(anthropic.BadRequestError, match="container"):
        client.messages.create(model="smart", max_tokens=9, messages=HELLO, extra_body={"container": "c1"})


def test_the_models_are_listed_in_this_apis_shape(client) -> None:
    assert [model.id for model in client.models.list()] == ["smart", "exact", "claude"]
    assert client.models.retrieve("claude").type == "model"


def test_tokens_are_counted_without_asking_the_model(client, served: Running) -> None:
    before = served.double.calls
    few = client.messages.count_tokens(model="claude", messages=HELLO).input_tokens
    many = client.messages.count_tokens(model="claude", messages=[{"role": "user", "content": "word " * 500}])
    assert few < 50 < many.input_tokens
    assert served.double.calls == before


@pytest.mark.parametrize(
    ("fault", "error", "kind"),
    [
        (Fault(kind="status", status=429), anthropic.RateLimitError, "rate_limit_error"),
        (Fault(kind="status", status=529), anthropic.InternalServerError, "overloaded_error"),
        (Fault(kind="status", status=400), anthropic.BadRequestError, "invalid_request_error"),
        (Fault(kind="malformed"), anthropic.InternalServerError, "api_error"),
    ],
    ids=["429", "529", "400", "malformed"],
)
def test_what_goes_wrong_has_this_apis_own_shape(tmp_path: Path, fault: Fault, error: Any, kind: str) -> None:
    with (
        running(tmp_path, script=Script(faults=(fault,))) as served,
        anthropic.Anthropic(base_url=served.url, api_key="any", max_retries=0) as client,
    ):
        with pytest.raises(error) as refused:
            client.messages.create(model="claude", max_tokens=9, messages=HELLO)
        assert refused.value.body["type"] == "error"
        assert refused.value.body["error"]["type"] == kind


def test_a_stream_that_breaks_off_is_an_error_and_no_message(tmp_path: Path) -> None:
    with (
        running(tmp_path, script=Script(faults=(Fault(kind="cut", at=700),))) as served,
        anthropic.Anthropic(base_url=served.url, api_key="any", max_retries=0) as client,
    ):
        with (
            pytest.raises(anthropic.APIError, match="cut off"),
            client.messages.stream(model="claude", max_tokens=9, messages=HELLO) as stream,
        ):
            stream.get_final_message()
        assert served.notes.until(1)[-1].error == "StreamTruncated"
