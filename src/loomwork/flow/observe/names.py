"""Names with a meaning, read from data files: secrets, session variables, callers seen through, sources outside."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("data")


def load(name: str) -> Any:
    """Return one of the data files beside this module."""
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


_VARIABLES = load("variables")
_SECRET = frozenset(_VARIABLES["secret_words"])
_KEY = frozenset(_VARIABLES["key_words"])
_PLAIN = frozenset(_VARIABLES["plain_before_key"])
_SESSION = frozenset(_VARIABLES["session"])
_SESSION_STARTS = tuple(_VARIABLES["session_starts"])


@cache
def is_secret(name: str) -> bool:
    """Say whether a variable's name tells that its value is a secret: only whether it is set is remembered.

    >>> [is_secret(name) for name in ("OPENAI_API_KEY", "DB_PASSWORD", "HF_TOKEN", "MONKEY", "MAX_TOKENS", "SORT_KEY")]
    [True, True, True, False, False, False]
    """
    words = re.split(r"[_\W]+", name.lower())
    if not _SECRET.isdisjoint(words):
        return True
    return any(word in _KEY and (not place or words[place - 1] not in _PLAIN) for place, word in enumerate(words))


def is_session(name: str) -> bool:
    """Say whether a variable belongs to the terminal session and is left out when all of them are read."""
    return name in _SESSION or name.startswith(_SESSION_STARTS)


class Through(dict[str, bool]):
    """Module names that are seen through: who called *them* is the one who reads.

    >>> Through(["os", "importlib.resources"])["importlib.resources._common"]
    True
    """

    def __init__(self, modules: list[str]) -> None:
        super().__init__()
        self._modules = frozenset(modules)

    def __missing__(self, name: str) -> bool:
        parts = str(name).split(".")  # a module may carry any name, or None
        found = any(".".join(parts[:count]) in self._modules for count in range(1, len(parts) + 1))
        self[name] = found
        return found


_CALLERS = load("callers")
ENVIRONMENT = Through(_CALLERS["environment"])
PATHS = Through(_CALLERS["paths"])
CLOCK = Through(_CALLERS["clock"])
CHANCE = Through(_CALLERS["chance"])
SHOWS_SOURCE = Through(_CALLERS["shows_source"])
SHOWS_ONLY = Through(_CALLERS["shows_only"])
