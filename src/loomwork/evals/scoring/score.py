"""A score and the scale that it stands on. Values only."""

from __future__ import annotations

import math
from typing import Any, Literal

from msgspec import Struct

from loomwork.kernel.errors.evals import ScoreNotOne, ScoreOffScale

Better = Literal["higher", "lower", "none"]
OnFailure = Literal["worst", "skip"]


class Score(Struct, frozen=True, kw_only=True):
    """What a scorer says of one item."""

    value: float | None
    """None: the scorer does not apply to this item; it is not counted, and that is said."""
    reason: str = ""
    """One sentence for people."""
    label: str = ""
    """The class that the item was put in, where the scorer puts it in one ("refusal", "3 of 5", ...)."""
    parts: dict[str, float] = {}
    """Figures beneath the value ({"precision": 0.5, "recall": 1.0})."""


class Scale(Struct, frozen=True, kw_only=True):
    """What values mean."""

    low: float | None = 0.0
    """None: there is no least value."""
    high: float | None = 1.0
    better: Better = "higher"
    unit: str = ""
    """`ms`, `tokens`, `USD`, ...; empty for a share or a mark."""
    on_failure: OnFailure = "worst"
    """What an item that failed gets: the worst value, or none."""

    @property
    def worst(self) -> float | None:
        """The worst value there is; None where there is none, or nobody knows which end is the worse."""
        match self.better:
            case "higher":
                return self.low
            case "lower":
                return self.high
            case "none":
                return None

    def holds(self, value: float) -> bool:
        """Say whether a value lies on the scale."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def as_score(given: Any, scale: Scale, *, scorer: str) -> Score:
    """Return what a scorer returned as a score.

    Args:
        given: A truth value, a number, a `Score`, or None where the scorer does not apply.
        scale: The scorer's.
        scorer: Its name, for messages.

    Raises:
        ScoreNotOne: It is something else, or no finite number.
        ScoreOffScale: It lies outside the range that the scorer declares.
    """
    if given is None:
        return Score(value=None)
    found = given if isinstance(given, Score) else None
    value = given.value if found is not None else given
    if value is None:
        return found or Score(value=None)
    if not isinstance(value, bool | int | float) or not math.isfinite(value):
        raise ScoreNotOne(scorer=scorer, given=f"{type(value).__name__} {value!r}"[:80])
    number = float(value)
    if not scale.holds(number):
        raise ScoreOffScale(scorer=scorer, value=f"{number:g}", low=scale.low, high=scale.high)
    return Score(value=number) if found is None else found
