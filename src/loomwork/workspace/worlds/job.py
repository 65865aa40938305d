"""What a copy of a project is asked to do. Values only."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Job(Struct, frozen=True, kw_only=True):
    """What is asked for: what the steps do here, or a row tried with some of the changes."""

    what: Literal["look", "try"]
    store: str
    answer: str
    """Where the answer is written."""
    steps: list[str] = []
    a: str = ""
    b: str = ""
    row: int = 0
    trial: int = 0
    on: list[str] = []
    most: int = 0
