"""What pages and applications send, decoded; what is wrong with it is said of the field that is wrong. Pure."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from loomwork.kernel.errors.gateway import BodyNotJson, FieldWrong

_EXPECTED = re.compile(r"Expected `(.+?)`, got `(.+?)`(?: - at `\$\.?(.+)`)?")
_MISSING = re.compile(r"Object missing required field `(.+?)`(?: - at `\$\.?(.+)`)?")
_PLACED = re.compile(r"(.+) - at `\$\.?(.+)`")
_WORDS = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "an array",
}
_CHOICES = {"rating": "it must be one of -1, 0, 1", "role": "it must be one of user, assistant"}
_RANGE = "Number out of range"


def decoded(data: bytes, kind: Any) -> Any:
    """Return what a body says. Raises `BodyNotJson`, or `FieldWrong` with the field."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise _wrong(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyNotJson(detail=str(error) or "it is nested too deeply") from None


def _wrong(said: str) -> BodyNotJson | FieldWrong:
    """Return what the decoder says, in the words of the API.

    >>> print(_wrong("Expected `float | null`, got `str` - at `$.value`").fields["detail"])
    it must be a number
    >>> _wrong("Object missing required field `name` - at `$.events[1]`").param
    'events[1].name'
    """
    missing = _MISSING.fullmatch(said)
    if missing:
        return FieldWrong(field=".".join(each for each in (missing[2], missing[1]) if each), detail="it is missing")
    expected = _EXPECTED.fullmatch(said)
    if expected and not expected[3]:
        return BodyNotJson(detail=f"it must be {_words(expected[1])}")
    placed = _PLACED.fullmatch(said)
    field = placed[2] if placed else ""
    by_name = _CHOICES.get(field.rpartition(".")[2])
    if by_name:
        return FieldWrong(field=field, detail=by_name)
    if expected:
        return FieldWrong(field=field, detail=f"it must be {_words(expected[1])}")
    detail = placed[1] if placed else said
    return FieldWrong(field=field, detail="it is too large" if detail == _RANGE else detail)


def _words(kinds: str) -> str:
    return " or ".join(_WORDS.get(each, each) for each in kinds.split(" | ") if each != "null")
