"""Where a project stands and how its paths and secrets are named. Reads nothing.

Paths inside the project are named relative to it, so that a moved project keeps its memos; all others by their
absolute path. Values of environment variables are hashed with a key of the store, so that a record tells nobody what
they were.
"""

import hmac
import os
from pathlib import Path
from typing import Any

from loomwork.kernel.canonical import Digest

_DIGITS = 40


class Place:
    """The root of a project and the key of its store.

    >>> place = Place(Path("/srv/app"), b"k")
    >>> place.name("/srv/app/data/rows.csv"), place.name("/etc/hosts"), place.find("data/rows.csv")
    ('data/rows.csv', '/etc/hosts', '/srv/app/data/rows.csv')
    """

    __slots__ = ("_key", "_roots", "root")

    def __init__(self, root: Path, key: bytes) -> None:
        self.root = os.path.abspath(root)
        self._roots = tuple(dict.fromkeys(base.rstrip(os.sep) + os.sep for base in (self.root, os.path.realpath(root))))
        self._key = key

    def name(self, path: str) -> str:
        """Return the name of an absolute path."""
        for root in self._roots:
            if path.startswith(root):
                return path[len(root) :]
        return "." if path + os.sep in self._roots else path

    def find(self, name: str) -> str:
        """Return the absolute path behind a name."""
        if os.path.isabs(name):
            return name
        return self.root if name == "." else self.root + os.sep + name

    def holds(self, path: str) -> bool:
        """Say whether an absolute path lies inside the project."""
        return path.startswith(self._roots)

    def keyed(self, text: str) -> Digest:
        """Return the keyed hash of a text."""
        return Digest(hmac.digest(self._key, os.fsencode(text), "sha256").hex()[:_DIGITS])


def text_of(given: Any) -> str | None:
    """Return a path of any kind as text, None for what is no path."""
    return os.fsdecode(given) if isinstance(given, str | bytes | os.PathLike) else None  # pyright: ignore[reportUnknownArgumentType] -- any path
