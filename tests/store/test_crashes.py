"""`kill -9` at any moment: what was acknowledged is there, nothing is damaged, the next process goes on."""

import json
import os
import random
import shutil
import signal
from pathlib import Path

import pytest

from loomwork.kernel.canonical import Digest
from loomwork.kernel.clock import SystemClock
from loomwork.store.sqlite.store import SqliteStore
from tests.store import children
from tests.store.rowmaking import a_call, a_run, ailments, d

pytestmark = pytest.mark.crash

WRITE = """
import threading
store = open_store(f"sqlite:///{sys.argv[1]}/store.db")
life = sys.argv[2]
store.runs.start(a_run("r" + life, pid=os.getpid()))
say(run="r" + life)

def spans():
    for number in range(100_000):
        name = f"{life} s{number}"
        store.spans.write([a_span(name, trace=d(name)[:32], input=d(name * 50))], [(name * 50).encode()])
        say(span=name)

threading.Thread(target=spans, daemon=True).start()
for number in range(100_000):
    name = f"{life} c{number}"
    row, body = commit(store, name, size=number % 3_000)
    say(call=name, result=row.result)
    if number % 10 == 0:
        store.runs.put_item(an_item(number, run="r" + life, input=d(name)), [name.encode()])
        say(item=number, run="r" + life, input=name)
"""


def check(place: Path, said: list[dict[str, object]]) -> None:
    """All that was acknowledged can be read, and the file is whole."""
    store = SqliteStore(place, clock=SystemClock())
    for each in said:
        match each:
            case {"call": str(name), "result": str(result)}:
                (row,) = store.calls.candidates(d(name), (0,), run="", now_ns=0)
                assert row.result == result
                assert store.blobs.get(d("record of " + name)) == b"record of " + name.encode()
                assert store.blobs.get(Digest(result)).startswith(name.encode() + b" ")
            case {"span": str(name)}:
                (span,) = store.spans.trace(d(name)[:32])
                assert span.input is not None
                assert store.blobs.get(span.input) == (name * 50).encode()
            case {"item": int(index), "run": str(run), "input": str(name)}:
                assert any(item.index == index for item in store.runs.items(run))
                assert store.blobs.get(d(name)) == name.encode()
            case {"run": str(run)}:
                found = store.runs.get(run)
                assert found is not None
                assert found.status == "crashed"
            case _:
                raise AssertionError(each)
    problems = ailments(store)
    assert all(type(problem).__name__ == "RunCrashed" for problem in problems), problems
    store.close()


def live_and_die(folder: Path, life: int, lines: int) -> list[dict[str, object]]:
    """Let a child work until it has said so many lines, kill it, and return what it had acknowledged."""
    child = children.start(WRITE, str(folder), str(life))
    assert child.stdout is not None
    heard = [line for _, line in zip(range(lines), child.stdout, strict=False)]
    os.kill(child.pid, signal.SIGKILL)
    rest = child.stdout.read()  # not `communicate`, which passes over what the file object has read ahead
    errors = child.stderr.read() if child.stderr is not None else ""
    assert child.wait() == -signal.SIGKILL, errors
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            pipe.close()
    whole = [line for line in "".join([*heard, rest]).splitlines(keepends=True) if line.endswith("\n")]
    return [json.loads(line) for line in whole]


def die_often(folder: Path, *, lives: int, seed: int) -> None:
    chance = random.Random(seed)
    said: list[dict[str, object]] = []
    for life in range(lives):
        said += live_and_die(folder, life, chance.randrange(1, 400))
        check(folder / "store.db", said[-2_000:])
    check(folder / "store.db", said)


def test_kills_at_random_moments_lose_nothing_acknowledged(tmp_path: Path) -> None:
    die_often(tmp_path, lives=4, seed=1)


@pytest.mark.nightly
def test_kills_at_two_hundred_random_moments_lose_nothing_acknowledged(tmp_path: Path) -> None:
    for round_ in range(10):
        folder = tmp_path / str(round_)
        folder.mkdir()
        die_often(folder, lives=20, seed=round_)


DIE_AT = """
import signal
from loomwork.kernel.canonical import Digest
from loomwork.kernel.clock import SystemClock
from loomwork.store.sqlite import connections
place, words, times = Path(sys.argv[1]) / "store.db", sys.argv[2], int(sys.argv[3])
left = times

def watch(statement):
    global left
    if statement.lstrip().startswith(words):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

connect = connections.Connections.connect

def watched(self):
    connection = connect(self)
    connection.set_trace_callback(watch)
    return connection

connections.Connections.connect = watched
store = open_store(f"sqlite:///{place}")
store.runs.start(a_run("r1", pid=os.getpid()))
say(run="r1")
for number in range(6):
    name = f"c{number}"
    row, body = commit(store, name, size=700)
    say(call=name, result=row.result)
    store.runs.put_item(an_item(number, input=d(name)), [name.encode()])
    say(item=number, run="r1", input=name)
    span = f"s{number}"
    row = a_span(span, trace=d(span)[:32], input=d(span * 50), subject="somebody")
    store.spans.write([row], [(span * 50).encode()])
commit(store, "old", size=900)
for _ in range(600):
    store.calls.commit(a_call(f"many {_}", key=d("m"), reuse="never", kind="old", run="r0"), [], since_ns=0)
store.spans.write([a_span("one"), a_span("two")])
store.care.prune(kinds=["old"])
store.care.erase("somebody")
store.care.compact()
say(end=True)
"""

POINTS = [
    ("CREATE TABLE", 1),
    ("CREATE TABLE", 4),
    ("CREATE INDEX", 3),
    ("PRAGMA user_version", 3),
    ("BEGIN IMMEDIATE", 3),
    ("INSERT OR IGNORE INTO names", 2),
    ("INSERT INTO blobs", 2),
    ("INSERT INTO calls", 2),
    ("INSERT OR REPLACE INTO items", 2),
    ("INSERT OR IGNORE INTO spans", 2),
    ("INSERT INTO rollups", 1),
    ("UPDATE rollups", 2),
    ("INSERT INTO call_index", 1),
    ("COMMIT", 1),
    ("COMMIT", 12),
    ("COMMIT", 25),
    ("DELETE FROM calls", 1),
    ("DELETE FROM call_index", 1),
    ("DELETE FROM spans", 1),
    ("DELETE FROM blobs", 1),
    ("UPDATE runs", 1),
    ("PRAGMA wal_checkpoint", 1),
    ("VACUUM", 1),
    ("PRAGMA wal_checkpoint", 2),
    ("DELETE FROM care", 3),
]
SAMPLE = {
    ("CREATE TABLE", 4),
    ("INSERT INTO blobs", 2),
    ("INSERT INTO call_index", 1),
    ("COMMIT", 12),
    ("DELETE FROM blobs", 1),
    ("VACUUM", 1),
}


@pytest.mark.parametrize(
    ("words", "times"), [each if each in SAMPLE else pytest.param(*each, marks=pytest.mark.nightly) for each in POINTS]
)
def test_a_kill_at_a_write_point_loses_nothing_acknowledged(tmp_path: Path, words: str, times: int) -> None:
    child = children.start(DIE_AT, str(tmp_path), words, str(times))
    out, errors = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL, (words, out[-200:], errors[-2_000:])
    said = [json.loads(line) for line in out.splitlines()]
    check(tmp_path / "store.db", said)
    store = SqliteStore(tmp_path / "store.db", clock=SystemClock())
    store.care.prune(runs=["r1"])
    assert store.care.repair(store.care.examine()) is not None
    assert ailments(store) == []
    store.close()


def test_a_log_cut_anywhere_opens_with_what_came_before_the_cut(tmp_path: Path) -> None:
    """What a power cut may leave: SQLite's own checksums end the log at the first frame that is not whole."""
    store = SqliteStore(tmp_path / "store.db", clock=SystemClock())
    store.runs.start(a_run())
    names = [f"c{number}" for number in range(40)]
    for name in names:
        store.calls.commit(
            a_call(name, key=d(name)), [b"result of " + name.encode(), b"record of " + name.encode()], since_ns=0
        )
    log = tmp_path / "store.db-wal"
    size = log.stat().st_size
    chance = random.Random(3)
    for number in range(12):
        folder = tmp_path / f"cut{number}"
        folder.mkdir()
        shutil.copy(tmp_path / "store.db", folder)
        (folder / "store.db-wal").write_bytes(log.read_bytes()[: chance.randrange(size)])
        cut = SqliteStore(folder / "store.db", clock=SystemClock())
        there = [bool(cut.calls.candidates(d(name), (0,), run="", now_ns=0)) for name in names]
        assert there == sorted(there, reverse=True)
        assert ailments(cut) == []
        cut.close()
    store.close()
