"""`loomwork trace show`: one trace as a tree with a bar for the time of each span."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.figures import duration, moment, money, one_line
from loomwork.cli.paper import Style
from loomwork.cli.session import Session, command
from loomwork.cli.tables import shortened
from loomwork.cli.tracing import SHOWN_ID, find_trace, span_json
from loomwork.telling.bodies import body_text
from loomwork.telling.words import cells, padded

if TYPE_CHECKING:
    from loomwork.store.protocols import Store
    from loomwork.store.rows import SpanRow
    from loomwork.trace.reading import Node, Totals

_BARS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_WIDEST_BAR = 40
_NARROWEST_BAR = 8
_LONGEST_BODY = 4_000
_WIDE = 70


@command
def show(
    session: Session,
    trace: Annotated[str, typer.Argument(help="option.trace", metavar="TRACE")],
    bodies: Annotated[bool, typer.Option("--bodies", help="option.bodies")] = False,
) -> int:
    """Show one trace."""
    from loomwork.trace.reading import build_tree, totals, walk

    with session.open_store() as store:
        name = find_trace(store, trace)
        rows = store.spans.trace(name)
        sums = totals(rows)
        nodes = list(walk(build_tree(rows)))
        if session.as_json:
            session.give(_as_json(session, store, name, sums, nodes, bodies))
            return 0
        _head(session, name, sums)
        if nodes and nodes[0].row.cached:
            _origin(session, store, nodes[0].row)
        width = _Widths(session.page.width, nodes)
        for node in nodes:
            session.page.print(_line(session, node, sums, width))
            if node.row.error:
                session.page.print(f"{'  ' * (node.depth + 1)}! {one_line(node.row.error)}", style="red")
            if bodies:
                _bodies(session, store, node)
    return 0


class _Widths:
    """How the terminal's columns are shared: the name, the time, what it used, and the bar takes the rest."""

    def __init__(self, columns: int, nodes: list[Node]) -> None:
        names = max((2 * node.depth + cells(node.row.name) for node in nodes), default=0)
        self.time = 8
        self.used = 22 if columns >= _WIDE else 0
        self.bar = max(_NARROWEST_BAR, min(_WIDEST_BAR, columns // 3))
        self.name = max(12, min(names + 1, columns - self.time - self.used - self.bar - 3))


def _head(session: Session, trace: str, sums: Totals) -> None:
    usage = sums.usage
    session.show(
        "trace.head",
        trace=trace,
        began=moment(sums.start_ns),
        time=duration(sums.end_ns - sums.start_ns),
        spans=sums.spans,
        failed=sums.failed,
        cached=sums.cached,
        input=usage.input_tokens,
        output=usage.output_tokens,
        cost=money(sums.cost) or "0",
    )


def _origin(session: Session, store: Store, row: SpanRow) -> None:
    """Say in which trace a reused result was made: there is nothing beneath a hit."""
    name = row.attributes.get("loomwork.call")
    call = store.calls.get(name) if isinstance(name, str) else None
    if call is not None and call.trace:
        session.show("trace.origin", trace=call.trace[:SHOWN_ID], run=call.run)


def _line(session: Session, node: Node, sums: Totals, width: _Widths) -> str:
    row, styled = node.row, session.page.styled
    name = padded(shortened("  " * node.depth + row.name, width.name), width.name)
    style: Style = "red" if row.status == "error" else "dim" if row.cached else "bold"
    parts = [styled(name, style), f"{duration(node.duration_ns):>{width.time}}"]
    if width.used:
        parts.append(padded(shortened(_used(session, row), width.used), width.used))
    parts.append(
        styled(bar(row.start_ns, row.end_ns, sums.start_ns, sums.end_ns, width.bar), "dim" if row.cached else "cyan")
    )
    return " ".join(parts).rstrip()


def bar(start: int, end: int, first: int, last: int, width: int) -> str:
    """Return the bar of a span in the time of its trace, at least a mark wide.

    >>> bar(0, 50, 0, 100, 10), bar(50, 100, 0, 100, 10)
    ('█████', '     █████')
    """
    whole = max(1, last - first)
    before = min(width - 1, (start - first) * width // whole)
    eighths = min(8 * (width - before), max(1, (end - start) * width * 8 // whole))
    return " " * before + "█" * (eighths // 8) + _BARS[eighths % 8]


def _used(session: Session, row: SpanRow) -> str:
    """Return what a span says of itself in a few columns: cached, tokens, cost."""
    from loomwork.kernel.usage import Cost, Money

    parts: list[str] = []
    if row.cached:
        parts.append(session.words("status.cached"))
    if row.input_tokens or row.output_tokens:
        parts.append(f"{row.input_tokens}→{row.output_tokens}")
    if row.cost_micros:
        parts.append(money(Cost.of(Money(row.cost_micros, row.currency))))
    return " ".join(parts)


def _bodies(session: Session, store: Store, node: Node) -> None:
    indent = "  " * (node.depth + 1)
    for sign, digest, preview in (
        (">", node.row.input, node.row.preview_in),
        ("<", node.row.output, node.row.preview_out),
    ):
        text = body_text(store, digest, preview, session.folder)
        if len(text) > _LONGEST_BODY:
            text = text[:_LONGEST_BODY] + session.words("trace.cut", count=len(text) - _LONGEST_BODY)
        for line in text.splitlines():
            session.page.print(f"{indent}{sign} {line}", style="dim")


def _as_json(
    session: Session, store: Store, trace: str, sums: Totals, nodes: list[Node], bodies: bool
) -> dict[str, Any]:
    spans: list[dict[str, Any]] = []
    for node in nodes:
        found: dict[str, Any] = {"depth": node.depth, "duration_ns": node.duration_ns} | span_json(node.row)
        if bodies:
            found["input_body"] = body_text(store, node.row.input, node.row.preview_in, session.folder)
            found["output_body"] = body_text(store, node.row.output, node.row.preview_out, session.folder)
        spans.append(found)
    return {
        "trace": trace,
        "spans": spans,
        "failed": sums.failed,
        "cached": sums.cached,
        "wall_s": (sums.end_ns - sums.start_ns) / 1e9,
        "usage": {"input_tokens": sums.usage.input_tokens, "output_tokens": sums.usage.output_tokens},
        "cost": {currency: float(amount) for currency, amount in sums.cost.by_currency().items()},
        "unpriced_calls": sums.cost.unpriced,
        "models": sums.models,
    }
