"""A small application on disk, opened again and again as new processes would open it."""

from __future__ import annotations

import importlib
import itertools
import sys
import textwrap
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from loomwork.flow.behaviour import Project
from loomwork.flow.context import Scope, entered
from loomwork.flow.observe import Observer
from loomwork.flow.running import RunTotals
from loomwork.flow.runtime import Runtime
from loomwork.flow.step import Step
from loomwork.kernel.clock import Clock, SystemClock
from loomwork.kernel.ids import Ids
from loomwork.store import open_store
from loomwork.trace.recorder import Recorder

_runs = itertools.count(1)


class Opened:
    """One session: fresh modules, a runtime on the lab's store, and what was counted."""

    def __init__(self, module: ModuleType, runtime: Runtime, totals: RunTotals, warnings: list[str]) -> None:
        self.app: Any = module
        self.runtime = runtime
        self.totals = totals
        self.warnings = warnings

    def ran(self) -> dict[str, int]:
        """How often each step's body ran, by the step's short name (none left out at zero)."""
        return {name.rpartition(":")[2]: count.ran for name, count in self.totals.steps.items() if count.ran}

    def hits(self) -> dict[str, int]:
        """How often each step was found."""
        return {name.rpartition(":")[2]: count.hits for name, count in self.totals.steps.items() if count.hits}


class Lab:
    """A project folder with its store."""

    def __init__(self, root: Path, files: dict[str, str]) -> None:
        self.root = root
        (root / "loomwork.toml").write_text("")
        for name, text in files.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Write a file of the application."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")

    def edit(self, name: str, before: str, after: str) -> None:
        """Replace a text that must be there."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    @contextmanager
    def open(
        self,
        *,
        run: str | None = None,
        trial: int = 0,
        builtins: tuple[Step[..., Any], ...] = (),
        services: dict[str, Any] | None = None,
        secrets: tuple[str, ...] = (),
        clock: Clock | None = None,
        module: str = "app",
        **scope: Any,
    ) -> Generator[Opened]:
        """Open the project as a new process would: modules imported anew, every cache empty."""
        self.forget()
        importlib.invalidate_caches()
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(self.root))
        clock = clock or SystemClock()
        store = open_store(f"sqlite:///{self.root}/.loomwork/store.db")
        project = Project(self.root)
        recorder = Recorder(store.spans, clock=clock, ids=Ids())
        warnings: list[str] = []
        observer = Observer(project, key=b"test").install()
        runtime = Runtime(
            project=project, store=store, recorder=recorder, observer=observer, services=services or {},
            builtins=builtins, clock=clock, secrets=secrets, warn=lambda key, _fields: warnings.append(key),
        )  # fmt: skip
        totals = RunTotals()
        frame = runtime.root(Scope(run=run or f"r{next(_runs)}", item=0, trial=trial, totals=totals, **scope))
        try:
            imported = importlib.import_module(module)
            with entered(frame):
                yield Opened(imported, runtime, totals, warnings)
        finally:
            observer.close()
            recorder.close()
            store.close()
            sys.path.remove(str(self.root))
            self.forget()

    def forget(self) -> None:
        """Take the application's modules out of this process, so that no other test finds them."""
        names = {path.stem for path in self.root.rglob("*.py")} | {path.name for path in self.root.iterdir()}
        for loaded in [name for name in sys.modules if name.split(".")[0] in names]:
            del sys.modules[loaded]
