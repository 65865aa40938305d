"""What a run would do, as `plan --json` has it. Values only."""

from __future__ import annotations

from msgspec import Struct


class Reason(Struct, frozen=True, kw_only=True):
    """Why calls will run."""

    why: str
    """`kind: names`."""
    count: int


class PlannedStep(Struct, frozen=True, kw_only=True):
    """What would become of the calls of one step."""

    name: str
    kind: str
    hits: int
    will_run: int
    may_run: int
    outside: int
    reasons: tuple[Reason, ...]


class Calls(Struct, frozen=True, kw_only=True):
    """How many requests; `max` null: unknowable."""

    min: int
    max: int | None


class Money(Struct, frozen=True, kw_only=True):
    """How much money; `max` null: unknowable."""

    min: float
    max: float | None


class Plan(Struct, frozen=True, kw_only=True):
    """What a run would do; nothing was sent and nothing written."""

    target: str
    items: int
    steps: tuple[PlannedStep, ...]
    model_calls: Calls
    cost: dict[str, Money]
