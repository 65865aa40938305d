"""`kill -9` at random moments of a run, restarted until it is done."""

import random
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from loomwork.testing.replies import Script
from tests.crash.conftest import Undisturbed
from tests.crash.lives import PROGRAM, Project, Server, check_store, ended, kill, model_memos, until

pytestmark = pytest.mark.crash
CONCURRENCY = 16


class Told(msgspec.Struct, frozen=True):
    """What a series of lives came to."""

    kills: int
    early: int
    """Kills before the first request of their life."""
    requests: int
    repeated: int
    open_at_kills: int
    """Requests that had been sent and whose answers were not committed, summed over the kills."""
    seconds: float


def one_life(project: Project, server: Server, chance: random.Random, longest: int) -> bool:
    """Start a run and kill it at a random moment; False if it was done before that."""
    begun = server.calls()
    child = project.start(out="killed.jsonl")
    if chance.random() < 0.1:
        time.sleep(chance.uniform(0, 1.0))
    else:
        wanted = begun + chance.randrange(1, longest)
        until(lambda: server.calls() >= wanted, child)
        time.sleep(chance.uniform(0, 0.03))
    alive = child.poll() is None
    kill(child)
    return alive


def live_until_done(place: Path, expected: list[dict[str, Any]], *, seed: int, longest: int, most: int = 1_000) -> Told:
    """Kill at random moments (at most so often), then let it end; check everything on the way and at the end."""
    began = time.monotonic()
    chance = random.Random(seed)
    kills = early = open_at_kills = 0
    with Server(Script(latency_s=0.01)) as server:
        project = Project(place, server.url, rows=len(expected))
        while kills < most:
            before = server.calls()
            if not one_life(project, server, chance, longest):
                break
            kills += 1
            served = server.served()
            early += served.calls == before
            with project.autopsy() as store:
                check_store(project, store)
                uncommitted = served.distinct - model_memos(store)
            assert 0 <= uncommitted <= CONCURRENCY, f"seed {seed}, kill {kills}: {uncommitted} requests were open"
            open_at_kills += uncommitted
        done = project.run()
        assert done.code == 0, f"seed {seed}: {done.errors[-2_000:]}"
        assert done.summary["ok"] == len(expected)
        assert project.outputs() == expected, f"seed {seed}: the outputs differ"
        served = server.served()
        assert served.distinct == 4 * len(expected)
        assert served.repeated <= open_at_kills, f"seed {seed}: {served.repeated} repeated, {open_at_kills} open"
        check_end(project, kills)
        again = project.run(out="again.jsonl")
        assert (again.code, again.summary["model_calls"]) == (0, 0), again.out + again.errors
        assert server.served().calls == served.calls
    told = Told(kills, early, served.calls, served.repeated, open_at_kills, round(time.monotonic() - began, 1))
    sys.stderr.write(f"seed {seed}: {told}\n")
    return told


def check_end(project: Project, kills: int) -> None:
    """The runs that were killed say so, the last one is done, everything is there."""
    with project.store() as store:
        check_store(project, store)
        statuses = [run.status for run in store.runs.list(limit=1_000)]
    doctor = ended(project.popen([PROGRAM, "doctor", "--json", "--repair"], {}))
    assert doctor.code == 0, doctor.errors + doctor.out
    assert [each["status"] for each in doctor.summary["checks"] if each["subject"] == "store"] == ["ok"], doctor.out
    with project.store() as store:
        assert store.care.examine() == []
    assert statuses[0] == "done"
    assert statuses.count("crashed") + statuses.count("done") == len(statuses)
    assert len(statuses) <= kills + 1


def test_a_run_killed_six_times_loses_nothing_and_repeats_only_what_was_in_flight(
    place: Path, undisturbed: Undisturbed
) -> None:
    told = live_until_done(place, undisturbed(100), seed=1, longest=110, most=6)
    assert told.kills >= 4


@pytest.mark.nightly
def test_a_run_of_a_thousand_calls_killed_at_two_hundred_random_moments(place: Path, undisturbed: Undisturbed) -> None:
    told: list[Told] = []
    while sum(each.kills for each in told) < 200:
        told.append(live_until_done(place / str(len(told)), undisturbed(250), seed=100 + len(told), longest=60))
