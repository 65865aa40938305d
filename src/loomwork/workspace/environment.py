"""Read setting overrides from LOOMWORK_ variables. Knows the shape of names, not what they mean.

`LOOMWORK_MODELS__FAST__TEMPERATURE=0` sets `models.fast.temperature`; a value is read as TOML where it is TOML (`0`,
`true`, `["a"]`), else as text. Names ignore case, and `-` is written `_`. Variables without `__` are no settings.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, cast

from msgspec import Struct

PREFIX = "LOOMWORK_"
MARK = "__"


class Override(Struct, frozen=True):
    """One variable: the path of names that it sets, in lower case, and the value."""

    variable: str
    names: tuple[str, ...]
    value: Any


def overrides(environ: Mapping[str, str]) -> Iterator[Override]:
    """Yield the overrides in order of their names."""
    for variable in sorted(environ):
        name = variable.upper()
        if name.startswith(PREFIX) and MARK in name.removeprefix(PREFIX):
            names = tuple(part.lower() for part in name.removeprefix(PREFIX).split(MARK))
            yield Override(variable, names, value_of(environ[variable]))


def value_of(text: str) -> Any:
    """Return the TOML value in a text, else the text.

    >>> value_of("0.5"), value_of("true"), value_of("gpt-4o"), value_of('"7"')
    (0.5, True, 'gpt-4o', '7')
    """
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return parsed["value"] if set(parsed) == {"value"} else text


def applied(data: Mapping[str, Any], override: Override) -> dict[str, Any]:
    """Return settings with one override in them; an existing key keeps its spelling.

    >>> applied({"models": {"My-Model": {"seed": 1}}}, Override("X", ("models", "my_model", "seed"), 2))
    {'models': {'My-Model': {'seed': 2}}}
    """
    return _set(data, override.names, override.value)


def _set(data: Mapping[str, Any], names: tuple[str, ...], value: Any) -> dict[str, Any]:
    head, *rest = names
    key = next((known for known in data if known.lower().replace("-", "_") == head), head)
    changed = dict(data)
    if not rest:
        changed[key] = value
        return changed
    below = data.get(key)
    inner: Mapping[str, Any] = cast("Mapping[str, Any]", below) if isinstance(below, Mapping) else {}
    changed[key] = _set(inner, tuple(rest), value)
    return changed
