"""The recordings of two runs as one, with each difference set one way or the other. Knows no files and no settings.

As in a replay, what acts on the outside is only ever answered from a record. Which side's record answers is decided by
the switches of the changes that made the two differ.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from loomwork.flow.blaming.aligning import outcome
from loomwork.flow.blaming.suspecting import Suspicion
from loomwork.flow.blaming.tree import Node
from loomwork.flow.keys import Keyed
from loomwork.flow.lookup import Found, Missed, drawn
from loomwork.flow.runtime import Runtime
from loomwork.flow.step import Step
from loomwork.kernel.errors.flow import TooManyCalls
from loomwork.kernel.usage import Cost

_PURE = frozenset({"step", "model", "prompt"})


class _Sides(Struct):
    """What both runs recorded of a call with equal arguments."""

    a: Node | None = None
    b: Node | None = None


class Mixture:
    """Answers calls as one of the two runs did: a `Source` of a scope.

    Args:
        runtime: Where it is replayed.
        suspicion: The two runs.
        on: The switches that are set as in the second run.
    """

    def __init__(self, runtime: Runtime, suspicion: Suspicion, on: frozenset[str]) -> None:
        self._runtime = runtime
        self._on = on
        self._acting: dict[tuple[str, str], _Sides] = {}
        self._answers: dict[str, _Sides] = {}
        self._acted: set[str] = set()
        self._switches: dict[str, list[str]] = {}
        """What changed for a call, by the id of either side's."""
        self.refused = False
        """A body that must not run was asked for: whatever came of it is no answer."""
        for side, root in (("a", suspicion.root.a), ("b", suspicion.root.b)):
            for node in root.walk() if root is not None else ():
                self._note(side, node)
        for pair, changes in suspicion.found:
            for node in (pair.a, pair.b):
                if node is not None:
                    self._switches[node.call.id] = [change.switch for change in changes]

    def _note(self, side: str, node: Node) -> None:
        if node.record.outside:
            self._acted.add(node.call.step)
        if node.call.status != "ok":
            return
        where = self._acting.setdefault((node.call.step, node.call.inputs), _Sides())
        setattr(where, side, getattr(where, side) or node)
        if node.call.kind == "model":
            where = self._answers.setdefault(node.call.key, _Sides())
            setattr(where, side, getattr(where, side) or node)

    def given(self, step: Step[..., Any], keyed: Keyed, draw: int | None) -> Found | Missed | None:
        """Answer what acts, and model calls whose very request is recorded.

        A miss, rather than None, says that the store must not answer either: what it remembers of a search is of the
        index as it is now.
        """
        if step.kind == "model":
            sides = self._answers.get(drawn(keyed.key, draw))
        elif self._acts(step, keyed):
            sides = self._acting.get((step.name, keyed.inputs))
        else:
            return None
        node = None if sides is None else self._chosen(sides, keyed)
        if node is None:
            is_other = step.kind == "search" and not self._is_meant(step, keyed)
            return Missed("new", keyed) if is_other or (sides is not None and step.kind != "model") else None
        return Found(node.call, node.record, self._runtime.lookup.worth(node.call, node.record))

    def may_run(self, step: Step[..., Any], keyed: Keyed) -> bool:
        """Say whether a body may run: pure steps and models, and a search in the very index that is meant."""
        if not self._acts(step, keyed) or (step.kind == "search" and self._is_meant(step, keyed)):
            return True
        self.refused = True
        return False

    def _acts(self, step: Step[..., Any], keyed: Keyed) -> bool:
        return step.kind not in _PURE or step.name in self._acted or bool(keyed.behaviour.outside)

    def _chosen(self, sides: _Sides, keyed: Keyed) -> Node | None:
        """Return the side that answers; None where neither can stand for what is asked now."""
        a, b = sides.a, sides.b
        if a is not None and b is not None:
            if outcome(a) == outcome(b):
                return b
            switches = self._switches.get(b.call.id) or self._switches.get(a.call.id) or []
            set_on = [switch in self._on for switch in switches if not switch.startswith("fixed:")]
            return b if set_on and all(set_on) else a if not any(set_on) else None
        node = b or a
        return node if node is not None and self._fits(node, keyed, is_second=b is not None) else None

    def _fits(self, node: Node, keyed: Keyed, *, is_second: bool) -> bool:
        """Say whether a call that one side alone made is what is asked now: the same code, the same index."""
        if node.call.behaviour != keyed.behaviour.digest:
            return False
        return node.call.kind != "search" or self._is_set(node, is_second=is_second)

    def _is_meant(self, step: Step[..., Any], keyed: Keyed) -> bool:
        """Say whether the index as it is now is the one that the switches ask for."""
        shown = {} if keyed.settled is None else keyed.settled.shown
        for sides in self._acting.values():
            for is_second, node in ((True, sides.b), (False, sides.a)):
                if node is not None and node.call.step == step.name and node.record.shown == shown:
                    return self._is_set(node, is_second=is_second)
        return False

    def _is_set(self, node: Node, *, is_second: bool) -> bool:
        """Say whether the index that a side searched in is the one that the switches ask for."""
        base = next(iter(node.record.shown), "..").split(".")[1]
        asked = f"index:{base}"
        differs = any(asked in switches for switches in self._switches.values())
        return not differs or (asked in self._on) == is_second


class Allowance:
    """A budget in model calls: refuses the request after the last one that was announced."""

    def __init__(self, most: int) -> None:
        self._left = most
        self.made = 0
        self.refused = False

    def reserve(self, most: Cost, *, model: str = "") -> int:
        """Allow one request. Raises `TooManyCalls`."""
        del most
        if self._left <= 0:
            self.refused = True
            raise TooManyCalls(model=model)
        self._left -= 1
        self.made += 1
        return self.made

    def settle(self, reservation: int, actual: Cost) -> None:
        """Money is nobody's concern here."""
        del reservation, actual
