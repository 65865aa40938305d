"""Several processes and threads on one store at once: nobody sees a lock, the first memo wins, forks are safe."""

import contextlib
import json
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.kernel.errors import CareTaken, StoreBusy
from loomwork.store import open_store
from loomwork.store.liveness import identity
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.store import SqliteStore
from tests.store import children
from tests.store.rowmaking import a_call, a_run, a_span, ailments, an_item, bodies_of, d

pytestmark = pytest.mark.crash

WORK = """
import threading
sys.stdin.readline()
store = open_store(f"sqlite:///{sys.argv[1]}/store.db")
name, count = sys.argv[2], int(sys.argv[3])

def spans():
    for number in range(count):
        store.spans.write([a_span(f"{name} {number} {n}") for n in range(5)])

writer = threading.Thread(target=spans)
writer.start()
first = 0
for number in range(count):
    kept = store.calls.commit(a_call(f"{name} {number}", key=d(f"shared {number}"), run=name), [b"x"], since_ns=0)
    first += kept.run == name
    store.runs.put_item(an_item(number, run=name), [b"input"])
writer.join()
store.close()
say(first=first)
"""


def work_together(folder: Path, *, workers: int, count: int) -> list[int]:
    """Start workers, let them go at once, and return how many memos each was first with."""
    started = [children.start(WORK, str(folder), f"w{n}", str(count)) for n in range(workers)]
    for child in started:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    firsts: list[int] = []
    for child in started:
        out, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors[-3_000:]
        firsts.append(json.loads(out)["first"])
    return firsts


def test_processes_that_open_a_fresh_store_at_once_all_succeed(tmp_path: Path) -> None:
    for round_ in range(1):
        folder = tmp_path / str(round_)
        firsts = work_together(folder, workers=4, count=3)
        assert sum(firsts) == 3


def test_two_runs_a_writer_and_a_long_reader_share_a_store_without_a_lock_error(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db", clock=SystemClock())
    store.calls.commit(a_call("before"), bodies_of("before"), since_ns=0)
    reader = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    reader.execute("BEGIN")
    seen = reader.execute("SELECT count(*) FROM calls").fetchone()
    firsts = work_together(tmp_path, workers=2, count=150)
    assert reader.execute("SELECT count(*) FROM calls").fetchone() == seen
    reader.execute("COMMIT")
    reader.close()
    assert sum(firsts) == 150
    assert all(len(store.calls.candidates(d(f"shared {n}"), (0,), run="", now_ns=0)) == 1 for n in range(150))
    assert sum(row.count for row in store.spans.rollups(since_minute=0, until_minute=1 << 40)) == 2 * 150 * 5
    assert ailments(store) == []
    store.close()


def test_a_lock_that_never_ends_is_a_typed_error_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(f"sqlite:///{tmp_path}/store.db").close()
    holder = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    pool = Connections(tmp_path / "store.db", patience_s=0.05)
    pool.session().connection.execute("PRAGMA busy_timeout=10")
    with pytest.raises(StoreBusy, match="run again"), pool.writing():
        pass
    holder.execute("ROLLBACK")
    with pool.writing() as session:
        session.connection.execute("DELETE FROM care")
    pool.close()
    holder.close()


def test_a_writer_waits_for_a_lock_that_ends(store: SqliteStore) -> None:
    holder = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    waiting = threading.Event()
    store.pool.session().connection.set_trace_callback(
        lambda statement: waiting.set() if "BEGIN" in statement else None
    )
    release = threading.Thread(target=lambda: (waiting.wait(), holder.execute("ROLLBACK")))
    release.start()
    store.calls.commit(a_call(), [], since_ns=0)
    release.join()
    holder.close()
    assert store.calls.get(a_call().id) == a_call()


def test_a_store_opens_and_is_read_while_somebody_writes_for_long(store: SqliteStore) -> None:
    store.calls.commit(a_call(), [], since_ns=0)
    with store.pool.writing():
        other = SqliteStore(store.path, clock=SystemClock())
        assert other.access == "write"
        assert other.calls.get(a_call().id) == a_call()
    other.close()


def test_a_forked_child_uses_a_connection_of_its_own(store: SqliteStore) -> None:
    store.calls.commit(a_call("parent"), bodies_of("parent"), since_ns=0)
    code = """
    store = open_store(f"sqlite:///{sys.argv[1]}")
    row, body = commit(store, "parent")
    child = os.fork()
    if child == 0:
        commit(store, "child")
        same = store.calls.candidates(d("parent"), (0,), run="", now_ns=0) == [row]
        store.close()
        os._exit(0 if same else 1)
    status = os.waitpid(child, 0)[1]
    commit(store, "after")
    names = ("parent", "child", "after")
    say(status=status, there=[bool(store.calls.candidates(d(n), (0,), run="", now_ns=0)) for n in names])
    store.close()
    """
    (said,) = children.run(code, str(store.path))
    assert said == {"status": 0, "there": [True, True, True]}
    assert ailments(store) == []


def test_a_threads_connection_goes_with_the_thread(store: SqliteStore) -> None:
    def work(number: int) -> None:
        store.blobs.put(b"%d" % number)

    for number in range(150):
        thread = threading.Thread(target=work, args=(number,))
        thread.start()
        thread.join()
    assert _descriptors(store.path) < 75  # SQLite keeps some for its next connection; a leak would be 300


def _descriptors(path: Path) -> int:
    count = 0
    for each in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            count += os.readlink(f"/proc/self/fd/{each}").startswith(str(path))
    return count


def test_care_is_taken_by_one_process_at_a_time(store: SqliteStore) -> None:
    with store.pool.writing() as session:
        held = ("erase", os.getppid(), identity(os.getppid()), 0)
        session.connection.execute("INSERT INTO care VALUES (?, ?, ?, ?)", held)
    with pytest.raises(CareTaken, match=f"process {os.getppid()} is already working"):
        store.care.prune(runs=["r1"])
    with store.pool.writing() as session:
        session.connection.execute("UPDATE care SET pid = 4194305, process = ''")
    store.runs.start(a_run())
    assert store.care.prune(kinds=["x"]).runs == 0


def test_readers_hold_no_transaction_between_two_rows(store: SqliteStore) -> None:
    """A studio that pages through a run must not keep the log from being folded in."""
    for number in range(600):
        store.runs.put_item(an_item(number))
    store.spans.write([a_span()])
    items = store.runs.items("r1")
    next(items)
    store.spans.list()
    assert store.pool.row("PRAGMA wal_checkpoint(TRUNCATE)")[0] == 0
    assert not store.pool.session().connection.in_transaction
