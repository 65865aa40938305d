"""The parts of the bench, each on a server and a browser of its own. Knows no option and no table of the README."""

import json
import os
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page

import loomwork
from bench.studio import browsing, filling_live, listing, products, serving, work
from bench.studio.report import Report

HERE = Path(__file__).parent
FRAME_MS = 33
READABLE_S = 60.0
WEIGHT = "**Page weight**, decoded bodies of the network log, an empty cache, until the network is still:"
BUNDLE = Path(loomwork.__file__).parent / "studio" / "static" / "assets"
LATER = {"/datasets": "Datasets", "/prompts": "Prompts", "/knowledge": "Knowledge", "/compare": "Compare"}
"""Pages, and how the file of each begins: an address without a page is answered with the document, too."""


def p95(values: list[float]) -> float:
    """Return the value below which 95 in a hundred lie."""
    return statistics.quantiles(values, n=20)[18] if len(values) > 1 else values[0]


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Browser, serving.Server]]:
    """Start a studio and a browser."""
    with serving.studio(folder) as server, browsing.browser() as made:
        yield made, server


def fill(report: Report, scratch: Path, *, rounds: int, items: int, rate: float) -> None:
    """A grid that fills while it is written: paced spans, then a real run; then it is scrolled and weighed."""
    folder = scratch / "live"
    shutil.copytree(HERE / "app", folder, ignore=shutil.ignore_patterns("__pycache__", ".loomwork"))
    (folder / "data").mkdir()
    with opened(folder) as (made, server):
        context = browsing.fresh(made)
        _fills(report, [
            filling_live.paced(context, server, folder, f"paced-{number}", items=items, rate=rate)
            for number in range(rounds)
        ], "spans written by the clock")  # fmt: skip
        real = [_real(context, server, folder, number, items) for number in range(rounds)]
        _fills(report, real, "`loomwork run`")
        name = f"paced-{rounds - 1}"
        _frames(report, context, f"{server.url}/runs/{name}", products.GRID.replace("Question", "question"),
                "[role=grid]", f"scroll, grid of {items:,} x {len(work.STEPS)}", rounds=rounds)  # fmt: skip
        weigh(report, made, server, folder, name)


def _real(context: BrowserContext, server: serving.Server, folder: Path, number: int, items: int) -> filling_live.Fill:
    data = f"data/rows-{number}.jsonl"
    with (folder / data).open("w") as file:
        file.writelines(json.dumps({"question": f"question {row} of round {number}"}) + "\n" for row in range(items))
    return filling_live.real(context, server, folder, data, items=items)


def _fills(report: Report, fills: list[filling_live.Fill], how: str) -> None:
    report.add(f"{how}: cells a second, as written", [each.rate for each in fills], digits=0)
    report.add(f"{how}: filled / written", [each.ratio for each in fills], target=1.4, digits=2)
    report.add(f"{how}: longest task of the page", [each.longest_ms for each in fills], "ms", target=200, at_most=True,
               digits=0)  # fmt: skip
    report.add(f"{how}: server CPU", [each.server_cpu_s for each in fills], "s", digits=2)
    missing = [each.cells for each in fills if each.cells != fills[0].cells or each.cells % len(work.STEPS)]
    report.add(f"{how}: cells on the page in the end", [float(each.cells) for each in fills], digits=0)
    if missing:
        report.note(f"{how}: not every round ended with the same number of cells: {missing}")


def _frames(
    report: Report, context: BrowserContext, url: str, shows: str, selector: str, what: str, *, rounds: int
) -> None:
    medians, tails = [], []
    for _ in range(rounds):
        page = ready(context, url, shows)
        frames = browsing.scroll(page, selector)
        medians.append(statistics.median(frames))
        tails.append(p95(frames))
        page.close()
    report.add(f"{what}: median frame", medians, "ms", target=FRAME_MS)
    report.add(f"{what}: p95 of the frames", tails, "ms")
    page = ready(context, url, shows)
    frames, blank = browsing.scroll_below(page, selector)
    report.add(f"{what}, from beyond the middle: median frame", [statistics.median(frames)], "ms", target=FRAME_MS)
    report.add(f"{what}, from beyond the middle: frames with a row not loaded yet", [blank], "%", digits=0)
    page.close()


def ready(context: BrowserContext, url: str, shows: str) -> Page:
    """Open a page in a context and wait until it can be read and is still."""
    page = context.new_page()
    browsing.watch(page, shows)
    page.goto(url, wait_until="commit")
    browsing.until_readable(page, seconds=READABLE_S)
    page.wait_for_timeout(browsing.QUIET_S * 1000)
    return page


def weigh(report: Report, made: Browser, server: serving.Server, folder: Path, run: str) -> None:
    """Sum what each page loads into an empty browser: the files of the bundle, and the answers of the API."""
    _real(browsing.fresh(made), server, folder, -1, 12)
    demo = json.load(urlopen(f"{server.url}/api/runs?limit=1"))["runs"][0]["id"]
    trace = json.load(urlopen(f"{server.url}/api/traces?limit=1"))["traces"][0]["trace"]
    rows = ["| page | files kB | answers kB | together kB | sent over the wire kB |", "|---|---|---|---|---|"]
    pages = {
        "runs": "/runs", "grid, 12 rows": f"/runs/{demo}", "grid, 1,000 rows": f"/runs/{run}", "traces": "/traces",
        "a trace of 6 spans": f"/traces/{trace}", "playground": "/playground", "compare": "/compare",
        "datasets": "/datasets", "prompts": "/prompts", "knowledge": "/knowledge",
    }  # fmt: skip
    homes = {name: path for name, path in pages.items() if is_there(path)}
    for name, path in homes.items():
        context = browsing.fresh(made)
        page = context.new_page()
        log = browsing.Log(page)
        page.goto(server.url + path, wait_until="load")
        browsing.still(page, log)
        bodies = log.bodies()
        answers = sum(size for url, size in bodies.items() if "/api/" in url) / 1000
        files = sum(bodies.values()) / 1000 - answers
        wire = sum(map(abs, log.transferred.values())) / 1000
        rows.append(f"| {name} | {files:,.0f} | {answers:,.0f} | {files + answers:,.0f} | {wire:,.0f} |")
        if name.startswith("grid"):
            report.add(f"weight of the page, {name}, before compression", [files + answers], "kB", target=700, digits=0)
        context.close()
    report.tables["**Page weight**, decoded bodies of the network log, an empty cache, until the network is still:"] = (
        rows
    )


def is_there(path: str) -> bool:
    """Say whether the bundle has a page of that name: every address is answered with the document."""
    return path not in LATER or any(file.name.startswith(LATER[path]) for file in BUNDLE.iterdir())


def big(report: Report, folder: Path, *, rounds: int) -> None:
    """The trace of many spans and the run of many rows, opened and scrolled."""
    with opened(folder) as (made, server):
        trace, run = products.loomwork(folder).views(made, server)
        _big(report, made, server, trace, "trace of 10,000 spans", "[role=tree]", rounds=rounds, target=500)
        _big(report, made, server, run, "run of 10,000 rows", "[role=grid]", rounds=rounds, target=None)


def _big(
    report: Report, made: Browser, server: serving.Server, view: products.View, what: str, box: str, *, rounds: int,
    target: float | None,
) -> None:  # fmt: skip
    url = server.url + view.path
    cold, cpu = [], []
    for _ in range(rounds + 1):
        before = server.cpu_s()
        cold.append(browsing.open_cold(made, url, view.shows))
        cpu.append((server.cpu_s() - before) * 1000)
    first, *cold = cold
    context = browsing.fresh(made)
    ready(context, url, view.shows).close()
    again = [browsing.again(context, url, view.shows) for _ in range(rounds)]
    report.add(f"{what}: navigation to readable, the first of all", [first.readable_ms], "ms", digits=0)
    ms = [each.readable_ms for each in cold]
    report.add(f"{what}: navigation to readable, empty browser", ms, "ms", target=target, digits=0)
    report.add(f"{what}: navigation to readable, files in the cache", again, "ms", target=target, digits=0)
    for place, name in enumerate(("asked for", "coming", "there")):
        until = [each.steps[place] for each in cold]
        report.add(f"{what}: ... of which until the answer it needs is {name}", until, "ms", digits=0)
    busy = [each.cpu_ms for each in cold]
    report.add(f"{what}: processor time of the page's main thread until then", busy, "ms", digits=0)
    report.add(f"{what}: longest task of the page", [each.longest_ms for each in cold], "ms", digits=0)
    report.add(f"{what}: server CPU of an opening", cpu[1:], "ms", digits=0)
    report.add(f"{what}: over the wire", [each.transferred / 1000 for each in cold], "kB", digits=0)
    _frames(report, context, url, view.shows, box, f"scroll, {what}", rounds=rounds)
    context.close()


def long_list(report: Report, folder: Path, *, rounds: int) -> None:
    """A list of many traces: filters on the server, and its memory."""
    forget(folder / ".loomwork" / "store.db")
    with serving.studio(folder) as server:
        urlopen(f"{server.url}/api/status").read()
        report.add("server memory (RSS), idle", [server.memory_mb()], "MB", target=150, digits=0)
        first = [each.wall_ms for each in listing.all_filters(server, 1)]
        report.add("filters, the file not read since the machine forgot it: wall, median", [statistics.median(first)],
                   "ms", digits=0)  # fmt: skip
        report.add("filters, the file not read since the machine forgot it: the slowest", [max(first)], "ms", digits=0)
        asked = listing.all_filters(server, rounds)
        wall = [each.wall_ms for each in asked]
        report.add(
            f"{len(listing.FILTERS)} filters: wall, median over all", [statistics.median(wall)], "ms", target=300
        )
        report.add("filters: wall, p95 over all", [p95(wall)], "ms", target=300, digits=0)
        report.add("filters: wall, the slowest", [max(wall)], "ms", digits=0)
        cpu = [each.cpu_ms for each in asked]
        report.add("filters: server CPU, median over all", [statistics.median(cpu)], "ms")
        report.add("filters: server CPU, p95 over all", [p95(cpu)], "ms", digits=0)
        report.add("filters: answers that stopped looking before 50 were found or the list was at its end",
                   [100 * sum(each.more for each in asked) / len(asked)], "%", digits=0)  # fmt: skip
        ways = listing.to_the_end(server)
        slow = max(ways, key=lambda way: way.wall_ms)
        report.add(f"filters, asked on until 50 or the end: the longest ({slow.name}, {slow.requests} requests)",
                   [slow.wall_ms], "ms", digits=0)  # fmt: skip
        report.add("server memory, after the filters", [server.memory_mb()], "MB", target=150, digits=0)
        with browsing.browser() as made:
            for view in products.loomwork(folder).views(made, server):
                browsing.open_cold(made, server.url + view.path, view.shows)
                report.add(f"server memory, after the {view.what} was opened", [server.memory_mb()], "MB", target=150,
                           digits=0)  # fmt: skip
            _list_page(report, made, server, rounds)
        report.add("server memory, in the end", [server.memory_mb()], "MB", target=150, digits=0)
        report.tables["**The filters**, 50 traces a page:"] = listing.by_name(asked, ways)


def forget(file: Path) -> None:
    """Have the system drop what it holds of a file in memory."""
    with file.open("rb") as held:
        os.fsync(held.fileno())
        os.posix_fadvise(held.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _list_page(report: Report, made: Browser, server: serving.Server, rounds: int) -> None:
    found = [browsing.open_cold(made, f"{server.url}/traces", products.LIST) for _ in range(rounds)]
    report.add("the list: navigation to readable, empty browser", [each.readable_ms for each in found], "ms", digits=0)
