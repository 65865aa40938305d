"""Ids are unique, in order, and repeatable with a seed."""

import re
import subprocess
import sys
import threading

import pytest

from loomwork.kernel.clock import ManualClock
from loomwork.kernel.ids import Ids


@pytest.mark.parametrize("kind", ["trace_id", "call_id", "run_id"])
def test_ids_sort_by_the_time_they_were_given(kind: str) -> None:
    clock = ManualClock()
    ids = Ids(clock=clock)
    given = []
    for _ in range(200):
        given.append(getattr(ids, kind)())
        clock.tick(0.001)
    assert given == sorted(given)


@pytest.mark.parametrize("kind", ["trace_id", "call_id"])
def test_ids_of_one_moment_are_still_in_order_and_distinct(kind: str) -> None:
    ids = Ids(clock=ManualClock())
    given = [getattr(ids, kind)() for _ in range(1000)]
    assert given == sorted(set(given))


def test_a_clock_that_goes_back_does_not_break_the_order() -> None:
    clock = ManualClock()
    ids = Ids(clock=clock)
    clock.tick(5)
    first = ids.call_id()
    clock.__init__()
    assert ids.call_id() > first


def test_threads_are_never_given_the_same_id() -> None:
    ids = Ids()
    given: list[list[str]] = [[] for _ in range(8)]
    start = threading.Barrier(8)

    def take(into: list[str]) -> None:
        start.wait()
        into.extend(ids.call_id() for _ in range(500))

    threads = [threading.Thread(target=take, args=(into,)) for into in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one for many in given for one in many}) == 4000
    assert all(many == sorted(many) for many in given)


def test_two_processes_with_one_clock_differ_by_chance() -> None:
    clock = ManualClock()
    assert Ids(clock=clock).trace_id() != Ids(clock=clock).trace_id()
    assert Ids(clock=clock).run_id() != Ids(clock=clock).run_id()


def test_a_forked_process_repeats_none_of_its_parents_chance() -> None:
    script = (
        "import os; from loomwork.kernel.ids import Ids; ids = Ids(); ids.span_id(); child = os.fork(); "
        "child and os.waitpid(child, 0); print(*(ids.span_id() for _ in range(20)), flush=True)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert len(set(done.stdout.split())) == 40


def test_a_seed_repeats_every_id() -> None:
    def some(seed: int) -> list[str]:
        ids = Ids.seeded(seed, clock=ManualClock())
        return [ids.run_id(), ids.trace_id(), ids.span_id(), ids.call_id()]

    assert some(1) == some(1)
    assert some(1)[1:] != some(2)[1:]


def test_ids_have_the_forms_that_others_expect() -> None:
    ids = Ids(entropy=lambda _bits: 0)
    assert re.fullmatch(r"[0-9a-f]{32}", ids.trace_id())
    assert re.fullmatch(r"[0-9a-f]{28}", ids.call_id())
    assert re.fullmatch(r"r[0-9a-z]{14}", ids.run_id())
    assert ids.span_id() == "0" * 15 + "1"
