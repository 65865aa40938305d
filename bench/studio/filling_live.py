"""A grid that fills while another process writes: paced spans, and a real `loomwork run`. Knows no store."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

from playwright.sync_api import BrowserContext, Page

from bench.studio import browsing, serving, work

DONE = """() => document.querySelector(".bar .chip")?.textContent === "done" """
CELLS = """async () => {
  const box = document.querySelector("[role=grid]");
  const full = new Set();
  let cells = 0;
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
  for (box.scrollTop = 0; ; box.scrollTop += 600) {
    await frame();
    for (const row of document.querySelectorAll(".grid-row")) {
      const name = row.getAttribute("aria-rowindex");
      const said = [...row.querySelectorAll("[data-column]")].slice(2).filter((cell) => cell.textContent.trim());
      if (!full.has(name) && said.length === STEPS) { full.add(name); cells += said.length; }
    }
    if (box.scrollTop + box.clientHeight >= box.scrollHeight - 2) return cells;
  }
}""".replace("STEPS", str(len(work.STEPS)))
SETTLE_S = 1.5
"""After the end the page asks once more for what is on screen: that counts as part of it."""


class Fill(NamedTuple):
    """One run, as it was written and as it was seen."""

    floor_s: float
    ratio: float
    rate: float
    """Cells a second, as written."""
    longest_ms: float
    cells: int
    """Cells that were on the page in the end."""
    server_cpu_s: float


def paced(context: BrowserContext, server: serving.Server, folder: Path, name: str, *, items: int, rate: float) -> Fill:
    """Watch a run that is written by the clock; the page is open before it begins."""
    command = [sys.executable, "-m", "bench.studio.writing", "--folder", str(folder), "--run", name]
    command += ["--items", str(items), "--rate", str(rate)]
    with started(command, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        page = watched(context, f"{server.url}/runs/{name}")
        page.wait_for_selector(".grid-row")
        page.wait_for_timeout(browsing.QUIET_S * 1000)
        before = server.cpu_s()
        process.stdin.write("go\n")
        process.stdin.flush()
        told = process.stdout.readline()
        wrote = json.loads(told.removeprefix("RESULT "))
        return seen(page, server, before, wrote["began_ms"], wrote["ended_ms"], wrote["cells"])


def real(context: BrowserContext, server: serving.Server, folder: Path, data: str, *, items: int) -> Fill:
    """Watch `loomwork run`; the page is opened as soon as the studio knows of the run, as a link of it is followed."""
    known = newest(server)
    command = [sys.executable, "-m", "loomwork.cli.main", "run", "app:answer", "--data", data, "--concurrency", "64"]
    before = server.cpu_s()
    with started([*command, "--json"], cwd=folder) as process:
        until = time.monotonic() + 60
        while (now := newest(server)) == known and time.monotonic() < until:
            time.sleep(0.02)  # polling another process: there is nothing to wait on
        page = watched(context, f"{server.url}/runs/{now['id']}")
        process.communicate(timeout=240)
        head = json.load(urlopen(f"{server.url}/api/runs/{now['id']}"))
        return seen(page, server, before, head["started_ms"], head["ended_ms"], items * len(work.STEPS))


@contextlib.contextmanager
def started(command: list[str], *, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a process that is told and tells in lines."""
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL, env=serving.environment())  # fmt: skip
    try:
        yield process
        process.wait(60)
    finally:
        serving.stop(process)
        if process.stdin is not None:
            process.stdin.close()


def newest(server: serving.Server) -> dict[str, Any]:
    """Return the run that began last."""
    found = json.load(urlopen(f"{server.url}/api/runs?limit=1"))["runs"]
    return {"id": found[0]["id"]} if found else {}


def watched(context: BrowserContext, url: str) -> Page:
    """Open a run that is watched for its end."""
    page = context.new_page()
    browsing.watch(page, DONE)
    page.goto(url, wait_until="commit")
    return page


def seen(page: Page, server: serving.Server, cpu_s: float, began_ms: float, ended_ms: float, cells: int) -> Fill:
    """Return what the page came to."""
    browsing.until_readable(page, seconds=120)
    origin, filled = page.evaluate("[performance.timeOrigin, window.__bench.readable]")
    page.wait_for_timeout(SETTLE_S * 1000)
    long = page.evaluate("window.__bench.long")
    floor_s = (ended_ms - began_ms) / 1000
    during = [took for start, took in long if origin + start + took >= began_ms]
    found = Fill(
        floor_s, (origin + filled - began_ms) / 1000 / floor_s, cells / floor_s, max([0.0, *during]),
        int(page.evaluate(CELLS)), server.cpu_s() - cpu_s,
    )  # fmt: skip
    page.close()
    return found
