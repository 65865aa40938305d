"""The same faults over real sockets, by the real command line: a few, since time is real here."""

import json
from pathlib import Path

import pytest

from loomwork.testing.replies import Fault, Script
from tests.crash.lives import Project, Server, check_store

FAULTS = (
    Fault(kind="status", status=429, when="row 0"),
    Fault(kind="status", status=500, when="row 1"),
    Fault(kind="hang", when="row 2"),
    Fault(kind="drip", seconds=3.0, when="row 3"),
    Fault(kind="cut", at=60, when="row 4"),
    Fault(kind="disconnect", at=60, when="row 5"),
    Fault(kind="malformed", when="row 6"),
    Fault(kind="wrong_schema", when="row 7"),
)
ROWS = 10


@pytest.mark.crash
def test_faults_over_sockets_fail_their_items_and_only_those_are_asked_again(tmp_path: Path) -> None:
    with Server(Script(faults=FAULTS)) as server:
        project = Project(tmp_path / "app", server.url, rows=ROWS, more="timeout = 2.0\n")
        first = project.run(out="first.jsonl")
        assert first.code == 1, first.errors
        assert "Traceback" not in first.errors
        assert (first.summary["ok"], first.summary["failed"]) == (ROWS - len(FAULTS), len(FAULTS))
        sent = server.calls()
        assert first.summary["model_calls"] == sent == len(FAULTS) + 4 * (ROWS - len(FAULTS))
        rows = project.outputs("first.jsonl")
        assert [row["output"] is None for row in rows] == [True] * len(FAULTS) + [False] * (ROWS - len(FAULTS))
        assert all(row["error"] for row in rows[: len(FAULTS)])
        server.script(Script())
        second = project.run(out="second.jsonl")
        assert second.code == 0, second.errors
        assert second.summary["model_calls"] == 4 * len(FAULTS)
        assert project.outputs("second.jsonl")[len(FAULTS) :] == rows[len(FAULTS) :]
        with project.store() as store:
            check_store(project, store)
        assert json.loads(second.out)["failed"] == 0
