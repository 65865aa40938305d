"""What /openapi.json says is what the gateway does: requests made by schemathesis from the document alone.

Each goes through the application in this process; the answer is held against the document by schemathesis's own checks.
"""

import os
from collections.abc import Generator
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.gateway.fuzzing.bodies import ROUTES
from tests.gateway.fuzzing.inside import Inside, inside
from tests.gateway.fuzzing.junk import spoiling

EXAMPLES = 1000 if os.environ.get("LOOMWORK_NIGHTLY") else 25
quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
BASE = "http://127.0.0.1"
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""Those that look at one answer. Others send further requests, or take every valid request for one that is answered:
the document leaves open what only a model knows."""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Generator[Inside]:
    with inside(tmp_path_factory.mktemp("gateway")) as found:
        yield found


@pytest.fixture(scope="module")
def schema(gateway: Inside) -> Any:
    return schemathesis.openapi.from_dict(gateway.ask("/openapi.json", method="GET").json)


OPERATIONS = (
    "POST /v1/chat/completions", "POST /v1/messages", "POST /v1/messages/count_tokens", "POST /v1/completions",
    "POST /v1/embeddings", "POST /v1/steps/plain", "POST /v1/steps/typed", "POST /v1/steps/pieces",
    "POST /v1/steps/turns", "POST /v1/feedback", "POST /v1/events", "GET /v1/models", "GET /v1/models/{name}",
    "GET /v1/steps", "GET /v1/steps/{name}", "GET /healthz", "GET /readyz", "GET /metrics", "GET /openapi.json",
)  # fmt: skip


def _operation(schema: Any, name: str) -> Any:
    method, path = name.split()
    return schema[path][method]


def _sent(gateway: Inside, kwargs: Any) -> Response:
    """Send what was prepared; the answer as the checks want it."""
    prepared = requests.Request(
        method=kwargs["method"], url=kwargs["url"], headers=kwargs.get("headers"), params=kwargs.get("params"),
        cookies=kwargs.get("cookies"), json=kwargs.get("json"), data=kwargs.get("data"),
    ).prepare()  # fmt: skip
    assert isinstance(prepared.url, str)
    place = urlsplit(prepared.url)
    body = prepared.body
    raw = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""
    headers = {
        name: value.encode("latin-1") if isinstance(value, str) else value for name, value in prepared.headers.items()
    }
    path = unquote(place.path) + (f"?{place.query}" if place.query else "")
    got = gateway.ask(path, raw, method=str(prepared.method), headers=headers)
    return Response(
        status_code=got.status,
        headers={name: [value] for name, value in got.headers.items()},
        content=got.body,
        request=prepared,
        elapsed=0.0,
        verify=False,
        message=HTTPStatus(got.status).phrase,
        encoding="utf-8",
    )


def _hold(gateway: Inside, case: Any, *more: Any) -> None:
    kwargs = case.as_transport_kwargs(base_url=BASE)
    answer = _sent(gateway, kwargs)
    assert answer.status_code < 500, answer.text
    case.validate_response(answer, checks=[*CHECKS, *more])


def test_every_address_that_answers_is_in_the_document(schema: Any) -> None:
    found = {f"{each.ok().method.upper()} {each.ok().path}" for each in schema.get_all_operations()}
    assert found == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_the_document_allows_is_answered_as_it_says(gateway: Inside, schema: Any, name: str) -> None:
    operation = _operation(schema, name)

    @quick
    @given(case=operation.as_strategy())
    def hold(case: Any) -> None:
        if isinstance(case.body, dict) and "model" in case.body and len(case.body["model"]) % 2:
            case.body["model"] = ("smart", "wired", "claude", "plain")[len(case.body["model"]) // 2 % 4]
        _hold(gateway, case)

    hold()


@pytest.mark.parametrize("name", [each for each in OPERATIONS if each.startswith("POST")])
def test_what_the_document_forbids_is_refused_as_it_says(gateway: Inside, schema: Any, name: str) -> None:
    operation = _operation(schema, name)

    @quick
    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
    def hold(case: Any) -> None:
        _hold(gateway, case, negative_data_rejection)

    hold()


@pytest.mark.parametrize("path", [path for path in ROUTES if not path.startswith("/try/")])
def test_a_spoilt_request_is_answered_as_the_document_says(gateway: Inside, schema: Any, path: str) -> None:
    operation = _operation(schema, f"POST {path.partition('?')[0]}")

    @quick
    @given(raw=spoiling(ROUTES[path]))
    def hold(raw: bytes) -> None:
        case = operation.Case(body=None, media_type="application/json")
        kwargs = {"method": "POST", "url": BASE + path, "data": raw, "headers": {"content-type": "application/json"}}
        answer = _sent(gateway, kwargs)
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, checks=CHECKS)

    hold()
