"""What a call read, as values that can be stored and checked again. Knows nothing of who reads.

Each observation can say whether it still `holds`, `describe` itself for `why`, and what would be seen `now`.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from msgspec import Struct

from loomwork.flow.observe.hashes import NOT_A_FILE, UNREADABLE, hashes, listing
from loomwork.flow.observe.names import is_secret, is_session
from loomwork.flow.observe.place import Place
from loomwork.flow.observe.probes import Probe, probe
from loomwork.flow.observe.sqlite import database
from loomwork.kernel.canonical import Digest, combine

SET = Digest("set")
"""Stands for the value of a variable whose name says that it is a secret."""
_SHOWN = 12


class Described(NamedTuple):
    """An observation for people."""

    kind: str
    name: str
    text: str


class FileRead(Struct, frozen=True, tag="file", tag_field="o"):
    """A file was read (or looked for, and was not there)."""

    path: str
    digest: Digest | None

    def holds(self, place: Place) -> bool:
        """Say whether the file reads the same now."""
        return hashes.content(place.find(self.path)) == self.digest != UNREADABLE

    def describe(self) -> Described:
        """Return kind, name and what was seen."""
        return Described("file", self.path, _content(self.digest))

    def now(self, place: Place | None = None) -> str:
        """Return what would be seen now."""
        return _content(hashes.content(_here(place).find(self.path)))


class DatabaseRead(Struct, frozen=True, tag="database", tag_field="o"):
    """A SQLite database was connected to."""

    path: str
    digest: Digest | None

    def holds(self, place: Place) -> bool:
        """Say whether its pages are the same now, be they in the file or in the WAL."""
        return database(place.find(self.path)) == self.digest != UNREADABLE

    def describe(self) -> Described:
        """Return kind, name and what was seen."""
        return Described("database", self.path, _content(self.digest))

    def now(self, place: Place | None = None) -> str:
        """Return what would be seen now."""
        return _content(database(_here(place).find(self.path)))


class DirListed(Struct, frozen=True, tag="folder", tag_field="o"):
    """A folder was listed: names and kinds of its entries, with `stats` their sizes and times, too."""

    path: str
    digest: Digest | None
    count: int = 0
    detail: Literal["names", "stats"] = "names"

    def holds(self, place: Place) -> bool:
        """Say whether the folder lists the same now."""
        return listing(place.find(self.path), stats=self.detail == "stats").digest == self.digest != UNREADABLE

    def describe(self) -> Described:
        """Return kind, name and what was seen."""
        return Described("folder", self.path, _entries(self.digest, self.count))

    def now(self, place: Place | None = None) -> str:
        """Return what would be seen now."""
        return _entries(*listing(_here(place).find(self.path), stats=self.detail == "stats"))


class PathTested(Struct, frozen=True, tag="path", tag_field="o"):
    """A path was tested without being read; `seen` is what the test told."""

    path: str
    probe: Probe
    seen: str

    def holds(self, place: Place) -> bool:
        """Say whether the test tells the same now."""
        return probe(place.find(self.path), self.probe) == self.seen

    def describe(self) -> Described:
        """Return kind, name and what was seen."""
        return Described("path", f"{self.path} ({self.probe})", self.seen)

    def now(self, place: Place | None = None) -> str:
        """Return what would be seen now."""
        return probe(_here(place).find(self.path), self.probe)


class EnvRead(Struct, frozen=True, tag="env", tag_field="o"):
    """An environment variable was read; `digest` is a keyed hash, `set` for a secret, None where it was not set."""

    name: str
    digest: Digest | None

    def holds(self, place: Place) -> bool:
        """Say whether the variable has the same value now."""
        return env_digest(self.name, os.environ.get(self.name), place) == self.digest

    def describe(self) -> Described:
        """Return kind, name and what was seen."""
        return Described("environment", self.name, _value(self.digest))

    def now(self, place: Place | None = None) -> str:
        """Return what would be seen now."""
        return _value(env_digest(self.name, os.environ.get(self.name), _here(place)))


class EnvListed(Struct, frozen=True, tag="envs", tag_field="o"):
    """The whole environment was read, but for what belongs to the terminal session."""

    digest: Digest
    count: int

    def holds(self, place: Place) -> bool:
        """Say whether all variables have the same values now."""
        return env_listing(os.environ, place).digest == self.digest

    def describe(self) -> Described:
        """Return kind, name and what was seen."""
        return Described("environment", "*", _variables(self))

    def now(self, place: Place | None = None) -> str:
        """Return what would be seen now."""
        return _variables(env_listing(os.environ, _here(place)))


Observation = FileRead | DatabaseRead | DirListed | PathTested | EnvRead | EnvListed

_installed: list[Place] = []
"""Where the last observer stands: for words about an observation that nobody gave a place to."""


def stand(place: Place) -> None:
    """Let observations speak of this place when none is given."""
    _installed[:] = [place]


def verify(observation: Observation, place: Place | None = None) -> bool:
    """Say whether an observation still holds."""
    return observation.holds(_here(place))


def env_digest(name: str, value: str | None, place: Place) -> Digest | None:
    """Return what is remembered of a variable."""
    if value is None:
        return None
    return SET if is_secret(name) else place.keyed(value)


def env_listing(variables: Mapping[str, str], place: Place) -> EnvListed:
    """Return what is remembered of the whole environment."""
    names: Iterable[str] = sorted(name for name in variables if not is_session(name))
    pieces: list[str] = []
    for name in names:
        pieces += (name, env_digest(name, variables[name], place) or "")
    return EnvListed(combine(*pieces), len(pieces) // 2)


def _here(place: Place | None) -> Place:
    return place or _installed[0]


def _content(digest: Digest | None) -> str:
    if digest is None:
        return "no such file"
    return digest if digest in (UNREADABLE, NOT_A_FILE) else f"content {digest[:_SHOWN]}"


def _entries(digest: Digest | None, count: int) -> str:
    return "no such folder" if digest is None else f"{count} entries, {digest[:_SHOWN]}"


def _value(digest: Digest | None) -> str:
    if digest is None:
        return "not set"
    return "set" if digest == SET else f"value {digest[:_SHOWN]}"


def _variables(listed: EnvListed) -> str:
    return f"{listed.count} variables, {listed.digest[:_SHOWN]}"
