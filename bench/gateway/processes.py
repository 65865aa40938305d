"""Processes that are measured: started, asked for their CPU and memory, ended. Knows no server.

CPU is what the kernel booked for the process and its children, user and system together, threads that have ended
included; it is read from the process's own clock (nanoseconds), or from /proc/PID/stat (hundredths of a second).
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PYTHON = sys.executable
_TICK = os.sysconf("SC_CLK_TCK")


class Process:
    """A process and its children.

    Args:
        words: Its command line.
        folder: Where it runs and leaves what it complains of.
        ready: What the line of its output holds that says it is up; None where it says nothing.
        env: Further environment variables.
    """

    def __init__(
        self, words: list[str], *, folder: Path, ready: str | None = "http", env: dict[str, str] | None = None
    ) -> None:
        self.begun = time.perf_counter()
        self._errors = folder / f"{Path(words[-1]).name}-stderr.txt"
        with self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                words, cwd=folder, stdout=subprocess.PIPE if ready else subprocess.DEVNULL, stderr=errors,
                env={**os.environ, **(env or {})}, text=True, start_new_session=True,
            )  # fmt: skip
        self.line = self._first(ready) if ready else ""

    def _first(self, ready: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if ready in line:
                return line
        raise RuntimeError(self.complaints)

    @property
    def complaints(self) -> str:
        """What it wrote to standard error."""
        return self._errors.read_text(errors="replace")[-2000:]

    def tree(self) -> list[int]:
        """Its pid and those of its children, theirs too."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting.extend(int(each) for each in children.read_text().split())
        return found

    def cpu_s(self) -> float:
        """CPU seconds of the tree so far."""
        return sum(_cpu_s(pid) for pid in self.tree())

    def memory_mb(self) -> float:
        """Resident memory of the tree."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.tree())
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def end(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = (int(fields[13]) + int(fields[14])) / _TICK  # those that have ended and were waited for
    try:
        return time.clock_gettime((~pid << 3) | 2) + children
    except OSError:
        return (int(fields[11]) + int(fields[12])) / _TICK + children
