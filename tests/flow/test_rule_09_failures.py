"""FLOW.md rules 8 and 9: what failed, was lost, was repaired or was too slow is never an answer for later."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

import pytest

from loomwork.flow import record as record_module
from loomwork.kernel.errors.flow import BadStep, CyclicResult, DeepResult, StepTimeout
from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    import asyncio
    from pathlib import Path
    from loomwork.flow.step import step

    SEEN = []

    @step
    async def part(x: int) -> int:
        return x

    @step(retries=2, ignore=["SEEN"])
    async def shaky(good: int) -> int:
        SEEN.append(await part(good))
        if len(SEEN) < good:
            raise ConnectionError(f"try {len(SEEN)}")
        return len(SEEN)

    @step(retries=2, ignore=["SEEN"])
    def shaky_sync(good: int) -> int:
        SEEN.append(1)
        if len(SEEN) < good:
            raise ConnectionError(f"try {len(SEEN)}")
        return len(SEEN)

    @step(retries=1, ignore=["SEEN"])
    async def shaky_stream(good: int, before: int):
        SEEN.append(1)
        for n in range(before):
            yield n
        if len(SEEN) < good:
            raise ConnectionError(f"try {len(SEEN)}")
        yield "end"

    @step(timeout=0.01, retries=1, ignore=["SEEN"])
    async def slow() -> None:
        SEEN.append(1)
        await asyncio.Event().wait()

    @step
    async def whole(x: int, filler: str = "") -> dict:
        return {"x": await part(x), "filler": filler}
"""


async def test_a_failed_body_is_run_again_as_often_as_asked(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        assert await opened.app.shaky(3) == 3
        assert opened.ran() == {"shaky": 1, "part": 1}, "a retry is no call of its own, and finds what was done"
        opened.app.SEEN.clear()
        with pytest.raises(ConnectionError, match="try 3"):
            await opened.app.shaky(9)
        opened.app.SEEN.clear()
        assert opened.app.shaky_sync(3) == 3
    with project.open() as again:
        assert await again.app.shaky(3) == 3
        assert again.ran() == {}


async def test_a_stream_is_begun_again_only_before_its_first_chunk(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        assert [chunk async for chunk in opened.app.shaky_stream(2, 0)] == ["end"]
        opened.app.SEEN.clear()
        stream = opened.app.shaky_stream(2, 2)
        assert [await anext(stream), await anext(stream)] == [0, 1]
        with pytest.raises(ConnectionError, match="try 1"):
            await anext(stream)  # what was passed on cannot be taken back


async def test_a_timeout_is_a_failure_and_is_retried_like_one(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        with pytest.raises(StepTimeout):
            await opened.app.slow()
        assert len(opened.app.SEEN) == 2
        assert opened.totals.steps["app:slow"].failed == 1


async def test_a_decorator_that_cannot_be_meant_is_refused(lab: Make) -> None:
    del lab
    from loomwork.flow.step import step

    with pytest.raises(BadStep, match="async"):
        step(timeout=1)(len)
    with pytest.raises(BadStep, match="beneath @classmethod"):
        step(staticmethod(len))  # pyright: ignore[reportArgumentType, reportCallIssue] -- the mistake under test


async def test_a_sync_function_that_gives_an_awaitable_is_told_so(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        async def body():
            return 1

        @step
        def disguised():
            return body()
        """
    )
    with project.open() as opened, pytest.raises(BadStep, match="returns an awaitable"):
        opened.app.disguised()


def harm(project: Lab, sql: str) -> None:
    with sqlite3.connect(project.root / ".loomwork/store.db") as connection:
        assert connection.execute(sql).rowcount > 0
    connection.close()


@pytest.mark.parametrize("size", [1, 5_000], ids=["short", "long"])
@pytest.mark.parametrize("harmed", ["missing", "corrupt"])
@pytest.mark.parametrize("column", ["result", "record"])
async def test_a_memo_whose_body_is_lost_is_a_miss_in_the_middle_of_a_run(
    lab: Make, size: int, harmed: str, column: str
) -> None:
    """A short body stands in the row itself, a long one under its hash."""
    project = lab(app=APP)
    text = "x" * size
    with project.open() as first:
        expected = await first.app.whole(1, text)
    if size == 1 or column == "record":
        turned = "x''" if harmed == "missing" else f"CAST(substr({column}, 1, length({column}) - 1) || x'00' AS BLOB)"
        harm(project, f"UPDATE calls SET {column} = {turned}")
    else:
        what = "DELETE FROM blobs" if harmed == "missing" else "UPDATE blobs SET data = zeroblob(length(data))"
        harm(project, f"{what} WHERE digest IN (SELECT {column} FROM calls)")
    with project.open() as second:
        assert await second.app.whole(1, text) == expected
        assert second.ran()["whole"] == 1
        assert await second.app.whole(2, text) == expected | {"x": 2}
    if size == 1 or harmed == "missing":  # a long body that is corrupt stays so until `doctor` has mended it
        with project.open() as third:
            assert await third.app.whole(1, text) == expected
            assert third.ran() == {}, "made once more, and found from then on"


async def test_a_record_of_another_version_is_a_miss(lab: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = lab(app=APP)
    with monkeypatch.context() as patched, project.open() as later:
        patched.setattr(record_module, "VERSION", record_module.VERSION + 1)
        await later.app.whole(1)
    with project.open() as now:
        assert (await now.app.whole(1))["x"] == 1
        assert now.ran() == {"whole": 1, "part": 1}


async def test_a_failure_is_recorded_for_why_and_replay(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        opened.app.SEEN.clear()
        with pytest.raises(ConnectionError):
            await opened.app.shaky(9)
        call = opened.runtime.store.calls.nearest("app:shaky", inputs=None, before_ns=time.time_ns() + 10**9)
        assert call is not None
        assert (call.status, call.reuse) == ("failed", "never")
        assert (call.error or "").startswith("ConnectionError: try 3")


async def test_a_result_that_cannot_be_walked_names_its_step(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def cyclic():
            found = []
            found.append(found)
            return found

        @step
        async def deep():
            found = []
            for _ in range(100_000):
                found = [found]
            return found
        """
    )
    with project.open() as opened:
        with pytest.raises(CyclicResult, match="app:cyclic"):
            await opened.app.cyclic()
        with pytest.raises(DeepResult, match="app:deep"):
            await opened.app.deep()
