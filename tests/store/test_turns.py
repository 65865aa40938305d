"""Writers of one process take turns: first come, first served."""

import os
import threading
from pathlib import Path

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.store.rows import ScoreRow, ScoringRow
from loomwork.store.sqlite import turns as module
from loomwork.store.sqlite.store import SqliteStore
from loomwork.store.sqlite.turns import Turns


def until_waiting(turns: Turns, count: int) -> None:
    """Wait until so many wait: each of them has begun, so that it is a matter of moments."""
    pause = threading.Event()
    for _ in range(10_000):
        if len(turns._waiting) == count:
            return
        pause.wait(0.001)
    raise AssertionError("nobody waits")


def test_a_turn_goes_to_who_has_waited_longest_and_not_to_who_asks_again_at_once():
    turns, order = Turns(), list[str]()

    def write(name: str) -> None:
        turns.take()
        order.append(name)
        turns.give()

    turns.take()
    threads = []
    for number, name in enumerate(("first", "second")):
        threads.append(threading.Thread(target=write, args=(name,)))
        threads[-1].start()
        until_waiting(turns, number + 1)
    turns.give()
    write("again")
    for each in threads:
        each.join()
    assert order == ["first", "second", "again"]


def test_who_stops_waiting_does_not_keep_the_turn():
    turns = Turns()
    turns.take()

    class Broken(Exception):
        pass

    class Interrupted:
        """A lock whose second `acquire` is interrupted, as by Ctrl-C, just as the turn is given."""

        def __init__(self) -> None:
            self.taken = False

        def acquire(self) -> bool:
            if self.taken:
                turns.give()
                raise Broken
            self.taken = True
            return True

        def release(self) -> None:
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.threading, "Lock", Interrupted)
        with pytest.raises(Broken):
            turns.take()
    assert not turns._taken
    turns.take()


def test_a_forked_child_does_not_wait_for_a_thread_that_it_has_not():
    turns = Turns()
    turns.take()
    child = os.fork()
    if not child:
        turns.take()
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_second_writer_gets_in_between_transactions_that_follow_each_other_without_a_pause(tmp_path: Path):
    store = SqliteStore(tmp_path / "s.db", clock=SystemClock())
    store.scores.begin(ScoringRow(run="r1", scorer="exact", made_ns=1, said=b"{}"))
    done, longest = threading.Event(), 0

    def other() -> None:
        for index in range(20):
            store.scores.put([ScoreRow(run="r1", scorer="exact", index=index, trial=1, made_ns=1, value=1.0)])
        done.set()

    thread = threading.Thread(target=other)
    with store.gathering():
        thread.start()
        until_waiting(store.pool.turns, 1)
    while not done.is_set():
        with store.gathering():
            store.scores.put([ScoreRow(run="r1", scorer="exact", index=longest, trial=0, made_ns=1, value=1.0)])
        longest += 1
        assert longest < 5_000, "the other writer starves"
    thread.join()
    assert sum(row.trial for row in store.scores.of("r1", "exact")) == 20
    store.close()
