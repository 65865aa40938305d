"""A real Chromium: pages opened cold, timed by what they show, with their network log. Knows no product."""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WATCH = """
(() => {
  const bench = (window.__bench = { long: [], readable: 0, interval: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) bench.long.push([entry.startTime, entry.duration]);
  }).observe({ type: "longtask", buffered: true });
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.height > 0 && box.width > 0 && box.top < innerHeight && box.bottom > 0;
  };
  const shows = (%s);
  const painted = () => requestAnimationFrame(() => setTimeout(() => { bench.readable = performance.now(); }));
  const look = () => {
    let found = false;
    const began = performance.now();
    try { found = shows(seen); } catch (error) { bench.error = String(error); }
    bench.interval = performance.now() - began;
    if (found) painted(); else setTimeout(look, %d);
  };
  look();
})();
"""
"""Notes long tasks, and when what is looked for has been painted: one frame after it was there."""
LOOK_MS = 8
QUIET_S = 0.7
STEPS = """() => {
  const answers = performance.getEntriesByType("resource").filter(
    (entry) => entry.name.includes("/api/") && entry.responseEnd < window.__bench.readable,
  );
  answers.sort((a, b) => b.decodedBodySize - a.decodedBodySize);
  return answers.length ? [answers[0].startTime, answers[0].responseStart, answers[0].responseEnd] : [0, 0, 0];
}"""
WAIT = """(most) => new Promise((resolve) => {
  const began = performance.now();
  const look = () => {
    const { readable } = window.__bench;
    if (readable || performance.now() - began > most) resolve(readable);
    else setTimeout(look, 20);
  };
  look();
})"""
SCROLL = """async ([selector, near, far, missing, from]) => {
  const box = document.querySelector(selector);
  const frames = [];
  let blank = 0;
  box.scrollTop = from * box.scrollHeight;
  let last = await new Promise((resolve) => requestAnimationFrame(resolve));
  const go = async (count, by) => {
    for (let i = 0; i < count; i += 1) {
      box.scrollTop += by;
      const now = await new Promise((resolve) => requestAnimationFrame(resolve));
      frames.push(now - last);
      last = now;
      if (missing && [...document.querySelectorAll(missing)].some((row) => row.textContent === "…")) blank += 1;
    }
  };
  await go(200, near);
  await go(60, far);
  await go(60, -far);
  await go(100, -near);
  return { frames, blank };
}"""
"""The fixed script: 200 frames of some rows each, 60 of more than a screen each, those back, 100 of some rows back."""
NEAR_PX, FAR_PX = 140, 1_200


class Opened(NamedTuple):
    """What an address took until it could be read."""

    readable_ms: float
    longest_ms: float
    transferred: int
    """Bytes as they came over the wire until the network was still."""
    decoded: int
    requests: int
    heap_mb: float
    nodes: int
    rows: int
    """Rows that the document holds."""
    cpu_ms: float
    """Processor time of the page's main thread until it could be read."""
    steps: list[float]
    """When the largest answer of the API before that was asked for, began to come, and had come."""


class Log:
    """The network log of one page."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.urls: dict[str, str] = {}
        self.decoded: dict[str, int] = {}
        self.transferred: dict[str, int] = {}
        self.last = time.monotonic()
        self.session.on("Network.requestWillBeSent", self._asked)
        self.session.on("Network.dataReceived", self._came)
        self.session.on("Network.loadingFinished", self._done)
        self.session.send("Network.enable")
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def _asked(self, event: dict[str, Any]) -> None:
        self.last = time.monotonic()
        self.urls[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        one = event["requestId"]
        self.last = time.monotonic()
        self.decoded[one] = self.decoded.get(one, 0) + event["dataLength"]
        if one not in self.transferred or self.transferred[one] >= 0:
            self.transferred[one] = self.transferred.get(one, 0) + max(0, event["encodedDataLength"])

    def _done(self, event: dict[str, Any]) -> None:
        self.transferred[event["requestId"]] = event["encodedDataLength"]

    def bodies(self) -> dict[str, int]:
        """Return decoded bytes by address."""
        found: dict[str, int] = {}
        for one, url in self.urls.items():
            if url.startswith("http"):
                found[url] = found.get(url, 0) + self.decoded.get(one, 0)
        return found

    def metric(self, name: str) -> float:
        """Return one of the browser's own figures of the page."""
        given = self.session.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in given if each["name"] == name)

    def heap_mb(self) -> float:
        """Return what scripts hold after a collection."""
        self.session.send("HeapProfiler.collectGarbage")
        return self.metric("JSHeapUsedSize") / 1e6


def chromium() -> str:
    """Return where Chromium is: LOOMWORK_CHROMIUM, or where systems put it."""
    known = [os.environ.get("LOOMWORK_CHROMIUM", ""), *map(shutil.which, ("chromium", "chromium-browser"))]
    return next(path for path in known if path and Path(path).is_file())


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield made
        finally:
            made.close()


def fresh(made: Browser) -> BrowserContext:
    """Return a context with nothing in its cache."""
    return made.new_context(locale="en-GB", color_scheme="dark", viewport={"width": 1440, "height": 860})


def version(made: Browser) -> str:
    """Return the browser's version."""
    return made.version


def watch(page: Page, shows: str) -> None:
    """Have every document that is opened in a page look for what can be read."""
    page.add_init_script(WATCH % (shows, LOOK_MS))


def until_readable(page: Page, *, seconds: float) -> float:
    """Wait for what is looked for; return when it was painted, since the navigation began. Raises `TooLate`."""
    found = page.evaluate(WAIT, seconds * 1000)
    if not found:
        raise TooLate(f"not readable within {seconds:g} s")
    return float(found)


def open_cold(made: Browser, url: str, shows: str, *, seconds: float = 60, counts: str = "") -> Opened:
    """Open an address in a new context, as somebody does for the first time. Raises `TooLate`."""
    context = fresh(made)
    try:
        page = context.new_page()
        log = Log(page)
        watch(page, shows)
        page.goto(url, wait_until="commit", timeout=seconds * 1000)
        return figures(page, log, until_readable(page, seconds=seconds), counts)
    finally:
        context.close()


def figures(page: Page, log: Log, readable_ms: float, counts: str) -> Opened:
    """Return what a page took, once its network is still."""
    cpu_ms = log.metric("TaskDuration") * 1000
    still(page, log)
    long = page.evaluate("window.__bench.long")
    return Opened(
        readable_ms, max([0.0, *(took for _, took in long)]), sum(map(abs, log.transferred.values())),
        sum(log.decoded.values()), len(log.urls), log.heap_mb(), int(log.metric("Nodes")),
        page.locator(counts).count() if counts else 0, cpu_ms, page.evaluate(STEPS),
    )  # fmt: skip


def still(page: Page, log: Log, *, seconds: float = 10) -> None:
    """Wait until nothing has come for a while: a stream that stays open is never at its end."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and time.monotonic() - log.last < QUIET_S:
        page.wait_for_timeout(50)


def again(context: BrowserContext, url: str, shows: str) -> float:
    """Open an address in a context that has been there; return when it could be read."""
    page = context.new_page()
    watch(page, shows)
    page.goto(url, wait_until="commit")
    taken = until_readable(page, seconds=60)
    page.close()
    return taken


def scroll(page: Page, selector: str) -> list[float]:
    """Scroll by the fixed script; return how long each frame took."""
    return list(page.evaluate(SCROLL, [selector, NEAR_PX, FAR_PX, "", 0])["frames"])


def scroll_below(page: Page, selector: str) -> tuple[list[float], float]:
    """Scroll so from beyond the middle; return the frames, and in what share of them a row was not loaded yet."""
    missing = ".grid-row > [data-column='1'] > .dim:only-child"
    found = page.evaluate(SCROLL, [selector, NEAR_PX, FAR_PX, missing, 0.55])
    return list(found["frames"]), 100 * found["blank"] / len(found["frames"])
