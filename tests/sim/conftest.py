"""Where the simulated worlds are set up."""

import importlib
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.sim.world import ROWS, Api, Servers, World, make_folder


@pytest.fixture
def fresh_modules() -> Generator[None]:
    """Each test's applications are its own."""
    importlib.invalidate_caches()
    before = list(sys.path)
    yield
    sys.path[:] = before
    for name in [name for name in sys.modules if name.startswith("sim_")]:
        del sys.modules[name]


class Stage:
    """The folders of both protocols and what an undisturbed run answers; stores come and go."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root = root
        self._patch = monkeypatch
        self._folders: dict[tuple[Api, int], Path] = {}
        self._expected: dict[str, list[Any]] = {}
        self._number = 0

    def world(self, api: Api, retries: int, seed: int = 0, **servers: Any) -> World:
        """A fresh store."""
        at = self._folders.get((api, retries))
        if at is None:
            at = self._folders[api, retries] = make_folder(self._root / f"{api}{retries}", api, retries=retries)
        self._number += 1
        return World(at, self._root / f"{self._number}.db", Servers(seed, **servers), self._patch)

    def own(self, name: str, api: Api, *, rows: int = ROWS, more: str = "") -> World:
        """A folder of its own."""
        folder = make_folder(self._root / name, api, retries=0, rows=rows, more=more)
        return World(folder, self._root / f"{name}.db", Servers(0), self._patch)

    def expected(self, api: Api) -> list[Any]:
        """What comes out where nothing goes wrong."""
        if api not in self._expected:
            played = self.world(api, 0, seed=0).play(risk=0.0)
            assert played.report.ok == ROWS, played.errors
            self._expected[api] = played.outputs
        return self._expected[api]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_modules: None) -> Stage:
    """Where the seeds are played."""
    return Stage(tmp_path, monkeypatch)
