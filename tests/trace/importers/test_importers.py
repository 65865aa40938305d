"""Foreign traces: every format is recognised, every file imports or says why not."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.trace import BadTraceFile, TraceFileError, UnknownTraceFormat
from loomwork.kernel.messages import Message, ToolResult
from loomwork.trace import conversation, reading
from loomwork.trace.importers import FORMATS, keep, read_bytes, read_file
from loomwork.trace.importers.langfuse import hex_id
from tests.trace.fakes import MemorySpans

SAMPLES = Path(__file__).parent / "samples"
ALL = Path(__file__).parents[4] / "shared" / "data" / "llm_traces" / "langfuse"
WHOLE_FOLDER = pytest.mark.skipif(not ALL.is_dir(), reason="the public data folder ../shared/data is not here")


def sample(name):
    return read_file(SAMPLES / name)


def said(messages: tuple[Message, ...]) -> str:
    """Return everything said, without the white space that re-encoded JSON differs in."""
    texts = [part.text for message in messages for part in message.parts if isinstance(part, ToolResult)]
    return "".join(sorted(re.sub(r"\s", "", "".join([*(message.text for message in messages), *texts]))))


# file: (spans, models, input tokens, output tokens, conversations among the bodies)
SUMMARY = {
    "autogen-2025-06-06.trace.json": (2, ("gpt-4o",), 41, 3, 0),
    "claude-agent-2025-12-22.trace.json": (7, ("claude-sonnet-4-5-20250929",), 34, 232, 6),
    "google-vertex-tools-langchain-2025-09-19.json": (1, ("gemini-2.5-flash",), 1200, 15, 2),
    "microsoft-agent-2025-12-17.chatml.json": (4, (), 0, 0, 6),
    "microsoft-agent-2025-12-17.trace.json": (4, ("gpt-5-mini",), 293, 106, 6),
    "openai-assistants-2024-05-29.json": (4, ("gpt-4",), 49, 40, 1),
    "pydantic-ai-2025-06-06.trace.json": (3, ("gpt-4o",), 31, 96, 3),
    "vercel-aisdk-2025-11-17.chatml.json": (3, (), 0, 0, 3),
    "vercel-aisdk-2025-11-17.trace.json": (3, ("gpt-5",), 76, 128, 3),
}


@pytest.mark.parametrize("name", sorted(SUMMARY))
def test_a_frameworks_trace_gives_its_spans_models_tokens_and_conversations(name):
    found = sample(name)
    conversations = sum(conversation.read_body(body) is not None for body in found.bodies.values())
    assert (len(found.spans), found.models, *found.tokens, conversations) == SUMMARY[name]


def test_every_sample_is_in_the_table():
    assert sorted(path.name for path in SAMPLES.glob("*.json")) == sorted(SUMMARY)


def test_the_tree_of_an_agent_is_read():
    (root,) = reading.build_tree(sample("microsoft-agent-2025-12-17.trace.json").spans)
    assert root.row.kind == "agent"
    assert [(child.row.kind, child.row.name) for child in root.children] == [
        ("model", "chat gpt-5-mini"),
        ("tool", "get_weather"),
        ("model", "chat gpt-5-mini"),
    ]


def test_messages_and_tool_calls_are_shown():
    found = sample("microsoft-agent-2025-12-17.trace.json")
    last = [span for span in found.spans if span.kind == "model"][-1]
    first = min((span for span in found.spans if span.kind == "model"), key=lambda span: span.start_ns)
    assert first.input is not None
    assert first.output is not None
    asked = conversation.read_body(found.bodies[first.input])
    answered = conversation.read_body(found.bodies[first.output])
    assert asked is not None
    assert answered is not None
    assert asked[0].text == "What's the weather in Tokyo?"
    assert [(call.name, call.parsed) for call in answered[0].tool_calls] == [
        ("get_weather", {"location": "Tokyo, Japan"})
    ]
    assert first.preview_out.startswith("get_weather(")
    assert last.preview_in


def test_a_price_that_the_framework_states_is_kept_and_others_stay_unknown():
    found = sample("pydantic-ai-2025-06-06.trace.json")
    costs = {span.name: (span.cost_micros, span.currency) for span in found.spans}
    assert costs["chat gpt-4o"] == (1038, "USD")
    assert costs["qa_agent run"] == (None, "")


def test_ids_that_are_no_hex_are_mapped_and_the_originals_kept():
    found = sample("openai-assistants-2024-05-29.json")
    assert {len(span.trace) for span in found.spans} == {32}
    assert {len(span.span) for span in found.spans} == {16}
    root = next(root for root in reading.build_tree(found.spans) if root.children)
    original = root.row.attributes["langfuse.id"]
    assert isinstance(original, str)
    assert hex_id(original, 16) == root.row.span


def test_a_body_stays_exactly_as_it_came():
    document = json.loads((SAMPLES / "vercel-aisdk-2025-11-17.trace.json").read_text())
    found = sample("vercel-aisdk-2025-11-17.trace.json")
    for observation in document["observations"]:
        (span,) = [span for span in found.spans if span.span == observation["id"]]
        assert span.input is not None
        assert found.bodies[span.input] == observation["input"].encode()


def test_what_is_kept_is_redacted_but_for_the_bodies():
    store = MemorySpans()
    found = sample("microsoft-agent-2025-12-17.trace.json")
    assert keep(found, store, redact=lambda text: text.replace("Tokyo", "***")) == 4
    assert "Tokyo" not in repr(store.rows)
    assert any(b"Tokyo" in body for body in store.bodies.values())
    assert all(row.input is None or row.input in store.bodies for row in store.rows)


def test_reading_a_file_twice_gives_the_same_ids():
    name = "microsoft-agent-2025-12-17.chatml.json"
    assert sample(name) == sample(name)


def test_a_list_of_exports_is_read():
    document = json.loads((SAMPLES / "autogen-2025-06-06.trace.json").read_text())
    assert len(read_bytes(json.dumps([document, document]).encode()).spans) == 4


def test_requests_one_a_line_are_read():
    line = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "a" * 32, "spanId": "b" * 16}]}]}]})
    assert len(read_bytes(f"{line}\n\n{line}\n".encode()).spans) == 2


@pytest.mark.parametrize(
    ("data", "position", "found"),
    [
        (b"", "byte 0", "an empty file"),
        (b'{"hello": 1, "world": 2}', "top level", "'hello', 'world'"),
        (b"[1, 2]", "top level", "a list of 2 entries"),
        (b"name,start,end\nx,1,2\n", "byte 0", "name,start"),
    ],
)
def test_an_unknown_file_is_named_with_what_would_be_known(data, position, found):
    with pytest.raises(UnknownTraceFormat) as raised:
        read_bytes(data, file="x.dat")
    text = str(raised.value)
    for expected in ("x.dat", position, found, "OTLP/protobuf", *(each.title for each in FORMATS.values())):
        assert expected in text


@pytest.mark.parametrize(
    ("data", "position"),
    [
        (
            b'{"trace": {"id": "a"}, "observations": [{"id": "b", "startTime": "yesterday"}]}',
            "observations[0].startTime",
        ),
        (b'{"trace": {"id": "a"}, "observations": [{"startTime": "2025-01-01"}]}', "observations[0].id"),
        (b'{"trace": {"id": "a"}, "observations": [3]}', "observations[0]"),
        (b'{"resourceSpans": []}\n{"resourceSpans": [}', "line 2"),
        (b'{"resourceSpans": [', "line 1"),
        (b'{"x": {"input": {"success": true, "data": 3}}}', "x.input.data"),
        (b"\x0a\xff\x00\x01\x02", "5 bytes"),
    ],
)
def test_a_broken_file_is_named_with_the_place(data, position):
    with pytest.raises(BadTraceFile) as raised:
        read_bytes(data, file="x.dat")
    assert position in str(raised.value)
    assert "x.dat" in str(raised.value)


@WHOLE_FOLDER
def test_every_public_trace_imports():
    formats: Counter[str] = Counter()
    spans = tokens_in = tokens_out = sides = readable = 0
    refused: dict[str, str] = {}
    for path in sorted(ALL.rglob("*.json")):
        try:
            found = read_file(path)
        except TraceFileError as error:
            refused[path.name] = str(error)
            continue
        formats[found.format] += 1
        spans += len(found.spans)
        tokens_in, tokens_out = tokens_in + found.tokens[0], tokens_out + found.tokens[1]
        bodies = [b for s in found.spans if s.kind == "model" for b in (s.input, s.output) if b is not None]
        sides += len(bodies)
        readable += sum(conversation.read_body(found.bodies[body]) is not None for body in bodies)
        assert all(digest == digest_bytes(body) for digest, body in found.bodies.items())
    assert refused == {}
    assert formats == {"langfuse": 33, "langfuse-chatml": 20}
    assert (spans, tokens_in, tokens_out) == (330, 31_859, 9_513)
    assert (readable, sides) == (108, 128)


@WHOLE_FOLDER
def test_conversations_equal_those_that_langfuse_itself_reads_from_the_same_observations():
    compared = 0
    for path in sorted((ALL / "chatml").glob("*.chatml.json")):
        theirs, ours = read_file(path), read_file(path.with_name(path.name.replace(".chatml.", ".trace.")))
        rows = {span.span: span for span in ours.spans}
        for span in theirs.spans:
            for side in ("input", "output"):
                one, other = getattr(span, side), getattr(rows.get(span.span), side, None)
                told = conversation.read_body(theirs.bodies[one]) if one else None
                read = conversation.read_body(ours.bodies[other]) if other else None
                if told is None:
                    continue
                assert read is not None, (path.name, span.span, side)
                assert said(read) == said(told), (path.name, span.span, side)
                compared += 1
    assert compared >= 80
