"""Whether the statistics hold what they say: coverage, false alarms, power; about five minutes on one core."""

import argparse
import os
import platform
import sys
import time
from datetime import UTC, datetime

import numpy as np

from bench.readme import put
from bench.statistics import alarms, candidates, coverage, seeing, shares

CHOSEN, REPORTED = 1, 20_260
"""Seeds: the methods were chosen among draws of the first, the tables are of the second."""
SECTIONS = {
    "coverage": lambda scale: coverage.tables(REPORTED, int(coverage.EXPERIMENTS * scale)),
    "candidates": lambda scale: candidates.tables(CHOSEN, int(1_000 * scale)),
    "shares": lambda scale: shares.tables(),
    "alarms": lambda scale: alarms.tables(REPORTED, int(alarms.COMPARISONS * scale)),
    "power": lambda scale: seeing.tables(REPORTED, int(seeing.EXPERIMENTS * scale)),
}


def main() -> int:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.statistics", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    parser.add_argument("--only", action="append", choices=list(SECTIONS), help="measure this part")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of experiments, to try the bench out")
    options = parser.parse_args()
    if options.write and (options.only or options.scale != 1):
        parser.error("--write takes all parts in full")
    parts: list[str] = []
    spent: list[str] = []
    for name in options.only or SECTIONS:
        began = time.process_time()
        parts += ["", *SECTIONS[name](options.scale)]
        spent.append(f"{name} {time.process_time() - began:.0f} s")
        print(spent[-1], file=sys.stderr, flush=True)
    head = (
        f"Taken {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, one core, Python {platform.python_version()},"
        f" NumPy {np.__version__}; processor time: {', '.join(spent)} (load average {os.getloadavg()[0]:.1f} at the"
        " end). With 2,000 experiments a share of 95 % is known to about 1 point either way."
    )
    text = "\n".join([head, *parts])
    print(text)
    if options.write:
        put("statistics", "Statistics", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
