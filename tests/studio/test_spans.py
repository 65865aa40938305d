"""One span with its bodies, messages, labels, record and retrieval; the project's code stays unimported."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from loomwork.kernel import codecs
from loomwork.kernel.messages import (
    AudioPart,
    FilePart,
    ImagePart,
    Message,
    OtherPart,
    ReasoningPart,
    RefusalPart,
    TextPart,
    ToolCall,
    ToolResult,
)
from loomwork.store.rows import SpanRow
from loomwork.studio.spans.bodies import kept_body
from loomwork.studio.spans.messages import conversation_of, said_part
from loomwork.studio.studio import Studio
from loomwork.studio.wire.spans import LONGEST, Span
from loomwork.trace.importers import keep, read_file
from tests.store.rowmaking import a_span
from tests.studio.traced import XSS, asked, copied, opened, runs_of, spans_of


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with opened(copied(tmp_path)) as studio:
        yield studio


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with asked(studio) as client:
        yield client


def shown(client: TestClient, row: SpanRow) -> Span:
    answer = client.get(f"/api/traces/{row.trace}/spans/{row.span}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Span)


def with_body(studio: Studio, body: bytes, **more: Any) -> SpanRow:
    row = a_span("made", output=studio.store.blobs.put(body), preview_out="its beginning", **more)
    studio.store.spans.write([row])
    return row


def test_a_model_call_shows_its_messages_by_role_and_its_answer(client: TestClient, studio: Studio) -> None:
    *_, row = spans_of(studio.store, runs_of(studio.store)[0])
    span = shown(client, row)
    assert (span.kind, span.model, span.state) == ("model", "scripted", "ok")
    assert [(said.role, said.answer) for said in span.messages] == [
        ("system", False), ("user", False), ("assistant", True),
    ]  # fmt: skip
    assert XSS in span.messages[1].parts[0].text
    assert span.input is not None
    assert span.input.text.startswith("request: system: You answer customers of a tea shop")
    assert span.output is not None
    assert span.output.json["model"] == "scripted double"
    assert span.attributes["loomwork.model"] == "smart"
    assert not span.more_messages


def test_a_step_shows_arguments_result_record_labels_and_prompts(client: TestClient, studio: Studio) -> None:
    root = spans_of(studio.store, runs_of(studio.store)[0])[0]
    span = shown(client, root)
    assert span.input is not None
    assert span.input.json == {"question": XSS}
    assert span.record is not None
    assert span.record.here
    assert [(fact.kind, fact.what) for fact in span.record.facts] == [("file", "prompts/reply.md")]
    assert [call.step for call in span.record.calls] == ["app:rewrite", "app:look_up", "model"]
    assert all(call.trace == root.trace for call in span.record.calls)
    assert span.labels is not None
    assert (span.labels.trusted, span.labels.origins) == (False, ("model",))
    assert [prompt.name for prompt in span.prompts] == ["reply"]


def test_a_hit_shows_where_its_result_was_made_and_with_which_prompt(client: TestClient, studio: Studio) -> None:
    made, hits, _ = runs_of(studio.store)
    first = spans_of(studio.store, made)[0]
    span = shown(client, spans_of(studio.store, hits)[0])
    assert span.state == "hit"
    assert span.record is not None
    assert (span.record.here, span.record.run, span.record.trace, span.record.span) == (
        False, made, first.trace, first.span,
    )  # fmt: skip
    assert [prompt.name for prompt in span.prompts] == ["reply"]


def test_the_project_is_not_imported_to_show_it(client: TestClient, studio: Studio) -> None:
    for run in runs_of(studio.store):
        for row in spans_of(studio.store, run):
            shown(client, row)
    assert "app" not in sys.modules


@dataclass
class Order:
    """Stands for a class of a project."""

    number: int
    note: str


def test_a_value_of_a_class_that_is_not_there_shows_its_fields(client: TestClient, studio: Studio) -> None:
    body = codecs.encode([Order(7, "late")]).replace(b"test_spans", b"gone_spans")
    assert b"gone_spans" in body
    span = shown(client, with_body(studio, body))
    assert span.output is not None
    assert span.output.json == [{"number": 7, "note": "late"}]
    assert '"note": "late"' in span.output.text


@pytest.mark.parametrize(
    ("body", "text", "json", "state"),
    [
        (b'{"a": [1, "x"]}', '{"a": [1, "x"]}', {"a": [1, "x"]}, "whole"),
        (b"plain words", "plain words", "plain words", "whole"),
        (b"\xff\xfe\x00\x81", "its beginning", None, "opaque"),
        (codecs.encode({"n": 10**30, "when": {1, 2}}), None, {"n": 10**30, "when": [1, 2]}, "whole"),
        (codecs.encode("lone \ud800 surrogate"), "lone ? surrogate", None, "whole"),
    ],
)
def test_any_body_is_shown_as_well_as_it_can_be(
    client: TestClient, studio: Studio, body: bytes, text: str | None, json: object, state: str
) -> None:
    found = shown(client, with_body(studio, body)).output
    assert found is not None
    assert found.state == state
    assert text is None or found.text == text
    assert json is None or found.json == json


def test_a_long_body_is_cut_and_the_rest_can_be_fetched(client: TestClient, studio: Studio) -> None:
    text = "织机" * LONGEST
    row = with_body(studio, codecs.encode(text))
    found = shown(client, row).output
    assert found is not None
    assert (found.more, found.chars, found.json) == (True, len(text), None)
    assert len(found.text.encode()) <= LONGEST
    place = f"/api/traces/{row.trace}/spans/{row.span}/body"
    assert client.get(place).text == text
    assert client.get(place, params={"form": "json"}).json() == text
    assert codecs.decode(client.get(place, params={"form": "raw"}).content) == text
    assert "attachment" in client.get(place).headers["content-disposition"]


def test_a_body_that_is_gone_leaves_its_preview(client: TestClient, studio: Studio) -> None:
    row = a_span("gone", output="ab" * 20, preview_out="its beginning")
    studio.store.spans.write([row])
    found = shown(client, row).output
    assert found is not None
    assert (found.state, found.text) == ("lost", "its beginning")
    assert client.get(f"/api/traces/{row.trace}/spans/{row.span}/body").status_code == 404


def test_a_span_that_is_not_there_is_said_to_be_missing(client: TestClient) -> None:
    answer = client.get(f"/api/traces/{'0' * 32}/spans/{'0' * 16}")
    assert (answer.status_code, answer.json()["kind"]) == (404, "NoSuchSpan")


def test_a_call_whose_span_was_pruned_is_shown_from_its_row(client: TestClient, studio: Studio) -> None:
    made, _, _ = runs_of(studio.store)
    row = spans_of(studio.store, made)[1]
    studio.store.care.prune(runs=[made], tables=["spans"])
    span = shown(client, row)
    assert (span.name, span.ms) == ("app:rewrite", 0)
    assert span.output is not None
    assert "scripted double" in span.output.text
    assert span.record is not None


@pytest.mark.parametrize(
    ("part", "kind", "text"),
    [
        (TextPart(text="hello"), "text", "hello"),
        (ImagePart(url="https://example.com/a.png"), "image", "https://example.com/a.png"),
        (ImagePart(data=b"1234", mime="image/png"), "image", ""),
        (AudioPart(data=b"1", transcript="hm"), "audio", "hm"),
        (FilePart(name="a.pdf", data=b"12"), "file", ""),
        (ReasoningPart(text="let me see"), "reasoning", "let me see"),
        (RefusalPart(text="no"), "refusal", "no"),
        (ToolCall(id="c1", name="look", arguments='{"q": 1}'), "tool_call", '{"q": 1}'),
        (
            ToolResult(call_id="c1", content=(TextPart(text="found"), ImagePart(data=b"1"))),
            "tool_result",
            "found\n(image)",
        ),
        (OtherPart(kind="box", data={"a": 1}), "other", '{"a": 1}'),
    ],
)
def test_every_part_of_a_message_has_a_kind_and_its_words(part: Any, kind: str, text: str) -> None:
    said = said_part(part)
    assert (said.kind, said.text) == (kind, text)


def test_a_conversation_longer_than_is_sent_says_so(studio: Studio) -> None:
    value = {"messages": [{"role": "user", "content": "word " * 60_000}] * 3}
    kept = kept_body(studio.store, studio.store.blobs.put(msgspec.json.encode(value)))
    talk = conversation_of(kept, None)
    assert talk.more
    assert sum(len(part.text) for said in talk.said for part in said.parts) <= LONGEST
    short = conversation_of(kept_body(studio.store, studio.store.blobs.put(codecs.encode([Message.user("hi")]))), None)
    assert short == ((), False)


def test_a_trace_of_another_framework_shows_its_conversation(client: TestClient, studio: Studio) -> None:
    sample = Path("tests/trace/importers/samples/google-vertex-tools-langchain-2025-09-19.json")
    keep(read_file(sample), studio.store.spans)
    roots = [row for row in studio.store.spans.list() if not row.run]
    rows = studio.store.spans.trace(roots[0].trace)
    models = [shown(client, row) for row in rows if row.kind == "model"]
    assert any(said.answer for span in models for said in span.messages)
    assert all(span.record is None for span in models)
    assert client.get(f"/api/traces/{roots[0].trace}").json()["total"] == len(rows)
