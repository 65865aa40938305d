"""What a tree of processes holds, looked at again and again, and how that changed. Knows no server.

>>> slope([0.0, 1800.0, 3600.0], [10.0, 10.5, 11.0])
1.0
"""

import os
import statistics
import time
from pathlib import Path
from typing import NamedTuple


class Sample(NamedTuple):
    """One look. Memory in MB, sizes in MB."""

    at_s: float
    resident: float
    private: float
    """What the processes do not share."""
    descriptors: int
    threads: int
    wal: float
    store: float


def tree(pid: int) -> list[int]:
    """The process and its children, theirs too."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            waiting.extend(int(each) for each in children.read_text().split())
    return found


def look(pid: int, folder: Path, begun: float) -> Sample:
    """Look at the tree below `pid` and at the store in `folder`."""
    pages = private = descriptors = threads = 0
    for each in tree(pid):
        said = [int(number) for number in Path(f"/proc/{each}/statm").read_text().split()]
        pages += said[1]
        private += said[1] - said[2]
        descriptors += len(os.listdir(f"/proc/{each}/fd"))
        threads += len(os.listdir(f"/proc/{each}/task"))
    page = os.sysconf("SC_PAGE_SIZE") / 1e6
    wal = sum(file.stat().st_size for file in folder.rglob("*-wal")) / 1e6
    store = sum(file.stat().st_size for file in folder.rglob("*.db")) / 1e6
    at = time.monotonic() - begun
    return Sample(at, pages * page, private * page, descriptors, threads, wal, store)


def slope(seconds: list[float], values: list[float]) -> float:
    """Units an hour, by least squares."""
    return statistics.linear_regression(seconds, values).slope * 3600


def robust_slope(seconds: list[float], values: list[float]) -> float:
    """Units an hour: the median of the slopes between all pairs (Theil-Sen), which single jumps do not move."""
    found = [
        (values[b] - values[a]) / (seconds[b] - seconds[a])
        for a in range(len(values))
        for b in range(a + 1, len(values))
        if seconds[b] > seconds[a]
    ]
    return statistics.median(found) * 3600
