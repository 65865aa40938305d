"""How the standard library's values are written and read back. Imports a type's module only to read one back."""

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, cast

import msgspec

from loomwork.kernel.canonical.sink import Refused, class_of, type_name
from loomwork.kernel.codecs.builtin import lift_pairs, lower_items, lower_pairs
from loomwork.kernel.codecs.forms import Lift, Lifting, Lower, Lowering, Mark, Tree, Unreadable
from loomwork.kernel.codecs.names import lift_class, lower_class
from loomwork.kernel.errors import NoCodec

_PYDANTIC_ZONE = "pydantic_core._pydantic_core:TzInfo"
_PATHS = ("Path", "PurePosixPath", "PureWindowsPath")


def _date(value: date, low: Lowering) -> Tree:
    return low.mark(Mark.DATE, date.isoformat(value))


def _datetime(value: datetime, low: Lowering) -> Tree:
    local = datetime.isoformat(datetime.replace(value, tzinfo=None))
    return low.mark(Mark.DATETIME, local, value.fold, _zone(value.tzinfo, low))


def _lift_datetime(parts: list[Tree], up: Lifting) -> datetime:
    local, fold, zone = parts
    return datetime.fromisoformat(local).replace(fold=fold, tzinfo=up.lift(zone))


def _time(value: time, low: Lowering) -> Tree:
    local = time.isoformat(time.replace(value, tzinfo=None))
    return low.mark(Mark.TIME, local, value.fold, _zone(value.tzinfo, low))


def _lift_time(parts: list[Tree], up: Lifting) -> time:
    local, fold, zone = parts
    return time.fromisoformat(local).replace(fold=fold, tzinfo=up.lift(zone))


def _timedelta(value: timedelta, low: Lowering) -> Tree:
    return low.mark(Mark.TIMEDELTA, value.days, value.seconds, value.microseconds)


def _lift_timedelta(parts: list[Tree], _up: Lifting) -> timedelta:
    return timedelta(days=parts[0], seconds=parts[1], microseconds=parts[2])


def _zone(zone: tzinfo | None, low: Lowering) -> Tree:
    return None if zone is None else low.lower_at(".tzinfo", zone)


def lower_zone(zone: tzinfo, low: Lowering) -> Tree:
    """Return a time zone: fixed offsets of the standard library and of pydantic, and named zones."""
    kind = type_name(type(zone))
    key = getattr(zone, "key", None)
    if kind == "zoneinfo:ZoneInfo" and key is not None:
        return low.mark(Mark.ZONE, "named", str(key))
    offset = zone.utcoffset(None)
    if offset is None or (type(zone) is not timezone and kind != _PYDANTIC_ZONE):
        raise Refused(NoCodec, type=kind)
    if kind == _PYDANTIC_ZONE:
        return low.mark(Mark.ZONE, "pydantic", offset.days * 86_400 + offset.seconds)
    plain = zone == timezone(offset) and zone.tzname(None) == timezone(offset).tzname(None)
    return low.mark(Mark.ZONE, "fixed", low.lower(offset), None if plain else zone.tzname(None))


def _lift_zone(parts: list[Tree], up: Lifting) -> tzinfo:
    match parts:
        case ["named", str(key)]:
            import zoneinfo

            return zoneinfo.ZoneInfo(key)
        case ["pydantic", int(seconds)]:
            import pydantic_core

            return pydantic_core.TzInfo(seconds)
        case ["fixed", offset, None]:
            return timezone(up.lift(offset))
        case ["fixed", offset, str(name)]:
            return timezone(up.lift(offset), name)
        case _:
            raise Unreadable("a time zone of an unknown kind")


def _decimal(value: Any, low: Lowering) -> Tree:
    sign, digits, exponent = value.as_tuple()
    return low.mark(Mark.DECIMAL, sign, "".join(map(str, digits)), exponent)


def _lift_decimal(parts: list[Tree], _up: Lifting) -> Any:
    import decimal

    sign, digits, exponent = parts
    return decimal.Decimal((sign, tuple(map(int, digits)), exponent))


def _fraction(value: Any, low: Lowering) -> Tree:
    return low.mark(Mark.FRACTION, low.lower(value.numerator), low.lower(value.denominator))


def _lift_fraction(parts: list[Tree], up: Lifting) -> Any:
    import fractions

    return fractions.Fraction(up.lift(parts[0]), up.lift(parts[1]))


def _uuid(value: Any, low: Lowering) -> Tree:
    return low.mark(Mark.UUID, value.bytes)


def _lift_uuid(parts: list[Tree], _up: Lifting) -> Any:
    import uuid

    return uuid.UUID(bytes=parts[0])


def _path(value: Any, low: Lowering) -> Tree:
    kind = type(value).__name__
    return low.mark(Mark.PATH, kind if kind.startswith("Pure") else "Path", low.lower(str(value.as_posix())))


def _lift_path(parts: list[Tree], up: Lifting) -> Any:
    import pathlib

    if parts[0] not in _PATHS:
        raise Unreadable("a path of an unknown kind")
    return getattr(pathlib, parts[0])(up.lift(parts[1]))


def _pattern(value: "re.Pattern[Any]", low: Lowering) -> Tree:
    return low.mark(Mark.PATTERN, low.lower(cast("str | bytes", value.pattern)), value.flags)


def _lift_pattern(parts: list[Tree], up: Lifting) -> "re.Pattern[Any]":
    pattern = up.lift(parts[0])
    return re.compile(pattern, parts[1])


def _deque(value: Any, low: Lowering) -> Tree:
    return low.mark(Mark.DEQUE, value.maxlen, *lower_items(list(value), low))


def _lift_deque(parts: list[Tree], up: Lifting) -> Any:
    import collections

    return collections.deque([up.lift(part) for part in parts[1:]], parts[0])


def _ordered(value: Any, low: Lowering) -> Tree:
    return low.mark(Mark.ORDERED, *lower_pairs(value, low))


def _lift_ordered(parts: list[Tree], up: Lifting) -> Any:
    import collections

    return collections.OrderedDict(lift_pairs(parts, up))


def _defaults(value: Any, low: Lowering) -> Tree:
    factory = value.default_factory
    if factory is not None and not isinstance(factory, type):
        raise Refused(NoCodec, type=f"{type_name(class_of(value))} with a default_factory that is no class")
    return low.mark(Mark.DEFAULTS, None if factory is None else lower_class(factory, low), *lower_pairs(value, low))


def _lift_defaults(parts: list[Tree], up: Lifting) -> Any:
    import collections

    factory = None if parts[0] is None else lift_class(parts[0], up)
    return collections.defaultdict(factory, lift_pairs(parts[1:], up))


def _unset(_value: Any, low: Lowering) -> Tree:
    return low.mark(Mark.UNSET)


LOWER: dict[str, Lower] = {
    "datetime:date": _date,
    "datetime:datetime": _datetime,
    "datetime:time": _time,
    "datetime:timedelta": _timedelta,
    "datetime:timezone": lower_zone,
    "zoneinfo:ZoneInfo": lower_zone,
    _PYDANTIC_ZONE: lower_zone,
    "decimal:Decimal": _decimal,
    "fractions:Fraction": _fraction,
    "uuid:UUID": _uuid,
    "re:Pattern": _pattern,
    "collections:deque": _deque,
    "collections:OrderedDict": _ordered,
    "collections:defaultdict": _defaults,
    "msgspec:UnsetType": _unset,
    **{
        f"{module}:{name}": _path
        for module in ("pathlib", "pathlib._local")
        for name in ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")
    },
}
"""By `module:qualname` of the exact type."""

LIFT: dict[Mark, Lift] = {
    Mark.DATE: lambda parts, _: date.fromisoformat(parts[0]),
    Mark.DATETIME: _lift_datetime,
    Mark.TIME: _lift_time,
    Mark.TIMEDELTA: _lift_timedelta,
    Mark.ZONE: _lift_zone,
    Mark.DECIMAL: _lift_decimal,
    Mark.FRACTION: _lift_fraction,
    Mark.UUID: _lift_uuid,
    Mark.PATH: _lift_path,
    Mark.PATTERN: _lift_pattern,
    Mark.DEQUE: _lift_deque,
    Mark.ORDERED: _lift_ordered,
    Mark.DEFAULTS: _lift_defaults,
    Mark.UNSET: lambda _parts, _up: msgspec.UNSET,
}
