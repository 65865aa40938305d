"""Cases on the wire: the board, one case whole, what people do with it. Values only."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

CaseStatus = Literal["open", "triaged", "fixed", "regressed", "closed", "wontfix"]
"""`fixed` and `regressed` are said by runs, the others by people."""
Moved = Literal["open", "triaged", "closed", "wontfix"]
CaseWhat = Literal["opened", "rows", "note", "owner", "status", "flaky"]
MOST_CARDS = 1_000


class CaseCard(Struct, frozen=True, kw_only=True):
    """A case on the board."""

    number: int
    target: str
    status: CaseStatus
    title: str
    owner: str
    note: str
    """The last one."""
    run: str
    """In which it failed first."""
    scorer: str
    """By which its rows failed; empty: with an error, or in a person's judgement."""
    passes: str
    """What the score must meet to pass, as `>= 0.5`; empty for an error."""
    judged: bool
    """A person said that its answers are wrong, and says when they are right."""
    error: str
    """The class of the error."""
    step: str
    """To blame, where it is known."""
    change: str
    why: Literal["", "error", "near"]
    """Why its rows are one case: the same error from the same step, or nearly the same words."""
    likeness: float
    rows: int
    failing: int
    opened_ms: float
    changed_ms: float


class CaseColumn(Struct, frozen=True, kw_only=True):
    """The cases of one status, those that changed last first."""

    status: CaseStatus
    cases: tuple[CaseCard, ...]


class CaseBoard(Struct, frozen=True, kw_only=True):
    """All cases by status."""

    columns: tuple[CaseColumn, ...]
    targets: tuple[str, ...]
    owners: tuple[str, ...]
    complete: bool
    """False: there are more than are shown."""


class CaseLine(Struct, frozen=True, kw_only=True):
    """One row of a case."""

    index: int
    trial: int
    state: Literal["failing", "passing"]
    run: str
    """The last run that decided about it; its `index` and `trace` are of that one."""
    trace: str
    dataset: str
    row: Any
    output: Any
    """What it came to when it failed."""
    error: str
    value: float | None


class CaseMoment(Struct, frozen=True, kw_only=True):
    """One thing that became of a case."""

    at_ms: float
    status: CaseStatus
    what: CaseWhat
    run: str
    """That made it so; empty where a person did."""
    text: str
    changes: tuple[str, ...]


class Case(Struct, frozen=True, kw_only=True):
    """One case whole."""

    case: CaseCard
    rows: tuple[CaseLine, ...]
    rows_more: bool
    history: tuple[CaseMoment, ...]
    runs: tuple[str, ...]
    """Runs that had a say in it, the newest first."""


class AskCases(Struct, frozen=True, kw_only=True):
    """Which cases."""

    target: str = ""
    owner: str = ""


class AskCase(Struct, frozen=True, kw_only=True):
    """Which case."""

    number: int


class NoteCase(Struct, frozen=True, kw_only=True):
    """A note."""

    text: str


class AssignCase(Struct, frozen=True, kw_only=True):
    """To whom; empty: to nobody."""

    owner: str


class MoveCase(Struct, frozen=True, kw_only=True):
    """A new status, and why."""

    status: Moved
    text: str = ""


class OpenCase(Struct, frozen=True, kw_only=True):
    """A failing row that becomes a case."""

    run: str
    row: int
    passes: str = ""
    """By which score it fails, and what passes: `exact>=0.5`; empty: it failed with an error."""
    wrong: bool = False
    """It fails in a person's judgement; counts where it has no error and no score is named."""
    title: str = ""


class AskTraceCase(Struct, frozen=True, kw_only=True):
    """Of which trace."""

    trace: str


class OpenTraceCase(Struct, frozen=True, kw_only=True):
    """A trace that becomes a case."""

    title: str = ""
    note: str = ""
    """Empty: what people said who disliked the answer."""
    wrong: bool = False
    """An answer without an error is wrong in a person's judgement: no run decides about the case."""


class AskExport(Struct, frozen=True, kw_only=True):
    """Cases as rows of a regression test."""

    numbers: str = ""
    """With commas between; empty: all but those that nobody will fix."""
    target: str = ""
