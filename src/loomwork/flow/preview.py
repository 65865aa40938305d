"""The first characters of a value, for lists. Knows nothing of redaction: the recorder does that."""

import reprlib
from typing import Any

_LENGTH = 200


class _Short(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = 6
        self.maxstring = self.maxother = 120
        self.maxlevel = 3


_short = _Short()


def preview(value: Any) -> str:
    """Return at most 200 characters that show what a value is.

    >>> preview("hello"), preview({"n": 1})
    ('hello', "{'n': 1}")
    """
    if isinstance(value, str):
        return value[:_LENGTH]
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return _short.repr(value)[:_LENGTH]
