"""Randomness: draws from shared generators, unseeded generators, the system's entropy.

A draw from a shared generator (`random.random`, `numpy.random.rand`) is no outside when the same call has seeded it and
nobody else has drawn from it since: `random.seed(7); random.sample(rows, 3)` is a function of its inputs.
"""

from collections.abc import Callable
from typing import Any

from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.live import live
from loomwork.flow.observe.names import CHANCE
from loomwork.flow.observe.stack import frame_of
from loomwork.flow.observe.watch import Watch

Wrapped = Callable[..., Any]


class Shared:
    """A module's one generator, and which call has seeded it."""

    def __init__(self) -> None:
        self._seeded_by: Watch | None = None

    def drawing(self, name: str) -> Wrapped:
        """Return what makes a function note that it draws."""
        reason = f"random: {name}"

        def watched(original: Wrapped, /, *args: Any, **kwargs: Any) -> Any:
            if live.on and not HIDDEN.get():
                if self._seeded_by is None or self._seeded_by is not live.current():
                    self._seeded_by = None
                    _touched(reason, 1)
            else:
                self._seeded_by = None
            return original(*args, **kwargs)

        return watched

    def seeding(self, name: str) -> Wrapped:
        """Return what makes a function note that it seeds: with nothing is with chance."""
        reason = f"random: {name}"

        def watched(original: Wrapped, /, *args: Any, **kwargs: Any) -> Any:
            self._seeded_by = None
            if live.on and not HIDDEN.get():
                if any(each is not None for each in (*args, *kwargs.values())):
                    self._seeded_by = live.current()
                else:
                    _touched(reason, 1)
            return original(*args, **kwargs)

        return watched


def seeding_instance(original: Wrapped) -> Wrapped:
    """Return `Random.seed` (which its constructor calls) that notes an unseeded generator."""

    def seed(self: Any, a: Any = None, *args: Any, **kwargs: Any) -> Any:
        if a is None and live.on and not HIDDEN.get():
            _touched("random: random.Random()", 1)
        return original(self, a, *args, **kwargs)

    return seed


def _touched(reason: str, depth: int) -> None:
    frame = live.reader(frame_of(depth + 1), CHANCE)
    if frame is not None:
        live.touched(reason, frame)
