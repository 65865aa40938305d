"""The planted faults and their truth, read from the data files. Knows neither the application nor blame."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A text in a file, replaced; an empty `old` adds `new` at the end."""

    file: str
    new: str
    old: str = ""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault, and what is right: written down before blame is asked."""

    name: str
    kind: str
    row: int
    step: str
    """The short name of the step that first differs through the fault."""
    changes: list[str]
    """The ends of the names of what did it: all of them and nothing else."""
    edits: list[Edit] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    """What the order system says from now on, by customer."""
    due: str = ""
    refresh: list[str] = field(default_factory=list)
    """Steps that are run afresh."""
    git: str = "first"
    """`none`; `first`: the application as it was is committed; `all`: the fault, too."""


def load() -> list[Fault]:
    """All faults, in the order of the file."""
    read: dict[str, list[dict[str, Any]]] = tomllib.loads((HERE / "faults.toml").read_text(encoding="utf-8"))
    return [Fault(**{**each, "edits": [Edit(**edit) for edit in each.get("edits", [])]}) for each in read["fault"]]
