"""A trace as columns, without an object for each span: its tree, its critical path, its totals. Pure; knows no store.

A span is a place in the order of the tree. Whoever wants objects goes through `reading`, which asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from operator import itemgetter
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from msgspec import Struct

from loomwork.kernel.usage import Cost, Money
from loomwork.store.outlines import SpanLine
from loomwork.trace import semconv

PRICED = frozenset({"model", "embed", "rerank"})
"""Kinds whose calls cost money: without a price theirs is unknown, while a step's own is simply none."""
T = TypeVar("T")
Times = Sequence[int]
_FAILED = "error"
_END, _START, _SPAN, _PARENT = (SpanLine._fields.index(name) for name in ("end_ns", "start_ns", "span", "parent"))


class Tree(NamedTuple):
    """Spans in the order of their tree, parents before their children."""

    order: list[int]
    """Their places in what was given."""
    parents: list[int]
    """Place of the parent in that order; -1 for a root."""
    depths: list[int]
    children: list[list[int] | None]


Stretch: TypeAlias = tuple[int, int, int]
"""A part of the critical path: a span that, with nothing beneath it, held everything up, from when, until when."""


class Spending(Protocol):
    """What is added up of a span: a line has it, and so has a row."""

    @property
    def kind(self) -> str:
        """As "model", "tool"."""
        ...

    @property
    def status(self) -> str:
        """How it ended."""
        ...

    @property
    def cached(self) -> bool:
        """Whether it was answered from a memo."""
        ...

    @property
    def model(self) -> str:
        """Of a call of one."""
        ...

    @property
    def input_tokens(self) -> int:
        """Stated by it."""
        ...

    @property
    def output_tokens(self) -> int:
        """Stated by it."""
        ...

    @property
    def cost_micros(self) -> int | None:
        """In millionths of `currency`; None: not stated."""
        ...

    @property
    def currency(self) -> str:
        """Of the cost."""
        ...


class Outline(Struct, frozen=True, kw_only=True):
    """The spans of a trace in the order of its tree, parents before their children."""

    lines: list[SpanLine]
    parents: list[int]
    """Place of the parent; -1 for a root."""
    depths: list[int]
    children: list[list[int] | None]
    starts: Times
    ends: Times


class Sums(Struct, frozen=True, kw_only=True):
    """What the spans of a trace came to."""

    failed: int
    cached: int
    counted: Sequence[int]
    """The spans whose tokens and money count."""
    input_tokens: int
    output_tokens: int
    cost: Cost
    models: dict[str, int]


def outlined(lines: Sequence[SpanLine]) -> Outline:
    """Put spans into the order of their tree."""
    given = sorted(sorted(lines, key=itemgetter(_END), reverse=True), key=itemgetter(_START))
    tree = arranged(given, itemgetter(_SPAN), itemgetter(_PARENT))
    ordered = [given[before] for before in tree.order]
    return Outline(
        lines=ordered,
        parents=tree.parents,
        depths=tree.depths,
        children=tree.children,
        starts=list(map(itemgetter(_START), ordered)),
        ends=list(map(itemgetter(_END), ordered)),
    )


def arranged(given: Sequence[T], span: Callable[[T], str], parent: Callable[[T], str]) -> Tree:
    """Return the order of a tree.

    A span whose parent is not among them becomes a root, and so does the earliest of a ring of parents, so that
    nothing that was recorded is hidden.

    Args:
        given: The spans, by start.
        span: Returns the id of one.
        parent: Returns the id of its parent; "" for none.
    """
    parents, order = _order(given, span, parent)
    place = [0] * len(given)
    for now, before in enumerate(order):
        place[before] = now
    above = [-1 if parents[before] < 0 else place[parents[before]] for before in order]
    depths: list[int] = []
    children: list[list[int] | None] = [None] * len(order)
    for now, one in enumerate(above):
        if one < 0:
            depths.append(0)
            continue
        depths.append(depths[one] + 1)
        found = children[one]
        if found is None:
            children[one] = [now]
        else:
            found.append(now)
    return Tree(order, above, depths, children)


def _order(given: Sequence[T], span: Callable[[T], str], parent: Callable[[T], str]) -> tuple[list[int], list[int]]:
    """Return each span's parent and the order of the tree. The earliest of a ring of parents becomes a root."""
    count = len(given)
    by_id: dict[str, int] = dict(zip(map(span, reversed(given)), range(count - 1, -1, -1), strict=True))
    by_id[""] = -1
    parents = [by_id.get(each, -1) for each in map(parent, given)]
    beneath: list[list[int] | None] = [None] * count
    roots: list[int] = []
    for at, one in enumerate(parents):
        if one < 0 or one == at:
            parents[at] = -1
            roots.append(at)
            continue
        found = beneath[one]
        if found is None:
            beneath[one] = [at]
        else:
            found.append(at)
    order = _walked(roots, beneath)
    if len(order) < count:
        _cut(parents, beneath, roots, order)
        roots.sort()
        order = _walked(roots, beneath)
    return parents, order


def _cut(parents: list[int], beneath: list[list[int] | None], roots: list[int], reached: Sequence[int]) -> None:
    """Make roots of the earliest spans of the rings that no root leads to, until all are reached."""
    seen = set(reached)
    for at in range(len(parents)):
        if at in seen:
            continue
        first = min(_ring(parents, at))
        among = beneath[parents[first]]
        if among is not None:
            among.remove(first)
        parents[first] = -1
        roots.append(first)
        seen.update(_walked([first], beneath))


def _ring(parents: Sequence[int], at: int) -> set[int]:
    """Return the ring that a span's parents end in."""
    above: set[int] = set()
    while at not in above:
        above.add(at)
        at = parents[at]
    ring = {at}
    while parents[at] not in ring:
        at = parents[at]
        ring.add(at)
    return ring


def _walked(roots: Sequence[int], beneath: Sequence[list[int] | None]) -> list[int]:
    order: list[int] = []
    waiting = list(reversed(roots))
    while waiting:
        at = waiting.pop()
        order.append(at)
        found = beneath[at]
        if found is not None:
            waiting.extend(reversed(found))
    return order


def own_times(of: Outline) -> list[int]:
    """Return how long each span took without what lies beneath; where children overlap, their time counts once."""
    starts, ends = of.starts, of.ends
    own = [end - start for start, end in zip(starts, ends, strict=True)]
    for at, children in enumerate(of.children):
        if children is None:
            continue
        until, last, covered = starts[at], ends[at], 0
        for child in children:
            start, end = starts[child], ends[child]
            start, end = (until if start < until else start), (last if end > last else end)
            if end > start:
                covered += end - start
                until = end
        own[at] -= covered
    return own


def critical_times(of: Outline) -> dict[int, int]:
    """Return the spans that decided when the longest root ended, in order of time, and how long each held it up."""
    roots = [at for at, parent in enumerate(of.parents) if parent < 0]
    held: dict[int, int] = {}
    for at, start, end in critical_path(of, max(roots, key=lambda at: of.ends[at] - of.starts[at])):
        held[at] = held.get(at, 0) + end - start
    return held


def critical_path(of: Outline, root: int) -> list[Stretch]:
    """Return the chain of stretches that decided when a root ended, in order of time; they add up to its duration.

    Going back from a span's end, the child that ended last was waited for; before that child's start, the one that
    ended last by then; what no child covers is the span's own.
    """
    found: list[Stretch] = []
    waiting = [(root, of.starts[root], of.ends[root])]
    while waiting:
        at, start, end = waiting.pop()
        children = of.children[at] if at >= 0 else None
        if at < 0:  # a stretch of a span's own, put off until those after it were told
            found.append((~at, start, end))
        elif children is None:
            if end > start:
                found.append((at, start, end))
        else:
            waiting.extend(reversed(_stretches(of, at, start, end)))
    found.reverse()
    return found


def _stretches(of: Outline, at: int, start: int, end: int) -> list[tuple[int, int, int]]:
    """Split a stretch of a span into its own parts (`~at`) and its children's, latest first."""
    starts, ends = of.starts, of.ends
    parts: list[tuple[int, int, int]] = []
    cursor = end
    for child in sorted(of.children[at] or (), key=ends.__getitem__, reverse=True):
        if cursor <= start:
            break
        begins, stops = max(starts[child], start), min(ends[child], cursor)
        if begins >= stops:
            continue
        if stops < cursor:
            parts.append((~at, stops, cursor))
        parts.append((child, begins, stops))
        cursor = begins
    if cursor > start:
        parts.append((~at, start, cursor))
    return parts


def sums_of(of: Outline) -> Sums:
    """Add the spans of an outline up."""
    return sums(of.lines, [line.mixed for line in of.lines], of.parents)


def sums(spans: Sequence[Spending], mixed: Sequence[object], parents: Sequence[int]) -> Sums:
    """Add spans up.

    Tokens and money count where they are stated lowest: many frameworks repeat on an agent's span what its model calls
    used. A call of a priced kind that was made (not cached, not failed without usage) and states no price counts as
    unpriced.

    Args:
        spans: Lines, or whole rows.
        mixed: What each says of a cost in several currencies.
        parents: Place of each one's parent; -1 for a root.
    """
    states = [
        bool(one.input_tokens or one.output_tokens) or one.cost_micros is not None or many is not None
        for one, many in zip(spans, mixed, strict=True)
    ]
    above = _above(states, parents)
    counted = [at for at in range(len(spans)) if at not in above] if above else range(len(spans))
    models: dict[str, int] = {}
    for one in spans:
        if one.kind in PRICED and not one.cached:
            models[one.model] = models.get(one.model, 0) + 1
    return Sums(
        failed=[one.status for one in spans].count(_FAILED),
        cached=sum([one.cached for one in spans]),
        counted=counted,
        input_tokens=sum([spans[at].input_tokens for at in counted]),
        output_tokens=sum([spans[at].output_tokens for at in counted]),
        cost=_cost(spans, mixed, counted),
        models=models,
    )


def _above(states: Sequence[bool], parents: Sequence[int]) -> set[int]:
    """Return the spans above those that state what they used."""
    above: set[int] = set()
    for at in compress(parents, states):
        parent = at
        while parent >= 0 and parent not in above:
            above.add(parent)
            parent = parents[parent]
    return above


def _cost(spans: Sequence[Spending], mixed: Sequence[object], counted: Sequence[int]) -> Cost:
    """Return what spans cost together: one addition a currency, however many they are."""
    micros: dict[str, int] = {}
    others: list[Cost] = []
    for at in counted:
        one = spans[at]
        if one.cost_micros is not None:
            micros[one.currency] = micros.get(one.currency, 0) + one.cost_micros
        elif mixed[at] is not None or one.kind in PRICED:
            others.append(cost_of(one, mixed[at]))
    return Cost.total([*(Cost.of(Money(amount, currency)) for currency, amount in micros.items()), *others])


def cost_of(one: Spending, mixed: object) -> Cost:
    """Return what one span says that it cost; unpriced where it must have cost something and does not say."""
    if one.cost_micros is not None:
        return Cost.of(Money(one.cost_micros, one.currency))
    parts = semconv.read_mixed_cost(mixed)
    if parts is not None:
        return parts
    used = bool(one.input_tokens or one.output_tokens) or mixed is not None
    ran = one.kind in PRICED and not one.cached and (one.status != _FAILED or used)
    return Cost.of(None) if ran else Cost()


def largest(values: Sequence[int], count: int, keep: Callable[[int], bool] = bool) -> list[int]:
    """Return the places of the largest values, largest first; of equal ones the first."""
    kept = [at for at, value in enumerate(values) if keep(value)]
    return sorted(kept, key=values.__getitem__, reverse=True)[:count]
