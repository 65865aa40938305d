"""Times, durations, sizes and money as people read them. Pure; knows no terminal."""

from __future__ import annotations

from datetime import datetime, tzinfo

from loomwork.kernel.usage import Cost, Money
from loomwork.telling.words import Words

_DURATIONS = (
    (1e6, 1e3, 0, "µs"),
    (1e7, 1e6, 1, "ms"),
    (1e9, 1e6, 0, "ms"),
    (1e10, 1e9, 2, "s"),
    (1.2e11, 1e9, 1, "s"),
    (7.2e12, 6e10, 1, "min"),
)
"""Below so many nanoseconds: in which unit, and with how many decimals."""
_UNITS = ("B", "kB", "MB", "GB", "TB")
_THOUSAND = 1000


_NOUNS = {"documents": ("count.document", "count.documents"), "chunks": ("count.chunk", "count.chunks")}


def counted(words: Words, noun: str, count: int) -> str:
    """Return how many there are of something, in words: one is one."""
    one, many = _NOUNS[noun]
    return words(one if count == 1 else many, count=f"{count:,}")


def duration(ns: int) -> str:
    """Return a duration with three digits or so.

    >>> duration(1_200), duration(35_400_000), duration(2_345_000_000), duration(200_000_000_000)
    ('1 µs', '35 ms', '2.35 s', '3.3 min')
    """
    for below, unit, decimals, name in _DURATIONS:
        if ns < below:
            return f"{ns / unit:.{decimals}f} {name}"
    return f"{ns / 3.6e12:.1f} h"


def moment(ns: int, zone: tzinfo | None = None) -> str:
    """Return a time of day with its date, in the zone or the machine's own.

    >>> from datetime import UTC
    >>> moment(1_700_000_000_000_000_000, UTC)
    '2023-11-14 22:13:20'
    """
    return datetime.fromtimestamp(ns / 1e9, tz=zone).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if ns else "-"


def size(count: int) -> str:
    """Return a number of bytes.

    >>> size(17), size(2_500_000)
    ('17 B', '2.5 MB')
    """
    value = float(count)
    for unit in _UNITS:
        if value < _THOUSAND or unit == _UNITS[-1]:
            return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= _THOUSAND
    return ""


def money(cost: Cost) -> str:
    """Return what something cost; "?" stands for calls whose price nobody knows.

    >>> money(Cost.of(Money.parse("0.5USD")) + Cost.of(None)), money(Cost())
    ('0.5 USD + ?', '')
    """
    parts = [str(each) for each in cost.amounts if each.micros] + (["?"] if cost.unpriced else [])
    return " + ".join(parts)


def one_line(text: str) -> str:
    r"""Return a text without line breaks, for a table.

    >>> one_line("a\n  b")
    'a b'
    """
    return " ".join(text.split())


__all__ = ["Money", "duration", "moment", "money", "one_line", "size"]
