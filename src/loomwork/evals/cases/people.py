"""What people do with a case: note, assign, triage, close, reopen. Every change is kept in its history."""

from __future__ import annotations

from typing import Literal

from msgspec import structs

from loomwork.kernel.errors.cases import CaseIsNot, NoSuchCase
from loomwork.store.cases import CaseEvent, CaseRow, CaseStatus
from loomwork.store.protocols import Store

_ENDED: frozenset[CaseStatus] = frozenset({"closed", "wontfix", "fixed"})


def found(store: Store, number: int) -> CaseRow:
    """Return a case. Raises `NoSuchCase`."""
    case = store.cases.get(number)
    if case is None:
        raise NoSuchCase(number=number)
    return case


def note(store: Store, number: int, text: str, *, now_ns: int) -> CaseRow:
    """Write a note on a case. Raises `NoSuchCase`."""
    case = structs.replace(found(store, number), note=text, changed_ns=now_ns)
    store.cases.change(case, CaseEvent(at_ns=now_ns, status=case.status, what="note", text=text))
    return case


def assign(store: Store, number: int, owner: str, *, now_ns: int) -> CaseRow:
    """Give a case to somebody (empty: to nobody); an open one is triaged by that. Raises `NoSuchCase`."""
    case = found(store, number)
    status = "triaged" if owner and case.status == "open" else case.status
    case = structs.replace(case, owner=owner, status=status, changed_ns=now_ns)
    store.cases.change(case, CaseEvent(at_ns=now_ns, status=status, what="owner", text=owner))
    return case


def triage(store: Store, number: int, *, now_ns: int) -> CaseRow:
    """Say that a case was looked at. Raises `NoSuchCase`, `CaseIsNot` where it is not open."""
    return change_status(store, number, "triaged", now_ns=now_ns)


def change_status(
    store: Store,
    number: int,
    status: Literal["open", "triaged", "closed", "wontfix"],
    *,
    now_ns: int,
    text: str = "",
) -> CaseRow:
    """Close a case, or open it again. Only a run says that one is fixed or regressed.

    Args:
        store: Where it is kept.
        number: The case.
        status: Its new status.
        now_ns: The time.
        text: Why.

    Raises:
        NoSuchCase: There is none.
        CaseIsNot: Its present status does not allow it: only what has ended is opened again, only what is open triaged.
    """
    case = found(store, number)
    allowed = {"open": case.status in _ENDED, "triaged": case.status == "open"}.get(status, case.status != status)
    if not allowed:
        raise CaseIsNot(number=number, status=case.status)
    case = structs.replace(case, status=status, changed_ns=now_ns)
    store.cases.change(case, CaseEvent(at_ns=now_ns, status=status, what="status", text=text))
    return case
