"""The laws of the gateway under faults, in virtual time. A failing seed is named, and replays: `_live(seed)`."""

import asyncio
import random
from pathlib import Path
from typing import NamedTuple

import pytest

from loomwork.testing.loop import run_virtual
from tests.gateway.admission.world import (
    KINDS,
    SETTINGS,
    TOTAL_S,
    Client,
    Episode,
    Outcome,
    World,
    answer_to,
    lived,
    many,
    opened,
)

SECONDS = 20.0
CLIENTS = 24
GRACE_S = 0.05


class Tally(NamedTuple):
    """What many seeds came to together."""

    eligible: int = 0
    answered: int = 0
    called: int = 0
    """Requests that no cache answered and that were let in."""
    sent: int = 0
    """What upstreams got: first tries, retries, and the next members of routes."""
    retried: int = 0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(self, other, strict=True)))


def episodes_of(rng: random.Random) -> list[Episode]:
    """Troubles of the first two upstreams; of the third, too, in one seed of eight."""
    found: list[Episode] = []
    for name in ("a", "b", "c") if rng.random() < 0.125 else ("a", "b"):
        for _ in range(rng.randrange(1, 3)):
            begins = rng.uniform(0, SECONDS * 0.7)
            found.append(
                Episode(name, rng.choice(KINDS), begins, begins + rng.uniform(3, 15), rng.choice((0.2, 0.5, 1.0, 1.0)))
            )
    return found


def clients_of(rng: random.Random) -> list[Client]:
    """Clients of two keys, some asking the same, some streaming, some leaving."""
    return [
        Client(
            n=n,
            at=rng.uniform(0, SECONDS),
            question=f"question {n if rng.random() < 0.9 else rng.randrange(5)}",
            stream=rng.random() < 0.4,
            key="poor" if rng.random() < 0.1 else "rich",
            leaves_after=rng.uniform(0.05, 3.0) if rng.random() < 0.08 else None,
        )
        for n in range(CLIENTS)
    ]


async def _live(seed: int, folder: Path) -> Tally:
    rng = random.Random(seed)
    episodes = episodes_of(rng)
    world = await opened(folder, seed, episodes)

    async def jump() -> None:
        if rng.random() < 0.2:
            await asyncio.sleep(rng.uniform(0, SECONDS))
            world.clock.offset_ns += rng.choice((-1, 1)) * rng.randrange(1, 200_000) * 1_000_000_000

    try:
        await lived(world, clients_of(rng), jump())
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert not left, f"tasks were left: {left}"
        return _judge(world, episodes)
    finally:
        world.workspace.close()


def _judge(world: World, episodes: list[Episode]) -> Tally:
    """Hold what happened against the laws that hold for every single request; count for those that hold for many."""
    assert world.servers.open == 0, "a reply was left open"
    assert world.admission.line.open == world.admission.line.waiting == 0
    assert world.gateway.open == 0
    assert len(world.notes.rows) == len(world.outcomes)
    for outcome in world.outcomes:
        took = outcome.ended - outcome.began
        assert took <= TOTAL_S + GRACE_S, f"{outcome} took {took}"
        if outcome.is_complete:
            assert outcome.text == answer_to(outcome.client.question), f"a partial answer was told complete: {outcome}"
        else:
            assert outcome.status != 200 or outcome.error or outcome.left_at is not None, outcome
    _judge_leaving(world)
    _judge_money(world)
    eligible = [each for each in world.outcomes if _had_a_healthy_one(each, episodes)]
    answered = sum(each.is_complete for each in eligible)
    retried = world.upstreams.budget.retried
    return Tally(len(eligible), answered, _calls(world), len(world.servers.sent), retried)


def _calls(world: World) -> int:
    """How many requests needed an upstream: they had no answer from a cache and were let in."""
    return sum(not row.cached and row.status not in (401, 403, 429) for row in world.notes.rows)


def _judge_leaving(world: World) -> None:
    """What nobody waits for any more is ended upstream within 200 ms."""
    for outcome in world.outcomes:
        if outcome.left_at is None or outcome.is_complete:
            continue
        same = [each for each in world.outcomes if each.client.question == outcome.client.question]
        if len(same) > 1:
            continue
        for sent in world.servers.sent:
            if sent.question == outcome.client.question and sent.closed_at is not None:
                assert sent.closed_at <= outcome.left_at + 0.2, f"{sent} of {outcome}"


def _judge_money(world: World) -> None:
    """A budget is never exceeded, neither by what the store says nor by what the answers cost."""
    store = world.workspace.store
    (budget,) = store.budgets.list()
    spending = store.budgets.spending(budget.n, "")
    assert spending.held == 0, spending
    assert spending.spent <= budget.most, spending
    cost = sum(row.cost_micros or 0 for row in world.notes.rows if row.key == world.keys["poor"].row.id)
    assert cost <= spending.spent, (cost, spending)


def _had_a_healthy_one(outcome: Outcome, episodes: list[Episode]) -> bool:
    """Whether the third upstream was well until it ended, and nothing of the client's own ended it.

    A stream whose upstream broke off after it had begun to speak cannot be begun anew: it ends with an error.
    """
    if outcome.left_at is not None or outcome.client.key == "poor":
        return False
    if outcome.client.stream and outcome.status == 200:
        return False
    return not any(each.name == "c" and each.begins <= outcome.ended for each in episodes)


def _many(seeds: range, folder: Path) -> Tally:
    total = Tally()
    with many(folder) as forget:
        for seed in seeds:
            try:
                total = total.plus(run_virtual(_live(seed, folder)))
            except BaseException as error:
                error.add_note(f"seed {seed}: run_virtual(_live({seed}, folder)) replays it")
                raise
            forget(seed)
    return total


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "loomwork.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def _hold(total: Tally) -> None:
    assert total.eligible > 100
    assert total.answered >= 0.999 * total.eligible, total
    assert total.retried <= 0.2 * total.called, total


def test_the_laws_hold_whatever_upstreams_and_clients_do(project: Path) -> None:
    _hold(_many(range(500), project))


def test_upstreams_get_at_most_a_fifth_more_requests_than_clients_send(project: Path) -> None:
    """Retries and next members of routes together, where two of three upstreams are in trouble most of the time."""

    async def live(seed: int) -> Tally:
        rng = random.Random(seed)
        episodes = [each for each in episodes_of(rng) if each.name != "c"]
        clients = [Client(n=n, at=rng.uniform(0, 60.0), question=f"question {n}", stream=False) for n in range(300)]
        world = await opened(project, seed, episodes)
        await lived(world, clients)
        found = _judge(world, episodes)
        world.workspace.close()
        return found

    total = Tally()
    for seed in range(8):
        total = total.plus(run_virtual(live(seed)))
    assert total.sent <= 1.2 * total.called, total
    assert total.answered >= 0.999 * total.eligible, total


@pytest.mark.nightly
def test_the_laws_hold_in_ten_thousand_more_ways(project: Path) -> None:
    _hold(_many(range(500, 10_500), project))


def test_a_seed_replays_to_the_same_answers_at_the_same_times(project: Path) -> None:
    async def lives(name: str) -> list[tuple[int, float, float, int, str]]:
        folder = project / name
        folder.mkdir()
        (folder / "loomwork.toml").write_text(SETTINGS, encoding="utf-8")
        rng = random.Random(7)
        world = await opened(folder, 7, episodes_of(rng))
        await lived(world, clients_of(rng))
        world.workspace.close()
        return [(each.client.n, each.began, each.ended, each.status, each.text) for each in world.outcomes]

    assert run_virtual(lives("once")) == run_virtual(lives("again"))
