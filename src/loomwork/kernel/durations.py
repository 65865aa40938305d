"""Durations as people write them. Knows nothing of clocks."""

import re

from loomwork.kernel.errors.flow import BadDuration

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_FORM = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)?\s*")


def parse_seconds(text: str | float | None) -> float | None:
    """Return a duration in seconds; None stays None. Raises `BadDuration`.

    >>> parse_seconds("90s"), parse_seconds("1.5h"), parse_seconds(2)
    (90.0, 5400.0, 2.0)
    """
    if text is None:
        return None
    if isinstance(text, (int, float)):
        return float(text)
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadDuration(text=text)
    return float(found[1]) * _UNITS[found[2] or "s"]
