"""Processes that are measured: started, asked for their CPU and memory, ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class Process:
    """A process and its children."""

    def __init__(
        self, words: list[str], *, folder: Path, ready: str = "http", env: dict[str, str] | None = None
    ) -> None:
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            words, cwd=folder, stdout=subprocess.PIPE, stderr=(folder / "stderr.txt").open("wb"),
            env={**os.environ, **(env or {})}, text=True, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError((folder / "stderr.txt").read_text())
            if ready in line:
                break
        self.line = line
        self.ready_s = time.perf_counter() - self.begun

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
        """CPU seconds of the tree so far, all threads."""
        total = 0
        for pid in self.tree():
            for stat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                total += int(stat.read_text().split()[0])
        return total / 1e9

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


PYTHON = sys.executable
