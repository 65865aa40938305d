"""What can go wrong with a model. Knows nothing of any provider: drivers translate into these.

ModelError
├── UnknownModel, WrongModelSettings, MissingKey, NotSupported   the caller's side; nothing was sent (exit 2)
├── ConnectionFailed, DeadlineExceeded                           nothing usable came back
├── AuthFailed, BadRequest, ContextTooLong, ContentFiltered,
│   ModelNotServed, QuotaExhausted                               the provider says no
├── AskedToWait: RateLimited, Overloaded, ServerError            the provider says later
├── StreamTruncated, MalformedResponse, PromptTruncated          what came back cannot be believed
├── NotRecordedExchange, NoRuleMatches                           the replay and scripted doubles
└── NoMemberAnswered                                             every member of a route failed
"""

from collections.abc import Iterable
from typing import cast

from loomwork.kernel.errors.base import LoomworkError, SetupError, UsageError
from loomwork.kernel.errors.phrases import Nothing, nearest

_LONGEST_DETAIL = 600


class ModelError(LoomworkError):
    """A model call that did not give an answer.

    Every one carries `provider`, `model`, `status` (HTTP, 0 if none), `request_id` (the provider's, "" if none),
    `detail` (the provider's own words, shortened). `retryable` says whether the same call may do better.
    """

    what = "the model '{model}' at {provider} failed ({detail})"
    todo = "see the detail above, or look at it with `loomwork model check`"
    exit_code = 1

    def __init__(self, **fields: object) -> None:
        known: dict[str, object] = {"provider": "", "model": "", "status": 0, "request_id": "", "detail": ""}
        known |= fields
        known["detail"] = _short(str(known["detail"]))
        super().__init__(**known)

    @property
    def status(self) -> int:
        """The HTTP status, 0 where there was none."""
        value = self.fields["status"]
        return value if isinstance(value, int) else 0

    @property
    def request_id(self) -> str:
        """The provider's id of the request, "" where it gave none."""
        return str(self.fields["request_id"])

    @property
    def provider(self) -> str:
        """Whom we asked."""
        return str(self.fields["provider"])

    @property
    def hint(self) -> str:
        """What to do, in English."""
        return self.todo.format_map(self.fields)


class UnknownModel(ModelError, SetupError):
    """No model of that alias is in the settings. Fields: name, known."""

    what = "no model is called '{name}'{near}"
    todo = "known here: {known}; put [models.{name}] into loomwork.toml, or run `loomwork model add --as {name}`"
    exit_code = 2

    def __init__(self, **fields: object) -> None:
        known = fields.get("known", "")
        names = known.split(", ") if isinstance(known, str) else sorted(cast("Iterable[str]", known))
        near = nearest(str(fields.get("name")), names)
        super().__init__(**{"near": near, **fields, "known": ", ".join(names) or Nothing()})


class WrongModelSettings(ModelError, SetupError):
    """The settings of a model contradict themselves or name what is not there. Fields: name, problem."""

    what = "the settings of model '{name}' are wrong: {problem}"
    todo = "change [models.{name}] in loomwork.toml"
    exit_code = 2


class MissingKey(ModelError, SetupError):
    """The environment variable that should hold the key is empty. Fields: env, name."""

    what = "model '{name}' needs a key, and the environment variable {env} is not set"
    todo = "set {env}, or name another variable as api_key_env in [models.{name}]"
    exit_code = 2


class NotSupported(ModelError, UsageError):
    """The model cannot do what was asked of it. Fields: model, feature."""

    what = "the model '{model}' ({provider}) does not support {feature}"
    todo = "leave it out, or choose another model (loomwork model list)"
    exit_code = 2


class ConnectionFailed(ModelError):
    """The server could not be reached, or hung up before it answered. Fields: url."""

    what = "cannot reach {provider} at {url} ({detail})"
    todo = "check that the server runs and that base_url is right"
    retryable = True

    def __init__(self, **fields: object) -> None:
        super().__init__(**{"url": "?", **fields})


class DeadlineExceeded(ModelError):
    """Time ran out. Fields: phase (connect, first token, between tokens, total), seconds."""

    what = "{provider} gave no answer from '{model}' in time ({phase}: {seconds} s)"
    todo = "raise `timeout` in the model's settings, or use a faster model"
    retryable = True


class AuthFailed(ModelError):
    """The provider did not accept the key (401, 403). Fields: env."""

    what = "{provider} did not accept the key ({detail})"
    todo = "check the value of {env}, and that the key may use '{model}'"

    def __init__(self, **fields: object) -> None:
        super().__init__(**{"env": "the key's environment variable", **fields})


class BadRequest(ModelError):
    """The provider found the request wrong (400, 413, 422)."""

    what = "{provider} refused the request to '{model}' ({detail})"
    todo = "the parameters or messages are not what this model takes: compare them with the provider's documentation"


class ContextTooLong(ModelError):
    """The messages do not fit the model's window."""

    what = "the messages are too long for '{model}' ({detail})"
    todo = "shorten the input, or choose a model with a larger window"


class ContentFiltered(ModelError):
    """The provider's content filter stopped the request or the answer."""

    what = "{provider} filtered this content ({detail})"
    todo = "the provider's policy decides this: change the input, or use another model"


class ModelNotServed(ModelError):
    """The server answers, but knows no such model or path (404)."""

    what = "{provider} serves no model '{model}' ({detail})"
    todo = "check `model` and `base_url` (loomwork model check)"


class QuotaExhausted(ModelError):
    """The account has no money or quota left (402, 429); waiting does not help."""

    what = "the account at {provider} has no quota left for '{model}' ({detail})"
    todo = "top the account up, or use another model"


class AskedToWait(ModelError):
    """The provider says: later. `retry_after` is how much later, if it said."""

    retryable = True

    def __init__(self, **fields: object) -> None:
        super().__init__(**{"retry_after": None, **fields})

    @property
    def retry_after(self) -> float | None:
        """Seconds the provider asked to wait; None if it did not say."""
        value = self.fields["retry_after"]
        return float(value) if isinstance(value, (int, float)) else None


class RateLimited(AskedToWait):
    """Too many requests or tokens (429). Fields: retry_after (seconds or None)."""

    what = "{provider} limits the rate of '{model}' ({detail})"
    todo = "lower `concurrency`, or set `rpm` and `tpm` in the model's settings to what your account allows"


class Overloaded(AskedToWait):
    """The provider is overloaded (503, 529). Fields: retry_after."""

    what = "{provider} is overloaded ({detail})"
    todo = "try again later, or add a fallback route"


class ServerError(AskedToWait):
    """The provider failed (5xx); `detail` ends with its request id where it gave one. Fields: retry_after."""

    what = "{provider} failed with status {status} ({detail})"
    todo = "try again; if it stays, report it to the provider"


class StreamTruncated(ModelError):
    """The answer ended before its end; what came so far is not an answer."""

    what = "the answer of '{model}' was cut off ({detail})"
    todo = "try again; if it stays, look for a proxy or server limit between here and {provider}"
    retryable = True


class MalformedResponse(ModelError):
    """What came back is not what the protocol allows."""

    what = "{provider} sent what is no valid answer ({detail})"
    todo = "check that base_url points at a compatible API; if it does, the server is faulty"
    retryable = True


class PromptTruncated(ModelError):
    """The server read fewer tokens than were sent. Fields: counted, expected."""

    what = "'{model}' read {counted} tokens of a prompt of about {expected}: the server cut it silently"
    todo = "raise the server's context length (Ollama: num_ctx; llama-server: --ctx-size), or shorten the input"


class NotRecordedExchange(ModelError):
    """The replay driver has no recording of this request. Fields: folder, nearest."""

    what = "no recorded exchange in {folder} matches this request to '{model}'"
    todo = "add a recording of it, or compare it with the nearest one there: {nearest}"


class NoRuleMatches(ModelError):
    """The scripted double has no rule for this request. Fields: asked."""

    what = "the scripted model '{model}' has no rule for: {asked}"
    todo = "add a rule that matches, or one without `when` as the last"


class NoMemberAnswered(ModelError):
    """Every member of a route failed. Fields: members (what each said)."""

    what = "no member of '{model}' answered: {members}"
    todo = "the first reason is usually the one to mend"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"


__all__ = [
    "AskedToWait",
    "AuthFailed",
    "BadRequest",
    "ConnectionFailed",
    "ContentFiltered",
    "ContextTooLong",
    "DeadlineExceeded",
    "MalformedResponse",
    "MissingKey",
    "ModelError",
    "ModelNotServed",
    "NoMemberAnswered",
    "NoRuleMatches",
    "NotRecordedExchange",
    "NotSupported",
    "Overloaded",
    "PromptTruncated",
    "QuotaExhausted",
    "RateLimited",
    "ServerError",
    "StreamTruncated",
    "UnknownModel",
    "WrongModelSettings",
]
