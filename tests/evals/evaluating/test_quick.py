"""A scorer is known to be quick after some calls, and slow for good after one."""

from loomwork.evals.evaluating.quick import QUICK_S, SLOW_S, TRIES, Pace


def paced(*seconds: float) -> Pace:
    pace = Pace()
    for each in seconds:
        pace.took(each)
    return pace


def test_a_scorer_is_neither_quick_nor_slow_until_it_was_tried():
    assert not paced().is_quick
    assert not paced(*[0.0] * (TRIES - 1)).is_quick
    assert not paced(*[0.0] * (TRIES - 1)).is_slow
    assert paced(*[0.0] * TRIES).is_quick


def test_the_first_call_may_take_longer_since_it_looks_at_the_code():
    assert paced(QUICK_S * 2, 0.0, 0.0).is_quick
    assert paced(0.0, QUICK_S * 2).is_slow
    assert paced(SLOW_S).is_slow


def test_a_quick_scorer_that_is_slow_once_is_slow_from_then_on():
    pace = paced(*[0.0] * TRIES, QUICK_S * 2)
    assert pace.is_quick, "a hiccup is no reason"
    pace.took(SLOW_S)
    pace.took(0.0)
    assert pace.is_slow
    assert not pace.is_quick
