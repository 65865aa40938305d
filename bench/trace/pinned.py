"""Measure a child process on one core: its own wall and processor time. Standard library only."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator


def pin(core: int) -> None:
    """Keep this process, and what it starts, on one core."""
    os.sched_setaffinity(0, {core})


def cpu() -> float:
    """Processor seconds of this process and of the children that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@contextlib.contextmanager
def measured(found: dict[str, float]) -> Iterator[None]:
    """Write wall and processor seconds of the block into `found`."""
    wall, busy = time.perf_counter(), cpu()
    yield
    found["wall_s"], found["cpu_s"] = time.perf_counter() - wall, cpu() - busy


def report(found: dict[str, object]) -> None:
    """Print the result for the process that started this one."""
    sys.stdout.write("RESULT " + json.dumps(found) + "\n")
    sys.stdout.flush()
