"""`python -m bench.traffic [--count 10000]`: replay served calls of a five-step application with one prompt changed."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

from bench.traffic import application
from loomwork import Workspace
from loomwork.flow.running.again import AgainReport, recorded_calls, run_again


def replayed(folder: Path, traces: list[str], *, changed: bool) -> tuple[AgainReport, float]:
    """Replay every trace; return what it came to, and the CPU seconds that it took."""
    prompts = {"kind": folder / "new" / "kind.md"} if changed else {}
    with Workspace.open(folder, entering="never", prompts=prompts) as workspace:
        app = application.load(workspace)
        began = time.process_time()
        calls = list(recorded_calls(workspace.runtime, app.main, traces))
        report = asyncio.run(run_again(workspace.runtime, app.main, calls))
        return report, time.process_time() - began


def main() -> int:
    """Measure, check, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=10_000)
    count: int = options.parse_args().count
    folder = Path(tempfile.mkdtemp(prefix="bench-traffic-"))
    application.make(folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        began = time.monotonic()
        with Workspace.open(folder, entering="never") as workspace:
            traces = application.serve(workspace, count)
        print(f"{count} served calls of five steps recorded in {time.monotonic() - began:.1f} s")
        right = True
        for name, changed in (("nothing changed", False), ("one prompt changed", True), ("the same again", True)):
            began = time.monotonic()
            report, cpu = replayed(folder, traces, changed=changed)
            wall = time.monotonic() - began
            effects = application.side_effects(folder) - count
            differing = [each.index for each in report.differing]
            wanted = application.expected(count)
            known = name != "one prompt changed"
            calls = 0 if known else wanted.classified + wanted.answered
            right &= report.totals.requests == calls and effects == 0 and report.failed == 0
            right &= differing == (wanted.differing if changed else [])
            print(
                f"{name}: {wall:.1f} s, {wall / count * 1000:.2f} ms a trace ({cpu:.1f} s CPU),"
                f" {report.totals.requests} model calls (at most {calls}), {len(differing)} answers differ,"
                f" {effects} side effects, {report.failed} failed"
            )
        print("as expected" if right else "NOT AS EXPECTED")
        return 0 if right else 1
    finally:
        os.chdir(before)
        application.clear(folder)


if __name__ == "__main__":
    raise SystemExit(main())
