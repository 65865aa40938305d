"""The first characters of a value, for lists. Knows nothing of redaction: the recorder does that."""

import reprlib
from itertools import islice
from typing import Any, cast

_LENGTH = 200
_ITEMS = 6


class _Short(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = _ITEMS
        self.maxstring = self.maxother = 120
        self.maxlevel = 3


_short = _Short()


def preview(value: Any) -> str:
    """Return at most 200 characters that show what a value is; its class may say how, with `__preview__()`.

    >>> preview("hello"), preview({"n": 1, "text": "a"}), preview([1, 2])
    ('hello', 'n: 1, text: a', '[1, 2]')
    """
    kind = cast("object", type(value))
    if kind is str:
        return value[:_LENGTH]
    if kind is dict:
        items = islice(cast("dict[Any, Any]", value).items(), _ITEMS)
        return ", ".join([f"{name}: {preview(each)}" for name, each in items])[:_LENGTH]
    if kind is int or kind is float or kind is bool or value is None:
        return str(value)
    if kind is bytes:
        return f"<{len(value)} bytes>"
    told = getattr(kind, "__preview__", None)
    if told is not None:
        return str(told(value))[:_LENGTH]
    return _short.repr(value)[:_LENGTH]
