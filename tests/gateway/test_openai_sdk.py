"""The openai package, unmodified, with its base URL changed only."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from loomwork.testing.replies import Fault, Rule, Script
from tests.gateway.running import Running, running

openai = pytest.importorskip("openai")
HELLO = [{"role": "user", "content": "hello"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Look a city up.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
PIXEL = base64.b64encode(b"\x89PNG not really").decode()
RULES = (
    Rule(when="which tide", tool="look_up", arguments={"city": "Dover"}),
    Rule(when="as json", text='{"city": "Dover", "height": 6.5}'),
    Rule(when="think", text="42", reasoning="six times seven"),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    with running(tmp_path_factory.mktemp("openai"), script=Script(rules=RULES)) as found:
        yield found


@pytest.fixture
def client(served: Running):
    with openai.OpenAI(base_url=served.v1, api_key="any", max_retries=0) as made:
        yield made


def test_a_question_is_answered_by_what_the_name_stands_for(client, served: Running) -> None:
    answer = client.chat.completions.create(model="smart", messages=HELLO)
    asked = served.double.requests[-1]
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == "gpt-smart"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert asked == {"model": "gpt-smart", "messages": HELLO}


def test_the_providers_own_name_of_a_model_is_understood(client) -> None:
    assert client.chat.completions.create(model="gpt-smart", messages=HELLO).choices[0].message.content


def test_the_streamed_answer_is_the_whole_answer_in_pieces(client) -> None:
    whole = client.chat.completions.create(model="smart", messages=HELLO).choices[0].message.content
    chunks = list(
        client.chat.completions.create(
            model="smart", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
    )
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == whole
    assert len([c for c in chunks if c.choices and c.choices[0].delta.content]) > 1
    assert chunks[-1].usage.total_tokens > 0
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"


def test_the_stream_helper_of_the_package_folds_it(client) -> None:
    with client.chat.completions.stream(model="smart", messages=HELLO) as stream:
        text = "".join(event.delta for event in stream if event.type == "content.delta")
        assert stream.get_final_completion().choices[0].message.content == text


async def test_the_async_client_is_answered_and_streams(served: Running) -> None:
    async with openai.AsyncOpenAI(base_url=served.v1, api_key="any") as client:
        whole = await client.chat.completions.create(model="smart", messages=HELLO)
        stream = await client.chat.completions.create(model="smart", messages=HELLO, stream=True)
        text = "".join([c.choices[0].delta.content or "" async for c in stream])
    assert text == whole.choices[0].message.content


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_tool_is_called_and_its_answer_goes_back(client, served: Running, stream: bool) -> None:
    messages = [{"role": "user", "content": "which tide?"}]
    options = {"model": "smart", "messages": messages, "tools": [TOOL], "tool_choice": "auto"}
    if stream:
        with client.chat.completions.stream(**options) as found:
            said = found.get_final_completion().choices[0].message
    else:
        said = client.chat.completions.create(**options).choices[0].message
    call = said.tool_calls[0]
    assert (call.function.name, json.loads(call.function.arguments)) == ("look_up", {"city": "Dover"})
    result = {"role": "tool", "tool_call_id": call.id, "content": "6.5 m"}
    plain = {
        "role": "assistant",
        "content": None,
        "tool_calls": [call.model_dump(exclude={"index", "parsed_arguments"})],
    }
    client.chat.completions.create(model="smart", messages=[*messages, plain, result], tools=[TOOL])
    assert served.double.requests[-1]["messages"][2]["content"] == "6.5 m"
    assert served.double.requests[-1]["messages"][1]["tool_calls"][0]["id"] == call.id


def test_a_schema_is_passed_on_and_parsed_by_the_package(client, served: Running) -> None:
    from pydantic import BaseModel

    class Tide(BaseModel):
        city: str
        height: float

    found = client.chat.completions.parse(
        model="smart", messages=[{"role": "user", "content": "as json"}], response_format=Tide
    )
    assert found.choices[0].message.parsed == Tide(city="Dover", height=6.5)
    assert served.double.requests[-1]["response_format"]["json_schema"]["name"] == "Tide"


def test_images_sound_and_files_reach_the_model_unchanged(client, served: Running) -> None:
    content = [
        {"type": "text", "text": "what is this"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}", "detail": "low"}},
        {"type": "input_audio", "input_audio": {"data": PIXEL, "format": "wav"}},
        {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{PIXEL}", "filename": "a.pdf"}},
    ]
    client.chat.completions.create(model="smart", messages=[{"role": "user", "content": content}])
    assert served.double.requests[-1]["messages"][0]["content"] == content


def test_fields_that_are_no_matter_of_ours_are_passed_on(client, served: Running) -> None:
    client.chat.completions.create(
        model="smart",
        messages=HELLO,
        logit_bias={"50256": -100},
        max_completion_tokens=7,
        metadata={"a": "b"},
        seed=4,
        service_tier="flex",
        stop=["x", "y"],
        top_p=0.5,
        extra_body={"chat_template_kwargs": {"enable_thinking": False}},
    )
    asked = served.double.requests[-1]
    assert asked["logit_bias"] == {"50256": -100}
    assert asked["chat_template_kwargs"] == {"enable_thinking": False}
    assert (asked["seed"], asked["stop"], asked["top_p"]) == (4, ["x", "y"], 0.5)
    assert (asked["metadata"], asked["service_tier"], asked["max_tokens"]) == ({"a": "b"}, "flex", 7)


def test_reasoning_is_given_beside_the_answer(client) -> None:
    said = client.chat.completions.create(model="smart", messages=[{"role": "user", "content": "think"}])
    assert said.choices[0].message.content == "42"
    assert said.choices[0].message.reasoning_content == "six times seven"


def test_several_choices_are_several_answers(client, served: Running) -> None:
    before = served.double.calls
    found = client.chat.completions.create(model="smart", messages=HELLO, n=3)
    assert [choice.index for choice in found.choices] == [0, 1, 2]
    assert served.double.calls == before + 3
    chunks = client.chat.completions.create(model="smart", messages=HELLO, n=2, stream=True)
    assert {chunk.choices[0].index for chunk in chunks} == {0, 1}


def test_embeddings_are_the_same_as_numbers_and_as_bytes(client, served: Running) -> None:
    numbers = client.embeddings.create(model="smart", input=["a", "b"], encoding_format="float")
    packed = client.embeddings.create(model="smart", input=["a", "b"])  # the package asks for base64 by itself
    assert [e.index for e in numbers.data] == [0, 1]
    assert len(numbers.data[0].embedding) == 8
    for mine, theirs in zip(numbers.data, packed.data, strict=True):
        assert mine.embedding == pytest.approx(theirs.embedding)
    assert numbers.usage.prompt_tokens > 0
    assert client.embeddings.create(model="smart", input="one").data[0].embedding


def test_text_completions_are_answered(client) -> None:
    found = client.completions.create(model="smart", prompt=["a", "b"])
    assert [choice.index for choice in found.choices] == [0, 1]
    assert all(choice.text for choice in found.choices)
    text = "".join(c.choices[0].text for c in client.completions.create(model="smart", prompt="a", stream=True))
    assert text == found.choices[0].text


def test_the_models_are_listed_and_told_of(client) -> None:
    assert [model.id for model in client.models.list()] == ["smart", "exact", "claude"]
    assert client.models.retrieve("smart").id == "smart"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("smurt")


def test_headers_say_which_trace_and_which_release(client, served: Running) -> None:
    raw = client.chat.completions.with_raw_response.create(model="smart", messages=HELLO)
    trace = raw.headers["x-loomwork-trace"]
    assert len(trace) == 32
    assert "x-loomwork-release" in raw.headers
    spans = served.spans(trace)
    assert [(span.name, span.kind, span.parent == "") for span in spans] == [
        ("smart", "request", True),
        ("model", "model", False),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"messages": "hello"}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "nobody", "content": "x"}]}, "messages[0].role"),
        ({"messages": HELLO, "n": 0}, "n"),
        ({"messages": HELLO, "temperature": "hot"}, "temperature"),
        ({"messages": HELLO, "response_format": {"type": "xml"}}, "response_format.type"),
        ({"messages": HELLO, "tools": [{"type": "function"}]}, "tools[0].function"),
    ],
    ids=["text", "none", "role", "choices", "number", "form", "tool"],
)
def test_what_is_wrong_with_a_request_is_named(client, body: dict, field: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.post("/chat/completions", body={"model": "smart", **body}, cast_to=object)
    assert refused.value.param == field
    assert refused.value.type == "invalid_request_error"


def test_an_unknown_model_names_the_nearest(client) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        client.chat.completions.create(model="smert", messages=HELLO)
    assert refused.value.code == "model_not_found"
    assert "'smart'" in refused.value.message


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (Fault(kind="status", status=429, retry_after="7"), openai.RateLimitError, "rate_limit_exceeded"),
        (Fault(kind="status", status=500), openai.InternalServerError, "upstream_failed"),
        (Fault(kind="status", status=503), openai.InternalServerError, "overloaded"),
        (Fault(kind="status", status=400), openai.BadRequestError, "invalid_request"),
        (Fault(kind="status", status=401), openai.InternalServerError, "upstream_key_refused"),
        (Fault(kind="malformed"), openai.InternalServerError, "upstream_failed"),
        (Fault(kind="wrong_schema"), openai.InternalServerError, "upstream_failed"),
        (Fault(kind="disconnect", at=20), openai.InternalServerError, "upstream_failed"),
    ],
    ids=["429", "500", "503", "400", "401", "malformed", "wrong_schema", "disconnect"],
)
def test_what_the_provider_answers_badly_comes_out_as_the_packages_own_error(
    tmp_path: Path, fault: Fault, error: Any, code: str
) -> None:
    with (
        running(tmp_path, script=Script(faults=(fault,))) as served,
        openai.OpenAI(base_url=served.v1, api_key="any", max_retries=0) as client,
    ):
        with pytest.raises(error) as refused:
            client.chat.completions.create(model="smart", messages=HELLO)
        assert refused.value.code == code
        if fault.retry_after:
            assert int(refused.value.response.headers["retry-after"]) in {7, 8}
        assert served.notes.until(1)[-1].error


def test_the_packages_own_retries_get_through(tmp_path: Path) -> None:
    script = Script(faults=(Fault(kind="status", status=503, calls=(1,)),))
    with (
        running(tmp_path, script=script) as served,
        openai.OpenAI(base_url=served.v1, api_key="any", max_retries=2) as client,
    ):
        assert client.chat.completions.create(model="smart", messages=HELLO).choices[0].message.content
        assert [row.status for row in served.notes.until(2)] == [503, 200]


def test_a_timeout_of_the_package_ends_the_call_upstream(tmp_path: Path) -> None:
    with (
        running(tmp_path, script=Script(faults=(Fault(kind="hang"),))) as served,
        openai.OpenAI(base_url=served.v1, api_key="any", max_retries=0, timeout=0.3) as client,
    ):
        with pytest.raises(openai.APITimeoutError):
            client.chat.completions.create(model="smart", messages=HELLO)
        row = served.notes.until(1)[0]
        assert (row.status, row.error) == (499, "ClientLeft")


def test_a_stream_that_breaks_off_is_an_error_and_no_answer(tmp_path: Path) -> None:
    with (
        running(tmp_path, script=Script(faults=(Fault(kind="cut", at=900),))) as served,
        openai.OpenAI(base_url=served.v1, api_key="any", max_retries=0) as client,
    ):
        with pytest.raises(openai.APIError, match="cut off"):
            list(client.chat.completions.create(model="smart", messages=HELLO, stream=True))
        assert served.notes.until(1)[-1].error == "StreamTruncated"
