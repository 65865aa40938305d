"""What a run would do, as `plan --json` has it. Values only."""

from __future__ import annotations

from msgspec import Struct


class Reason(Struct, frozen=True, kw_only=True):
    """Why calls will run."""

    why: str
    """`kind: names`."""
    kind: str = ""
    """`code`, `input`, `failed`, ...: what the page words."""
    names: str = ""
    """What it is about, as far as it has a name."""
    count: int


class PlannedStep(Struct, frozen=True, kw_only=True):
    """What would become of the calls of one step."""

    name: str
    kind: str
    hits: int
    will_run: int
    may_run: int
    outside: int
    unknown: bool = False
    """Nothing tells how often it is called: a body that has never run may call it."""
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
    unknown: bool = False
    """Nothing at all is known of the requests: no number stands for them."""
    never_ran: tuple[str, ...] = ()
    """Steps that will run, never ran before, and so have no record of what they call."""
