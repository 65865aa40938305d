"""A long list of traces asked with filters over HTTP, as the page asks. Knows no browser."""

import http.client
import json
import statistics
import time
from typing import Any, NamedTuple
from urllib.parse import urlencode

from bench.studio import serving

FILTERS: tuple[tuple[str, dict[str, str | float]], ...] = (
    ("none", {}),
    ("text, common", {"q": "returned item"}),
    ("text, one in 1,999", {"q": "about warranty"}),
    ("text, one trace", {"q": "question 1234:"}),
    ("text, nowhere", {"q": "nothing like this"}),
    ("failed", {"status": "failed"}),
    ("ok", {"status": "ok"}),
    ("kind", {"kind": "tool"}),
    ("name", {"name": "check"}),
    ("model", {"model": "qwen-max"}),
    ("model, none such", {"model": "no-such-model"}),
    ("run", {"run": "r-3"}),
    ("no run", {"run": "none"}),
    ("hits", {"cached": "yes"}),
    ("not hits", {"cached": "no"}),
    ("long", {"min_ms": 5_000}),
    ("longer than any", {"min_ms": 9_000_000}),
    ("short", {"max_ms": 60}),
    ("failed and model", {"status": "failed", "model": "qwen-max"}),
    ("failed, in a run", {"status": "failed", "run": "r-3"}),
    ("failed and text, nowhere", {"status": "failed", "q": "nothing like this"}),
    ("kind, long and text", {"kind": "tool", "min_ms": 3_000, "q": "working days"}),
)


class Asked(NamedTuple):
    """One filter, asked once."""

    name: str
    wall_ms: float
    cpu_ms: float
    found: int
    more: bool
    """There was more to look at than the answer's time let it."""


class Way(NamedTuple):
    """A filter asked until a page is full or the list is at its end."""

    name: str
    requests: int
    wall_ms: float


def ask(connection: http.client.HTTPConnection, asked: dict[str, Any]) -> Any:
    """Return a page of traces."""
    connection.request("GET", f"/api/traces?{urlencode(asked)}")
    answer = connection.getresponse()
    data = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"/api/traces?{urlencode(asked)}: {answer.status} {data[:200]!r}")
    return json.loads(data)


def all_filters(server: serving.Server, rounds: int) -> list[Asked]:
    """Ask with each filter, in turns."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    found: list[Asked] = []
    for _ in range(rounds):
        for name, filters in FILTERS:
            cpu, wall = server.cpu_s(), time.perf_counter()
            page = ask(connection, filters)
            wall = time.perf_counter() - wall
            found.append(Asked(name, wall * 1e3, (server.cpu_s() - cpu) * 1e3, len(page["traces"]),
                               page["more"] and len(page["traces"]) < 50))  # fmt: skip
    connection.close()
    return found


def to_the_end(server: serving.Server) -> list[Way]:
    """Ask with each filter until 50 traces are found or there are no more."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    ways: list[Way] = []
    for name, filters in FILTERS:
        began, count, requests, before = time.perf_counter(), 0, 0, ""
        while True:
            page = ask(connection, {**filters, "before": before} if before else filters)
            requests, count, before = requests + 1, count + len(page["traces"]), page["next"]
            if count >= 50 or not page["more"]:
                break
        ways.append(Way(name, requests, (time.perf_counter() - began) * 1e3))
    connection.close()
    return ways


def by_name(asked: list[Asked], ways: list[Way]) -> list[str]:
    """Return a table, a filter a line."""
    rows = [
        "| filter | found | wall ms, median (highest) | processor ms | answers that stopped for time |"
        " until 50 or the end: requests | wall ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for way in ways:
        of = [each for each in asked if each.name == way.name]
        wall = [each.wall_ms for each in of]
        rows.append(
            f"| {way.name} | {of[0].found} | {statistics.median(wall):.0f} ({max(wall):.0f}) |"
            f" {statistics.median(each.cpu_ms for each in of):.0f} | {sum(each.more for each in of)} of {len(of)} |"
            f" {way.requests} | {way.wall_ms:,.0f} |"
        )
    return rows
