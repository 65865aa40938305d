"""Two runs of one target, a reader that polls and a reader that holds on, all on one store at once."""

import sqlite3
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from loomwork.store.sqlite.store import SqliteStore
from loomwork.testing.replies import Script
from tests.crash.conftest import Undisturbed
from tests.crash.lives import Project, Server, check_store, ended, kill, until

pytestmark = pytest.mark.crash
SLACK_NS = 2_000_000_000
"""Between a memo's time stamp and its being visible to others, on a machine that is busy."""


class Poller:
    """Reads runs, items and spans again and again, as a page that is open does."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._poll)
        self.rounds = 0
        self.longest_s = 0.0
        self.errors: list[BaseException] = []

    def __enter__(self) -> "Poller":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._enough.set()
        self._thread.join()

    def _poll(self) -> None:
        try:
            with self._project.store() as store:
                while not self._enough.wait(0.02):
                    began = time.monotonic()
                    self._look(store)
                    self.longest_s = max(self.longest_s, time.monotonic() - began)
                    self.rounds += 1
        except BaseException as error:
            self.errors.append(error)

    def _look(self, store: SqliteStore) -> None:
        for run in store.runs.list(limit=5):
            items = list(store.runs.items(run.id))
            for item in items[-3:]:
                store.blobs.get(item.input)
                store.spans.trace(item.trace)
        store.spans.list(limit=50)
        store.spans.rollups(since_minute=0, until_minute=1 << 40)


def hold(project: Project) -> tuple[sqlite3.Connection, Any]:
    """Begin a read that sees the store as it is now, until it is let go."""
    reader = sqlite3.connect(project.store_path, isolation_level=None)
    reader.execute("BEGIN")
    return reader, reader.execute("SELECT count(*), coalesce(max(n), 0) FROM calls").fetchone()


def test_two_runs_and_two_readers_share_a_store(place: Path, undisturbed: Undisturbed) -> None:
    rows = 60
    with Server(Script(latency_s=0.02)) as server:
        project = Project(place, server.url, rows=rows)
        first = project.start(out="first.jsonl")
        assert until(lambda: server.calls() >= 2 * rows, first)
        with Poller(project) as poller:
            reader, seen = hold(project)
            second = project.start(out="second.jsonl")
            ends = [ended(first), ended(second)]
            assert reader.execute("SELECT count(*), coalesce(max(n), 0) FROM calls").fetchone() == seen
            reader.execute("COMMIT")
            reader.close()
            polled = poller.rounds
            assert until(lambda: poller.rounds > polled or poller.errors)
        assert not poller.errors, poller.errors
        for end in ends:
            assert end.code == 0, end.errors
            assert "lock" not in end.errors
        assert project.outputs("first.jsonl") == project.outputs("second.jsonl") == undisturbed(rows)
        served = server.served()
        assert served.distinct == 4 * rows
        assert served.calls == sum(end.summary["model_calls"] for end in ends)
        assert set(served.seen.values()) <= {1, 2}
        assert ends[1].summary["model_calls"] <= 2 * rows + 16
        with project.store() as store:
            check_store(project, store)
            check_doubled(store, served.repeated)
        third = project.run()
        assert (third.code, third.summary["model_calls"]) == (0, 0)


def check_doubled(store: SqliteStore, repeated: int) -> None:
    """A call was made twice only where the first was still in flight when the second began; the others adopted one."""
    rows = store.pool.rows(
        "SELECT c.key, c.reuse, c.created_ns, s.start_ns FROM calls c JOIN spans s ON s.trace = c.trace"
        " AND s.span = c.span WHERE c.status = 1 AND c.kind = (SELECT id FROM names WHERE text = 'model') ORDER BY c.n"
    )
    made: defaultdict[Any, list[tuple[int, int, int]]] = defaultdict(list)
    for key, reuse, created, began in rows:
        made[key].append((reuse, created, began))
    doubled = {key: calls for key, calls in made.items() if len(calls) > 1}
    assert sum(len(calls) - 1 for calls in doubled.values()) == repeated
    for calls in doubled.values():
        assert [call[0] for call in calls].count(2) == 1, "exactly one of the two is the memo"
        assert max(call[2] for call in calls) <= min(call[1] for call in calls) + SLACK_NS


def test_two_runs_that_begin_at_once_in_a_fresh_folder_both_end(place: Path, undisturbed: Undisturbed) -> None:
    rows = 20
    with Server(Script(latency_s=0.01)) as server:
        project = Project(place, server.url, rows=rows)
        children = [project.start(out=f"{name}.jsonl") for name in ("first", "second")]
        for end in [ended(child) for child in children]:
            assert end.code == 0, end.errors
            assert "lock" not in end.errors
        assert project.outputs("first.jsonl") == project.outputs("second.jsonl") == undisturbed(rows)
        with project.store() as store:
            check_store(project, store)
            check_doubled(store, server.served().repeated)
        third = project.run()
        assert (third.code, third.summary["model_calls"]) == (0, 0)


def test_a_run_whose_neighbour_is_killed_goes_on(place: Path, undisturbed: Undisturbed) -> None:
    rows = 60
    with Server(Script(latency_s=0.02)) as server:
        project = Project(place, server.url, rows=rows)
        killed, lives = project.start(out="killed.jsonl"), project.start(out="lives.jsonl")
        assert until(lambda: server.calls() >= 3 * rows, killed)
        kill(killed)
        end = ended(lives)
        assert end.code == 0, end.errors
        assert "lock" not in end.errors
        assert project.outputs("lives.jsonl") == undisturbed(rows)
        with project.store() as store:
            check_store(project, store)
            assert sorted(run.status for run in store.runs.list()) == ["crashed", "done"]
