"""`kill -9` at every kind of write: before, inside and after each transaction, inside the log, inside a checkpoint."""

import signal
from pathlib import Path

import pytest

from tests.crash.conftest import Undisturbed
from tests.crash.lives import Project, Server, check_store, ended, model_memos

pytestmark = pytest.mark.crash
CONCURRENCY = 16

FRESH = [
    "statement:PRAGMA journal_mode:1",
    "statement:CREATE TABLE:1",
    "statement:CREATE TABLE:5",
    "statement:CREATE INDEX:3",
    "statement:PRAGMA user_version=:1",
    "statement:PRAGMA application_id=:1",
    "statement:COMMIT:1",
]
"""While the store is made."""

STARTED = [
    "statement:INSERT INTO runs:1",
    "after:runs:1",
    "statement:BEGIN IMMEDIATE:9",
    "statement:INSERT OR IGNORE INTO names:2",
    "statement:INSERT INTO blobs:5",
    "statement:INSERT INTO calls:4",
    "statement:COMMIT:7",
    "statement:COMMIT:30",
    "after:calls:3",
    "after:calls:41",
    "statement:INSERT OR REPLACE INTO items:2",
    "after:items:1",
    "statement:INSERT OR IGNORE INTO spans:3",
    "statement:INSERT INTO rollups:1",
    "statement:UPDATE rollups:2",
    "after:spans:2",
    "log:1:12",
    "log:30:15",
    "log:4000:18",
    "log:9999:21",
    "log:70001:5",
    "file:100:40",
    "file:5000:50",
    "statement:INSERT INTO call_index:1",
]
"""While the run goes on."""

ENDING = [
    "statement:UPDATE runs:1",
    "after:finished:1",
    "event:os.rename:1",
    "closing:0:1",
    "closing:9000:1",
]
"""While it ends."""

SAMPLE = [
    "statement:CREATE TABLE:5",
    "statement:COMMIT:1",
    "statement:INSERT INTO runs:1",
    "statement:INSERT INTO calls:4",
    "statement:COMMIT:30",
    "after:calls:41",
    "statement:INSERT OR REPLACE INTO items:2",
    "statement:INSERT OR IGNORE INTO spans:3",
    "statement:UPDATE rollups:2",
    "log:4000:18",
    "file:5000:50",
    "statement:INSERT INTO call_index:1",
    "statement:UPDATE runs:1",
    "event:os.rename:1",
]
"""Without `closing`: after a run that found everything, a log to fold at its end is a matter of timing."""


def die(project: Project, server: Server, point: str) -> int:
    """Run until the process dies at a point; return how many requests were open then."""
    folds = {"LOOMWORK_PRAGMA": "PRAGMA wal_autocheckpoint=20"} if point.startswith("file:") else {}
    end = ended(project.start(out="killed.jsonl", environment={"LOOMWORK_DIE": point, **folds}))
    assert end.code in {-signal.SIGKILL, -signal.SIGXFSZ}, f"{point} was never met: {end.code} {end.errors[-3_000:]}"
    if not project.store_path.exists():
        return 0
    served = server.served()
    with project.autopsy() as store:
        check_store(project, store)
        uncommitted = served.distinct - model_memos(store)
    assert 0 <= uncommitted <= CONCURRENCY, f"{point}: {uncommitted} requests were open"
    return uncommitted


def live_through(place: Path, points: list[str], undisturbed: Undisturbed, *, rows: int) -> None:
    """Die at each point in turn, then end; the outputs are those of a run that nothing disturbed."""
    with Server() as server:
        project = Project(place, server.url, rows=rows)
        were_open = sum(die(project, server, point) for point in points)
        done = project.run()
        assert done.code == 0, done.errors[-3_000:]
        assert project.outputs() == undisturbed(rows)
        served = server.served()
        assert served.distinct == 4 * rows
        assert served.repeated <= were_open
        with project.store() as store:
            check_store(project, store)
            assert store.runs.list(limit=1)[0].status == "done"


def test_a_run_that_dies_at_one_write_point_after_the_other_loses_nothing(
    place: Path, undisturbed: Undisturbed
) -> None:
    live_through(place, SAMPLE, undisturbed, rows=100)


@pytest.mark.nightly
@pytest.mark.parametrize("point", [*FRESH, *STARTED, *ENDING])
def test_a_run_that_dies_at_a_write_point_loses_nothing(place: Path, undisturbed: Undisturbed, point: str) -> None:
    live_through(place, [point], undisturbed, rows=100)
