"""Model settings as records show them, turned back into what loomwork.toml takes. Knows the keys, not their meaning."""

from __future__ import annotations

import ast
from typing import Any, cast

_TEXTS = frozenset({"driver", "model", "base_url", "reasoning_effort", "route"})
_LITERALS = frozenset(
    {
        "temperature", "top_p", "max_tokens", "seed", "reasoning_budget", "extra_body", "dimensions", "weights",
        "rules",
    }
)  # fmt: skip


def value_of(key: str, text: str) -> Any:
    """Return the value that a record shows; None where the key was not set, False where it cannot be read back.

    >>> value_of("temperature", "0.7"), value_of("model", "1"), value_of("seed", ""), value_of("headers", "{...}")
    (0.7, '1', None, False)
    """
    if not text:
        return None
    if key in _TEXTS:
        return text
    if key == "models":
        return text.split(", ")
    if key not in _LITERALS:
        return False
    try:
        return _set(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return False


def _set(value: Any) -> Any:
    """Return a value without what was not set in it, and with lists where a record shows tuples.

    >>> _set(({"when": "a", "fail": None},))
    [{'when': 'a'}]
    """
    if isinstance(value, dict):
        named = cast("dict[str, Any]", value)
        return {name: _set(each) for name, each in named.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_set(each) for each in cast("list[Any]", value)]
    return value
