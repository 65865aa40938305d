"""A recorded trace again, with a change. Values only."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

ReplayStatus = Literal["same", "changed", "diverged", "failed"]
"""`diverged`: it came to something that acts and that the record does not hold."""


class ReplayAsked(Struct, frozen=True, kw_only=True):
    """Which trace."""

    trace: str


class Change(Struct, frozen=True, kw_only=True):
    """What is put in the place of what was: nothing at all replays with the present code."""

    steps: dict[str, Any] = {}
    """Results by step."""
    prompts: dict[str, str] = {}
    """Texts by the prompt's file in the project; the file itself stays as it is."""
    models: dict[str, str] = {}
    """Aliases by alias."""


class Replayed(Struct, frozen=True, kw_only=True):
    """What a replay came to."""

    trace: str
    replay: str
    """The new trace."""
    target: str
    status: ReplayStatus
    before: Any
    after: Any
    error: str
    calls: int
    hits: int
    ran: int
    model_calls: int
    input_tokens: int
    output_tokens: int
    cost: dict[str, float]
    unpriced_calls: int
