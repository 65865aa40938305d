"""Whatever is sent to an address that takes a body, the answer is an answer or a refusal in the API's own shape."""

import json
import logging
import os
import re
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loomwork.store.requests import RequestFilter
from tests.gateway.fuzzing.bodies import ROUTES
from tests.gateway.fuzzing.inside import Got, Inside, inside
from tests.gateway.fuzzing.junk import JUNK, places, spoiling, spoilt

EXAMPLES = 2500 if os.environ.get("LOOMWORK_NIGHTLY") else 30
quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
PATHS = sorted(ROUTES)
every_path = pytest.mark.parametrize("path", PATHS)
PAGE = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Generator[Inside]:
    with inside(tmp_path_factory.mktemp("gateway")) as found:
        yield found


@pytest.fixture(autouse=True)
def heard() -> Generator[_Heard]:
    """What the gateway says of failures that it did not expect."""
    handler = _Heard()
    log = logging.getLogger("loomwork")
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)
    assert not handler.records, [each.getMessage() for each in handler.records]


def check(got: Got, path: str) -> None:
    """Hold an answer against what every answer must be."""
    assert got.status < 500, (got.status, got.body[:500])
    assert got.status in {200, 400, 401, 403, 404, 405, 413, 429}, got.status
    if path.startswith("/v1/") and path.partition("?")[0] not in {"/v1/feedback", "/v1/events"}:
        assert re.fullmatch("[0-9a-f]{32}", got.headers["x-loomwork-trace"])
    if got.is_stream:
        assert got.status == 200
        _ends(got.body.decode(), path)
        return
    assert got.headers["content-type"] == "application/json", got.headers
    said = got.json
    if got.status == 200:
        assert "error" not in said
        return
    shape = said["error"]
    assert shape["message"]
    assert isinstance(shape["type"], str)
    if path.startswith("/v1/messages"):
        assert said["type"] == "error"
    else:
        assert {"message", "type", "param", "code"} <= shape.keys()


def _ends(text: str, path: str) -> None:
    """A stream is whole, or says in its last event that it is not."""
    events = [line.partition(": ")[2] for line in text.splitlines() if line.startswith("data: ")]
    if path.startswith("/try/"):
        assert "ms" in json.loads(events[-1])
        return
    if path.startswith("/v1/messages"):
        assert json.loads(events[-1])["type"] in {"message_stop", "error"}
        return
    assert events[-1] == "[DONE]" or "error" in json.loads(events[-1])


@every_path
def test_what_is_not_spoilt_is_answered(gateway: Inside, path: str) -> None:
    for body in ROUTES[path]:
        got = gateway.ask(path, json.dumps(body).encode(), headers=PAGE)
        check(got, path)
        if "feedback" not in path and "passage" not in path and "enter" not in path:
            assert got.status in {200, 400}, got.body


@every_path
def test_each_place_of_a_request_holds_each_kind_of_junk(gateway: Inside, path: str) -> None:
    for body in ROUTES[path]:
        for at, place in enumerate(places(body)):
            for n, junk in enumerate(JUNK):
                if (n + at) % SHARE == 0:
                    check(gateway.ask(path, spoilt(body, place, junk), headers=PAGE), path)


SHARE = 1 if os.environ.get("LOOMWORK_NIGHTLY") else 5
"""One of so many kinds is put into each place; the nightly run puts all."""


@every_path
@quick
@given(data=st.data())
def test_a_spoilt_request_is_answered_or_refused(gateway: Inside, path: str, data: st.DataObject) -> None:
    check(gateway.ask(path, data.draw(spoiling(ROUTES[path])), headers=PAGE), path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(sorted({key for bodies in ROUTES.values() for body in bodies for key in body}))


@every_path
@quick
@given(
    body=st.dictionaries(FIELDS, JSON, max_size=8), model=st.sampled_from(["smart", "wired", "claude", "plain", "x"])
)
def test_any_values_of_the_known_fields_are_answered_or_refused(
    gateway: Inside, path: str, body: dict[str, Any], model: str
) -> None:
    check(gateway.ask(path, json.dumps({"model": model, **body}).encode(), headers=PAGE), path)


@every_path
@quick
@given(raw=st.binary(max_size=200))
@example(b"")
@example(b"\xef\xbb\xbf{}")
@example(b"{}" * 600_000)
def test_any_bytes_are_refused_or_answered(gateway: Inside, path: str, raw: bytes) -> None:
    check(gateway.ask(path, raw, headers=PAGE), path)


NAMES = (
    "authorization", "x-api-key", "x-loomwork-session", "x-loomwork-confidential", "cache-control", "accept",
    "content-type", "content-length", "anthropic-version", "x-loomwork-trace", "idempotency-key", "traceparent",
    "x-loomwork-user", "expect", "range",
)  # fmt: skip
HEADER = st.binary(max_size=60).filter(lambda value: not set(value) & {0, 10, 13})


@quick
@given(
    path=st.sampled_from(PATHS),
    headers=st.dictionaries(st.sampled_from(NAMES), HEADER | st.sampled_from([b"-1", b"1e9", b"9" * 30]), max_size=4),
)
def test_any_headers_are_taken(gateway: Inside, path: str, headers: dict[str, bytes]) -> None:
    raw = json.dumps(ROUTES[path][0]).encode()
    check(gateway.ask(path, raw, headers={**PAGE, **headers}), path)


@quick
@given(
    path=st.sampled_from(("/v1/steps/", "/v1/models/", "/try/", "/v1/", "/")),
    name=st.text(max_size=40),
    method=st.sampled_from(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")),
)
@example("/v1/models/", "\x00", "GET")
@example("/v1/steps/", "../../healthz", "POST")
@example("/v1/models/", "a\nb", "GET")
@example("/v1/", "nothing", "OPTIONS")
def test_any_address_is_answered(gateway: Inside, path: str, name: str, method: str) -> None:
    got = gateway.ask(path + name.replace("?", "%3f"), b"{}", method=method, headers=PAGE)
    assert got.status < 500, got
    if got.status >= 400 and method != "HEAD":
        assert got.headers["content-type"] == "application/json"
        assert got.json["error"]["message"]


def test_what_was_sent_is_noted_and_can_be_read_again(gateway: Inside) -> None:
    for path, bodies in ROUTES.items():
        for junk in JUNK:
            gateway.ask(path, spoilt(bodies[0], (next(iter(bodies[0])),), junk), headers=PAGE)
    store = gateway.workspace.store
    gateway.workspace.runtime.recorder.flush()
    store.requests.flush()
    rows = store.requests.list(RequestFilter(), limit=1000)
    assert len(rows) >= len(JUNK)
    for row in rows:
        assert row.status < 500
        assert store.traces.spans(row.trace, limit=50), row
