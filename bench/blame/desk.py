"""The application on disk: laid out, committed, edited, run and asked whom to blame. Judges nothing."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.blame.faults import Fault
from bench.blame.server import Server

HERE = Path(__file__).parent
PORT = "8765"
TARGET = "desk.main:answer"
DATA = "data/questions.jsonl"
LOOMWORK = (sys.executable, "-m", "loomwork.cli.main")
GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What blame said of one fault, and what was sent."""

    code: int
    blamed: dict[str, Any]
    stderr: str
    calls: int
    """Requests that reached the model while it was asked."""
    orders: int
    """Requests that reached the order system: must be none."""
    rerun: int
    """Requests of the row when it is run from scratch."""
    wall_s: float


class Desk:
    """One folder in which one fault after another is planted."""

    def __init__(self, root: Path, server: Server) -> None:
        self.root = root
        self.server = server
        self.project = root / "here"

    def lay_out(self, *, git: bool) -> str:
        """The application without a fault, run once; returns that run."""
        kept = self.root / f"kept-{git}"
        shutil.rmtree(self.project, ignore_errors=True)
        if not kept.exists():
            shutil.copytree(HERE / "app", self.project, ignore=shutil.ignore_patterns("__pycache__", ".loomwork"))
            self._port()
            if git:
                self._git("init", "-q")
                self._commit("first")
            self.loomwork("knowledge", "build", "handbook")
            (kept.with_suffix(".run")).write_text(self.run(), encoding="utf-8")
            shutil.copytree(self.project, kept)
            return kept.with_suffix(".run").read_text(encoding="utf-8")
        shutil.copytree(kept, self.project)
        return kept.with_suffix(".run").read_text(encoding="utf-8")

    def plant(self, fault: Fault) -> None:
        """Make the fault's edits; documents are indexed anew."""
        for edit in fault.edits:
            path = self.project / edit.file
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            assert edit.old in text, (fault.name, edit)
            path.write_text(text.replace(edit.old, edit.new, 1) if edit.old else text + edit.new, encoding="utf-8")
        self.server.states |= fault.states
        self.server.due = fault.due or self.server.due
        if any(edit.file.startswith("docs/") for edit in fault.edits):
            self.loomwork("knowledge", "build", "handbook")
        if fault.git == "all":
            self._commit("second")

    def run(self, *refresh: str) -> str:
        """Run the rows and return the run's id."""
        more = [word for name in refresh for word in ("--refresh", name)]
        done = self.loomwork("run", TARGET, "--data", DATA, "--json", *more)
        return json.loads(done.stdout)["run"]

    def blame(self, a: str, b: str, row: int) -> Asked:
        """Ask whom to blame."""
        calls, orders = self.server.calls, self.server.asked.total()
        start = time.perf_counter()
        done = self.loomwork("blame", a, b, "--row", str(row), "--json", checked=False)
        wall = time.perf_counter() - start
        blamed = json.loads(done.stdout) if done.returncode == 0 else {}
        made = self.server.calls - calls
        acted = self.server.asked.total() - orders
        return Asked(
            code=done.returncode, blamed=blamed, stderr=done.stderr[-3000:], calls=made, orders=acted,
            rerun=self._from_scratch(row), wall_s=wall,
        )  # fmt: skip

    def outputs(self, run: str) -> list[Any]:
        """What each row of a run came to."""
        from loomwork.store import open_store

        store = open_store(f"sqlite:///{self.project}/.loomwork/store.db")
        try:
            return [(item.output, item.error) for item in store.runs.items(run)]
        finally:
            store.close()

    def _from_scratch(self, row: int) -> int:
        """Requests to the model when the row is run with nothing remembered."""
        calls = self.server.calls
        one = self.project / "data" / "one.jsonl"
        lines = (self.project / DATA).read_text(encoding="utf-8").splitlines()
        one.write_text(lines[row] + "\n", encoding="utf-8")
        store = f"sqlite:///{self.root}/scratch-{time.monotonic_ns()}.db"
        self.loomwork("run", TARGET, "--data", str(one), "--store", store, "--json", checked=False)
        return self.server.calls - calls

    def loomwork(self, *words: str, checked: bool = True) -> "subprocess.CompletedProcess[str]":
        """One command in a process of its own."""
        done = subprocess.run(
            [*LOOMWORK, *words], cwd=self.project, env=self._env(), capture_output=True, text=True, check=False
        )
        assert not checked or done.returncode in (0, 1), (words, done.stderr)
        return done

    def _env(self) -> Mapping[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV") if name in os.environ}
        mine = {"HOME": str(self.root), "LANG": "C.UTF-8", "ORDERS_URL": f"http://127.0.0.1:{self.server.port}/orders"}
        return {**kept, **mine}

    def _port(self) -> None:
        path = self.project / "loomwork.toml"
        path.write_text(path.read_text(encoding="utf-8").replace(PORT, str(self.server.port)), encoding="utf-8")

    def _commit(self, message: str) -> None:
        self._git("add", "-A")
        self._git("commit", "-q", "-m", message)

    def _git(self, *words: str) -> None:
        subprocess.run([*GIT, *words], cwd=self.project, check=True, capture_output=True)
