"""What was seen, before it is named after a project: absolute paths, plain values. Knows nothing of who saw it.

A fact becomes an observation for one place (`seen`). Facts about files hash late: outside a step nobody may ever ask.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

from loomwork.flow.observe.hashes import UNREADABLE, Listed, Stamp, at_rest, hashes, now_ns, stamp_of
from loomwork.flow.observe.observations import (
    DatabaseRead,
    DirListed,
    EnvRead,
    FileRead,
    Observation,
    PathTested,
    env_digest,
    env_listing,
)
from loomwork.flow.observe.place import Place
from loomwork.flow.observe.probes import Probe
from loomwork.flow.observe.sqlite import database, stamps_of
from loomwork.kernel.canonical import Digest

Key = tuple[str, ...]
_YOUNG_BYTES = 1 << 24
"""A larger file that was written just before and read outside of a step is not hashed for the chance of a cache."""


class Fact(Protocol):
    """Something that was seen."""

    @property
    def key(self) -> Key:
        """What was looked at: the first sight of a key is the one that a call depends on."""
        ...

    def seen(self, place: Place) -> Observation:
        """Return the observation of it."""
        ...

    def same(self) -> bool:
        """Say whether it can be seen unchanged: asked at the end of the call that saw it."""
        ...

    def mark(self) -> object:
        """Return what tells two sights of one key apart."""
        ...


class Content:
    """A file's content at one moment."""

    __slots__ = ("_began", "_digest", "_hashed", "_stamp", "key", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.key: Key = ("file", path)
        self._began = now_ns()
        self._stamp: Stamp | None = stamp_of(path)
        self._hashed = False
        self._digest: Digest | None = None

    def hash_now(self) -> None:
        """Hash at once: a step reads."""
        self._hash(sure=True)

    def hash_if_young(self) -> None:
        """Hash at once where the stamp will not prove later that nothing has changed."""
        stamp = self._stamp
        if stamp is not None and stamp[2] <= _YOUNG_BYTES and not at_rest(stamp, self._began):
            self._hash(sure=True)

    def digest(self) -> Digest | None:
        """Return the hash of the content at that moment, `unreadable` where it cannot be known any more."""
        if not self._hashed:
            self._hash(sure=self._stamp is None or at_rest(self._stamp, self._began))
        return self._digest

    def _hash(self, *, sure: bool) -> None:
        if not self._hashed:
            found = hashes.content(self.path)
            self._digest = found if sure and stamp_of(self.path) == self._stamp else UNREADABLE
            self._hashed = True

    def mark(self) -> object:
        """Return the stamp."""
        return self._stamp

    def seen(self, place: Place) -> Observation:
        """Return the observation."""
        return FileRead(place.name(self.path), self.digest())

    def same(self) -> bool:
        """Compare the stamps; hash again where they prove nothing."""
        now = stamp_of(self.path)
        if now == self._stamp and (now is None or hashes.is_settled(self.path, now)):
            return True
        return hashes.content(self.path) == self.digest()


class Database:
    """A database's pages at one moment."""

    __slots__ = ("_digest", "_hashed", "_stamps", "key", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.key: Key = ("database", path)
        self._stamps = stamps_of(path)
        self._hashed = False
        self._digest: Digest | None = None

    def digest(self) -> Digest | None:
        """Return the hash of the pages at that moment, `unreadable` where it cannot be known any more."""
        if not self._hashed:
            found = database(self.path)
            self._digest = found if stamps_of(self.path) == self._stamps else UNREADABLE
            self._hashed = True
        return self._digest

    def mark(self) -> object:
        """Return the stamps."""
        return self._stamps

    def seen(self, place: Place) -> Observation:
        """Return the observation."""
        return DatabaseRead(place.name(self.path), self.digest())

    def same(self) -> bool:
        """Hash again: a checkpoint changes the files and not what they say."""
        return database(self.path) == self.digest()


class Listing:
    """A folder's entries at one moment."""

    __slots__ = ("_again", "_detail", "_listed", "key", "path")

    def __init__(self, path: str, listed: Listed, detail: Literal["names", "stats"]) -> None:
        self.path = path
        self.key: Key = ("folder", path, detail)
        self._listed = listed
        self._detail: Literal["names", "stats"] = detail

    def mark(self) -> object:
        """Return the listing."""
        return self._listed

    def seen(self, place: Place) -> Observation:
        """Return the observation."""
        return DirListed(place.name(self.path), self._listed.digest, self._listed.entries, self._detail)

    def same(self) -> bool:
        """List again."""
        return self.seen(_NOWHERE).holds(_NOWHERE)


class Tested:
    """The answer to a test of a path. It cannot be wrong later: the answer itself is what was seen."""

    __slots__ = ("asked", "key", "path", "text")

    def __init__(self, path: str, asked: Probe, text: str) -> None:
        self.path = path
        self.key: Key = ("path", path, asked)
        self.asked: Probe = asked
        self.text = text

    def mark(self) -> object:
        """Return the answer."""
        return self.text

    def seen(self, place: Place) -> Observation:
        """Return the observation."""
        return PathTested(place.name(self.path), self.asked, self.text)

    def same(self) -> bool:
        """Nothing to check."""
        return True


class Variable:
    """The value of an environment variable."""

    __slots__ = ("_name", "_value", "key")

    def __init__(self, name: str, value: str | None) -> None:
        self._name = name
        self._value = value
        self.key: Key = ("environment", name)

    def mark(self) -> object:
        """Return the value."""
        return self._value

    def seen(self, place: Place) -> Observation:
        """Return the observation."""
        return EnvRead(self._name, env_digest(self._name, self._value, place))

    def same(self) -> bool:
        """Nothing to check."""
        return True


class Variables:
    """All of the environment."""

    __slots__ = ("_values", "key")

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self.key: Key = ("environment",)

    def mark(self) -> object:
        """Return the values."""
        return tuple(self._values.items())

    def seen(self, place: Place) -> Observation:
        """Return the observation."""
        return env_listing(self._values, place)

    def same(self) -> bool:
        """Nothing to check."""
        return True


_NOWHERE = Place(Path(os.sep), b"-")
"""A place that names every path by its absolute path."""
