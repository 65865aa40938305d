"""The studio in a real browser: a grid that fills, scrolled, big traces opened, a long list filtered; beside peers."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.readme import put
from bench.studio import browsing, filling, measures, products, work
from bench.studio.beside import beside
from bench.studio.report import Report
from bench.trace import peers

ROOT = Path(__file__).parents[2]
PARTS = ("fill", "big", "list", "peers")
GIVING_S = 3_600


def make(folder: Path, options: argparse.Namespace) -> None:
    """Write the stores that are not there yet."""
    sizes = ["--spans", str(options.spans), "--rows", str(options.rows)]
    more = ["--traces", str(options.traces), "--total", str(options.total)]
    for what in ("beside", "million"):
        if not (folder / what).exists():
            call(sys.executable, "-m", "bench.studio.filling", what, "--to", str(folder / what), *sizes, *more)
    if "peers" not in options.parts:
        return
    if not (folder / "mlflow" / "given.json").exists():
        (folder / "mlflow").mkdir()
        script = str(ROOT / "bench/studio/peers/give_mlflow.py")
        call(str(peers.python_of("mlflow")), script, "--folder", str(folder / "mlflow"), *sizes)
    if not (folder / "phoenix" / "experiment.json").exists():
        requests = folder / "requests"
        call(sys.executable, "-m", "bench.studio.filling", "requests", "--to", str(requests), *sizes)
        (folder / "phoenix").mkdir()
        script = str(ROOT / "bench/studio/peers/give_phoenix.py")
        spans = options.spans + options.rows * len(work.STEPS)
        call(str(peers.python_of("arize-phoenix")), script, "--folder", str(folder / "phoenix"), "--requests",
             str(requests), "--spans", str(spans), "--rows", str(options.rows), "--seconds", str(GIVING_S))  # fmt: skip


def call(*command: str) -> None:
    """Run one preparation."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=peers.environment())
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")


def measure(report: Report, folder: Path, scratch: Path, told: str, options: argparse.Namespace) -> None:
    """Measure part by part, and write each; a part for which there is no time is told of."""
    until = time.monotonic() + options.minutes * 60
    rounds = options.rounds
    kept = [products.loomwork(folder / "beside")]
    if "peers" in options.parts:
        kept += [products.mlflow(folder / "mlflow"), products.phoenix(folder / "phoenix")]
    parts: dict[str, tuple[str, Callable[[], None]]] = {
        "fill": (
            f"{options.items:,} x {len(work.STEPS)} cells at {options.rate:,.0f} a second",
            lambda: measures.fill(report, scratch, rounds=rounds, items=options.items, rate=options.rate),
        ),
        "big": ("Big ones", lambda: measures.big(report, folder / "beside", rounds=rounds)),
        "list": (
            f"{options.traces:,} traces, {options.total:,} spans",
            lambda: measures.long_list(report, folder / "million", rounds=rounds),
        ),
        "peers": ("Beside peers", lambda: beside(report, kept, rounds=min(3, rounds), until=until)),
    }
    for name in options.parts:
        title, work_of = parts[name]
        if time.monotonic() > until:
            report.note(f"{title}: not measured, there was no time left")
            continue
        report.begin(title)
        try:
            work_of()
        except Exception as error:
            report.note(f"{title}: ended early: {type(error).__name__}: {str(error).splitlines()[0]}")
        report.end()
        if options.write:
            put("studio", "The studio", report.text(told))


def head(chromium: str, options: argparse.Namespace) -> str:
    """Return under what it was measured."""
    return (
        f"Taken {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} cores, Python"
        f" {platform.python_version()}, Chromium {chromium}, headless, {options.rounds} rounds: median (lowest to"
        " highest). Server, browser, writer and bench share the two cores; where the load that is noted is above 2,"
        " other work ran beside them, and times are longer than they would be alone. *At most*: the worst round"
        " counts. A page is readable when what is looked for has been painted."
    )


def main() -> int:
    """Make what is needed, measure, print the table; 1 if a target is not met."""
    parser = argparse.ArgumentParser(prog="python -m bench.studio", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--items", type=int, default=1_000, help="rows of the run that is watched")
    parser.add_argument("--rate", type=float, default=2_000, help="cells a second")
    parser.add_argument("--spans", type=int, default=work.BIG, help="spans of the big trace")
    parser.add_argument("--rows", type=int, default=work.ROWS, help="rows of the big run")
    parser.add_argument("--traces", type=int, default=filling.TRACES, help="traces of the long list")
    parser.add_argument("--total", type=int, default=filling.SPANS, help="spans of the long list's store")
    parser.add_argument("--folder", type=Path, help="keep the stores here, and use those that are there")
    parser.add_argument("--minutes", type=float, default=60, help="begin no part after so long")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    options = parser.parse_args()
    options.parts = options.parts or list(PARTS)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="bench-studio-") as name:
        scratch = Path(name)
        folder = (options.folder or scratch / "kept").resolve()
        folder.mkdir(parents=True, exist_ok=True)
        make(folder, options)
        with browsing.browser() as made:
            told = head(browsing.version(made), options)
        measure(report, folder, scratch, told, options)
    section = report.text(told)
    print(section)
    if options.write:
        put("studio", "The studio", section)
    return 0 if report.met else 1


if __name__ == "__main__":
    sys.exit(main())
