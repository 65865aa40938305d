"""One trace as a tree of nodes, one for each span's row, and what it came to. Pure; `outline` decides how."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from loomwork.kernel.usage import Cost, Usage
from loomwork.store.outlines import SpanLine
from loomwork.store.rows import SpanRow
from loomwork.trace import outline, semconv


class Node(Struct, kw_only=True, eq=False):
    """A span with the spans beneath it, in order of their start."""

    row: SpanRow
    depth: int = 0
    children: list["Node"]

    @property
    def duration_ns(self) -> int:
        """How long the span took."""
        return self.row.end_ns - self.row.start_ns


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
    """Return the roots with everything beneath them, by start time (`outline.arranged`)."""
    given, tree = _arranged(rows)
    nodes = [
        Node(row=given[before], depth=depth, children=[]) for before, depth in zip(tree.order, tree.depths, strict=True)
    ]
    roots: list[Node] = []
    for node, parent in zip(nodes, tree.parents, strict=True):
        (roots if parent < 0 else nodes[parent].children).append(node)
    return roots


class _Arranged(NamedTuple):
    rows: list[SpanRow]
    """By start."""
    tree: outline.Tree


def _arranged(rows: Iterable[SpanRow]) -> _Arranged:
    given = sorted(rows, key=_start)
    return _Arranged(given, outline.arranged(given, attrgetter("span"), attrgetter("parent")))


def _start(row: SpanRow) -> tuple[int, int]:
    return row.start_ns, -row.end_ns


def walk(roots: Iterable[Node]) -> Iterable[Node]:
    """Yield every node, parents before their children, in the order a screen shows them."""
    waiting = list(reversed(list(roots)))
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def line_of(row: SpanRow, *, preview: str = "") -> SpanLine:
    """Return what an outline needs of a row."""
    return SpanLine(
        row.span, row.parent, row.name, row.kind, row.start_ns, row.end_ns, row.status, row.cached, row.model,
        row.input_tokens, row.output_tokens, row.cost_micros, row.currency, row.attributes.get(semconv.MIXED_COST),
        preview, "",
    )  # fmt: skip


def totals(rows: Sequence[SpanRow]) -> Totals:
    """Add the spans up (`outline.sums`), with all that their usage says."""
    given, tree = _arranged(rows)
    ordered = [given[before] for before in tree.order]
    came = outline.sums(ordered, [row.attributes.get(semconv.MIXED_COST) for row in ordered], tree.parents)
    return Totals(
        spans=len(rows),
        failed=came.failed,
        cached=came.cached,
        start_ns=min([row.start_ns for row in rows], default=0),
        end_ns=max([row.end_ns for row in rows], default=0),
        usage=_usage([ordered[at] for at in came.counted]),
        cost=came.cost,
        models=came.models,
    )


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


def cost_of(row: SpanRow) -> Cost:
    """Return what one span says that it cost; unpriced where it must have cost something and does not say."""
    return outline.cost_of(row, row.attributes.get(semconv.MIXED_COST))
