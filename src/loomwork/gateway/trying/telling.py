"""Feedback and events as they are sent, checked and made rows. Pure; knows no store."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from loomwork.gateway.trying.reading import decoded
from loomwork.gateway.trying.values import Happened, Rated
from loomwork.kernel.errors.gateway import FieldWrong
from loomwork.store.people import EventRow, FeedbackRow

LONGEST_COMMENT = 10_000
LONGEST_NAME = 200
MOST_EVENTS = 1_000
MOST_SAID = 20_000
_TRACE = re.compile(r"[0-9a-f]{32}")
_DAY_NS = 86_400_000_000_000
_LARGEST = (1 << 63) - 1
_NO_TIME = "it must be a time: seconds since 1970, or ISO 8601"


class _Several(msgspec.Struct):
    events: list[Happened]


def rated(data: bytes) -> Rated:
    """Return a word of feedback. Raises `FieldWrong`."""
    word = decoded(data, Rated)
    if not _TRACE.fullmatch(word.trace):
        raise FieldWrong(field="trace", detail="it must be 32 lower-case hex digits")
    if len(word.comment) > LONGEST_COMMENT:
        raise FieldWrong(field="comment", detail=f"it is longer than {LONGEST_COMMENT} characters")
    for name in ("source", "user"):
        if len(getattr(word, name)) > LONGEST_NAME:
            raise FieldWrong(field=name, detail=f"it is longer than {LONGEST_NAME} characters")
    return word


def feedback_row(word: Rated, *, user: str, key: str, source: str, at_ns: int) -> FeedbackRow:
    """Return the row of a word."""
    return FeedbackRow(
        trace=word.trace, at_ns=at_ns, user=user, key=key, rating=word.rating, comment=word.comment, source=source
    )


def events(data: bytes, now_ns: int) -> list[EventRow]:
    """Return the events of a body: one object, or `{"events": [...]}`. Raises `FieldWrong`."""
    several = decoded(data, _Several).events if b'"events"' in data and _is_several(data) else None
    happened = [decoded(data, Happened)] if several is None else several
    if len(happened) > MOST_EVENTS:
        raise FieldWrong(field="events", detail=f"at most {MOST_EVENTS} of them at once")
    return [_row(each, now_ns) for each in happened]


def _is_several(data: bytes) -> bool:
    found = decoded(data, dict[str, Any])
    return "events" in found and "name" not in found


def _row(each: Happened, now_ns: int) -> EventRow:
    if not each.name.strip():
        raise FieldWrong(field="name", detail="it is empty")
    for name in ("name", "session", "user", "currency"):
        if len(getattr(each, name)) > LONGEST_NAME:
            raise FieldWrong(field=name, detail=f"it is longer than {LONGEST_NAME} characters")
    said = msgspec.json.encode(each.said).decode()
    if len(said) > MOST_SAID:
        raise FieldWrong(field="said", detail=f"it is longer than {MOST_SAID} characters")
    return EventRow(
        at_ns=moment(each.at, now_ns),
        name=each.name,
        session=each.session,
        user=each.user,
        value_micros=None if each.value is None else micros(each.value),
        currency=each.currency.upper(),
        said=said,
    )


def micros(value: float) -> int:
    """Return millionths. Raises `FieldWrong` for what no row holds.

    >>> micros(12.34)
    12340000
    """
    if not abs(value) * 1e6 < _LARGEST:  # not a number is not smaller either
        raise FieldWrong(field="value", detail="it is too large")
    return round(value * 1e6)


def moment(at: str | float | None, now_ns: int) -> int:
    """Return when, in nanoseconds; nothing is now. Raises `FieldWrong`.

    >>> moment("1970-01-01T00:00:02+00:00", 0), moment(2.5, 0), moment(None, 7)
    (2000000000, 2500000000, 7)
    """
    if at is None:
        return now_ns
    if isinstance(at, str):
        try:
            read = datetime.fromisoformat(at)
        except ValueError:
            raise FieldWrong(field="at", detail=_NO_TIME) from None
        at = (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    if not 0 <= at < _LARGEST / 1e9:
        raise FieldWrong(field="at", detail=_NO_TIME)
    found = round(at * 1e9)
    if found > now_ns + _DAY_NS:
        raise FieldWrong(field="at", detail="it lies ahead")
    return found
