"""The whole gateway when there is ten times too much, when every upstream is down, when the disk is full."""

import asyncio
from pathlib import Path

import pytest

from loomwork.kernel.errors.store import StoreFull
from loomwork.store.sqlite.connections import Connections
from loomwork.testing.loop import run_virtual
from tests.gateway.admission.world import KINDS, NAMES, SETTINGS, TOTAL_S, Client, Episode, World, lived, opened

AT_ONCE, SLOWNESS = 8, 2.0
PEAK = AT_ONCE / SLOWNESS
"""Answers a second that the slots allow."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "loomwork.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def coming(per_second: float, seconds: float, *, begins: float = 0.0) -> list[Client]:
    return [
        Client(n=n, at=begins + n / per_second, question=f"{begins} {n}", stream=n % 3 == 0)
        for n in range(int(per_second * seconds))
    ]


def answered(world: World, *, since: float = 0.0, until: float = 1e9) -> int:
    return sum(each.is_complete and since <= each.ended < until for each in world.outcomes)


async def _lived(project: Path, clients: list[Client], episodes: list[Episode], seed: int = 1) -> World:
    world = await opened(project, seed, episodes, at_once=AT_ONCE, queue=32, slowness=SLOWNESS)
    await lived(world, clients)
    assert world.servers.open == world.admission.line.open == world.gateway.open == 0
    assert all(each.ended - each.began <= TOTAL_S + 0.05 for each in world.outcomes)
    world.workspace.close()
    return world


def test_ten_times_the_load_leaves_nine_tenths_of_the_answers_and_the_rest_is_told_at_once(project: Path) -> None:
    seconds = 30.0
    best = run_virtual(_lived(project, coming(PEAK, seconds), [], seed=1))
    flooded = run_virtual(_lived(project, coming(10 * PEAK, seconds), [], seed=2))
    peak, goodput = answered(best, since=5, until=seconds), answered(flooded, since=5, until=seconds)
    assert peak >= 0.8 * PEAK * (seconds - 5)
    assert goodput >= 0.9 * peak, (goodput, peak)
    refused = [each for each in flooded.outcomes if each.status == 503]
    late = [each for each in flooded.outcomes if each.status == 504]
    assert len(refused) + len(late) == sum(not each.is_complete for each in flooded.outcomes)
    assert len(late) <= 0.01 * len(flooded.outcomes), "let in by the mean time, and slower than that"
    assert all(int(each.headers["retry-after"]) >= 1 for each in refused)
    at_once = sum(each.ended - each.began < 0.05 for each in refused)
    assert at_once >= 0.9 * len(refused)


@pytest.mark.parametrize("kind", KINDS)
def test_when_every_upstream_is_down_it_is_said_and_when_they_are_back_so_are_the_answers(
    project: Path, kind: str
) -> None:
    episodes = [Episode(name, kind, 5.0, 25.0, 1.0) for name in NAMES]  # pyright: ignore[reportArgumentType] # one of KINDS
    world = run_virtual(_lived(project, coming(1, 100), episodes))
    down = [each for each in world.outcomes if 6 <= each.began <= 24 and not each.client.stream]
    assert not any(each.is_complete for each in down if each.ended < 25)
    assert all(each.status in (429, 502, 503, 504) for each in down if not each.is_complete)
    later = [each for each in world.outcomes if each.began >= 62]
    assert all(each.is_complete for each in later), "the longest rest is half a minute"
    sent = sum(5.0 <= each.at < 25.0 for each in world.servers.sent)
    assert sent <= 36, "what is down is left alone"


def test_a_full_disk_costs_answers_only_while_it_is_full(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Connections.writing
    loops: list[asyncio.AbstractEventLoop] = []

    def writing(pool: Connections):
        if loops and 5.0 <= loops[0].time() < 10.0:
            raise StoreFull(path=str(pool.path), detail="simulated")
        return real(pool)

    monkeypatch.setattr(Connections, "writing", writing)

    async def go() -> World:
        loops.append(asyncio.get_running_loop())
        return await _lived(project, coming(2, 30), [])

    world = run_virtual(go())
    assert all(each.is_complete for each in world.outcomes if each.ended < 5 or each.began >= 10)
    assert all(each.status in (200, 500, 503) for each in world.outcomes)
