"""Fixtures of the crash tests: a counting server, and what an uninterrupted run answers."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from tests.crash.lives import Project, Server

Undisturbed = Callable[[int], list[dict[str, Any]]]


@pytest.fixture
def server() -> Generator[Server]:
    """A server of the test's own."""
    with Server() as server:
        yield server


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """The outputs of so many rows (four model calls each) of a run that nothing disturbed; made once."""
    made: list[list[dict[str, Any]]] = [[]]

    def outputs(rows: int) -> list[dict[str, Any]]:
        if len(made[0]) < rows:
            made[0] = _outputs(tmp_path_factory.mktemp("undisturbed") / "app", rows)
        return made[0][:rows]

    return outputs


def _outputs(place: Path, rows: int) -> list[dict[str, Any]]:
    with Server() as server:
        project = Project(place, server.url, rows=rows)
        done = project.run()
        assert done.code == 0, done.errors[-4_000:]
        served = server.served()
        assert (served.calls, served.distinct) == (4 * rows, 4 * rows)
        assert done.summary["model_calls"] == 4 * rows
        return project.outputs()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a project goes."""
    return tmp_path / "app"
