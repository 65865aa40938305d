"""Ctrl-C and SIGTERM end a run cleanly; `kill -9` shows as a crash; the next run repeats no finished call."""

import os
import signal
from pathlib import Path

import pytest

from loomwork.testing.replies import Script
from tests.crash.conftest import Undisturbed
from tests.crash.lives import Project, Server, check_store, ended, model_memos, until

pytestmark = pytest.mark.crash
CONCURRENCY = 16
ROWS = 100


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.nightly)])
def test_a_signal_ends_a_run_cleanly_and_the_next_one_continues(
    place: Path, undisturbed: Undisturbed, number: signal.Signals
) -> None:
    with Server(Script(latency_s=0.05)) as server:
        project = Project(place, server.url, rows=ROWS)
        child = project.start(out="stopped.jsonl")
        assert until(lambda: server.calls() >= 120, child)
        child.send_signal(number)
        stopped = ended(child)
        assert stopped.code == 130, stopped.errors
        assert "Traceback" not in stopped.errors
        assert stopped.summary["ok"] + stopped.summary["failed"] < ROWS
        served = server.served()
        with project.store() as store:
            (run,) = store.runs.list()
            assert (run.status, run.ok) == ("stopped", stopped.summary["ok"])
            check_store(project, store)
            assert store.care.examine() == []
            finished = model_memos(store)
        assert served.distinct - finished <= CONCURRENCY
        assert len(project.outputs("stopped.jsonl")) == stopped.summary["ok"] + stopped.summary["failed"]
        server.script(Script())
        done = project.run()
        assert done.code == 0, done.errors
        assert done.summary["model_calls"] == 4 * ROWS - finished
        assert project.outputs() == undisturbed(ROWS)
        assert server.served().repeated == served.distinct - finished


def test_a_killed_run_is_shown_as_crashed(place: Path) -> None:
    with Server(Script(latency_s=0.05)) as server:
        project = Project(place, server.url, rows=10)
        child = project.start()
        assert until(lambda: server.calls() >= 12, child)
        with project.store() as store:
            assert [run.status for run in store.runs.list()] == ["running"]
            os.kill(child.pid, signal.SIGKILL)
            child.communicate()
            assert [run.status for run in store.runs.list()] == ["crashed"]
            assert [type(finding.problem).__name__ for finding in store.care.examine()] == ["RunCrashed"]


def test_an_impatient_second_signal_does_no_harm(place: Path, undisturbed: Undisturbed) -> None:
    with Server(Script(latency_s=0.05)) as server:
        project = Project(place, server.url, rows=20)
        child = project.start(out="stopped.jsonl")
        assert until(lambda: server.calls() >= 30, child)
        for _ in range(3):
            child.send_signal(signal.SIGINT)
        stopped = ended(child)
        assert stopped.code == 130, (stopped.out, stopped.errors)
        assert "Traceback" not in stopped.errors
        with project.store() as store:
            check_store(project, store)
        server.script(Script())
        assert project.run().code == 0
        assert project.outputs() == undisturbed(20)
