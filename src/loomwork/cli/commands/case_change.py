"""`loomwork case note|assign|close|reopen`: what people say of a case."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command

if TYPE_CHECKING:
    from loomwork.store.cases import CaseRow


@command
def note(
    session: Session,
    number: Annotated[int, typer.Argument(help="option.case")],
    text: Annotated[str, typer.Argument(help="option.case_note")],
) -> int:
    """Write a note on a case."""
    from loomwork.evals.cases import note as write

    with session.open_store() as store:
        case = write(store, number, text, now_ns=time.time_ns())
    return _told(session, case)


@command
def assign(
    session: Session,
    number: Annotated[int, typer.Argument(help="option.case")],
    owner: Annotated[str, typer.Argument(help="option.case_assign")] = "",
) -> int:
    """Give a case to somebody."""
    from loomwork.evals.cases import assign as give

    with session.open_store() as store:
        case = give(store, number, owner, now_ns=time.time_ns())
    return _told(session, case)


@command
def close(
    session: Session,
    number: Annotated[int, typer.Argument(help="option.case")],
    why: Annotated[str, typer.Option("--why", help="option.case_why")] = "",
    wontfix: Annotated[bool, typer.Option("--wontfix", help="option.case_wontfix")] = False,
) -> int:
    """Close a case."""
    from loomwork.evals.cases import change_status

    with session.open_store() as store:
        case = change_status(store, number, "wontfix" if wontfix else "closed", now_ns=time.time_ns(), text=why)
    return _told(session, case)


@command
def reopen(
    session: Session,
    number: Annotated[int, typer.Argument(help="option.case")],
    why: Annotated[str, typer.Option("--why", help="option.case_why")] = "",
) -> int:
    """Open a case again."""
    from loomwork.evals.cases import change_status

    with session.open_store() as store:
        case = change_status(store, number, "open", now_ns=time.time_ns(), text=why)
    return _told(session, case)


def _told(session: Session, case: CaseRow) -> int:
    from loomwork.evals.cases.board import case_json

    if session.as_json:
        session.give(case_json(case))
    else:
        session.show("case.now", number=case.n, status=session.words(f"case.{case.status}"), owner=case.owner or "-")
    return 0
