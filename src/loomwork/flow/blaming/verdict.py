"""What blame comes to: values only. Knows nothing of how they were found."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from loomwork.flow.blaming.changes import Change

Note = Literal[
    "same",
    "noise",
    "sampled",
    "not rebuilt",
    "diverged",
    "fixed",
    "unknown",
    "another row",
    "too many calls",
    "not tried",
]
"""What a person must know beside the answer."""
REPEATS = 4
"""Trials a side below which no difference can be told from chance at 5 %: with four against four, all one way on each
side, Fisher's exact test gives 2/70; with three against three, 2/20."""


class Place(Struct, frozen=True, kw_only=True):
    """The call that first differs."""

    name: str
    """The step of the project."""
    call: str
    """Id of its call in the second run (in the first where the second made none)."""
    inner: str = ""
    """loomwork's own step beneath it, where that is what differs: `model`, `search`, ..."""
    before: str = ""
    after: str = ""
    """What it came to on both sides, shortened."""


class Blame(Struct, frozen=True, kw_only=True):
    """Why one row of two runs differs."""

    a: str
    b: str
    row: int
    trial: int
    step: Place | None
    changes: tuple[Change, ...] = ()
    """What did it: none of them can be left out, as far as it is `certain`."""
    also: tuple[Change, ...] = ()
    """What differs too and is not to blame for this row."""
    certain: bool = True
    needed: int = 0
    """The most model calls that telling the changes apart may take; 0 where the records alone tell."""
    made: int = 0
    tries: int = 0
    notes: tuple[Note, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the object of `blame --json`."""
        step = self.step
        place = None if step is None else {"name": step.name, "call": step.call, "inner": step.inner}
        return {
            "a": self.a,
            "b": self.b,
            "row": self.row,
            "trial": self.trial,
            "calls": {"needed": self.needed, "made": self.made},
            "step": place,
            "changes": [change.as_json() for change in self.changes],
            "certain": self.certain,
            "also": [change.as_json() for change in self.also],
            "notes": list(self.notes),
            "repeats": REPEATS if {"noise", "sampled"} & set(self.notes) else 0,
        }
