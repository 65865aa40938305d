"""`python -m bench.soak [--minutes 30]`: a real server under mixed load; its memory, descriptors and log meanwhile.

A run of at least 30 minutes writes its section of bench/README.md; a shorter one only prints it.
"""

import argparse
import asyncio
import datetime
import json
import os
import platform
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.readme import put
from bench.soak.load import Came, run
from bench.soak.report import section
from bench.soak.served import Soaked, started
from bench.soak.watching import Sample, look

LONG = 30.0


def main() -> None:
    """Soak, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description="Half an hour of mixed load.")
    parser.add_argument("--minutes", type=float, default=LONG)
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second")
    parser.add_argument("--warm", type=float, default=None, help="minutes that do not count; a third, at most 10")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks")
    parser.add_argument("--samples", type=Path, default=None, help="write every look to this file, as lines of JSON")
    options = parser.parse_args()
    warm = min(10.0, options.minutes / 3) if options.warm is None else options.warm
    with tempfile.TemporaryDirectory(prefix="bench-soak-") as name, ExitStack() as stack:
        soaked = started(Path(name), stack)
        loads = [os.getloadavg()[0]]
        came, samples = Came(), list[Sample]()
        asyncio.run(_soak(soaked, came, samples, loads, options))
        text = section(samples, came, rate=options.rate, warm_s=warm * 60, about=_about(loads), said=_said(soaked.said))
    print(text)
    if options.minutes >= LONG:
        put("soak", "Half an hour of mixed load", text)


async def _soak(
    soaked: Soaked, came: Came, samples: list[Sample], loads: list[float], options: argparse.Namespace
) -> None:
    begun = time.monotonic()
    load = asyncio.create_task(run(soaked.url, came, rate=options.rate, seconds=options.minutes * 60))
    while not load.done():
        await asyncio.wait([load], timeout=options.every)
        samples.append(look(soaked.server, soaked.folder, begun))
        loads.append(os.getloadavg()[0])
        if options.samples is not None:
            with options.samples.open("a") as file:
                file.write(json.dumps({**samples[-1]._asdict(), "requests": came.total, "load": loads[-1]}) + "\n")
    await load
    if options.samples is not None:
        with options.samples.open("a") as file:
            file.write(came.told() + "\n")


def _about(loads: list[float]) -> str:
    most, least = max(loads), min(loads)
    day = datetime.datetime.now(datetime.UTC).date()
    return (
        f"{day}, Python {platform.python_version()}, {os.cpu_count()} cores shared with other work (load average"
        f" {least:.1f} to {most:.1f}; the load and the double run on them, too)."
    )


def _said(errors: Path) -> str:
    lines = [line for line in errors.read_text(errors="replace").splitlines() if line.strip()]
    if not lines:
        return "The server wrote nothing to its standard error."
    return f"The server wrote {len(lines)} lines to its standard error; the last: `{lines[-1][:120]}`."


if __name__ == "__main__":
    main()
