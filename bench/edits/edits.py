"""The edits as data, and how one is made to a copy of the application. Knows nothing of who runs it.

An entry of `cases/*.toml`:

- `name`, `kind`: what it is, and which of the asked-for kinds of edit it stands for;
- `change`: what happens to files, relative to the project (`../site/` is where the third-party packages lie):
  `file` with `before` and `after` (which must occur exactly once), with `append`, with `text` (a new file) or with
  `sort`; or `from` and `to`;
- `env`: variables that are set; `moved`: the project lies in another folder; `keep_stamp`: the changed files keep
  their size and time; `renames`: new names of steps;
- `touches`: the steps whose own behaviour or observations change, found by reading FLOW's rules; `step:ROW,ROW` where
  only some rows observe it. This is the reasoning; the numbers below are what follows from it;
- `runs`, `calls`: the ideal. Which steps' bodies run in the run after the edit, and how often (six times where no
  number is given, once a row), and which steps' model calls reach the server;
- `allowed`: steps that may run without breaking the contract, although a perfect run would not need it; such an edit is
  not counted as ideal if they do run;
- `adds_calls`: the plan may say that it does not know the upper bound;
- `causes`: what `why` names: `KIND|KIND NAME|NAME @ FILE|FILE`, alternatives where the contract leaves the choice;
  `maybe` before one that may be left out;
- `because`: the reason for the numbers.
"""

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROWS = ("T-1", "T-2", "T-3", "T-4", "T-5", "T-6")
STEPS = ("pipeline", "normalise", "classify", "priority", "answer", "retrieve", "draft", "check", "format_reply")
CALLERS = {"draft": "answer", "retrieve": "answer"}
Counts = dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One thing that `why` names."""

    kinds: tuple[str, ...]
    names: tuple[str, ...]
    files: tuple[str, ...]
    needed: bool


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One edit and what it should cost."""

    name: str
    kind: str
    because: str
    runs: Counts
    calls: Counts
    touches: dict[str, tuple[str, ...]]
    causes: tuple[Cause, ...]
    allowed: frozenset[str] = frozenset()
    change: tuple[dict[str, str], ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    renames: dict[str, str] = field(default_factory=dict)
    moved: bool = False
    keep_stamp: bool = False
    adds_calls: bool = False

    @property
    def model_calls(self) -> int:
        """All ideal calls."""
        return sum(self.calls.values())


def counts(text: str) -> Counts:
    """Steps with their numbers.

    >>> counts("pipeline draft=2")
    {'pipeline': 6, 'draft': 2}
    """
    found: Counts = {}
    for word in text.split():
        name, _, number = word.partition("=")
        found[name] = int(number or len(ROWS))
    return found


def cause(text: str) -> Cause:
    """One line of `causes`.

    >>> cause("maybe code|class headline|Ticket @ app/shapes.py").names
    ('headline', 'Ticket')
    """
    words, _, files = text.partition("@")
    *maybe, kinds, names = words.split()
    return Cause(
        kinds=tuple(kinds.split("|")),
        names=tuple(names.split("|")),
        files=tuple(files.strip().split("|")),
        needed=not maybe,
    )


def touched(text: str) -> dict[str, tuple[str, ...]]:
    """Steps and the rows for which they are touched.

    >>> touched("draft normalise:T-4")["normalise"]
    ('T-4',)
    """
    parts = (word.partition(":") for word in text.split())
    return {name: tuple(rows.split(",")) if rows else ROWS for name, _, rows in parts}


def edit_of(entry: dict[str, Any]) -> Edit:
    """An entry of the data files."""
    rest = {key: entry[key] for key in ("env", "renames", "moved", "keep_stamp", "adds_calls") if key in entry}
    return Edit(
        name=entry["name"],
        kind=entry["kind"],
        because=entry["because"],
        runs=counts(entry["runs"]),
        calls=counts(entry["calls"]),
        touches=touched(entry["touches"]),
        causes=tuple(map(cause, entry["causes"])),
        allowed=frozenset(entry.get("allowed", "").split()),
        change=tuple(entry.get("change", ())),
        **rest,
    )


def load() -> list[Edit]:
    """All edits, in the order of the files."""
    files = sorted((HERE / "cases").glob("*.toml"))
    return [edit_of(entry) for file in files for entry in tomllib.loads(file.read_text(encoding="utf-8"))["edit"]]


def change_file(path: Path, change: dict[str, str]) -> None:
    """Write one file's change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if "before" in change:
        if old.count(change["before"]) != 1:
            raise ValueError(f"{path.name}: {change['before']!r} occurs {old.count(change['before'])} times")
        new = old.replace(change["before"], change["after"])
    elif "sort" in change:
        new = "".join(reversed(old.splitlines(keepends=True)))
    else:
        new = old + change.get("append", "") + change.get("text", "")
    path.write_text(new, encoding="utf-8")


def make(edit: Edit, project: Path) -> None:
    """Make the edit to the application in `project`."""
    for change in edit.change:
        if "from" in change:
            (project / change["from"]).rename(project / change["to"])
            continue
        path = project / change["file"]
        stamp = path.stat() if path.exists() else None
        change_file(path, change)
        if edit.keep_stamp and stamp is not None:
            if path.stat().st_size != stamp.st_size:
                raise ValueError(f"{edit.name} changes the size of {path.name}")
            os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
