"""Tell several suspects apart by trying: take one change back at a time and see whether the result stays.

What stays without a change was not made by it. The idea is that of delta debugging (Zeller and Hildebrandt, 2002),
one change at a time, since a row seldom has more than a handful. Knows nothing of how a set of changes is tried.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Literal

from msgspec import Struct

from loomwork.flow.blaming.aligning import differing
from loomwork.flow.blaming.changes import Change
from loomwork.flow.blaming.suspecting import Suspicion, is_noise
from loomwork.flow.blaming.verdict import Blame, Note

_FEW = 2
_ALONE = 6
"""Changes up to which those that were dropped are tried once more, each by itself."""


class Tried(Struct, frozen=True, kw_only=True):
    """What a row comes to under some of the changes."""

    outcome: Literal["b", "other", "diverged", "not rebuilt", "too many calls"]
    """`b`: what the second run came to."""
    calls: int = 0
    """Model calls that were sent for it."""
    sampled: bool = False
    """One of them was a draw."""


Trying = Callable[[frozenset[str]], Awaitable[Tried]]
"""Tries a row with these switches as in the second run, the others as in the first one."""


def known(suspicion: Suspicion) -> Blame | None:
    """Return the answer where the records alone give it; None where it must be tried."""
    if suspicion.is_same:
        return suspicion.verdict(())
    switches = suspicion.switches
    if len(switches) > 1:
        return None
    notes: list[Note] = list(suspicion.notes)
    if not switches or suspicion.changes[0].kind == "unknown":
        notes.append("unknown")
    elif is_noise(suspicion):
        notes.append("noise")
    elif is_sampled(suspicion):
        notes.append("sampled")
    doubtful = {"unknown", "sampled"} & set(notes)
    return suspicion.verdict(suspicion.changes, certain=not doubtful, notes=tuple(notes))


def is_sampled(suspicion: Suspicion) -> bool:
    """Say whether an answer that differs is a draw: chance alone may have changed it."""
    nodes = [node for pair in differing(suspicion.root) for node in (pair.a, pair.b) if node is not None]
    return any(node.call.kind == "model" and node.record.draw is not None for node in nodes)


def most_calls(suspicion: Suspicion, groups: Mapping[str, str] | None = None) -> int:
    """Return the most model calls that telling the changes apart takes."""
    joined = dict(groups or {})
    count = len({joined.get(each, each) for each in suspicion.switches if not each.startswith("fixed:")})
    tries = count if count <= _FEW else count + (count - _FEW) * (count <= _ALONE)
    return tries * suspicion.calls_after()


async def settle(suspicion: Suspicion, attempt: Trying, *, groups: Mapping[str, str] | None = None) -> Blame:
    """Find the changes none of which can be left out.

    Args:
        suspicion: With more than one switch.
        attempt: Tries some of them.
        groups: Switches that can only be set together, by the name of what they are set with.
    """
    trial = _Trial(suspicion, attempt, dict(groups or {}))
    await trial.take_back()
    if len(trial.left) > 1 and len(trial.names) <= _ALONE:
        await trial.alone()
    return trial.verdict()


class _Trial:
    """One search in progress."""

    def __init__(self, suspicion: Suspicion, attempt: Trying, groups: dict[str, str]) -> None:
        self._suspicion = suspicion
        self._attempt = attempt
        self._groups = groups
        movable = [each for each in suspicion.switches if not each.startswith("fixed:")]
        self.names = list(dict.fromkeys(groups.get(each, each) for each in movable))
        self.left = list(self.names)
        self._dropped: list[str] = []
        self._seen: dict[frozenset[str], Tried] = {}
        self._notes: list[Note] = []
        self._doubts = False

    async def take_back(self) -> None:
        """Take one change after another back, the last one first: the first difference is the likeliest cause."""
        fixed = len(self._suspicion.switches) > len(self._members(self.names))
        for name in reversed(self.names):
            without = [each for each in self.left if each != name]
            if not without and not fixed:
                return  # without any change the row is what it was in the first run
            found = await self._try(without)
            if found.outcome == "b":
                self.left = without
                self._dropped.append(name)
            elif found.outcome != "other":
                self._doubts = True
                self._note(found.outcome)

    async def alone(self) -> None:
        """See whether a change that was dropped does it all by itself: then it is the smaller answer."""
        for name in self._dropped:
            if (await self._try([name])).outcome == "b":
                self.left = [name]
                return

    async def _try(self, names: Iterable[str]) -> Tried:
        on = frozenset(self._members(names))
        if on not in self._seen:
            self._seen[on] = await self._attempt(on)
        found = self._seen[on]
        if found.sampled and found.outcome == "other":
            self._doubts = True
            self._note("sampled")
        return found

    def _members(self, names: Iterable[str]) -> list[str]:
        wanted = set(names)
        return [each for each in self._suspicion.switches if self._groups.get(each, each) in wanted]

    def _note(self, note: Note) -> None:
        if note not in self._notes:
            self._notes.append(note)

    def verdict(self) -> Blame:
        """Return the answer as far as it is known."""
        suspicion = self._suspicion
        left = set(self._members(self.left))
        fixed = [change for change in suspicion.changes if change.is_fixed]
        changes: list[Change] = [change for change in suspicion.changes if change.switch in left]
        if fixed and not changes:  # nothing that can be set does it: what cannot be set did
            changes, self._doubts = fixed, True
            self._note("fixed")
        elif fixed:
            self._doubts = True
            self._note("fixed")
        made = sum(each.calls for each in self._seen.values())
        return suspicion.verdict(
            changes, certain=not self._doubts, needed=most_calls(suspicion, self._groups), made=made,
            tries=len(self._seen), notes=(*suspicion.notes, *self._notes),
        )  # fmt: skip
