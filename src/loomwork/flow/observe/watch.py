"""One step call's eyes: what it read, what of the outside it touched, what forbids its memo. Decides no memo.

A watch is made at the start of a call and finished at its end. Events are dealt to it by the process-wide hook; what a
nested call reads goes to the nested call's own watch, never up.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from types import CodeType
from typing import Any, Literal, Protocol

from loomwork.flow.observe.facts import Fact, Key
from loomwork.flow.observe.hashes import Stamp, stamp_of
from loomwork.flow.observe.observations import Observation
from loomwork.flow.observe.place import Place

_PRUNE_AT = 64


class Work(Protocol):
    """Something that a call started and that should have ended with it."""

    def is_open(self) -> bool:
        """Say whether it still runs."""
        ...

    def describe(self) -> str:
        """Say in a few words what it is."""
        ...


class Wrote:
    """A path that the call itself made, replaced or removed (`whole`), or only changed."""

    __slots__ = ("_before", "path", "whole")

    def __init__(self, path: str, *, whole: bool, before: Stamp | None) -> None:
        self.path = path
        self.whole = whole
        self._before = before

    def happened(self) -> bool:
        """Say whether the write came about: the event is raised before the act, and the act may have failed."""
        return stamp_of(self.path) != self._before


class Watch:
    """What one call in progress reads and touches.

    Attributes:
        observations: What was read, once for each thing, in order.
        after: For each of those, how many calls of `begun` had begun when it was first read.
        begun: The nested calls of this one, as they begin.
        outside: What was touched that cannot be verified: `clock: time.time`, `network: connect 10.0.0.1:443`.
        spoiled: Why the call must not be remembered at all.
    """

    __slots__ = (
        "_facts", "_forget", "_inherit", "_open_work", "_prune_at", "_wrote", "after", "begun", "closed",
        "observations", "outside", "place", "set_names", "spoiled",
    )  # fmt: skip

    def __init__(
        self,
        place: Place,
        *,
        forget: Callable[["Watch"], None] | None = None,
        inherit: Callable[["Watch", Iterable[CodeType]], None] | None = None,
    ) -> None:
        self.place = place
        self.closed = False
        self.observations: list[Observation] = []
        self.after: list[int] = []
        self.begun: Sequence[object] = ()
        self.outside: set[str] = set()
        self.spoiled: list[str] = []
        self._facts: dict[Key, Fact] | None = None
        self._wrote: dict[str, Wrote] | None = None
        self.set_names: set[str] | None = None
        self._open_work: list[Work] | None = None
        self._prune_at = _PRUNE_AT
        self._forget = forget
        self._inherit = inherit

    def sees(self, fact: Fact) -> None:
        """Add what was seen, unless it was seen before."""
        facts = self._facts
        if facts is None:
            facts = self._facts = {}
        elif fact.key in facts or (("environment",) in facts and fact.key[0] == "environment"):
            return
        facts[fact.key] = fact
        observation = fact.seen(self.place)
        try:
            _named(observation).encode()
        except UnicodeEncodeError:
            self.spoil(f"read something whose name is no text: {_named(observation)!r}")
        else:
            self.observations.append(observation)
            self.after.append(len(self.begun))

    def touches(self, reason: str) -> None:
        """Note that the call touched the outside."""
        self.outside.add(reason)

    def spoil(self, reason: str) -> None:
        """Forbid the memo."""
        if reason not in self.spoiled:
            self.spoiled.append(reason)

    def writes(self, path: str, *, whole: bool) -> None:
        """Note that the call is about to write `path`: `whole` where nothing of what was there stays."""
        if self._wrote is None:
            self._wrote = {}
        before = self._wrote.get(path)
        if before is None or whole:
            self._wrote[path] = Wrote(path, whole=whole, before=stamp_of(path))

    def moves(self, source: str, target: str) -> None:
        """Note that the call is about to rename a path."""
        written = self.wrote(source)
        self.writes(target, whole=written == "whole")
        self.writes(source, whole=True)

    def wrote(self, path: str) -> Literal["whole", "part"] | None:
        """Say whether what stands at `path` is the call's own doing."""
        if not self._wrote:
            return None
        at = path
        while True:
            found = self._wrote.get(at)
            if found is not None and (at == path or found.whole) and found.happened():
                return "whole" if found.whole else "part"
            parent = os.path.dirname(at)
            if parent == at:
                return None
            at = parent

    def wrote_in(self, folder: str) -> bool:
        """Say whether the call wrote something right in this folder."""
        return bool(self._wrote) and any(os.path.dirname(path) == folder for path in self._wrote)

    def known(self, key: Key) -> Fact | None:
        """Return what was seen of this before."""
        return None if self._facts is None else self._facts.get(key)

    def started(self, work: Work) -> None:
        """Note something that must have ended when the call ends."""
        works = self._open_work
        if works is None:
            works = self._open_work = []
        works.append(work)
        if len(works) >= self._prune_at:
            works[:] = [each for each in works if each.is_open()]
            self._prune_at = max(_PRUNE_AT, 2 * len(works))

    def inherit(self, code: Iterable[CodeType]) -> None:
        """Add what functions that remember (caches, lazily filled globals) have read for earlier callers.

        The code is also searched for what no event betrays: `datetime.now()`, a generator in a global.

        Args:
            code: Code objects of the functions that the call's behaviour reaches.
        """
        if self._inherit is not None:
            self._inherit(self, code)

    def finish(self) -> None:
        """Close the watch and judge: what outlived the call or changed under it forbids the memo. Idempotent."""
        if self.closed:
            return
        self.closed = True
        if self._forget is not None:
            self._forget(self)
        for work in self._open_work or ():
            if work.is_open():
                self.spoil(f"{work.describe()} outlived the call")
        self._open_work = None
        for fact in (self._facts or {}).values():
            if not fact.same() and not self._explains(fact):
                self.spoil(f"{fact.key[0]} {self.place.name(fact.key[1])} changed during the call")

    def _explains(self, fact: Fact) -> bool:
        """Say whether the call's own writing explains that a folder or an absent file is otherwise now."""
        kind, path = fact.key[0], fact.key[1]
        if kind == "folder":
            return self.wrote_in(path)
        observation: Any = fact.seen(self.place)
        return kind == "file" and observation.digest is None and self.wrote(path) is not None


def _named(observation: Observation) -> str:
    return observation.describe().name
