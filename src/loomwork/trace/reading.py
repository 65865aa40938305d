"""Make sense of one trace: its tree, its critical path, its totals, its worst spans. Pure; knows no store."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

from loomwork.kernel.usage import Cost, Money, Usage
from loomwork.store.rows import SpanRow
from loomwork.trace import semconv

PRICED = frozenset({"model", "embed", "rerank"})
"""Kinds whose calls cost money: without a price theirs is unknown, while a step's own is simply none."""


class Node(Struct, kw_only=True, eq=False):
    """A span with the spans beneath it, in order of their start."""

    row: SpanRow
    depth: int = 0
    children: list["Node"]

    @property
    def duration_ns(self) -> int:
        """How long the span took."""
        return self.row.end_ns - self.row.start_ns

    @property
    def own_ns(self) -> int:
        """Its time without that of its children; where children overlap, their time counts once."""
        return self.duration_ns - _covered(self)


class Segment(NamedTuple):
    """A stretch of the critical path: this span, and nothing beneath it, held everything up."""

    span: str
    start_ns: int
    end_ns: int


class Totals(Struct, frozen=True, kw_only=True):
    """What a trace (or any set of spans) came to."""

    spans: int
    failed: int
    cached: int
    start_ns: int
    end_ns: int
    usage: Usage
    cost: Cost
    models: dict[str, int]
    """Calls that were really made, by model."""


def build_tree(rows: Iterable[SpanRow]) -> list[Node]:
    """Return the roots with everything beneath them, by start time.

    A span whose parent is not among the rows becomes a root, and so does the earliest of a ring of parents, so that
    nothing that was recorded is hidden.
    """
    nodes = [Node(row=row, children=[]) for row in sorted(rows, key=_start)]
    by_id: dict[str, Node] = {}
    for node in nodes:
        by_id.setdefault(node.row.span, node)
    roots: list[Node] = []
    for node in nodes:
        parent = by_id.get(node.row.parent) if node.row.parent else None
        (roots if parent is None or parent is node else parent.children).append(node)
    seen = _mark(roots)
    for node in nodes:
        if id(node) not in seen:
            by_id[node.row.parent].children.remove(node)
            roots.append(node)
            seen |= _mark([node])
    roots.sort(key=lambda node: _start(node.row))
    return roots


def _start(row: SpanRow) -> tuple[int, int]:
    return row.start_ns, -row.end_ns


def _mark(roots: Iterable[Node]) -> set[int]:
    """Number the depths beneath these nodes; return which nodes were reached."""
    seen: set[int] = set()
    waiting = [(root, 0) for root in roots]
    while waiting:
        node, depth = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        node.depth = depth
        waiting.extend((child, depth + 1) for child in node.children)
    return seen


def walk(roots: Iterable[Node]) -> Iterable[Node]:
    """Yield every node, parents before their children, in the order a screen shows them."""
    waiting = list(reversed(list(roots)))
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _covered(node: Node) -> int:
    if not node.children:
        return 0
    covered, until = 0, node.row.start_ns
    for child in node.children:
        start, end = max(child.row.start_ns, until), min(child.row.end_ns, node.row.end_ns)
        if end > start:
            covered += end - start
            until = end
    return covered


def critical_path(root: Node) -> list[Segment]:
    """Return the chain of stretches that decided when `root` ended, in order of time; they add up to its duration.

    Going back from a span's end, the child that ended last was waited for; before that child's start, the one that
    ended last by then; what no child covers is the span's own.
    """
    path: list[Segment] = []
    waiting: list[tuple[Node, int, int] | Segment] = [(root, root.row.start_ns, root.row.end_ns)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Segment):
            path.append(item)
            continue
        waiting.extend(reversed(_backwards(*item)))
    path.reverse()
    return path


def _backwards(node: Node, start_ns: int, end_ns: int) -> list[tuple[Node, int, int] | Segment]:
    """Split a stretch of a span into its own parts and its children's, latest first."""
    if not node.children:
        return [Segment(node.row.span, start_ns, end_ns)] if end_ns > start_ns else []
    parts: list[tuple[Node, int, int] | Segment] = []
    cursor = end_ns
    for child in sorted(node.children, key=lambda child: child.row.end_ns, reverse=True):
        if cursor <= start_ns:
            break
        begins, ends = max(child.row.start_ns, start_ns), min(child.row.end_ns, cursor)
        if begins >= ends:
            continue
        if ends < cursor:
            parts.append(Segment(node.row.span, ends, cursor))
        parts.append((child, begins, ends))
        cursor = begins
    if cursor > start_ns:
        parts.append(Segment(node.row.span, start_ns, cursor))
    return parts


def totals(rows: Sequence[SpanRow]) -> Totals:
    """Add the spans up.

    Tokens and money are counted where they are stated lowest: many frameworks repeat on an agent's span what its
    model calls used. A call of a priced kind that was made (not cached, not failed without usage) and states no
    price counts as unpriced.
    """
    above = _spans_with_usage_beneath(rows)
    counted = [row for row in rows if row.span not in above]
    made = [row for row in rows if row.kind in PRICED and not row.cached]
    models: dict[str, int] = {}
    for row in made:
        models[row.model] = models.get(row.model, 0) + 1
    return Totals(
        spans=len(rows),
        failed=sum(row.status == "error" for row in rows),
        cached=sum(row.cached for row in rows),
        start_ns=min((row.start_ns for row in rows), default=0),
        end_ns=max((row.end_ns for row in rows), default=0),
        usage=_usage(counted),
        cost=_cost(counted),
        models=models,
    )


def _states_usage(row: SpanRow) -> bool:
    stated = row.cost_micros is not None or semconv.MIXED_COST in row.attributes
    return bool(row.input_tokens or row.output_tokens or stated)


def _spans_with_usage_beneath(rows: Sequence[SpanRow]) -> set[str]:
    parents = {row.span: row.parent for row in rows}
    above: set[str] = set()
    for row in rows:
        if not _states_usage(row):
            continue
        parent = row.parent
        while parent and parent not in above and parent in parents:
            above.add(parent)
            parent = parents[parent]
    return above


DETAILS = {
    "cached_input_tokens": semconv.CACHE_READ,
    "cache_write_tokens": semconv.CACHE_CREATION,
    "reasoning_tokens": semconv.REASONING,
    "audio_input_tokens": semconv.AUDIO_INPUT,
    "audio_output_tokens": semconv.AUDIO_OUTPUT,
}


def usage_of(row: SpanRow) -> Usage:
    """Return what one span says that it used."""
    return _usage([row])


def _usage(rows: Sequence[SpanRow]) -> Usage:
    telling = [row.attributes for row in rows if row.attributes]
    details = {field: sum([_count(each.get(name)) for each in telling]) for field, name in DETAILS.items()}
    return Usage(
        input_tokens=sum([row.input_tokens for row in rows]),
        output_tokens=sum([row.output_tokens for row in rows]),
        **details,
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _cost(rows: Sequence[SpanRow]) -> Cost:
    """Return what spans cost together: one addition a currency, however many they are."""
    micros: dict[str, int] = {}
    others: list[Cost] = []
    for row in rows:
        if row.cost_micros is not None:
            micros[row.currency] = micros.get(row.currency, 0) + row.cost_micros
        elif row.kind in PRICED or semconv.MIXED_COST in row.attributes:
            others.append(cost_of(row))
    return Cost.total([*(Cost.of(Money(amount, currency)) for currency, amount in micros.items()), *others])


def cost_of(row: SpanRow) -> Cost:
    """Return what one span says that it cost; unpriced where it must have cost something and does not say."""
    if row.cost_micros is not None:
        return Cost.of(Money(row.cost_micros, row.currency))
    mixed = semconv.read_mixed_cost(row.attributes.get(semconv.MIXED_COST))
    if mixed is not None:
        return mixed
    ran = row.kind in PRICED and not row.cached and (row.status != "error" or _states_usage(row))
    return Cost.of(None) if ran else Cost()


def slowest(rows: Iterable[SpanRow], count: int = 10) -> list[SpanRow]:
    """Return the spans that took longest, longest first."""
    return _top(rows, count, lambda row: row.end_ns - row.start_ns)


def dearest(rows: Iterable[SpanRow], currency: str, count: int = 10) -> list[SpanRow]:
    """Return the spans that cost most in one currency (amounts of two cannot be ranked), dearest first."""
    priced = (row for row in rows if row.currency == currency and row.cost_micros)
    return _top(priced, count, lambda row: row.cost_micros or 0)


def failed(rows: Iterable[SpanRow]) -> list[SpanRow]:
    """Return the failed spans, the innermost causes first: a failure beneath comes before the failures it caused."""
    nodes = [node for node in walk(build_tree(rows)) if node.row.status == "error"]
    nodes.sort(key=lambda node: (-node.depth, node.row.end_ns))
    return [node.row for node in nodes]


def _top(rows: Iterable[SpanRow], count: int, key: Callable[[SpanRow], int]) -> list[SpanRow]:
    return sorted(rows, key=lambda row: (-key(row), row.start_ns, row.span))[:count]
