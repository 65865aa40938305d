"""Cases as a board shows them, and one case whole. Values for the command line and the studio; knows neither."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from loomwork.evals.cases.people import found
from loomwork.store.cases import CasedRow, CaseEvent, CaseRow, CaseStatus
from loomwork.store.protocols import Store

COLUMNS: tuple[CaseStatus, ...] = ("regressed", "open", "triaged", "fixed", "closed", "wontfix")
"""What needs a look comes first."""


class Board(Struct, frozen=True, kw_only=True):
    """All cases by status."""

    columns: dict[CaseStatus, tuple[CaseRow, ...]]

    @property
    def counts(self) -> dict[str, int]:
        """How many cases each column has."""
        return {status: len(cases) for status, cases in self.columns.items()}


class CaseView(Struct, frozen=True, kw_only=True):
    """One case with its rows and its history."""

    case: CaseRow
    rows: tuple[CasedRow, ...]
    history: tuple[CaseEvent, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the object of `case show --json`."""
        rows = [{**_plain(row), "row": _opened(row.row), "output": _opened(row.output)} for row in self.rows]
        return {**case_json(self.case), "rows": rows, "history": [_plain(event) for event in self.history]}


def board(store: Store, *, target: str = "", owner: str = "", limit: int = 1000) -> Board:
    """Return the cases by status, those that changed last first."""
    every = store.cases.list(target=target, owner=owner, limit=limit)
    ordered = sorted(every, key=lambda case: (-case.changed_ns, -case.n))
    return Board(columns={status: tuple(each for each in ordered if each.status == status) for status in COLUMNS})


def view(store: Store, number: int) -> CaseView:
    """Return one case whole. Raises `NoSuchCase`."""
    case = found(store, number)
    return CaseView(case=case, rows=tuple(store.cases.rows(number)), history=tuple(store.cases.events(number)))


def case_json(case: CaseRow) -> dict[str, Any]:
    """Return a case as the object of `--json`."""
    fields = _plain(case)
    fields["case"] = fields.pop("n")
    fields.pop("scored")
    return {"case": fields.pop("case"), **fields}


def _plain(value: Struct) -> dict[str, Any]:
    return {name: msgspec.to_builtins(getattr(value, name)) for name in value.__struct_fields__}


def _opened(text: str) -> Any:
    return msgspec.json.decode(text) if text else None
