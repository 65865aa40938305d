"""The same trace and the same rows in each product, opened in an empty browser. Knows no product's page."""

import statistics
import time

from bench.studio import browsing, products
from bench.studio.report import Report

READABLE_S = 200.0
SLOW_MS = 15_000
"""A view that takes longer is opened once."""
BESIDE = "**Beside peers**, an empty browser each time, a server that was asked once before:"
COLUMNS = (
    "product", "view and what counts as readable", "readable ms", "longest task ms", "over the wire kB", "requests",
    "server MB, idle / after", "JS heap MB", "DOM nodes", "rows in the document",
)  # fmt: skip

DIFFERS = (
    "What each shows of the trace. loomwork: all 10,000 spans in one list, unfolded, with bars; only the rows on screen"
    " exist; bodies come when a span is chosen, here the root's. Phoenix: the first 1,000 spans (\"Viewing 1000 of"
    ' 10000 spans. Load More"), unfolded, all 1,000 in the document. MLflow: all 10,000, unfolded, all in the'
    " document; their inputs and outputs come along.",
    "What each shows of the run. loomwork: all rows at once, six cells each, of which it loads 5,000 rows whole and the"
    " others as they are seen. Phoenix: an experiment's examples with input and output (about 50 are loaded, more on"
    " scrolling; rows on screen exist), and the project's traces with input and output; what the steps came to is in a"
    ' trace. MLflow: the run\'s traces with request and response, "100 of 10000", further pages of 100.',
    "What differs. Phoenix's answers are compressed, MLflow's and ours are not."
    " Everything was given beforehand: to Phoenix as OTLP and through its experiments API, to MLflow with"
    " `start_span_no_context` (one writer thread: with its ten, SQLite says that the database is locked, and spans are"
    " lost), to loomwork with `spans.write`. MLflow's server runs with its job processes, as it does by default; of"
    " several processes the memory is their PSS, of one its RSS. Telemetry is off on both.",
)


def beside(report: Report, kept: list[products.Product], *, rounds: int, until: float) -> None:
    """Open every view of every product, one product after the other; a peer that fails is told of."""
    table = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    report.tables[BESIDE] = table
    for text in DIFFERS:
        report.note(text)
    for product in kept:
        if time.monotonic() > until:
            report.note(f"{product.name}: not measured beside the others, there was no time left")
            continue
        try:
            with product.serve() as server, browsing.browser() as made:
                idle = server.memory_mb()
                for view in product.views(made, server):
                    _view(report, table, product.name, view, (made, server.url), rounds)
                    table[-1] = table[-1].replace("MEMORY", f"{idle:,.0f} / {server.memory_mb():,.0f}")
                    report.say(f"   {table[-1]}")
        except Exception as error:
            report.note(f"{product.name}: not measured: {type(error).__name__}: {str(error).splitlines()[0]}")


def _view(
    report: Report, table: list[str], name: str, view: products.View, where: tuple[browsing.Browser, str], rounds: int
) -> None:
    made, url = where[0], where[1] + view.path

    def once() -> browsing.Opened:
        return browsing.open_cold(made, url, view.shows, seconds=READABLE_S, counts=view.counts)

    try:
        first = once()
        found = [first] if first.readable_ms > SLOW_MS else [once() for _ in range(rounds)]
    except browsing.TooLate:
        found = []
    if not found:
        table.append(f"| {name} | {view.what}: {view.told} | not within {READABLE_S:.0f} s | | | | MEMORY | | | |")
        return
    ms = [each.readable_ms for each in found]
    spread = f" ({min(ms):,.0f} to {max(ms):,.0f})" if len(ms) > 1 else " (once)"
    last = found[-1]
    cells = (
        name, f"{view.what}: {view.told}", f"{statistics.median(ms):,.0f}{spread}",
        f"{statistics.median(each.longest_ms for each in found):,.0f}", f"{last.transferred / 1000:,.0f}",
        str(last.requests), "MEMORY", f"{last.heap_mb:,.1f}", f"{last.nodes:,}", f"{last.rows:,}",
    )  # fmt: skip
    table.append(f"| {' | '.join(cells)} |")
