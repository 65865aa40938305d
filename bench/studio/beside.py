"""The same trace and the same rows in each product, opened in an empty browser. Knows no product's page."""

import statistics
import time

from bench.studio import browsing, products
from bench.studio.report import Report

READABLE_S = 150.0
BESIDE = "**Beside peers**, an empty browser each time, a server that was asked once before:"
COLUMNS = (
    "product", "view and what counts as readable", "readable ms", "longest task ms", "over the wire kB", "requests",
    "server MB, idle / after", "JS heap MB", "DOM nodes", "rows in the document",
)  # fmt: skip


def beside(report: Report, kept: list[products.Product], *, rounds: int, until: float) -> None:
    """Open every view of every product, one product after the other; a peer that fails is told of."""
    table = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    report.tables[BESIDE] = table
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
    try:
        browsing.open_cold(made, url, view.shows, seconds=READABLE_S)
        found = [
            browsing.open_cold(made, url, view.shows, seconds=READABLE_S, counts=view.counts) for _ in range(rounds)
        ]
    except browsing.TooLate:
        report.note(f"{name}, {view.what}: not readable within {READABLE_S:.0f} s ({view.told})")
        return
    ms = [each.readable_ms for each in found]
    last = found[-1]
    cells = (
        name, f"{view.what}: {view.told}", f"{statistics.median(ms):,.0f} ({min(ms):,.0f} to {max(ms):,.0f})",
        f"{statistics.median(each.longest_ms for each in found):,.0f}", f"{last.transferred / 1000:,.0f}",
        str(last.requests), "MEMORY", f"{last.heap_mb:,.1f}", f"{last.nodes:,}", f"{last.rows:,}",
    )  # fmt: skip
    table.append(f"| {' | '.join(cells)} |")
