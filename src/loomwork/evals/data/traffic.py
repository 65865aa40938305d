"""Which requests: conditions as people write them, and the requests that meet them. Knows no terminal.

>>> told = conditions("served=answer rated=down since=2d error=Timeout", now_ns=10**18)
>>> told.served, told.rated, told.error, told.since_ns == 10**18 - 2 * 86400 * 10**9
('answer', 'down', 'Timeout', True)
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from msgspec import structs

from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.flow import BadDuration, BadMoment
from loomwork.kernel.errors.releases import BadTraceFilter
from loomwork.store.protocols import Store
from loomwork.store.requests import Place, RequestFilter
from loomwork.store.rows import RequestRow

_PAGE = 500
_AS_WRITTEN = ("served", "model", "key", "user", "session", "error", "release")
_WORDS: dict[str, tuple[str, ...]] = {
    "rated": ("yes", "up", "down"),
    "flag": ("unanswered", "refused", "guarded", "degraded"),
    "cached": ("yes", "no", "exact", "memo", "coalesced", "stale", "warm"),
}
_TIMES = {"since": "since_ns", "until": "until_ns"}
_OTHERS = ("status", "slower")
KNOWN = (*_AS_WRITTEN, *_WORDS, *_TIMES, *_OTHERS)
"""What conditions can be about."""


def conditions(text: str, *, now_ns: int) -> RequestFilter:
    """Return what a text asks for: `name=value` with spaces between; an empty one asks for everything.

    Raises `BadTraceFilter`.
    """
    try:
        parts = shlex.split(text)
    except ValueError:
        raise BadTraceFilter(given=text, known=", ".join(KNOWN)) from None
    found: dict[str, Any] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not value or name not in KNOWN:
            raise BadTraceFilter(given=part, known=", ".join(KNOWN))
        found |= _one(part, name, value, now_ns)
    return RequestFilter(**found)


def _one(part: str, name: str, value: str, now_ns: int) -> dict[str, Any]:
    if name in _WORDS and value not in _WORDS[name]:
        raise BadTraceFilter(given=part, known=", ".join(f"{name}={word}" for word in _WORDS[name]))
    if name == "slower":
        return {"min_ms": (parse_seconds(value) or 0.0) * 1000}
    if name in _TIMES:
        return {_TIMES[name]: moment(value, now_ns=now_ns)}
    return {name: value}


def moment(text: str, *, now_ns: int) -> int:
    """Return a time in nanoseconds: `7d` is seven days ago, `2026-11-22T10:00` is that. Raises `BadMoment`.

    >>> moment("1h", now_ns=7200 * 10**9) == 3600 * 10**9, moment("1970-01-01T00:00:01+00:00", now_ns=0)
    (True, 1000000000)
    """
    try:
        return now_ns - int((parse_seconds(text) or 0.0) * 1e9)
    except BadDuration:
        try:
            return int(datetime.fromisoformat(text).timestamp() * 1e9)
        except ValueError:
            raise BadMoment(text=text) from None


def requests(
    store: Store, asked: RequestFilter, *, most: int | None = None, keep: Callable[[RequestRow], bool] | None = None
) -> Iterator[RequestRow]:
    """Yield the requests that meet the conditions, the newest first.

    Args:
        store: Where they are.
        asked: The conditions; a release may be the beginning of its name.
        most: How many; None: all.
        keep: A further condition.
    """
    if asked.release:
        known = store.releases.get(asked.release)
        asked = structs.replace(asked, release=known.id if known is not None else asked.release)
    count, place = 0, None
    while True:
        page = store.requests.list(asked, limit=_PAGE, before=place)
        for row in page:
            if keep is None or keep(row):
                yield row
                count += 1
                if count == most:
                    return
        if len(page) < _PAGE:
            return
        place = Place(page[-1].at_ns, page[-1].trace)
