"""Name what differs between two behaviours, and nothing that does not. Knows nothing of live code.

Both lists of parts are walked from their first part at once: parts in the same place of equal text belong together
whatever they are called, so that a rename or a move is not a change.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from loomwork.flow.behaviour.parts import SHOWN, Part

_ALIKE = 0.8
"""From here on, two texts in one place are one thing that was renamed and edited."""
_FACTS = frozenset({"package", "python", "loomwork"})


class Change(Struct, frozen=True, kw_only=True):
    """One thing that differs."""

    kind: str
    name: str
    file: str
    line: int
    before: str
    after: str


def diff_parts(before: Sequence[Part], after: Sequence[Part]) -> list[Change]:
    """Return what changed from one list of parts to another, nearest to the step first.

    >>> one = Part(kind="constant", name="app.LIMIT", file="app.py", line=3, digest="a", shown="3")
    >>> two = Part(kind="constant", name="app.LIMIT", file="app.py", line=3, digest="b", shown="4")
    >>> [(change.name, change.before, change.after) for change in diff_parts([one], [two])]
    [('app.LIMIT', '3', '4')]
    """
    pairing = _Pairing(before, after)
    pairing.run()
    changes = pairing.changes + _facts(before, after)
    if not changes:
        changes = _appearances(before, after)
    told = [each for each in changes if each.before != each.after or len(each.after) >= SHOWN]
    changes = told or changes
    return list({(each.kind, each.name, each.before, each.after): each for each in changes}.values())


class _Pairing:
    """Which part before is which part after."""

    def __init__(self, before: Sequence[Part], after: Sequence[Part]) -> None:
        self.before = before
        self.after = after
        self.seen: set[tuple[int, int]] = set()
        self.changes: list[Change] = []
        self.names_before = {(each.kind, each.name): each for each in before}
        self.names_after = {(each.kind, each.name): each for each in after}

    def run(self) -> None:
        """Pair from the first parts on, then what no pair has led to (other roots: a method's class, effects)."""
        self._follow([(0, 0)] if self.before and self.after else [])
        for same in (_whole, _content, _title):
            ones, twos = {one for one, _ in self.seen}, {two for _, two in self.seen}
            waiting = {same(part): at for at, part in reversed([*enumerate(self.before)]) if at not in ones}
            left = [(at, part) for at, part in enumerate(self.after) if at not in twos and part.kind not in _FACTS]
            self._follow([(waiting.pop(same(part)), at) for at, part in left if same(part) in waiting])

    def _follow(self, todo: list[tuple[int, int]]) -> None:
        while todo:
            pair = todo.pop(0)
            if pair not in self.seen:
                self.seen.add(pair)
                todo += self._pair(*pair)

    def _pair(self, one: int, two: int) -> list[tuple[int, int]]:
        old, new = self.before[one], self.after[two]
        if old.digest == new.digest and len(old.refs) == len(new.refs):
            return self._in_place(old, new)
        self.changes.append(_change(old, new))
        return self._by_name(old, new)

    def _in_place(self, old: Part, new: Part) -> list[tuple[int, int]]:
        pairs: list[tuple[int, int]] = []
        for one, two in zip(old.refs, new.refs, strict=True):
            if one < 0 or two < 0:
                if (one < 0) != (two < 0) and old.shown != new.shown:
                    self.changes.append(_change(old, new))
                continue
            if self._is_another(self.before[one], self.after[two]) and old.shown != new.shown:
                self.changes.append(_change(old, new))
                return self._by_name(old, new)
            pairs.append((one, two))
        return pairs

    def _is_another(self, one: Part, two: Part) -> bool:
        """Say whether a place leads to something else now, rather than to the same thing changed or renamed."""
        if one.digest == two.digest or (one.kind, one.name) == (two.kind, two.name):
            return False
        if (one.kind, one.name) in self.names_after or (two.kind, two.name) in self.names_before:
            return True
        return one.kind != two.kind or SequenceMatcher(None, one.shown, two.shown).ratio() < _ALIKE

    def _by_name(self, old: Part, new: Part) -> list[tuple[int, int]]:
        """Pair what two differing texts refer to: the same under the same name, the same name, the same content."""
        ones = list(dict.fromkeys(at for at in old.refs if at >= 0))
        twos = list(dict.fromkeys(at for at in new.refs if at >= 0))
        pairs: list[tuple[int, int]] = []
        for same in (_whole, _title, _content):
            known: dict[tuple[str, ...], list[int]] = {}
            for at in ones:
                known.setdefault(same(self.before[at]), []).append(at)
            for at in list(twos):
                waiting = known.get(same(self.after[at]))
                if waiting:
                    pairs.append((waiting.pop(0), at))
                    ones.remove(pairs[-1][0])
                    twos.remove(at)
        return sorted(pairs, key=lambda pair: pair[1])


def _whole(part: Part) -> tuple[str, ...]:
    return (part.kind, part.name, part.digest)


def _content(part: Part) -> tuple[str, ...]:
    return (part.kind, part.digest)


def _title(part: Part) -> tuple[str, ...]:
    return (part.kind, part.name)


def _change(old: Part, new: Part) -> Change:
    return Change(
        kind=new.kind, name=new.name, file=new.file or old.file, line=new.line or old.line,
        before=old.shown, after=new.shown,
    )  # fmt: skip


def _facts(before: Sequence[Part], after: Sequence[Part]) -> list[Change]:
    known = {(each.kind, each.name): each for each in before if each.kind in _FACTS}
    found: list[Change] = []
    for each in after:
        old = known.get((each.kind, each.name))
        if old is not None and old.digest != each.digest:
            found.append(_change(old, each))
    return found


def _appearances(before: Sequence[Part], after: Sequence[Part]) -> list[Change]:
    """Return what stands on one side only."""
    old = {each.digest for each in before}
    new = {each.digest for each in after}
    gone = [_change(each, _gone(each)) for each in before if each.digest not in new]
    come = [_change(_gone(each), each) for each in after if each.digest not in old]
    return gone + come


def _gone(part: Part) -> Part:
    return Part(kind=part.kind, name=part.name, file=part.file, line=part.line, digest="", shown="")
