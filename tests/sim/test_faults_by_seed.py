"""Whatever servers do: deadlines hold, nothing partial is kept or called complete, the next run asks for the rest."""

import random
from typing import Any

import pytest

from loomwork.kernel.errors.base import LoomworkError
from tests.sim.conftest import Stage
from tests.sim.world import APIS, ROWS, TIMEOUT_S, Round, World

RISKS = (0.6, 0.3, 0.0)


def play(stage: Stage, seed: int) -> list[Round]:
    """Play one seed: rounds in which less and less goes wrong, each of which must keep every promise."""
    rng = random.Random(seed)
    api = rng.choice(APIS)
    world = stage.world(api, rng.randrange(4), seed)
    played: list[Round] = []
    for risk in RISKS:
        known = world.memos() if played else {}
        told = world.play(risk=risk)
        check(world, told, stage.expected(api), known, f"seed {seed}, round {len(played)} ({api})")
        played.append(told)
    assert played[-1].report.ok == ROWS, f"seed {seed}: {played[-1].errors}"
    assert played[-1].outputs == stage.expected(api)
    world.store_path.unlink()
    return played


def check(world: World, told: Round, expected: list[Any], known: dict[str, str], where: str) -> None:
    """What holds in every round."""
    for got, wanted in zip(told.outputs, expected, strict=True):
        assert got in (None, wanted), f"{where}: {got} was called complete"
    for problem in told.report.problems:
        assert isinstance(problem, LoomworkError), f"{where}: {problem!r}"
    assert told.left_open == 0, f"{where}: {told.left_open} replies were left open"
    assert told.report.totals.requests == told.sent, f"{where}: {told.report.totals.requests} of {told.sent}"
    again = set(told.asked) & set(known)
    assert not again, f"{where}: {len(again)} requests were sent though their answers were known"
    memos = world.memos()
    good = world.servers.good
    assert all(memos[digest] == good[digest].text for digest in memos if digest in good), f"{where}: a memo is partial"
    assert set(known) <= set(memos), f"{where}: a memo was lost"
    for span in told.spans:
        if span.kind == "model":
            took = (span.end_ns - span.start_ns) / 1e9
            assert took <= TIMEOUT_S + 1e-3, f"{where}: a call took {took} s"
            assert span.status == "error" or not span.error


def facts(played: list[Round]) -> list[tuple[Any, ...]]:
    """What must be the same when a seed is played again."""
    return [(each.asked, each.sent, round(each.took_s, 6), each.outputs, sorted(each.errors)) for each in played]


def test_sixty_seeds_of_failing_servers(stage: Stage) -> None:
    failed = sum(told.report.failed for seed in range(60) for told in play(stage, seed))
    assert failed > 60


def test_a_seed_replays(stage: Stage) -> None:
    for seed in (3, 11):
        assert facts(play(stage, seed)) == facts(play(stage, seed))


@pytest.mark.nightly
def test_two_thousand_seeds_of_failing_servers(stage: Stage) -> None:
    for seed in range(60, 2_060):
        play(stage, seed)
