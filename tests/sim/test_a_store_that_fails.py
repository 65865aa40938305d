"""A store that can keep no more stops the run at once with its own error; the next run goes on from what is kept."""

from typing import Any

import pytest

from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.store import BlobMissing, StoreBusy, StoreCorrupt, StoreFailed, StoreFull, StoreReadOnly
from loomwork.store import open_store
from loomwork.store.sqlite.calls import SqliteCalls
from loomwork.store.sqlite.runs import SqliteRuns
from tests.sim.conftest import Stage
from tests.sim.world import ROWS

CONCURRENCY = 3
FAILURES: list[LoomworkError] = [
    StoreFull(path="p", detail="d"),
    StoreReadOnly(path="p"),
    StoreFailed(path="p", detail="d"),
    StoreCorrupt(path="p", detail="d"),
    StoreBusy(path="p", seconds=120),
]


def fail(patch: pytest.MonkeyPatch, owner: type, name: str, error: Exception, *, after: int) -> None:
    """Let a method work so many times, then fail for ever."""
    inner = getattr(owner, name)
    left = [after]

    def call(self: Any, *args: Any, **more: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise error
        return inner(self, *args, **more)

    patch.setattr(owner, name, call)


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(("owner", "name", "after"), [(SqliteCalls, "commit", 7), (SqliteRuns, "put_item", 1)])
def test_a_store_that_can_keep_no_more_stops_the_run_with_its_own_error(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, error: LoomworkError, owner: type, name: str, after: int
) -> None:
    world = stage.world("openai", 2)
    with monkeypatch.context() as patch:
        fail(patch, owner, name, error, after=after)
        with pytest.raises(type(error)):
            world.play()
    before = world.memos()
    asked = world.servers.sent
    assert asked - len(before) <= CONCURRENCY
    told = world.play()
    assert told.outputs == stage.expected("openai")
    assert told.sent == 3 * ROWS - len(before)
    store = open_store(f"sqlite:///{world.store_path}")
    assert [run.status for run in store.runs.list()] == ["done", "failed"]
    store.close()


def test_a_run_whose_end_cannot_be_noted_still_says_why_it_stopped(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = stage.world("openai", 2)
    with monkeypatch.context() as patch:
        fail(patch, SqliteCalls, "commit", StoreFull(path="p", detail="first"), after=3)
        fail(patch, SqliteRuns, "finish", StoreFailed(path="p", detail="second"), after=0)
        with pytest.raises(StoreFull, match="first"):
            world.play()
    assert world.play().outputs == stage.expected("openai")


def test_a_body_that_is_lost_is_one_items_failure(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    world = stage.world("openai", 2)
    with monkeypatch.context() as patch:
        inner = SqliteCalls.commit
        left = [7]

        def commit(self: Any, *args: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise BlobMissing(digest="ab")
            return inner(self, *args, **more)

        patch.setattr(SqliteCalls, "commit", commit)
        told = world.play()
    assert (told.report.ok, told.report.failed, told.report.status) == (ROWS - 1, 1, "done")
