"""A trace of many spans without an object for each: its tree, its critical path, its totals. Pure; knows no store.

What it answers is what `reading` answers of the same spans; a span is a place in the order of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from operator import itemgetter

from msgspec import Struct

from loomwork.kernel.usage import Cost, Money
from loomwork.store.outlines import SpanLine
from loomwork.trace import semconv
from loomwork.trace.reading import PRICED

Times = Sequence[int]
_FAILED = "error"
_END, _START, _SPAN, _PARENT = (SpanLine._fields.index(name) for name in ("end_ns", "start_ns", "span", "parent"))


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
    input_tokens: int
    output_tokens: int
    cost: Cost
    models: dict[str, int]


def outlined(lines: Sequence[SpanLine]) -> Outline:
    """Put spans into the order of their tree, as `reading.build_tree` does."""
    given = sorted(sorted(lines, key=itemgetter(_END), reverse=True), key=itemgetter(_START))
    parents, order = _order(given)
    place = [0] * len(given)
    for now, before in enumerate(order):
        place[before] = now
    above = [-1 if parents[before] < 0 else place[parents[before]] for before in order]
    depths: list[int] = []
    children: list[list[int] | None] = [None] * len(order)
    for now, parent in enumerate(above):
        if parent < 0:
            depths.append(0)
            continue
        depths.append(depths[parent] + 1)
        found = children[parent]
        if found is None:
            children[parent] = [now]
        else:
            found.append(now)
    ordered = [given[before] for before in order]
    return Outline(
        lines=ordered,
        parents=above,
        depths=depths,
        children=children,
        starts=list(map(itemgetter(_START), ordered)),
        ends=list(map(itemgetter(_END), ordered)),
    )


def _order(given: Sequence[SpanLine]) -> tuple[list[int], list[int]]:
    """Return each span's parent and the order of the tree. The earliest of a ring of parents becomes a root."""
    count = len(given)
    by_id: dict[object, int] = dict(zip(map(itemgetter(_SPAN), reversed(given)), range(count - 1, -1, -1), strict=True))
    by_id[""] = -1
    parents = [by_id.get(each, -1) for each in map(itemgetter(_PARENT), given)]
    beneath: list[list[int] | None] = [None] * count
    roots: list[int] = []
    for at, parent in enumerate(parents):
        if parent < 0 or parent == at:
            parents[at] = -1
            roots.append(at)
            continue
        found = beneath[parent]
        if found is None:
            beneath[parent] = [at]
        else:
            found.append(at)
    order = _walked(roots, beneath)
    if len(order) < count:
        _cut(parents, beneath, roots, order)
        roots.sort(key=lambda at: (given[at].start_ns, -given[at].end_ns))
        order = _walked(roots, beneath)
    return parents, order


def _cut(parents: list[int], beneath: list[list[int] | None], roots: list[int], reached: Sequence[int]) -> None:
    """Make roots of the earliest spans that no root leads to, until all are reached."""
    seen = set(reached)
    for at, parent in enumerate(parents):
        if at in seen:
            continue
        among = beneath[parent]
        if among is not None:
            among.remove(at)
        parents[at] = -1
        roots.append(at)
        seen.update(_walked([at], beneath))


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
    longest = max(roots, key=lambda at: of.ends[at] - of.starts[at])
    found: list[tuple[int, int]] = []
    waiting = [(longest, of.starts[longest], of.ends[longest])]
    while waiting:
        at, start, end = waiting.pop()
        children = of.children[at] if at >= 0 else None
        if at < 0:  # a stretch of a span's own, put off until those after it were told
            found.append((~at, end - start))
        elif children is None:
            if end > start:
                found.append((at, end - start))
        else:
            waiting.extend(reversed(_stretches(of, at, start, end)))
    held: dict[int, int] = {}
    for at, ns in reversed(found):
        held[at] = held.get(at, 0) + ns
    return held


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


def sums(of: Outline) -> Sums:
    """Add the spans up, as `reading.totals` does: tokens and money count where they are stated lowest."""
    lines = of.lines
    above = _with_usage_beneath(of)
    counted = [line for at, line in enumerate(lines) if at not in above] if above else lines
    models: dict[str, int] = {}
    for line in lines:
        if line.kind in PRICED and not line.cached:
            models[line.model] = models.get(line.model, 0) + 1
    return Sums(
        failed=[line.status for line in lines].count(_FAILED),
        cached=sum([line.cached for line in lines]),
        input_tokens=sum([line.input_tokens for line in counted]),
        output_tokens=sum([line.output_tokens for line in counted]),
        cost=_cost(counted),
        models=models,
    )


def _with_usage_beneath(of: Outline) -> set[int]:
    states = [one.cost_micros is not None or _states_usage(one) for one in of.lines]
    above: set[int] = set()
    for at in compress(of.parents, states):
        parent = at
        while parent >= 0 and parent not in above:
            above.add(parent)
            parent = of.parents[parent]
    return above


def _states_usage(line: SpanLine) -> bool:
    return bool(line.input_tokens or line.output_tokens or line.mixed is not None)


def _cost(lines: Sequence[SpanLine]) -> Cost:
    micros: dict[str, int] = {}
    others: list[Cost] = []
    for line in lines:
        if line.cost_micros is not None:
            micros[line.currency] = micros.get(line.currency, 0) + line.cost_micros
        elif line.mixed is not None or line.kind in PRICED:
            others.append(_unstated(line))
    return Cost.total([*(Cost.of(Money(amount, currency)) for currency, amount in micros.items()), *others])


def _unstated(line: SpanLine) -> Cost:
    """Return what a span without one amount cost; unpriced where it must have cost something and does not say."""
    mixed = semconv.read_mixed_cost(line.mixed)
    if mixed is not None:
        return mixed
    ran = line.kind in PRICED and not line.cached and (line.status != _FAILED or _states_usage(line))
    return Cost.of(None) if ran else Cost()


def largest(values: Sequence[int], count: int, keep: Callable[[int], bool] = bool) -> list[int]:
    """Return the places of the largest values, largest first; of equal ones the first."""
    kept = [at for at, value in enumerate(values) if keep(value)]
    return sorted(kept, key=values.__getitem__, reverse=True)[:count]
