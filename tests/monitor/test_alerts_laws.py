"""Fifty incidents and fifty quiet days in virtual time: each alert fires within a minute of its cause, none before."""

import random

import pytest

from loomwork.monitor.alerts import Rule, Watcher
from tests.monitor.traffic import MINUTE_NS, SLOT_S, Traffic

DAY_S = 86_400
S_NS = MINUTE_NS // 60
QUIET_FAILING, QUIET_SLOW = 0.004, 0.01
RULES = (
    Rule(name="errors", of="errors", above=0.05, over=2),
    Rule(name="slow", of="latency", above=0.1, over=2, slower_ns=5_000_000_000),
    Rule(name="burn", of="errors", objective=0.97),
    Rule(name="silence", of="requests", below=1, over=5),
    Rule(name="spend", of="cost", above=60, over=60),
)


def quiet(traffic: Traffic, at_s: int) -> None:
    traffic.add(at_s, failing=QUIET_FAILING, slow=QUIET_SLOW)


@pytest.mark.parametrize("seed", range(10))
def test_five_quiet_days_fire_nothing(seed: int) -> None:
    traffic = Traffic(seed)
    watcher = Watcher(RULES, traffic, traffic)
    looks = random.Random(seed)
    for at_s in range(0, 5 * DAY_S, 60):
        looks_at = looks.randrange(0, 60, SLOT_S)  # the minute that is not over yet is seen in all its lengths
        for slot in range(0, 60, SLOT_S):
            quiet(traffic, at_s + slot)
            if slot == looks_at:
                watcher.look((at_s + slot + SLOT_S) * S_NS - 1)
        traffic.minutes.pop(at_s // 60 - 10, None)  # it has been read
    assert traffic.alerts_of == []


@pytest.mark.parametrize("seed", range(3))
def test_quiet_days_of_a_small_service_fire_nothing(seed: int) -> None:
    """Three requests a minute at night: one failure of twelve is more than five of a hundred, and no alarm."""
    traffic = Traffic(seed, scale=0.05)
    watcher = Watcher(RULES[:2], traffic, traffic)
    for at_s in range(0, 3 * DAY_S, 60):
        traffic.add(at_s, failing=0.01, slow=QUIET_SLOW, seconds=60)
        watcher.look((at_s + 60) * S_NS - 1)
        traffic.minutes.pop(at_s // 60 - 10, None)
    assert traffic.alerts_of == []


INCIDENTS = {
    "an upstream is down": ("errors", {"failing": 0.9, "slow": QUIET_SLOW}),
    "an upstream hangs": ("slow", {"failing": QUIET_FAILING, "slow": 0.8}),
}


@pytest.mark.parametrize("seed", range(50))
def test_an_incident_is_told_within_a_minute_and_not_before(seed: int) -> None:
    chance = random.Random(seed)
    name = sorted(INCIDENTS)[seed % 2]
    alert, shares = INCIDENTS[name]
    begins_s = DAY_S + chance.randrange(DAY_S)
    looks_s = chance.randrange(SLOT_S)  # the server looks when it looks
    traffic = Traffic(1_000 + seed)
    watcher = Watcher(RULES, traffic, traffic)
    told_s = None
    for at_s in range(begins_s - 3 * 3600, begins_s + 61):
        shown = shares if at_s >= begins_s else {"failing": QUIET_FAILING, "slow": QUIET_SLOW}
        traffic.add(at_s, seconds=1, **shown)
        if at_s % SLOT_S == looks_s:
            told = {each.rule.name for each in watcher.look((at_s + 1) * S_NS - 1)}
            assert not told or at_s >= begins_s, f"{told} before the incident"
            if alert in told:
                told_s = at_s + 1
                break
    assert told_s is not None, f"{name} was not told"
    assert told_s - begins_s <= 60


@pytest.mark.parametrize("seed", range(6))
def test_a_burning_budget_is_told_as_soon_as_both_windows_burn(seed: int) -> None:
    """Against an account of every second of its own: the alert is never before its condition and at most 60 s after."""
    traffic = Traffic(seed)
    rule = Rule(name="burn", of="errors", objective=0.97)
    watcher = Watcher([rule], traffic, traffic)
    begins_s = 2 * 3600
    for at_s in range(begins_s + 3600):
        traffic.add(at_s, seconds=1, failing=0.7 if at_s >= begins_s else 0.001, slow=0)
        if at_s % SLOT_S == SLOT_S - 1 and watcher.look((at_s + 1) * S_NS - 1):
            break
    else:
        raise AssertionError("it never fired")

    def burns(until_s: int, minutes: int) -> float:
        whole = range(until_s // 60 - minutes, until_s // 60 + 1)
        counted = [traffic.minutes.get(each, [0, 0, 0]) for each in whole]
        return sum(each[1] for each in counted) / sum(each[0] for each in counted) / (1 - 0.97)

    assert min(burns(at_s, 60), burns(at_s, 5)) > 14.4
    earlier = Traffic(seed)  # the same traffic up to a minute before
    for each in range(at_s - 60):
        earlier.add(each, seconds=1, failing=0.7 if each >= begins_s else 0.001, slow=0)
    traffic.minutes = earlier.minutes
    assert min(burns(at_s - 61, 60), burns(at_s - 61, 5)) <= 14.4


def test_silence_is_told_and_a_quiet_night_is_not() -> None:
    traffic = Traffic(3)
    watcher = Watcher([RULES[3]], traffic, traffic)
    for at_s in range(0, 3600, SLOT_S):
        traffic.add(at_s, failing=0, slow=0)
        assert not watcher.look((at_s + SLOT_S) * S_NS - 1)
    told = [at_s for at_s in range(3600, 4200, SLOT_S) if watcher.look((at_s + SLOT_S) * S_NS - 1)]
    assert told == [3600 + 5 * 60]  # five whole minutes without one, and not a moment later


def test_an_alert_is_told_once_and_its_end_once_after_the_calm() -> None:
    traffic = Traffic(4)
    watcher = Watcher([RULES[0]], traffic, traffic)
    told: list[tuple[str, int]] = []
    for at_s in range(0, 3600, SLOT_S):
        down = 1200 <= at_s < 2400
        traffic.add(at_s, failing=0.9 if down else 0.0, slow=0)
        told += [(each.state, at_s) for each in watcher.look((at_s + SLOT_S) * S_NS - 1)]
    assert [state for state, _ in told] == ["fires", "over"]
    assert 1200 <= told[0][1] < 1260
    assert told[1][1] >= 2400 + 300
