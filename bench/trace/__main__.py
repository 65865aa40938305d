"""Spans: durable ingest beside MLflow and Phoenix, a big trace out of a million spans, a dashboard over them."""

import argparse
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.readme import put
from bench.trace import peers, workload

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
Result = dict[str, Any]


def run(python: Path | str, arguments: list[str], *, seconds: float, env: dict[str, str] | None = None) -> Result:
    """Run one measurement in a process of its own and return what it reports."""
    done = subprocess.run(
        [str(python), *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=seconds, check=False
    )
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise RuntimeError((done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()[-1])


class Bench:
    """One run: a folder for the stores, one core, and the rows of the table."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.core = str(sorted(os.sched_getaffinity(0))[-1])
        self.rows: list[tuple[str, list[float], list[float], int, str]] = []
        self.notes: list[str] = []
        self.versions: dict[str, str] = {}

    def repeat(self, name: str, work: Callable[[int], Result]) -> None:
        """Measure an ingest several times and keep spans per wall second and per processor second."""
        wall: list[float] = []
        busy: list[float] = []
        spans = 0
        for turn in range(self.options.turns):
            try:
                found = work(turn)
            except (RuntimeError, subprocess.TimeoutExpired, peers.PeerMissing) as error:
                self.notes.append(f"{name} was not measured: {error}")
                return
            spans = int(found["spans"])
            wall.append(spans / found["wall_s"])
            busy.append(spans / found["cpu_s"])
            if "version" in found:
                self.versions[name] = found["version"]
            print(f"  {name}, turn {turn + 1}: {wall[-1]:,.0f} spans/s", file=sys.stderr, flush=True)
        self.rows.append((name, wall, busy, spans, ""))

    def ingest(self) -> None:
        """Give the same spans to everybody."""
        many, few = self.options.ingest, self.options.peer_spans
        ours = ["-m", "bench.trace.ours"]
        requests = self.folder / "requests"
        peers.write_requests(requests, list(workload.spans(few, seed=1, start_ns=time.time_ns())))

        def recorder(count: int) -> Callable[[int], Result]:
            def work(turn: int) -> Result:
                store = self.folder / f"recorder-{count}-{turn}.db"
                more = ["recorder", "--store", str(store), "--spans", str(count), "--core", self.core]
                return run(sys.executable, ours + more, seconds=300)

            return work

        def same_requests(turn: int) -> Result:
            store = self.folder / f"requests-{turn}.db"
            more = ["requests", "--store", str(store), "--spans", str(few), "--core", self.core]
            return run(sys.executable, [*ours, *more, "--requests", str(requests)], seconds=300)

        def peer(package: str, script: str, *more: str) -> Callable[[int], Result]:
            def work(turn: int) -> Result:
                place = self.folder / f"{package}-{turn}"
                place.mkdir()
                arguments = [str(HERE / script), "--folder", str(place), "--spans", str(few), "--core", self.core]
                limit = self.options.peer_seconds
                arguments += ["--seconds", str(limit), *more]
                python = peers.python_of(package)
                return run(python, arguments, seconds=2 * limit + 240, env=peers.environment())

            return work

        self.repeat(f"loomwork, recorder, {many:,} spans", recorder(many))
        self.repeat(f"loomwork, recorder, {few:,} spans", recorder(few))
        self.repeat(f"loomwork, OTLP requests, {few:,} spans", same_requests)
        if self.options.peers:
            self.repeat("MLflow, `start_span`, SQLite", peer("mlflow", "peer_mlflow.py"))
            phoenix = peer("arize-phoenix", "peer_phoenix.py", "--requests", str(requests))
            self.repeat("Phoenix, OTLP/HTTP, SQLite", phoenix)

    def read(self) -> Result:
        """Fill a store, then ask it in a fresh process."""
        store = self.folder / "million.db"
        arguments = ["-m", "bench.trace.reading", "--store", str(store), "--spans", str(self.options.spans)]
        arguments += ["--core", self.core]
        filled = run(sys.executable, [*arguments, "--fill"], seconds=1800)
        print(f"  filled in {filled['fill_s']:.0f} s", file=sys.stderr, flush=True)
        return run(sys.executable, arguments, seconds=600)


def figures(bench: Bench, read: Result) -> str:
    """Return the section for the README."""
    load = os.getloadavg()[0]
    versions = ", ".join(f"{name.partition(',')[0]} {version}" for name, version in bench.versions.items())
    lines = [
        f"Taken {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions or 'no peers'};"
        f" load average {load:.1f} at the end.",
        "Where the load average is well above 1, other work ran beside it, and only the ratios are to be trusted.",
        "",
        "**Ingest**, one core for everything on each side, every span with a body of 2,048 bytes unlike any other;"
        f" median of {bench.options.turns} turns (lowest to highest).",
        "",
        "| store | spans | spans/s | per processor second | against ours |",
        "|---|---|---|---|---|",
    ]
    mine = {row[0].split(",")[1].strip(): statistics.median(row[1]) for row in bench.rows if row[0].startswith("loomw")}
    for name, wall, busy, spans, _ in bench.rows:
        base = mine.get("OTLP requests" if name.startswith("Phoenix") else "recorder")
        ratio = f"1 : {base / statistics.median(wall):,.0f}" if base and not name.startswith("loomwork") else ""
        lines.append(f"| {name} | {spans:,} | {spread(wall)} | {statistics.median(busy):,.0f} | {ratio} |")
    lines += ["", *(f"{note}." for note in bench.notes)]
    lines += [
        "What differs: the recorder and MLflow take spans in the process that makes them; MLflow hands each finished"
        " trace to its own queue. Phoenix gets OTLP requests of 200 spans over HTTP on loopback, client and server on"
        " the same core; the line `OTLP requests` reads and stores those same requests without the HTTP."
        " Each clock stops when the database file holds every span.",
        "",
        f"**Reading**, out of {read['counted']:,} stored spans ({read['bytes'] / 1e6:,.0f} MB,"
        f" {read['rollups']:,} minute rollups over one day, 13 names, 5 models), in a fresh process.",
        "",
        "| question | wall | processor |",
        "|---|---|---|",
        asked(f"open a trace of {read['big']:,} spans: rows, tree, totals, critical path", read["open"]),
        asked("only its rows", read["read"]),
        asked(
            "dashboard of the day from rollups: counts, p50, p95, p99, tokens, money by name and over time", read["ask"]
        ),
        asked("p95 per minute alone, from the spans themselves", read["raw"]),
        "",
        f"The dashboard from rollups against the lesser question of the spans: 1 :"
        f" {statistics.median(read['raw']['wall']) / statistics.median(read['ask']['wall']):.1f}.",
    ]
    return "\n".join(lines)


def spread(values: list[float]) -> str:
    """Return median and range."""
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def asked(question: str, found: dict[str, list[float]]) -> str:
    """Return one line of the reading table, in milliseconds."""
    wall = [each * 1000 for each in found["wall"]]
    return f"| {question} | {spread(wall)} ms | {statistics.median(found['cpu']) * 1000:,.0f} ms |"


def main() -> int:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.trace", description=__doc__)
    parser.add_argument("--spans", type=int, default=1_000_000, help="stored spans for the reading part")
    parser.add_argument("--ingest", type=int, default=20_000, help="spans of the large ingest")
    parser.add_argument("--peer-spans", type=int, default=2_000, help="spans that everybody is given")
    parser.add_argument("--peer-seconds", type=float, default=120, help="limit of one turn of a peer")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-trace-") as folder:
        bench = Bench(options, Path(folder))
        bench.ingest()
        section = figures(bench, bench.read())
    print(section)
    if options.write:
        put("trace", "Traces", section)
    return 0


if __name__ == "__main__":
    sys.exit(main())
