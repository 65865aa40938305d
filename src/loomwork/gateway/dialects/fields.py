"""Take a request's JSON apart with a word on what is wrong with it. Knows no API.

>>> whole({"n": 2}, "n")
2
"""

from typing import Any, cast

from loomwork.kernel.errors.gateway import FieldWrong

Json = dict[str, Any]


def text(value: Any, where: str) -> str:
    """A string."""
    if not isinstance(value, str):
        raise FieldWrong(field=where, detail="it must be a string")
    return value


def obj(value: Any, where: str) -> Json:
    """An object."""
    if not isinstance(value, dict):
        raise FieldWrong(field=where, detail="it must be an object")
    return cast("Json", value)


def items(value: Any, where: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise FieldWrong(field=where, detail="it must be an array")
    return cast("list[Any]", value)


def member(holder: Json, key: str, where: str) -> str:
    """A string that must be there."""
    if key not in holder:
        raise FieldWrong(field=f"{where}.{key}" if where else key, detail="it is missing")
    return text(holder[key], f"{where}.{key}" if where else key)


def number(body: Json, key: str) -> float | None:
    """A number; None where it is not said."""
    value = body.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise FieldWrong(field=key, detail="it must be a number")
    return value


def whole(body: Json, key: str, *, least: int = 0, most: int | None = None) -> int | None:
    """A whole number; None where it is not said."""
    value = body.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldWrong(field=key, detail="it must be a whole number")
    if value < least or (most is not None and value > most):
        detail = f"it must be at least {least}" if most is None else f"it must be from {least} to {most}"
        raise FieldWrong(field=key, detail=detail)
    return value


def flag(body: Json, key: str) -> bool | None:
    """True or false; None where it is not said."""
    value = body.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise FieldWrong(field=key, detail="it must be true or false")


def one_of(value: Any, names: frozenset[str], where: str) -> Any:
    """One of several words."""
    if not isinstance(value, str) or value not in names:
        raise FieldWrong(field=where, detail=f"it must be one of {', '.join(sorted(names))}")
    return value


def rest(found: Json, read: frozenset[str]) -> Json:
    """What was not read: passed on as it is, nulls too."""
    return {key: value for key, value in found.items() if key not in read}


def said(body: Json, read: frozenset[str]) -> Json:
    """What of a whole request was not read, but for nulls: they say nothing there."""
    return {key: value for key, value in body.items() if key not in read and value is not None}
