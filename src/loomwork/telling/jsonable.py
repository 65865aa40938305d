"""Any result as JSON: what JSON cannot say becomes its nearest readable form. Knows nothing of stores."""

from __future__ import annotations

from typing import Any

import msgspec


def jsonable(value: Any) -> Any:
    """Return plain JSON data for a value.

    >>> jsonable({"a": (1, 2), 3: b"x"})
    {'a': (1, 2), '3': 'eA=='}
    """
    return msgspec.to_builtins(value, str_keys=True, enc_hook=_other)


def _other(value: Any) -> Any:
    for method in ("model_dump", "tolist", "isoformat"):
        if hasattr(value, method):
            return getattr(value, method)()
    return str(value)
