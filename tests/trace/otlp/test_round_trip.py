"""The law of OTLP: what went out comes back the same, in both encodings."""

import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.kernel.bodies import digest_of, within
from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.trace import BadTraceFile
from loomwork.store.rows import SpanRow
from loomwork.trace.importers import read_bytes
from loomwork.trace.otlp import as_json, as_protobuf, export
from loomwork.trace.otlp.mapping import from_otel, to_otel
from loomwork.trace.otlp.model import CLIENT
from tests.trace.rows import rows

ENCODINGS = ("json", "protobuf")


def named(reference):
    return None if reference is None else digest_of(reference)


def span_id(drawn):
    return drawn[0].span


def decode(data, encoding):
    spans = as_json.decode(json.loads(data)) if encoding == "json" else as_protobuf.decode(data)
    return [from_otel(span) for span in spans]


BASE = SpanRow(trace="a" * 32, span="b" * 16, name="n", kind="model", start_ns=1, end_ns=2)


def span(**more: Any) -> SpanRow:
    return msgspec.structs.replace(BASE, **more)


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=60, deadline=None)
@given(drawn=st.lists(rows(), max_size=3, unique_by=span_id))
def test_import_of_an_export_gives_the_same_spans_and_bodies(encoding, drawn):
    bodies = {digest: body for _, found in drawn for digest, body in found.items()}
    sent = [row for row, _ in drawn]
    data = export.encode(sent, encoding=encoding, body=lambda name: within(name) or bodies.get(name, b""))
    read = decode(data, encoding)
    by_id = {(each.row.trace, each.row.span): each for each in read}
    assert len(read) == len(drawn)
    for row, found in drawn:
        assert by_id[row.trace, row.span].row == row
        assert by_id[row.trace, row.span].bodies == found


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=25, deadline=None)
@given(drawn=st.lists(rows(), min_size=1, max_size=3, unique_by=span_id))
def test_without_bodies_the_digests_still_travel(encoding, drawn):
    read = decode(export.encode([row for row, _ in drawn], encoding=encoding), encoding)
    assert {(each.row.input, each.row.output) for each in read} == {
        (named(row.input), named(row.output)) for row, _ in drawn
    }
    assert all(each.bodies == {} for each in read)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_numbers_without_a_value_travel(encoding):
    row = span(attributes={"nan": math.nan, "up": math.inf, "down": -math.inf})
    (read,) = decode(export.encode([row], encoding=encoding), encoding)
    assert repr(read.row.attributes["nan"]) == "nan"
    assert (read.row.attributes["up"], read.row.attributes["down"]) == (math.inf, -math.inf)


def test_json_has_the_form_that_the_specification_asks_for():
    row = span(attributes={"n": 5}, input_tokens=7, model="gpt-4o", parent="c" * 16)
    (wire,) = json.loads(export.encode([row], encoding="json"))["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert (wire["traceId"], wire["spanId"], wire["parentSpanId"]) == ("a" * 32, "b" * 16, "c" * 16)
    assert (wire["startTimeUnixNano"], wire["kind"], wire["status"]["code"]) == ("1", CLIENT, 1)
    attributes = {each["key"]: each["value"] for each in wire["attributes"]}
    assert attributes["n"] == {"intValue": "5"}
    assert attributes["gen_ai.usage.input_tokens"] == {"intValue": "7"}
    assert attributes["gen_ai.request.model"] == {"stringValue": "gpt-4o"}
    assert attributes["gen_ai.operation.name"] == {"stringValue": "chat"}


def test_spans_are_grouped_by_resource_and_scope():
    other = {"otel.resource": {"service.name": "shop"}, "otel.scope": {"name": "x", "version": "1"}}
    found = [span(), span(span="c" * 16, attributes=other), span(span="d" * 16)]
    groups = json.loads(export.encode(found, encoding="json"))["resourceSpans"]
    assert [len(group["scopeSpans"][0]["spans"]) for group in groups] == [2, 1]


def test_an_exported_body_is_redacted_and_then_loses_the_digest_of_the_exact_one():
    row = span(input=digest_bytes(b"my s3cret"), output=digest_bytes(b"fine"))
    bodies = {digest_bytes(b"my s3cret"): b"my s3cret", digest_bytes(b"fine"): b"fine"}
    sent = to_otel(row, body=bodies.__getitem__, redact=lambda text: text.replace("s3cret", "***"))
    assert "s3cret" not in repr(sent)
    assert row.input not in sent.attributes.values()
    assert from_otel(sent).row.input == "=my ***"
    assert from_otel(sent).row.output == row.output


def test_a_body_that_is_no_text_is_left_out_where_redaction_is_asked_for():
    row = span(input=digest_bytes(b"\xff\xfe"))
    sent = to_otel(row, body=lambda _: b"\xff\xfe", redact=lambda text: text)
    assert "loomwork.input.body" not in sent.attributes


LENIENT = {
    "resource_spans": [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"string_value": "shop"}}]},
            "scope_spans": [
                {
                    "scope": {"name": "lib"},
                    "spans": [
                        {
                            "trace_id": "A" * 32,
                            "span_id": "u7u7u7u7u7s=",
                            "parent_span_id": "0" * 16,
                            "name": "chat",
                            "kind": "SPAN_KIND_CLIENT",
                            "start_time_unix_nano": 5,
                            "end_time_unix_nano": "9",
                            "status": {"code": "STATUS_CODE_ERROR", "message": "no"},
                            "attributes": {"plain": 1},
                        }
                    ],
                }
            ],
        }
    ]
}


def test_json_is_read_leniently():
    (found,) = as_json.decode(LENIENT)
    assert (found.trace, found.span, found.parent) == ("a" * 32, "bb" * 7 + "bb", "")
    assert (found.kind, found.start_ns, found.end_ns, found.status) == (CLIENT, 5, 9, 2)
    assert found.attributes == {"plain": 1}
    assert found.resource == {"service.name": "shop"}


@pytest.mark.parametrize(
    ("change", "position"),
    [
        ({"trace_id": "xyz"}, "[0].resourceSpans[0].scopeSpans[0].spans[0]"),
        ({"start_time_unix_nano": "soon"}, "[0].resourceSpans[0].scopeSpans[0].spans[0]"),
        ({"attributes": [{"key": "k", "value": {"bytesValue": "%"}}]}, "spans[0].k"),
        ({"attributes": 3}, "spans[0]"),
    ],
)
def test_broken_json_is_named_with_its_place(change, position):
    broken = json.loads(json.dumps(LENIENT))
    broken["resource_spans"][0]["scope_spans"][0]["spans"][0] |= change
    with pytest.raises(BadTraceFile) as raised:
        as_json.decode(broken, file="f.json")
    assert position in str(raised.value)
    assert "f.json" in str(raised.value)


def test_broken_protobuf_is_named():
    whole = export.encode([span()], encoding="protobuf")
    with pytest.raises(BadTraceFile):
        as_protobuf.decode(whole[:-3], file="f.pb")


def test_foreign_spans_are_read_under_older_and_current_names():
    older = {"gen_ai.system": "openai", "gen_ai.request.model": "m", "gen_ai.usage.prompt_tokens": 3,
             "gen_ai.usage.completion_tokens": 4, "gen_ai.operation.name": "chat"}  # fmt: skip
    newer = {"gen_ai.provider.name": "openai", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 3,
             "gen_ai.usage.output_tokens": 4, "gen_ai.operation.name": "chat"}  # fmt: skip
    read = [from_otel(to_otel(span(kind="x", attributes=names))) for names in (older, newer)]
    foreign = []
    for names in (older, newer):
        sent = to_otel(span(kind="x", attributes=names))
        del sent.attributes["loomwork.kind"]
        foreign.append(from_otel(sent).row)
    assert foreign[0] == foreign[1]
    assert (foreign[0].kind, foreign[0].model) == ("model", "m")
    assert (foreign[0].input_tokens, foreign[0].output_tokens) == (3, 4)
    assert read[0].row != read[1].row  # our own rows come back as they were, under whatever names


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_is_written_in_batches_and_read_back(tmp_path, encoding, monkeypatch):
    monkeypatch.setattr(export, "MOST_SPANS", 3)
    found = [span(span=f"{number:016x}") for number in range(1, 11)]
    path = tmp_path / "spans"
    assert export.write_file(found, path, encoding=encoding) == 10
    read = read_bytes(path.read_bytes(), file=str(path))
    assert list(read.spans) == found
