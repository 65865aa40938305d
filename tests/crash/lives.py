"""An application whose model calls are counted, run by the real command line in processes that are killed.

`Server` is the double on a thread of the test, so that its counts outlive every run. `Life` is one process.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from loomwork.kernel.clock import SystemClock
from loomwork.kernel.errors import RunCrashed
from loomwork.store.sqlite.faults import beside
from loomwork.store.sqlite.packing import unpacked
from loomwork.store.sqlite.store import SqliteStore
from loomwork.testing.double import Double
from loomwork.testing.replies import Script

ROOT = Path(__file__).parents[2]
HOOKS = Path(__file__).parent / "hooks"
STAGES = 4
PROGRAM = str(Path(sys.executable).with_name("loomwork"))
PATIENCE_S = 120.0
APP = """
from loomwork import model, step


@step
async def ask(text: str, stage: int) -> str:
    return await model("fast").ask("Stage {{ stage }}: {{ text }}", stage=stage, text=text)


@step
async def chain(text: str) -> dict[str, str]:
    said: dict[str, str] = {}
    last = text
    for stage in range(4):
        last = said[f"stage {stage}"] = await ask(last, stage)
    return said


@step
def count(text: str) -> int:
    return len(text)
"""
SETTINGS = """
[models.fast]
driver = "openai"
model = "double"
base_url = "{url}"
temperature = 0
retries = 0
"""


class Served(msgspec.Struct, frozen=True):
    """What the server has counted."""

    calls: int
    seen: dict[str, int]

    @property
    def distinct(self) -> int:
        """How many different requests came."""
        return len(self.seen)

    @property
    def repeated(self) -> int:
        """How many requests came more than once, each time after the first."""
        return self.calls - self.distinct


class Server:
    """The double, on an event loop of its own thread."""

    def __init__(self, script: Script | None = None) -> None:
        self.double = Double(script or Script())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Server":
        self._thread.start()
        self._do(self.double.__aenter__())
        return self

    def __exit__(self, *exc: object) -> None:
        self._do(self.double.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    @property
    def url(self) -> str:
        """The base URL."""
        return self.double.url

    @property
    def open(self) -> int:
        """How many requests are being answered."""
        return self.double.open

    def script(self, script: Script) -> None:
        """Change how it behaves."""
        self._loop.call_soon_threadsafe(setattr, self.double, "script", script)

    def served(self) -> Served:
        """Count, once nothing is open any more."""

        async def look() -> Served:
            await asyncio.sleep(0.02)  # what a killed process had sent is in the sockets' buffers
            await self.double.idle()
            return Served(self.double.calls, dict(self.double.seen))

        return self._do(look())

    def calls(self) -> int:
        """How many requests have come so far."""
        return self.double.calls


class Project:
    """A project folder, and the lives of processes that work in it."""

    def __init__(self, folder: Path, url: str, *, rows: int, more: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.rows = rows
        (folder / "app.py").write_text(APP)
        (folder / "loomwork.toml").write_text(SETTINGS.format(url=url) + more)
        (folder / "d.jsonl").write_text("".join(json.dumps({"text": f"row {n}"}) + "\n" for n in range(rows)))
        self.acks = folder / "acks"

    @property
    def store_path(self) -> Path:
        """The store's file."""
        return self.folder / ".loomwork" / "store.db"

    @contextmanager
    def store(self) -> Generator[SqliteStore]:
        """Open the store in this process."""
        store = SqliteStore(self.store_path, clock=SystemClock())
        try:
            yield store
        finally:
            store.close()

    def start(
        self,
        *arguments: str,
        out: str = "o.jsonl",
        target: str = "app:chain",
        before: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start `loomwork run` in this folder."""
        command = [*before, PROGRAM, "run", target, "--data", "d.jsonl", "--json", "--out", out, *arguments]
        return self.popen(command, environment or {})

    def popen(self, command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
        """Start any command in this folder, with the hooks."""
        env = os.environ | {"LOOMWORK_ACKS": str(self.acks), "PYTHONPATH": f"{HOOKS}{os.pathsep}{ROOT / 'src'}"}
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=env | dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **more: Any) -> "Ended":
        """Run to the end."""
        return ended(self.start(*arguments, **more))

    def acknowledged(self) -> Counter[str]:
        """What the store acknowledged in all lives so far: "kind name" lines that are whole."""
        if not self.acks.exists():
            return Counter()
        return Counter(line[:-1] for line in self.acks.read_text().splitlines(keepends=True) if line.endswith("\n"))

    def outputs(self, name: str = "o.jsonl") -> list[dict[str, Any]]:
        """The rows of --out but for what differs from run to run."""
        rows = [json.loads(line) for line in (self.folder / name).read_text().splitlines()]
        return [{key: value for key, value in row.items() if key != "trace"} for row in rows]

    @contextmanager
    def autopsy(self) -> Generator[SqliteStore]:
        """Open a copy of the store, so that what a kill left is recovered by the next process and not by the test."""
        with TemporaryDirectory() as place:
            for file in beside(self.store_path)[:2]:
                if file.exists():
                    shutil.copy(file, place)
            store = SqliteStore(Path(place) / self.store_path.name, clock=SystemClock())
            try:
                yield store
            finally:
                store.close()


class Ended(msgspec.Struct, frozen=True):
    """How a process ended."""

    code: int
    out: str
    errors: str

    @property
    def summary(self) -> dict[str, Any]:
        """Its one JSON object."""
        return json.loads(self.out)


def ended(child: subprocess.Popen[str]) -> Ended:
    """Wait for the end of a process."""
    try:
        out, errors = child.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        out, errors = child.communicate()
        raise AssertionError(f"it never ended: {out[-2_000:]} {errors[-4_000:]}") from None
    return Ended(child.returncode, out, errors)


def until(condition: Any, child: subprocess.Popen[str] | None = None) -> bool:
    """Wait until something is so; False if the process ends or patience does first."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        if condition():
            return True
        if child is not None and child.poll() is not None:
            return False
        time.sleep(0.001)
    return False


def kill(child: subprocess.Popen[str]) -> None:
    """`kill -9`, and wait until the process is gone."""
    child.kill()
    child.communicate()


def model_memos(store: SqliteStore) -> int:
    """How many different model calls are committed."""
    return store.pool.row(
        "SELECT count(DISTINCT key) FROM calls WHERE reuse = 2 AND status = 1"
        " AND kind = (SELECT id FROM names WHERE text = 'model')"
    )[0]


def check_store(project: Project, store: SqliteStore) -> None:
    """Nothing is damaged, every body has its hash, all that was acknowledged is there. Raises `AssertionError`."""
    assert store.pool.rows("PRAGMA integrity_check") == [("ok",)]
    problems = [finding.problem for finding in store.care.examine()]
    assert all(isinstance(problem, RunCrashed) for problem in problems), problems
    check_acknowledged(project, store)


def check_acknowledged(project: Project, store: SqliteStore) -> None:
    """Everything that a process was told is kept, is kept."""
    rows = store.pool.rows
    there = {
        "calls": {unpacked(row[0]) for row in rows("SELECT id FROM calls")},
        "runs": {row[0] for row in rows("SELECT id FROM runs")},
        "finished": {row[0] for row in rows("SELECT id FROM runs WHERE ended_ns IS NOT NULL")},
        "items": {f"{run} {n}" for run, n in rows("SELECT n.text, i.idx FROM items i JOIN names n ON n.id = i.run")},
        "spans": {f"{unpacked(a)} {unpacked(b)}" for a, b in rows("SELECT trace, span FROM spans")},
    }
    lost = [line for line in project.acknowledged() if line.partition(" ")[2] not in there[line.partition(" ")[0]]]
    assert not lost, f"{len(lost)} acknowledged writes are lost, such as {lost[:5]}"
