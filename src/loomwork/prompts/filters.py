"""How values become text inside a prompt, and the filters that could grow it, bounded. Knows nothing of templates.

Text, numbers and truth values print as Python prints them (but 1.0 prints as 1: the engine hands it on so); lists,
dicts, dataclasses and models print as JSON; a value with `__prompt__()` prints as that says. What would print
differently tomorrow (an address, bytes) is refused.
"""

import dataclasses
import datetime
import decimal
import enum
import json
import pathlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec

MOST_TEXT = 4_000_000
"""Characters: about a million tokens, the widest window there is."""
MOST_ITEMS = 100_000
EXACT = 1e15
"""Below this a whole float prints as the integer that it is."""


class TooMuchText(Exception):
    """A value or the whole output is over `MOST_TEXT`."""


class NoText(Exception):
    """A value has no text form that stays the same."""

    def __init__(self, type_name: str) -> None:
        super().__init__(type_name)
        self.type_name = type_name


_PRINTED = (datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, pathlib.PurePath, uuid.UUID)


def text_of(value: object) -> str:
    """Return the text of a value in a prompt.

    >>> text_of(["文", 1, None]), text_of("a"), text_of(1.0)
    ('["文", 1, null]', 'a', '1')
    """
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if value is None or (isinstance(value, bool | int | float) and not isinstance(value, enum.Enum)):
        return str(value)
    if isinstance(value, _PRINTED):
        return str(value)
    own = getattr(type(value), "__prompt__", None)
    if own is not None:
        return str(own(value))
    if isinstance(value, enum.Enum):
        return text_of(value.value)
    if _has_own_text(value):
        return str(value)
    return json.dumps(plain_of(value), ensure_ascii=False)


def _has_own_text(value: object) -> bool:
    """Say whether the class itself says how it prints (and is no structure that prints as JSON)."""
    if isinstance(value, Mapping | Sequence | set | frozenset | msgspec.Struct):
        return False
    if hasattr(value, "model_dump") or hasattr(value, "__array_interface__"):
        return False
    if dataclasses.is_dataclass(value):
        return "__str__" in vars(type(value))
    return type(value).__str__ is not object.__str__ or type(value).__repr__ is not object.__repr__


_BYTES = (bytes, bytearray, memoryview)


def plain_of(value: object) -> object:
    """Return a value as JSON has it. Raises `NoText`."""
    match value:
        case enum.Enum():
            return plain_of(value.value)
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            items = cast("Mapping[object, object]", value)
            return {text_of(key): plain_of(item) for key, item in items.items()}
        case set() | frozenset():
            return sorted((plain_of(item) for item in cast("set[object]", value)), key=repr)
        case list() | tuple():
            return [plain_of(item) for item in cast("list[object]", value)]
        case _:
            return _plain_object(value)


def _plain_object(value: object) -> object:
    if hasattr(type(value), "__prompt__"):
        return text_of(value)
    if hasattr(value, "model_dump"):
        return cast("Any", value).model_dump(mode="json")
    if hasattr(value, "__array_interface__"):
        return cast("Any", value).tolist()
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value, str_keys=True)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain_of(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, _PRINTED) or _has_own_text(value):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, _BYTES):
        return [plain_of(item) for item in cast("Iterable[object]", value)]
    raise NoText(cast("object", value).__class__.__name__)


def tojson(value: object) -> str:
    """Return JSON on one line."""
    return limited(json.dumps(plain_of(value), ensure_ascii=False))


def pretty_json(value: object) -> str:
    """Return JSON, indented by two."""
    return limited(json.dumps(plain_of(value), ensure_ascii=False, indent=2))


def passages(values: Iterable[object], start: int = 1) -> str:
    """Return passages numbered for citing, each with its source where it has one.

    >>> print(passages([{"text": "Tea is hot.", "source": "a.md"}, "Ice is cold."]))
    [1] (a.md) Tea is hot.
    <BLANKLINE>
    [2] Ice is cold.
    """
    lines: list[str] = []
    for number, value in enumerate(values, start):
        source = _field(value, "source")
        lines.append(f"[{number}] " + (f"({text_of(source)}) " if source else "") + _passage_text(value))
    return limited("\n\n".join(lines))


def _passage_text(value: object) -> str:
    text = _field(value, "text")
    return text_of(value) if text is None else text_of(text)


def _field(value: object, name: str) -> object:
    if isinstance(value, Mapping):
        return cast("Mapping[str, object]", value).get(name)
    return getattr(value, name, None)


def limited(text: str) -> str:
    """Return the text, or raise `TooMuchText`."""
    if len(text) > MOST_TEXT:
        raise TooMuchText
    return text


def bounded(value: object) -> object:
    """Return a value that an assignment may keep: not longer than the whole prompt may be."""
    if isinstance(value, str):
        return limited(value)
    if isinstance(value, Sequence | Mapping) and len(cast("Sequence[object]", value)) > MOST_ITEMS:
        raise TooMuchText
    return cast("object", value)


def replace(text: object, old: str, new: str) -> str:
    """Replace every `old` by `new`."""
    whole = text_of(text)
    if len(whole) + whole.count(old) * (len(new) - len(old)) > MOST_TEXT:
        raise TooMuchText
    return whole.replace(old, new)


def join(values: Iterable[object], sep: str = "", attribute: str | None = None) -> str:
    """Join the values (or one attribute of each) by `sep`."""
    parts: list[str] = []
    size = 0
    for value in values:
        part = text_of(value if attribute is None else _field(value, attribute))
        size += len(part) + len(sep)
        if size > MOST_TEXT + len(sep):
            raise TooMuchText
        parts.append(part)
    return sep.join(parts)


def indent(text: object, width: int = 4, first: bool = False) -> str:
    """Indent every line but the first (or also the first)."""
    lines = text_of(text).split("\n")
    if width * len(lines) > MOST_TEXT:
        raise TooMuchText
    pad = " " * width
    return "\n".join(pad + line if line and (number or first) else line for number, line in enumerate(lines))


FILTERS: dict[str, Callable[..., object]] = {
    "tojson": tojson,
    "json": pretty_json,
    "passages": passages,
    "replace": replace,
    "join": join,
    "indent": indent,
    "_bounded": bounded,
}
