"""Which HTTP status and which of an API's own words an error gets: one table. Knows no API's shape.

What is wrong at the model's side must not look as if the client's own key or request were wrong (a key of ours that a
provider refuses is 502, not 401), and what may do better if tried again must look so to the client's own retries.
"""

import re

from msgspec import Struct

from loomwork.kernel.errors import models
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.gateway import GatewayError
from loomwork.kernel.errors.releases import ModelKilled

_OPENAI = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "insufficient_quota",
    403: "permission_error",
    404: "invalid_request_error",
    405: "invalid_request_error",
    413: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
}
_ANTHROPIC = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}


class Problem(Struct, frozen=True, kw_only=True):
    """An error as an answer."""

    status: int
    code: str
    message: str
    param: str | None = None
    retry_after: float | None = None
    error: str = ""
    """The error's class."""

    @property
    def openai_type(self) -> str:
        """What OpenAI calls errors of this status."""
        return "insufficient_quota" if self.code == "insufficient_quota" else _OPENAI.get(self.status, "server_error")

    @property
    def anthropic_type(self) -> str:
        """What Anthropic calls errors of this status."""
        return _ANTHROPIC.get(self.status, "api_error")


class _Kind(Struct, frozen=True):
    status: int
    code: str


_MODEL_ERRORS: dict[type[models.ModelError], _Kind] = {
    models.UnknownModel: _Kind(404, "model_not_found"),
    models.ModelNotServed: _Kind(404, "model_not_found"),
    models.NotSupported: _Kind(400, "unsupported"),
    models.BadRequest: _Kind(400, "invalid_request"),
    models.ContextTooLong: _Kind(400, "context_length_exceeded"),
    models.ContentFiltered: _Kind(400, "content_filter"),
    models.PromptTruncated: _Kind(400, "context_length_exceeded"),
    models.WrongModelSettings: _Kind(500, "model_settings"),
    models.MissingKey: _Kind(500, "model_settings"),
    models.AuthFailed: _Kind(502, "upstream_key_refused"),
    models.QuotaExhausted: _Kind(429, "insufficient_quota"),
    models.RateLimited: _Kind(429, "rate_limit_exceeded"),
    models.Overloaded: _Kind(503, "overloaded"),
    models.AskedToWait: _Kind(503, "overloaded"),
    models.ServerError: _Kind(502, "upstream_failed"),
    models.ConnectionFailed: _Kind(502, "upstream_unreachable"),
    models.DeadlineExceeded: _Kind(504, "timeout"),
    models.NoMemberAnswered: _Kind(503, "no_model_answered"),
    models.NotRecordedExchange: _Kind(404, "not_recorded"),
    models.NoRuleMatches: _Kind(404, "no_rule"),
    ModelKilled: _Kind(503, "switched_off"),
    models.ModelError: _Kind(502, "upstream_failed"),
}
_PASSED_ON = frozenset({400, 413, 422})
_KEYS = re.compile(r"\b(?:sk|lw|pk|key)[-_][A-Za-z0-9_\-]{8,}|\bBearer\s+\S+")


def problem_of(error: BaseException) -> Problem:
    """Return the answer that an error gets. What nobody expected is not told in its own words.

    >>> problem_of(models.RateLimited(provider="p", model="m", retry_after=2.0)).status
    429
    """
    if isinstance(error, models.ModelError):
        return _model_problem(error)
    if isinstance(error, LoomworkError):
        status, code = getattr(error, "status", None), getattr(error, "code", None)
        param = error.param if isinstance(error, GatewayError) else None
        return Problem(
            status=status if isinstance(status, int) else 500,
            code=code if isinstance(code, str) else "step_failed",
            message=_without_keys(str(error)),
            param=param,
            retry_after=_retry_after(error),
            error=type(error).__name__,
        )
    return Problem(status=500, code="internal_error", message="the server failed", error=type(error).__name__)


def _model_problem(error: models.ModelError) -> Problem:
    kind = next(_MODEL_ERRORS[each] for each in type(error).__mro__ if each in _MODEL_ERRORS)
    status = error.status if isinstance(error, models.BadRequest) and error.status in _PASSED_ON else kind.status
    return Problem(
        status=status,
        code=kind.code,
        message=_without_keys(str(error)),
        retry_after=_retry_after(error),
        error=type(error).__name__,
    )


def _retry_after(error: LoomworkError) -> float | None:
    found = getattr(error, "retry_after", None)
    return float(found) if isinstance(found, (int, float)) else None


def _without_keys(text: str) -> str:
    """What a provider says of a refused key often repeats the key."""
    return _KEYS.sub("[key]", text)
