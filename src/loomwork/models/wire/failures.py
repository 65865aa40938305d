"""Turn a status, headers and a body that says no into the error it means. Knows providers only through a data file."""

import math
import tomllib
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import resources
from typing import Any, cast

import msgspec
from msgspec import Struct

from loomwork.kernel.errors import models as errors

_KINDS: dict[str, type[errors.ModelError]] = {
    kind.__name__: kind
    for kind in (
        errors.AuthFailed,
        errors.BadRequest,
        errors.ContentFiltered,
        errors.ContextTooLong,
        errors.ModelNotServed,
        errors.Overloaded,
        errors.QuotaExhausted,
        errors.RateLimited,
        errors.ServerError,
    )
}
_LONGEST_RETRY_S = 24 * 3600.0
_CLIENT, _SERVER = 400, 500


class Origin(Struct, frozen=True, kw_only=True):
    """Whom a request went to, for the words of an error."""

    provider: str
    model: str
    url: str = ""
    env: str = ""
    """The environment variable that holds the key."""

    def fields(self) -> dict[str, object]:
        """The fields that every model error carries."""
        return {"provider": self.provider, "model": self.model}


class _Rule(Struct, frozen=True, kw_only=True):
    error: str
    status: tuple[int, ...] = ()
    code: tuple[str, ...] = ()
    text: tuple[str, ...] = ()

    def matches(self, status: int, codes: set[str], text: str) -> bool:
        if self.code and codes.intersection(self.code):
            return True
        if self.text and any(piece in text for piece in self.text):
            return not self.status or status in self.status
        return bool(self.status) and not self.code and not self.text and status in self.status


class Said(Struct, frozen=True):
    """What an error body says: its words and the codes in it."""

    message: str
    codes: frozenset[str]


@cache
def _rules() -> tuple[_Rule, ...]:
    text = resources.files("loomwork.models").joinpath("data/failures.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["rule"], tuple[_Rule, ...])


def failure(origin: Origin, *, status: int, headers: Mapping[str, str], said: Said, now: float) -> errors.ModelError:
    """The error for a refusal.

    Args:
        origin: Whom we asked.
        status: The HTTP status, or the one that an event in the stream names.
        headers: Of the response; Retry-After and the request id are read.
        said: The body's words, from `read_said`.
        now: Seconds since 1970, for a Retry-After that is a date.
    """
    text = said.message.lower()
    codes = set(said.codes)
    name = next((rule.error for rule in _rules() if rule.matches(status, codes, text)), "")
    kind = _KINDS[name or ("ServerError" if status >= _SERVER or status < _CLIENT else "BadRequest")]
    fields = origin.fields()
    fields["status"] = status
    fields["request_id"] = headers.get("x-request-id") or headers.get("request-id") or ""
    fields["detail"] = said.message or f"status {status}"
    if kind is errors.ServerError and fields["request_id"]:
        fields["detail"] = f"{fields['detail']}; request-id: {fields['request_id']}"
    if issubclass(kind, errors.AskedToWait):
        fields["retry_after"] = retry_after(headers, now)
    if kind is errors.AuthFailed and origin.env:
        fields["env"] = origin.env
    return kind(**fields)


def read_said(body: bytes | Mapping[str, Any]) -> Said:
    """Find the words and codes of an error body, whatever its shape.

    >>> read_said(b'{"error": {"message": "no", "type": "invalid_request_error", "code": null}}')
    Said(message='no', codes=frozenset({'invalid_request_error'}))
    >>> read_said(b"<html>Bad gateway</html>").message
    '<html>Bad gateway</html>'
    """
    if isinstance(body, bytes):
        try:
            found = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Said(body[:2000].decode("utf-8", "replace").strip(), frozenset())
    else:
        found = body
    if not isinstance(found, dict):
        return Said(str(cast("object", found)), frozenset())
    outer = cast("dict[str, Any]", found)
    inner: Any = outer.get("error", outer.get("errors"))
    if isinstance(inner, list):
        inner = next(iter(cast("list[Any]", inner)), None)
    holder = cast("dict[str, Any]", inner) if isinstance(inner, dict) else outer
    message = holder.get("message") or holder.get("detail") or holder.get("msg")
    if message is None:
        message = inner if isinstance(inner, str) else outer.get("message") or outer.get("detail") or ""
    codes = {str(holder[key]) for key in ("type", "code", "param") if holder.get(key) is not None}
    return Said(_with_raw(str(message), holder), frozenset(codes))


def _with_raw(message: str, holder: Mapping[str, Any]) -> str:
    metadata = holder.get("metadata")
    raw = cast("dict[str, Any]", metadata).get("raw") if isinstance(metadata, dict) else None
    return f"{message}: {raw}" if isinstance(raw, str) else message


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait as the server asks, from `retry-after-ms` or `Retry-After` (seconds or a date); None if unsaid.

    >>> retry_after({"retry-after": "1.5"}, 0), retry_after({"retry-after": "Thu, 01 Jan 1970 00:00:30 GMT"}, 10)
    (1.5, 20.0)
    >>> retry_after({"retry-after": "soon"}, 0) is None
    True
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if not value:
            continue
        seconds = _seconds(value, unit, now)
        if seconds is not None:
            return min(max(0.0, seconds), _LONGEST_RETRY_S)
    return None


def _seconds(value: str, unit: float, now: float) -> float | None:
    try:
        seconds = float(value) * unit
    except ValueError:
        try:
            return parsedate_to_datetime(value).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            return None
    return None if math.isnan(seconds) else seconds
