"""Canonical form of the standard library's values: dates, numbers, paths, patterns, collections. Imports none of them.

A value of such a type can only exist when its module has been imported, so writers are found by the type's name.
"""

import sys
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import partial
from typing import Any

from loomwork.kernel.canonical.builtin import EXACTLY, pairs
from loomwork.kernel.canonical.sink import Refused, Sink, Unhashable, Writer, text, type_name

_DAY_US = 86_400_000_000


def _head(name: str) -> bytes:
    return b"<" + text(name)


def _date(value: date, out: Sink) -> None:
    out.append(_head("date") + text(date.isoformat(value)))


def _datetime(value: datetime, out: Sink) -> None:
    local = datetime.isoformat(datetime.replace(value, tzinfo=None))
    out.append(_head("datetime") + text(local) + b"%d" % value.fold)
    _zone(value.tzinfo, out)


def _time(value: time, out: Sink) -> None:
    local = time.isoformat(time.replace(value, tzinfo=None))
    out.append(_head("time") + text(local) + b"%d" % value.fold)
    _zone(value.tzinfo, out)


def _timedelta(value: timedelta, out: Sink) -> None:
    out.append(_head("timedelta") + b"%d;" % _microseconds(value))


def _microseconds(value: timedelta) -> int:
    return (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds


def _zone(zone: tzinfo | None, out: Sink) -> None:
    if zone is None:
        out.append(b"n")
    else:
        out.write_at(".tzinfo", zone)


def write_zone(zone: tzinfo, out: Sink) -> None:
    """Write a time zone: a fixed offset with its name, or the key of a named zone."""
    key = getattr(zone, "key", None)
    if key is not None and type_name(type(zone)).startswith("zoneinfo:"):
        out.append(_head("zone") + text(str(key)))
        return
    offset = zone.utcoffset(None)
    if offset is None:
        raise Refused(Unhashable, type=type_name(type(zone)))
    kind = "timezone" if type(zone) is timezone else type_name(type(zone))
    out.append(_head(kind) + b"%d;" % _microseconds(offset) + text(zone.tzname(None) or ""))


def _decimal(value: Any, out: Sink) -> None:
    sign, digits, exponent = value.as_tuple()
    if value.is_nan():
        out.append(_head("Decimal") + (b"s" if value.is_snan() else b"q"))
        return
    form = "".join(map(str, digits))
    out.append(_head("Decimal") + text(f"{'-' if sign else ''}{form}e{exponent}"))


def _fraction(value: Any, out: Sink) -> None:
    out.append(_head("Fraction") + b"%x/%x;" % (value.numerator, value.denominator))


def _uuid(value: Any, out: Sink) -> None:
    out.append(_head("UUID") + b"%x;" % value.int)


def _path(kind: str, value: Any, out: Sink) -> None:
    out.append(_head(kind) + text(value.as_posix()))


def _pattern(value: Any, out: Sink) -> None:
    out.append(_head("Pattern") + b"%x;" % value.flags)
    out.write(value.pattern)


def _deque(value: Any, out: Sink) -> None:
    out.append(_head("deque"))
    out.write(value.maxlen)
    out.enter(value)
    out.write(list(value))
    out.leave(value)


def _ordered(value: Any, out: Sink) -> None:
    out.append(_head("OrderedDict") + b"%d:" % len(value))
    out.enter(value)
    pairs(value, out)
    out.leave(value)


def _defaults(value: Any, out: Sink) -> None:
    out.append(_head("defaultdict"))
    out.write_at(".default_factory", value.default_factory)
    out.enter(value)
    out.write(EXACTLY[dict](value))
    out.leave(value)


def _array(value: Any, out: Sink) -> None:
    if sys.byteorder == "big":
        value = value[:]
        value.byteswap()
    out.append(_head("array") + text(value.typecode) + b"%d,%d:" % (value.itemsize, len(value)))
    out.feed(value.tobytes())


def _by_parts(kind: str, value: Any, out: Sink) -> None:
    out.append(_head(kind))
    out.write(value.__reduce__()[1:])


def _absent(kind: str, _value: Any, out: Sink) -> None:
    out.append(_head(kind))


WRITERS: dict[str, Writer] = {
    "datetime:date": _date,
    "datetime:datetime": _datetime,
    "datetime:time": _time,
    "datetime:timedelta": _timedelta,
    "datetime:timezone": write_zone,
    "decimal:Decimal": _decimal,
    "fractions:Fraction": _fraction,
    "uuid:UUID": _uuid,
    "re:Pattern": _pattern,
    "collections:deque": _deque,
    "collections:OrderedDict": _ordered,
    "collections:defaultdict": _defaults,
    "array:array": _array,
    "operator:itemgetter": partial(_by_parts, "itemgetter"),
    "operator:attrgetter": partial(_by_parts, "attrgetter"),
    "operator:methodcaller": partial(_by_parts, "methodcaller"),
    "msgspec:UnsetType": partial(_absent, "UNSET"),
    **{
        f"{module}:{name}": partial(_path, kind)
        for module in ("pathlib", "pathlib._local")
        for name, kind in {
            "PosixPath": "Path",
            "WindowsPath": "Path",
            "PurePosixPath": "PurePosixPath",
            "PureWindowsPath": "PureWindowsPath",
        }.items()
    },
}
"""By `module:qualname` of the exact type. A concrete path is the same on every platform."""

EXTENDABLE = frozenset(WRITERS) - {"re:Pattern", "datetime:timezone", "array:array", "msgspec:UnsetType"}
"""Those whose subclasses count as their content and the subclass's own attributes."""
