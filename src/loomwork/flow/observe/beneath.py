"""What was seen beneath each project function, so that a cache's readers are inherited. Knows nothing of steps.

A function that remembers gives later callers what it read for the first one, without any event. So each fact is also
kept under the functions on the stack; a step that reaches a function which *may remember* takes over all facts beneath
it. What may remember: anything wrapped by `functools.cache`, `lru_cache`, `cached_property`; anything wrapped by a
library's decorator that is not known to keep nothing; any function that writes a global, a captured name, or an
attribute or item of something that outlives the call (see `writes`). Too much may be inherited, never too little.
"""

from collections.abc import Iterable
from types import CodeType, FrameType
from typing import Any, NamedTuple

from loomwork.flow.observe.facts import Fact, Key
from loomwork.flow.observe.remembers import CACHED, remembers

_MOST = 512
"""More facts than this beneath one function are not carried into memos: its callers are `outside` instead."""


class AtImport(NamedTuple):
    """A fact, or a touch of the outside, while a module was imported, and at which line of it."""

    line: int
    fact: Fact | None = None
    outside: str = ""


class Entry:
    """What was seen beneath one function."""

    __slots__ = ("_remembers", "code", "facts", "is_full", "names", "outside")

    def __init__(self, code: CodeType, names: dict[str, Any]) -> None:
        self.code = code
        self.names = names
        self.facts: dict[tuple[Key, object], Fact] = {}
        self.outside: set[str] = set()
        self.is_full = False
        self._remembers: bool | None = None

    def remembers(self) -> bool:
        """Say whether the function may give a later caller what it read for an earlier one."""
        if id(self.code) in CACHED:
            return True
        if self._remembers is None:
            self._remembers = remembers(self.code, self.names)
        return self._remembers


class Beneath:
    """The facts of one process by function."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._imports: dict[str, list[AtImport]] = {}

    def add(self, frames: list[FrameType], fact: Fact) -> None:
        """Keep a fact under each project function on the stack."""
        for frame in frames:
            code = frame.f_code
            if code.co_name == "<module>":
                self._imports.setdefault(code.co_filename, []).append(AtImport(frame.f_lineno, fact))
                continue
            entry = self._entry(frame)
            if entry.is_full:
                continue
            entry.facts.setdefault((fact.key, fact.mark()), fact)
            if len(entry.facts) > _MOST:
                entry.facts.clear()
                entry.is_full = True

    def touch(self, frames: list[FrameType], reason: str) -> None:
        """Keep a touch of the outside under each project function on the stack."""
        for frame in frames:
            code = frame.f_code
            if code.co_name == "<module>":
                self._imports.setdefault(code.co_filename, []).append(AtImport(frame.f_lineno, outside=reason))
            else:
                self._entry(frame).outside.add(reason)

    def of(self, codes: Iterable[CodeType]) -> Iterable[Entry]:
        """Yield what is kept under those of the functions that may remember."""
        entries = self._entries
        if not entries:
            return
        for code in codes:
            entry = entries.get(id(code))
            if entry is not None and entry.remembers():
                yield entry

    def codes(self) -> list[CodeType]:
        """Return the code of all functions beneath which something was seen."""
        return [entry.code for entry in self._entries.values()]

    def at_import(self, filename: str, first: int, last: int) -> list[AtImport]:
        """Return what was seen and touched while a module's lines `first` to `last` were imported."""
        return [each for each in self._imports.get(filename, ()) if first <= each.line <= last]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._imports.clear()

    def _entry(self, frame: FrameType) -> Entry:
        code = frame.f_code
        entry = self._entries.get(id(code))
        if entry is None:
            entry = self._entries[id(code)] = Entry(code, frame.f_globals)
        return entry
