"""How Python's builtin values are written and read back. Knows nothing of classes that people define."""

from collections.abc import Mapping
from types import EllipsisType, MappingProxyType, NotImplementedType, SimpleNamespace
from typing import Any

import msgspec

from loomwork.kernel.canonical.sink import Refused, class_of
from loomwork.kernel.codecs.forms import Lift, Lifting, Lower, Lowering, Mark, Tree

_SMALLEST = -(1 << 63)
_LARGEST = (1 << 64) - 1


def _itself(value: Any, _low: Lowering) -> Tree:
    return value


def _str(value: str, low: Lowering) -> Tree:
    if low.careful and not _sayable(value):
        return low.mark(Mark.SURROGATES, value.encode("utf-8", "surrogatepass"))
    return value


def _sayable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _int(value: int, low: Lowering) -> Tree:
    return value if _SMALLEST <= value <= _LARGEST else low.mark(Mark.INT, f"{value:x}")


def lower_items(value: list[Any] | tuple[Any, ...], low: Lowering) -> list[Tree]:
    """Return the trees of a sequence's items."""
    exact, plan = low.exact.get, low.plan
    lowered: list[Tree] = []
    try:
        for item in value:
            cls = class_of(item)
            lowered.append((exact(cls) or plan(cls))(item, low))
    except Refused as refused:
        refused.path.append(f"[{len(lowered)}]")
        raise
    return lowered


def _tuple(value: tuple[Any, ...], low: Lowering) -> Tree:
    return low.mark(Mark.TUPLE, *lower_items(value, low))


def lower_dict(value: Mapping[Any, Any], low: Lowering) -> Tree:
    """Return a map where every key is text that MessagePack can say, else keys and values in turn."""
    exact, plan, key = low.exact.get, low.plan, None
    lowered: dict[str, Tree] = {}
    try:
        for key, item in value.items():
            if type(key) is not str or (low.careful and not _sayable(key)):
                break
            cls = class_of(item)
            lowered[key] = (exact(cls) or plan(cls))(item, low)
        else:
            return lowered
    except Refused as refused:
        refused.path.append(f"[{key!r}]")
        raise
    return low.mark(Mark.DICT, *lower_pairs(value, low))


def lower_pairs(value: Mapping[Any, Any], low: Lowering) -> list[Tree]:
    """Return keys and values in turn."""
    lowered: list[Tree] = []
    for key, item in value.items():
        lowered.append(low.lower_at("{key}", key))
        lowered.append(low.lower_at(f"[{key!r}]", item))
    return lowered


def _members(value: set[Any] | frozenset[Any], low: Lowering) -> list[Tree]:
    return sorted((low.lower_at("{...}", member) for member in value), key=msgspec.msgpack.encode)


def _range(value: range, low: Lowering) -> Tree:
    return low.mark(Mark.RANGE, *(low.lower(part) for part in (value.start, value.stop, value.step)))


def _slice(value: slice, low: Lowering) -> Tree:
    return low.mark(Mark.SLICE, *(low.lower(part) for part in (value.start, value.stop, value.step)))


def lift_pairs(parts: list[Tree], up: Lifting) -> dict[Any, Any]:
    """Return the dict of keys and values in turn."""
    lifted = [up.lift(part) for part in parts]
    return dict(zip(lifted[::2], lifted[1::2], strict=True))


LOWER: dict[type, Lower] = {
    type(None): _itself,
    bool: _itself,
    float: _itself,
    bytes: _itself,
    str: _str,
    int: _int,
    list: lower_items,
    dict: lower_dict,
    tuple: _tuple,
    set: lambda value, low: low.mark(Mark.SET, *_members(value, low)),
    frozenset: lambda value, low: low.mark(Mark.FROZENSET, *_members(value, low)),
    complex: lambda value, low: low.mark(Mark.COMPLEX, value.real, value.imag),
    bytearray: lambda value, low: low.mark(Mark.BYTEARRAY, bytes(value)),
    range: _range,
    slice: _slice,
    EllipsisType: lambda _, low: low.mark(Mark.ELLIPSIS),
    NotImplementedType: lambda _, low: low.mark(Mark.NOT_IMPLEMENTED),
    MappingProxyType: lambda value, low: low.mark(Mark.MAPPING_PROXY, lower_dict(value, low)),
    SimpleNamespace: lambda value, low: low.mark(Mark.NAMESPACE, lower_dict(value.__dict__, low)),
}
"""By exact type."""

LIFT: dict[Mark, Lift] = {
    Mark.SURROGATES: lambda parts, _: parts[0].decode("utf-8", "surrogatepass"),
    Mark.INT: lambda parts, _: int(parts[0], 16),
    Mark.TUPLE: lambda parts, up: tuple([up.lift(part) for part in parts]),
    Mark.SET: lambda parts, up: {up.lift(part) for part in parts},
    Mark.FROZENSET: lambda parts, up: frozenset([up.lift(part) for part in parts]),
    Mark.DICT: lift_pairs,
    Mark.COMPLEX: lambda parts, _: complex(parts[0], parts[1]),
    Mark.BYTEARRAY: lambda parts, _: bytearray(parts[0]),
    Mark.RANGE: lambda parts, up: range(*(up.lift(part) for part in parts)),
    Mark.SLICE: lambda parts, up: slice(*(up.lift(part) for part in parts)),
    Mark.ELLIPSIS: lambda _parts, _: ...,
    Mark.NOT_IMPLEMENTED: lambda _parts, _: NotImplemented,
    Mark.MAPPING_PROXY: lambda parts, up: MappingProxyType(up.lift(parts[0])),
    Mark.NAMESPACE: lambda parts, up: SimpleNamespace(**up.lift(parts[0])),
}
