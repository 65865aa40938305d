"""Whatever JSON a provider sends in the place of its answer is an answer or a typed error, and nothing else."""

import json
import os
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loomwork.kernel.errors.models import MalformedResponse, ModelError
from loomwork.models.drivers.openai.embeddings import OpenAIEmbedder
from loomwork.models.wire.exchange import Wire
from loomwork.models.wire.failures import Origin, read_said
from loomwork.testing import wording
from loomwork.testing.canned import Canned, CannedTransport
from loomwork.testing.loop import run_virtual
from tests.gateway.fuzzing.junk import JUNK, places, spoiling, spoilt
from tests.models.speaking import CALLED, SAID, Api, answer, driver, events

EXAMPLES = 4000 if os.environ.get("LOOMWORK_NIGHTLY") else 250
quick = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TOKEN: dict[str, Any] = {
    "token": "Hi",
    "logprob": -0.1,
    "bytes": [72, 105],
    "top_logprobs": [{"token": "Ho", "logprob": -2.5, "bytes": None}],
}
SAYS: dict[str, Any] = {
    "role": "assistant",
    "content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "Hi"}],
    "refusal": "no",
    "reasoning": "well",
    "reasoning_details": [{"type": "reasoning.text", "index": 0, "text": "well"}],
    "annotations": [{"type": "url_citation", "url_citation": {"url": "u"}}],
    "audio": {"id": "a", "data": "AAAA", "transcript": "t", "expires_at": 1},
    "tool_calls": [
        {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}},
        {"index": 1, "id": "d", "type": "custom", "custom": {"name": "g", "input": "x"}},
    ],
}
USAGE: dict[str, Any] = {
    "prompt_tokens": 3,
    "completion_tokens": 4,
    "total_tokens": 7,
    "prompt_tokens_details": {"cached_tokens": 1, "cache_write_tokens": 1, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 1, "audio_tokens": 0},
}
CHAT: dict[str, Any] = {
    "id": "1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "message": SAYS, "finish_reason": "stop", "logprobs": {"content": [TOKEN]}}],
    "usage": USAGE,
    "system_fingerprint": "s",
}
CHUNKS: tuple[dict[str, Any], ...] = (
    {**CHAT, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": SAYS, "logprobs": None}]},
    {"choices": [{"index": 0, "delta": {"content": "Hi"}, "logprobs": {"content": [TOKEN]}}], "x_groq": {"usage": {}}},
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": USAGE, "obfuscation": "x"},
    {"error": {"message": "no", "type": "server_error", "code": 500, "metadata": {"raw": "r"}}},
)
MESSAGE: dict[str, Any] = {
    "id": "1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "xx"},
        {"type": "text", "text": "Hi", "citations": [{"type": "char_location", "cited_text": "a"}]},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}},
        {"type": "server_tool_use", "id": "u", "name": "web_search", "input": {}},
    ],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 3, "output_tokens": 4, "cache_read_input_tokens": 1, "output_tokens_details": {}},
}
EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "message_start", "message": {**MESSAGE, "content": []}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "", "citations": []}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": {"a": 1}}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "t", "name": "f"}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"a": 1}'}},
    {"type": "content_block_stop", "index": 1},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
    {"type": "error", "error": {"type": "overloaded_error", "message": "no"}},
)
VECTORS: dict[str, Any] = {
    "object": "list",
    "model": "m",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 1]}],
    "usage": {"prompt_tokens": 3, "total_tokens": 3},
}
TELLS: dict[str, Any] = {
    "error": {"message": "no", "type": "t", "code": 1, "param": None, "metadata": {"raw": "r"}},
    "errors": [{"detail": "x"}],
}
WHOLE: dict[Api, dict[str, Any]] = {"openai": CHAT, "anthropic": MESSAGE}


def _read(api: Api, canned: Canned, *, mode: Any = "live") -> None:
    """Read the answer: it can be written down, or the error is a model's."""
    try:
        said = run_virtual(answer(driver(api, CannedTransport([canned])), mode=mode))
    except ModelError:
        return
    assert msgspec.json.decode(msgspec.json.encode(said))
    usage = said.usage
    assert usage is None or min(usage.input_tokens, usage.output_tokens) >= 0
    assert usage is None or max(usage.input_tokens, usage.output_tokens) < 2**63


@pytest.mark.parametrize("api", ["openai", "anthropic"])
@pytest.mark.parametrize("junk", range(len(JUNK)))
def test_each_place_of_an_answer_holds_each_kind_of_junk(api: Api, junk: int) -> None:
    for path in places(WHOLE[api]):
        _read(api, Canned(body=(spoilt(WHOLE[api], path, JUNK[junk]),)), mode="whole")


@pytest.mark.parametrize("junk", range(len(JUNK)))
def test_each_place_of_a_chunk_holds_each_kind_of_junk(junk: int) -> None:
    for at, chunk in enumerate(CHUNKS):
        for path in places(chunk):
            said = [json.dumps(each).encode() for each in CHUNKS[:3]]
            said[min(at, 2)] = spoilt(chunk, path, JUNK[junk])
            _read("openai", Canned.events(*(b"data: " + each + b"\n\n" for each in (*said, b"[DONE]"))))


@pytest.mark.parametrize("junk", range(len(JUNK)))
def test_each_place_of_an_event_holds_each_kind_of_junk(junk: int) -> None:
    for at, event in enumerate(EVENTS):
        for path in places(event):
            said = [json.dumps(each).encode() for each in EVENTS[:9]]
            said[min(at, 8)] = spoilt(event, path, JUNK[junk])
            _read("anthropic", Canned.events(*(b"data: " + each + b"\n\n" for each in (*said, STOP))))


STOP = b'{"type": "message_stop"}'


@quick
@given(spoiling((CHAT,)))
@example(b"[" * 100_000)
@example(b'{"choices": [{"message": {"role": "assistant", "content": "a"}}]}' + b" " * 100_000)
def test_a_spoilt_chat_completion_is_an_answer_or_a_typed_error(raw: bytes) -> None:
    _read("openai", Canned(body=(raw,)), mode="whole")


@quick
@given(spoiling((MESSAGE,)))
def test_a_spoilt_message_is_an_answer_or_a_typed_error(raw: bytes) -> None:
    _read("anthropic", Canned(body=(raw,)), mode="whole")


@quick
@given(st.lists(spoiling(CHUNKS), max_size=5), st.booleans())
def test_a_stream_of_spoilt_chunks_is_an_answer_or_a_typed_error(chunks: list[bytes], ends: bool) -> None:
    said = [b"data: " + chunk + b"\n\n" for chunk in chunks]
    _read("openai", Canned.events(*said, *([b"data: [DONE]\n\n"] if ends else [])))


@quick
@given(st.data())
def test_a_stream_of_spoilt_events_is_an_answer_or_a_typed_error(data: st.DataObject) -> None:
    said = [json.dumps(event).encode() for event in EVENTS[:9]]
    for _ in range(data.draw(st.integers(1, 2))):
        said[data.draw(st.integers(0, 8))] = data.draw(spoiling(EVENTS))
    _read("anthropic", Canned.events(*(b"data: " + each + b"\n\n" for each in (*said, STOP))))


@quick
@given(spoiling((VECTORS,)))
@example(spoilt(VECTORS, ("data", 0, "embedding", 0), b"1e300"))
@example(spoilt(VECTORS, ("data", 0, "embedding"), b'[{"a": 1}, {}]'))
@example(spoilt(VECTORS, ("data", 0, "embedding"), b"[]"))
@example(spoilt(VECTORS, ("data", 0, "embedding"), b"[null, 1]"))
@example(spoilt(VECTORS, ("data", 0, "embedding"), b"[" + b"9" * 400 + b"]"))
def test_spoilt_vectors_are_vectors_or_a_typed_error(raw: bytes) -> None:
    wire = Wire(CannedTransport([Canned(body=(raw,))]), Origin(provider="p", model="m"), headers={})
    try:
        said = run_virtual(OpenAIEmbedder(wire, model="m", base_url="http://x/v1").embed(["a"]))
    except ModelError:
        return
    assert said.vectors.shape[0] == 1
    assert abs(said.vectors).max(initial=0.0) < float("inf")


@quick
@given(spoiling((TELLS,)), st.sampled_from([400, 401, 404, 413, 429, 500, 503]))
@example(b"[" * 100_000, 400)
def test_a_spoilt_refusal_is_the_error_of_its_status(raw: bytes, status: int) -> None:
    read_said(raw)
    with pytest.raises(ModelError):
        run_virtual(answer(driver("openai", CannedTransport([Canned(status=status, body=(raw,))]))))


@quick
@given(st.binary(max_size=200))
@example(b'{"error":{"":""}}')
def test_bytes_that_are_no_answer_are_a_typed_error(raw: bytes) -> None:
    refusal = isinstance(_decoded(raw), dict)
    for api in ("openai", "anthropic"):
        with pytest.raises(ModelError if refusal else MalformedResponse):
            run_virtual(answer(driver(api, CannedTransport([Canned(body=(raw,))])), mode="whole"))


def _decoded(raw: bytes) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


@pytest.mark.parametrize("api", ["openai", "anthropic"])
def test_what_is_not_spoilt_is_read(api: Api) -> None:
    write = wording.openai_whole if api == "openai" else wording.anthropic_whole
    for reply in (SAID, CALLED):
        whole = run_virtual(
            answer(driver(api, CannedTransport([Canned(body=(json.dumps(write("m", reply)).encode(),))])), mode="whole")
        )
        streamed = run_virtual(answer(driver(api, CannedTransport([Canned.events(*events(api, reply))]))))
        assert (whole.text, whole.usage) == (streamed.text, streamed.usage)
        assert [call.name for call in whole.message.tool_calls] == [call.name for call in streamed.message.tool_calls]
    rich = run_virtual(
        answer(driver(api, CannedTransport([Canned(body=(json.dumps(WHOLE[api]).encode(),))])), mode="whole")
    )
    assert len(rich.message.parts) >= 5
