"""Why a request to the gateway is not let in. Knows nothing of HTTP but the status that says so.

LoomworkError
├── AdmissionError
│   ├── KeyMissing, KeyMistyped, KeyUnknown, KeyExpired, KeyRevoked     who is there (401)
│   ├── ScopeMissing, NotServedToKey                                    not for this key (403)
│   ├── PriceUnknownToBudget                                            its cost cannot be held to a budget (403)
│   └── Later: RateExceeded, BudgetSpent (429), TooBusy (503)            later
├── UpstreamResting                                                     a breaker is open
├── UsageError: NoSuchApiKey, AmbiguousKey, KeyNameTaken, BadScope, BadBudget, BadLimit, BadDegrade,
│              DegradeModelUnknown, KeyNotActive
└── AuditBroken                                                         what `doctor` says of the log
"""

from typing import ClassVar

from loomwork.kernel.errors.base import LoomworkError, UsageError
from loomwork.kernel.errors.models import AskedToWait


class AdmissionError(LoomworkError):
    """A request that is not let in. No field of any of these ever holds a key."""

    status: ClassVar[int] = 403
    """The HTTP status that says so."""
    code: ClassVar[str] = "not_allowed"
    """What the API's own error object says in `code`."""
    what = "the request is not let in"
    todo = "look at the key with `loomwork key show`"
    exit_code = 1

    @property
    def retry_after(self) -> float | None:
        """Seconds after which it may be tried again; None where waiting does not help."""
        value = self.fields.get("retry_after")
        return float(value) if isinstance(value, (int, float)) else None


class KeyMissing(AdmissionError):
    """The request carries no key."""

    status = 401
    code = "missing_api_key"
    what = "the request has no API key"
    todo = "send the header `Authorization: Bearer lw_...` (or `x-api-key`); `loomwork key create` makes a key"


class KeyMistyped(AdmissionError):
    """The key's checksum is wrong: it never was a key."""

    status = 401
    code = "invalid_api_key"
    what = "the API key is mistyped or cut: its check characters do not fit"
    todo = "copy the whole key again: it begins with lw_ and has 52 characters"


class KeyUnknown(AdmissionError):
    """The key is well-formed, and nobody's."""

    status = 401
    code = "invalid_api_key"
    what = "no such API key is known here"
    todo = "check which server the key was made for, or make one with `loomwork key create`"


class KeyExpired(AdmissionError):
    """The key is past its time. Fields: key."""

    status = 401
    code = "expired_api_key"
    what = "the API key {key} has expired"
    todo = "ask for a new one: `loomwork key rotate {key}`"


class KeyRevoked(AdmissionError):
    """The key was revoked. Fields: key."""

    status = 401
    code = "revoked_api_key"
    what = "the API key {key} was revoked"
    todo = "ask for another: `loomwork key create`"


class ScopeMissing(AdmissionError):
    """The key may not do this. Fields: key, scope."""

    code = "scope_missing"
    what = "the API key {key} has no scope '{scope}'"
    todo = "use a key that has it: `loomwork key create --scope {scope}`"


class NotServedToKey(AdmissionError):
    """The key's allow-list does not hold what is asked for. Fields: key, served, allowed."""

    code = "model_not_allowed"
    what = "the API key {key} may not use '{served}'"
    todo = "it may use: {allowed}"


class PriceUnknownToBudget(AdmissionError):
    """What cannot be priced in a budget's unit cannot be held to it. Fields: key, served, unit."""

    code = "price_unknown"
    what = "'{served}' has no known price in {unit}, so the budget of key {key} cannot hold it"
    todo = "set `price` in the model's table, or make the key with --allow-unknown-price"


class Later(AdmissionError):
    """Not now."""

    what = "the request is not let in now"
    todo = "try again later"
    retryable = True


class RateExceeded(Later):
    """A key's own limit. Fields: key, limit (requests, tokens, concurrent), retry_after."""

    status = 429
    code = "rate_limit_exceeded"
    what = "the key {key} has used up its limit of {limit} for now"
    todo = "try again in {retry_after:.1f} s"


class BudgetSpent(Later):
    """A budget has no room for the most that the request may cost. Fields: holder, budget, retry_after."""

    status = 429
    code = "insufficient_quota"
    what = "the budget {budget} of {holder} has no room for this request"
    todo = "raise it with `loomwork key budget`, ask for less (max_tokens), or wait for the next period"


class TooBusy(Later):
    """More than the server can answer in time. Fields: detail, retry_after."""

    status = 503
    code = "overloaded"
    what = "the server has more requests than it can answer in time ({detail})"
    todo = "try again in {retry_after:.1f} s"


class UpstreamResting(AskedToWait):
    """The model failed too often just now and is left alone for a while. Fields: model, retry_after.

    Asking it again at once is no use; a route goes on to its next member.
    """

    retryable = False

    what = "'{model}' failed too often just now and is not asked for another {retry_after:.1f} s"
    todo = "add a fallback route, or look at what it answers with `loomwork model check`"


class NoSuchApiKey(UsageError):
    """No key has that id or name. Fields: name."""

    what = "there is no key '{name}'"
    todo = "list them with `loomwork key list --all`"


class AmbiguousKey(UsageError):
    """Several keys match. Fields: name, matches."""

    what = "'{name}' could be several keys: {matches}"
    todo = "give one by its id, or more of the id"


class KeyNameTaken(UsageError):
    """A key of that name is good already. Fields: name, id."""

    what = "a key called '{name}' is there already ({id})"
    todo = "give another name; `loomwork key rotate {name}` makes a new secret, `loomwork key revoke {name}` ends it"


class BadScope(UsageError):
    """A scope that does not exist. Fields: scope."""

    what = "'{scope}' is no scope"
    todo = "choose from: chat, embed, step:NAME, step:*, feedback, events, traces:read, admin"


class BadBudget(UsageError):
    """A budget that cannot be read. Fields: text."""

    what = "'{text}' is no budget"
    todo = "write an amount and, if it comes back, its period: 5USD/day, 200CNY/month, 1000000tokens/day, 20USD"


class BadLimit(UsageError):
    """A limit that cannot be read. Fields: text."""

    what = "'{text}' is no limit"
    todo = "write requests=60, tokens=100000 (both a minute) or concurrent=4, with MODEL: before it for one model alone"


class BadDegrade(UsageError):
    """A way to answer in need that cannot be read. Fields: name, text."""

    what = "'{text}' in [serve.{name}] degrade is no way to answer in need"
    todo = 'write a list of: "model:NAME", "stale", "quote:BASE"'


class DegradeModelUnknown(UsageError):
    """What should answer in need is not served. Fields: name, model, near, known."""

    what = "[serve.{name}] degrade names 'model:{model}', and nothing is served as '{model}'{near}"
    todo = "served here: {known}"


class KeyNotActive(UsageError):
    """A change to a key that was revoked. Fields: key."""

    what = "the key {key} was revoked"
    todo = "make another: `loomwork key create`"


class AuditBroken(LoomworkError):
    """An entry of the audit log is not what was written. Fields: n, detail."""

    what = "the audit log was changed at entry {n} ({detail})"
    todo = "compare it with a copy of the store: entries before it are as they were written"
    exit_code = 1


__all__ = [
    "AdmissionError",
    "AmbiguousKey",
    "AuditBroken",
    "BadBudget",
    "BadDegrade",
    "BadLimit",
    "BadScope",
    "BudgetSpent",
    "DegradeModelUnknown",
    "KeyExpired",
    "KeyMissing",
    "KeyMistyped",
    "KeyNameTaken",
    "KeyNotActive",
    "KeyRevoked",
    "KeyUnknown",
    "Later",
    "NoSuchApiKey",
    "NotServedToKey",
    "PriceUnknownToBudget",
    "RateExceeded",
    "ScopeMissing",
    "TooBusy",
    "UpstreamResting",
]
