"""Which call of one tree is which call of the other. Knows calls and their results, not what changed them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from loomwork.flow.blaming.tree import Node

_PLACED = re.compile(r" \([^()]*:\d+\)$")
"""Where an error came from: an edit elsewhere in the file moves it, and it is the same error."""


class Pair(NamedTuple):
    """The same call on both sides, or a call that only one side made."""

    node: Node
    """The call, as the second side made it where it did."""
    a: Node | None
    b: Node | None
    above: tuple[Node, ...] = ()
    """The callers on the second side (on the first one where the second has none), outermost first."""

    @property
    def same_inputs(self) -> bool:
        """Whether both sides made the call with equal arguments."""
        return self.a is not None and self.b is not None and self.a.call.inputs == self.b.call.inputs

    @property
    def same_result(self) -> bool:
        """Whether both sides came to the same."""
        if self.a is None or self.b is None:
            return False
        return outcome(self.a) == outcome(self.b)


def outcome(node: Node) -> tuple[str, ...]:
    """Return what a call came to: its result as a value, or its error."""
    call = node.call
    return ("ok", call.value or "") if call.status == "ok" else ("failed", bare(call.error or ""))


def bare(error: str) -> str:
    """Return an error without its place.

    >>> bare("ValueError: too long (app.py:12)")
    'ValueError: too long'
    """
    return _PLACED.sub("", error)


def pairs(pair: Pair) -> list[Pair]:
    """Pair the calls that a pair made: equal arguments first, then the same place in the code, then the same step."""
    if pair.a is None or pair.b is None:
        return []
    above = (*pair.above, pair.node)
    left, right = list(pair.a.children), list(pair.b.children)
    matched: dict[int, Node] = {}
    for same in _WAYS:
        _match(left, right, matched, same)
    found = [Pair(node, matched.get(id(node)), node, above) for node in right]
    for node in left:  # those that only the first side made stand where they stood there
        if not any(each.a is node for each in found):
            found.insert(min(pair.a.children.index(node), len(found)), Pair(node, node, None, above))
    return found


def _match(left: list[Node], right: list[Node], matched: dict[int, Node], same: Callable[[Node], object]) -> None:
    taken = {id(node) for node in matched.values()}
    waiting: dict[object, list[Node]] = {}
    for node in left:
        if id(node) not in taken:
            waiting.setdefault(same(node), []).append(node)
    for node in right:
        if id(node) not in matched and waiting.get(same(node)):
            matched[id(node)] = waiting[same(node)].pop(0)


def _exactly(node: Node) -> object:
    return node.call.step, node.call.inputs, node.record.draw


def _placed(node: Node) -> object:
    return node.call.step, node.slot


def _named(node: Node) -> object:
    return node.call.step


def _at_slot(node: Node) -> object:
    return id(node) if node.slot is None else node.slot


_WAYS = (_exactly, _placed, _named, _at_slot)


def differing(pair: Pair) -> Iterator[Pair]:
    """Yield every pair whose results differ, a call after those that it made; what is beneath equal results is not."""
    if pair.same_result:
        return
    for child in pairs(pair):
        yield from differing(child)
    yield pair


def unharmed(pair: Pair) -> Iterator[Pair]:
    """Yield the pairs of different calls that came to the same all the same, beneath a pair that did not."""
    if pair.a is None or pair.b is None or pair.a.call.id == pair.b.call.id:
        return
    if pair.same_result:
        yield pair
        return
    for child in pairs(pair):
        yield from unharmed(child)


def origins(pair: Pair) -> list[Pair]:
    """Return the calls where a difference begins: equal arguments, another result, and nothing beneath explains it."""
    found: list[Pair] = []
    for child in pairs(pair):
        if child.same_result:
            continue
        if child.same_inputs:
            found += origins(child)
        elif not found:  # the caller asks otherwise although nothing that it was told differs
            found.append(pair)
    return found or [pair]
