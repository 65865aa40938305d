"""What is kept of a case: itself, its rows, its history; and the interface that keeps them. Knows nothing of SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from msgspec import Struct

CaseStatus = Literal["open", "triaged", "fixed", "regressed", "closed", "wontfix"]
"""`closed` and `wontfix` are said by a person; `fixed` and `regressed` by the runs."""
RowState = Literal["failing", "passing"]
ALL = 1 << 62
"""As a limit: none."""
Threshold = tuple[Literal[">=", "<="], float]


class CaseRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One case."""

    n: int = 0
    """Its number; 0 before it is written."""
    target: str
    """The step that was run."""
    status: CaseStatus = "open"
    title: str
    owner: str = ""
    note: str = ""
    """The last note."""
    run: str
    """In which it failed first."""
    scorer: str = ""
    """The label of the scorer that its rows failed by; empty: with an error, or in a person's judgement."""
    scored: str = ""
    """How that scorer was set, as its run keeps it: another setting decides nothing."""
    threshold: Threshold | None = None
    """What the score must meet to pass."""
    error: str = ""
    """The class of the error; empty where they ended without one."""
    step: str = ""
    """The step to blame: where the error came from, or what blame named."""
    change: str = ""
    """The change to blame, where it is known."""
    why: str = ""
    """Why its rows are one group: `error`, `near`, or empty where it has one row or a person chose them."""
    likeness: float = 0.0
    """For `near`: the least share of word pairs that a row has in common with the first."""
    opened_ns: int = 0
    changed_ns: int = 0

    @property
    def is_judged(self) -> bool:
        """Whether a person said that its answers are wrong: no run decides about it then."""
        return not self.scorer and not self.error


class CasedRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a case."""

    input: str
    """Hash of the step's arguments."""
    keys: tuple[str, ...] = ()
    """The keys of the row that are arguments; empty: all that do not begin with `_`."""
    state: RowState = "failing"
    passed: bool = False
    """It has passed since the case was opened."""
    dataset: str = ""
    index: int = 0
    trial: int = 0
    run: str = ""
    """The last run that decided about it."""
    trace: str = ""
    subject: str = ""
    row: str = ""
    """The whole row, as JSON."""
    output: str = ""
    """What it came to when it failed, as JSON."""
    error: str = ""
    value: float | None = None


class CaseEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that became of a case."""

    at_ns: int
    status: CaseStatus
    """The case's from then on."""
    what: Literal["opened", "rows", "note", "owner", "status", "flaky"]
    run: str = ""
    """The run that made it so; empty where a person did."""
    text: str = ""
    """A note, an owner, a reason."""
    changes: tuple[str, ...] = ()
    """What had changed since the case's run, where that is known."""


class Cases(Protocol):
    """Cases, their rows and their history."""

    def open(self, case: CaseRow, rows: Sequence[CasedRow], event: CaseEvent) -> CaseRow:
        """Write a new case and return it with its number."""
        ...

    def change(self, case: CaseRow, event: CaseEvent | None, rows: Sequence[CasedRow] = ()) -> None:
        """Replace a case, write or replace some of its rows (by input), and add to its history, in one transaction."""
        ...

    def get(self, number: int) -> CaseRow | None:
        """Return one case."""
        ...

    def list(
        self, *, statuses: Collection[CaseStatus] = (), target: str = "", owner: str = "", limit: int = 1000
    ) -> Sequence[CaseRow]:
        """Return cases, the newest first; empty conditions hold for all."""
        ...

    def rows(self, number: int) -> Sequence[CasedRow]:
        """Return the rows of a case in the order in which they came to it."""
        ...

    def events(self, number: int) -> Sequence[CaseEvent]:
        """Return the history of a case, oldest first."""
        ...

    def newest(self) -> int:
        """Return the place of what became of any case last; 0 where nothing did."""
        ...
