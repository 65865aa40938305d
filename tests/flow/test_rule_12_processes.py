"""FLOW.md rules 12 to 14: several processes share memos; a result is in the store before anyone has it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from loomwork.kernel import codecs
from loomwork.kernel.canonical import Digest
from loomwork.kernel.clock import ManualClock
from loomwork.store.protocols import Calls
from loomwork.store.rows import CallRow
from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    import os
    from loomwork.flow.step import step

    @step(cache="on", ignore=["os"])
    async def mine(n: int) -> dict:
        return {"made by": os.getpid(), "n": n}

    @step
    async def doubled(n: int) -> list:
        return [await mine(n), await mine(n)]

    @step
    async def tell(text: str) -> dict:
        return {"says": text + "!"}
"""
WORKER = """
import asyncio, json, sys
from pathlib import Path
from tests.flow.lab import Lab

class Opened(Lab):
    def __init__(self, root):
        self.root = root

async def main():
    with Opened(Path(sys.argv[1])).open(run=sys.argv[2]) as opened:
        print("ready", flush=True)
        sys.stdin.readline()
        found = await asyncio.gather(*(opened.app.doubled(n) for n in range(40)))
        print(json.dumps(found), flush=True)

asyncio.run(main())
"""


def race(root: Path, processes: int) -> list[Any]:
    folder = Path(__file__).parents[2]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(root), f"r-{number}"],
            cwd=folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for number in range(processes)
    ]  # fmt: skip
    for each in started:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in started:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return [json.loads(each.communicate(timeout=60)[0]) for each in started]


def test_processes_that_race_for_the_same_calls_end_with_the_same_answers(lab: Make) -> None:
    project = lab(app=APP)
    with project.open():
        pass
    found = race(project.root, 2)
    assert found[0] == found[1], "the first committed memo won, and the other process adopted it"
    assert [row[0]["n"] for row in found[0]] == list(range(40))


@pytest.mark.nightly
def test_six_processes_that_race_end_with_the_same_answers(lab: Make) -> None:
    project = lab(app=APP)
    with project.open():
        pass
    found = race(project.root, 6)
    assert all(each == found[0] for each in found)


async def test_who_comes_second_takes_over_the_labels_and_classes_of_the_first(lab: Make) -> None:
    project = lab(app=APP)
    with project.open(run="r-one") as first, project.open(run="r-two") as second:
        theirs = await first.app.mine(1)
        real = second.runtime.store.calls.candidates
        second.runtime.store.calls.candidates = nothing_yet
        second.runtime.clock = ManualClock(start_ns=second.runtime.clock.now_ns() - 10**9)
        assert await second.app.mine(1) == theirs
        second.runtime.store.calls.candidates = real
        assert await second.app.mine(1) == theirs


def nothing_yet(key: Digest, ambients: Sequence[int], *, run: str, now_ns: int) -> list[CallRow]:
    """What is found by a process that looks before the other one has committed."""
    del key, ambients, run, now_ns
    return []


async def test_a_result_is_in_the_store_before_its_caller_has_it(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        seen: list[Any] = []
        calls: Calls = opened.runtime.store.calls
        real = calls.commit

        def commit(row: Any, bodies: Any, *, since_ns: int) -> Any:
            seen.append("committing")
            return real(row, bodies, since_ns=since_ns)

        calls.commit = commit  # pyright: ignore[reportAttributeAccessIssue] -- the seam under test
        found = await opened.app.tell("hi")
        assert seen == ["committing"]
        with project.open() as other:  # another connection, while the first process goes on
            kept = other.runtime.store.calls.nearest("app:tell", inputs=None, before_ns=2**62)
            assert kept is not None
            assert kept.result is not None
            assert codecs.decode(other.runtime.store.blobs.get(kept.result)) == found


async def test_a_result_that_cannot_be_committed_is_not_handed_on(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        calls = opened.runtime.store.calls

        def refuse(*_args: Any, **_more: Any) -> Any:
            raise OSError("the disk is full")

        real, calls.commit = calls.commit, refuse
        with pytest.raises(OSError, match="full"):
            await opened.app.tell("hi")
        calls.commit = real
        assert await opened.app.tell("hi") == {"says": "hi!"}
        assert opened.totals.steps["app:tell"].ran == 2


async def test_what_memos_and_replay_keep_is_exact(lab: Make) -> None:
    project = lab(app=APP)
    text = "ring +86 138 0013 8000 or a@b.example, card 4111 1111 1111 1111"
    with project.open() as first:
        assert await first.app.tell(text) == {"says": text + "!"}
    with project.open() as second:
        assert await second.app.tell(text) == {"says": text + "!"}
        assert second.ran() == {}
