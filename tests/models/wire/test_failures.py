"""What a refusal means, in the words of several providers."""

from email.utils import formatdate

import pytest

from loomwork.kernel.errors import models as errors
from loomwork.models.wire.failures import Origin, failure, read_said, retry_after

ORIGIN = Origin(provider="p", model="m", url="http://x", env="KEY")

CASES = [
    (401, b'{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}', errors.AuthFailed),
    (401, b'{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}', errors.AuthFailed),
    (403, b"<html>Forbidden</html>", errors.AuthFailed),
    (404, b'{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}', errors.ModelNotServed),
    (404, b'{"error":"model \'x\' not found"}', errors.ModelNotServed),
    (400, b'{"error":{"code":"context_length_exceeded","message":"too long"}}', errors.ContextTooLong),
    (400, b'{"error":{"type":"invalid_request_error","message":"prompt is too long: 1 > 0"}}', errors.ContextTooLong),
    (400, b'{"error":{"type":"exceed_context_size_error","message":"..."}}', errors.ContextTooLong),
    (400, b'{"error":{"message":"Range of input length should be [1, 98304]"}}', errors.ContextTooLong),
    (400, b'{"error":{"code":"data_inspection_failed","message":"..."}}', errors.ContentFiltered),
    (400, b'{"error":{"message":"Content Exists Risk","type":"invalid_request_error"}}', errors.ContentFiltered),
    (429, b'{"error":{"code":"insufficient_quota","message":"..."}}', errors.QuotaExhausted),
    (402, b'{"error":{"message":"Insufficient Balance"}}', errors.QuotaExhausted),
    (429, b'{"error":{"message":"slow down"}}', errors.RateLimited),
    (529, b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', errors.Overloaded),
    (503, b"upstream", errors.Overloaded),
    (500, b"{}", errors.ServerError),
    (502, b"", errors.ServerError),
    (422, b'{"detail":[{"msg":"field required"}]}', errors.BadRequest),
    (400, b'{"error":{"message":"temperature must be below 2"}}', errors.BadRequest),
    (302, b"", errors.ServerError),
]


@pytest.mark.parametrize(("status", "body", "kind"), CASES)
def test_a_refusal_becomes_the_error_that_it_means(status: int, body: bytes, kind: type[errors.ModelError]) -> None:
    error = failure(ORIGIN, status=status, headers={"x-request-id": "r1"}, said=read_said(body), now=0)
    assert type(error) is kind
    assert (error.status, error.request_id, error.provider) == (status, "r1", "p")
    assert error.retryable == isinstance(error, errors.AskedToWait)


def test_retry_after_is_read_in_seconds_milliseconds_and_dates() -> None:
    assert retry_after({"retry-after": "7"}, 0) == 7.0
    assert retry_after({"retry-after-ms": "250", "retry-after": "7"}, 0) == 0.25
    assert retry_after({"retry-after": formatdate(1000 + 90, usegmt=True)}, 1000) == 90.0
    assert retry_after({"retry-after": formatdate(0, usegmt=True)}, 1000) == 0.0
    assert retry_after({"retry-after": "1e300"}, 0) == 86400.0


@pytest.mark.parametrize("value", ["", "soon", "nan", "Mon, 99 Foo 2026"])
def test_a_retry_after_that_makes_no_sense_says_nothing(value: str) -> None:
    assert retry_after({"retry-after": value}, 0) is None


def test_a_long_error_page_is_shortened() -> None:
    error = failure(ORIGIN, status=500, headers={}, said=read_said(b"<p>" + b"x" * 100_000), now=0)
    assert len(str(error)) < 1000


def test_the_words_behind_a_router_are_shown() -> None:
    said = read_said(b'{"error":{"message":"Provider returned error","metadata":{"raw":"rate-limited upstream"}}}')
    assert said.message == "Provider returned error: rate-limited upstream"
