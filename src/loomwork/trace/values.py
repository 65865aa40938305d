"""Make attribute values storable: JSON's types and bytes, nothing else. Knows no span."""

from collections.abc import Callable, Iterable, Mapping
from typing import cast, overload

INT64 = 2**63
PREVIEW_CHARS = 400
DEEPEST = 12


@overload
def plain(value: str, redact: Callable[[str], str]) -> str: ...
@overload
def plain(value: object, redact: Callable[[str], str]) -> object: ...
def plain(value: object, redact: Callable[[str], str]) -> object:
    """Return `value` as None, bool, int64, float, str, bytes, list or dict; every text passes through `redact`.

    >>> plain({1: (2**70, {"a"})}, str.upper)
    {'1': ['1180591620717411303424', ['A']]}
    """
    return _plain(value, redact, 0)


def _plain(value: object, redact: Callable[[str], str], depth: int) -> object:
    kind = type(value)
    if kind is str:  # nearly all there are
        return clean(redact(cast("str", value)))
    if kind is int and -INT64 <= cast("int", value) < INT64:
        return value
    match value:
        case None | bool() | float() | bytes():
            return value
        case int():
            return int(value) if -INT64 <= value < INT64 else str(value)
        case str():
            return clean(redact(value))
        case _ if depth >= DEEPEST:
            return clean(redact(repr(value)[:PREVIEW_CHARS]))
        case list() | tuple() | set() | frozenset():
            return [_plain(each, redact, depth + 1) for each in cast("Iterable[object]", value)]
        case Mapping():
            mapping = cast("Mapping[object, object]", value)
            return {clean(str(key)): _plain(each, redact, depth + 1) for key, each in mapping.items()}
        case _:
            return clean(redact(str(value)))


def clean(text: str) -> str:
    r"""Replace lone surrogates: they have no UTF-8.

    >>> clean("a" + chr(0xD800))
    'a\ufffd'
    """
    if text.isascii():
        return text if type(text) is str else str(text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def preview(text: str, chars: int = PREVIEW_CHARS) -> str:
    """Cut a text for a list.

    >>> preview("abcdef", 4)
    'abc…'
    """
    cleaned = clean(text)
    return cleaned if len(cleaned) <= chars else cleaned[: chars - 1] + "…"
