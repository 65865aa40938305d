"""Which HTTP status and which of an API's own words an error gets: one table. Knows no API's shape.

What is wrong at the model's side or in the server's settings must not look as if the client's own key or request were
wrong (a key of ours that a provider refuses is 502, not 401), and what may do better if tried again must look so to the
client's own retries. Of what is the operator's matter a client is told that it is so, and no address, variable or
setting: these stand in the log and in the trace.
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
    told: str = ""
    """What a client is told instead of the error's own words, which are for whoever runs the server."""


_ASK = "the trace and the server's log say more"
_SETTINGS = f"the server's settings do not let it ask the model that this needs: {_ASK}"


_MODEL_ERRORS: dict[type[models.ModelError], _Kind] = {
    models.UnknownModel: _Kind(500, "model_settings", _SETTINGS),
    models.ModelNotServed: _Kind(502, "upstream_model_not_found", f"the provider does not serve the model: {_ASK}"),
    models.NotSupported: _Kind(400, "unsupported"),
    models.BadRequest: _Kind(400, "invalid_request"),
    models.ContextTooLong: _Kind(400, "context_length_exceeded"),
    models.ContentFiltered: _Kind(400, "content_filter"),
    models.PromptTruncated: _Kind(400, "context_length_exceeded"),
    models.WrongModelSettings: _Kind(500, "model_settings", _SETTINGS),
    models.MissingKey: _Kind(500, "model_settings", _SETTINGS),
    models.AuthFailed: _Kind(502, "upstream_key_refused", f"the provider refused the server's own key: {_ASK}"),
    models.QuotaExhausted: _Kind(429, "insufficient_quota"),
    models.RateLimited: _Kind(429, "rate_limit_exceeded"),
    models.Overloaded: _Kind(503, "overloaded"),
    models.AskedToWait: _Kind(503, "overloaded"),
    models.ServerError: _Kind(502, "upstream_failed"),
    models.ConnectionFailed: _Kind(502, "upstream_unreachable", f"the model cannot be reached: {_ASK}"),
    models.DeadlineExceeded: _Kind(504, "timeout"),
    models.NoMemberAnswered: _Kind(503, "no_model_answered", f"no model of the route answered: {_ASK}"),
    models.NotRecordedExchange: _Kind(500, "not_recorded", f"the replaying double has no recording of this: {_ASK}"),
    models.NoRuleMatches: _Kind(500, "no_rule", f"the scripted double has no rule for this: {_ASK}"),
    ModelKilled: _Kind(503, "switched_off"),
    models.ModelError: _Kind(502, "upstream_failed"),
}
_PASSED_ON = frozenset({400, 413, 422})
_KEYS = re.compile(r"\b(?:sk|lw|pk|key)[-_][A-Za-z0-9_\-]{8,}|(?<=\bBearer )\s*[\w.~+/=-]{8,}")


def problem_of(error: BaseException, *, step: str = "") -> Problem:
    """Return the answer that an error gets.

    Args:
        error: What ended the request.
        step: Which step was running: what nobody expected is then said to be its failure, without its words.

    >>> problem_of(models.RateLimited(provider="p", model="m", retry_after=2.0)).status
    429
    >>> problem_of(ValueError("inside"), step="answer").message
    "the step 'answer' failed (ValueError): the trace and the server's log say more"
    """
    if isinstance(error, models.ModelError):
        return _model_problem(error)
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    if isinstance(error, LoomworkError) and isinstance(status, int) and isinstance(code, str):
        return Problem(
            status=status,
            code=code,
            message=without_keys(str(error)),
            param=error.param if isinstance(error, GatewayError) else None,
            retry_after=_retry_after(error),
            error=type(error).__name__,
        )
    name = type(error).__name__
    message = f"the step '{step}' failed ({name}): {_ASK}" if step else f"the server failed: {_ASK}"
    return Problem(status=500, code="step_failed" if step else "internal_error", message=message, error=name)


def _model_problem(error: models.ModelError) -> Problem:
    kind = next(_MODEL_ERRORS[each] for each in type(error).__mro__ if each in _MODEL_ERRORS)
    status = error.status if isinstance(error, models.BadRequest) and error.status in _PASSED_ON else kind.status
    return Problem(
        status=status,
        code=kind.code,
        message=kind.told or without_keys(str(error)),
        retry_after=_retry_after(error),
        error=type(error).__name__,
    )


def _retry_after(error: LoomworkError) -> float | None:
    found = getattr(error, "retry_after", None)
    return float(found) if isinstance(found, (int, float)) else None


def without_keys(text: str) -> str:
    """What a provider says of a refused key often repeats the key."""
    return _KEYS.sub("[key]", text)
