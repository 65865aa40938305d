"""`loomwork case list|show`: what went wrong and how far it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table

if TYPE_CHECKING:
    from loomwork.evals.cases.board import CaseView
    from loomwork.store.cases import CaseEvent, CaseRow

_SHOWN = 10
_OVER = ("fixed", "closed", "wontfix")


@command
def list_cases(
    session: Session,
    target: Annotated[str, typer.Option("--target", help="option.case_target", metavar="MODULE:STEP")] = "",
    owner: Annotated[str, typer.Option("--owner", help="option.case_owner")] = "",
    all_: Annotated[bool, typer.Option("--all", help="option.case_all")] = False,
) -> int:
    """List cases, those that need a look first."""
    from loomwork.evals.cases.board import board, case_json

    with session.open_store() as store:
        found = board(store, target=target, owner=owner)
        others = list(dict.fromkeys(each.target for each in store.cases.list()))
    cases = [case for status, column in found.columns.items() if all_ or status not in _OVER for case in column]
    if session.as_json:
        session.give({"cases": [case_json(case) for case in cases], "counts": found.counts})
        return 0
    words = session.words
    if cases:
        heads = [words(f"table.{name}") for name in ("case", "status", "owner", "title", "step")]
        rows = [
            (case.n, words(f"case.{case.status}"), case.owner, case.title, case.step.rpartition(":")[2])
            for case in cases
        ]
        print_table(session.page, heads, rows, grow=3)
    counts = ", ".join(f"{words(f'case.{status}')} {count}" for status, count in found.counts.items() if count)
    session.page.print(counts or _none(session, target if not owner else "", others))
    return 0


def _none(session: Session, target: str, others: list[str]) -> str:
    """Say that there is no case: of the target, where others have some."""
    if not target or not others:
        return session.words("case.none")
    return session.words("case.none_of", target=target, known=", ".join(others))


@command
def show(session: Session, number: Annotated[int, typer.Argument(help="option.case")]) -> int:
    """Show one case: its rows, its history, what is blamed."""
    from loomwork.evals.cases.board import view

    with session.open_store() as store:
        found = view(store, number)
    if session.as_json:
        session.give(found.as_json())
        return 0
    _show(session, found)
    return 0


def _show(session: Session, found: CaseView) -> None:
    words, page, case = session.words, session.page, found.case
    page.print(words("case.head", number=case.n, status=words(f"case.{case.status}"), title=case.title))
    page.print(words("case.of", target=case.target, run=case.run, owner=case.owner or "-"))
    page.print("  " + measure(session, case))
    if case.step or case.change:
        page.print(words("case.blamed", step=case.step or "-", change=case.change or "-"))
    if case.why:
        page.print(words(f"case.why.{case.why}", error=case.error, step=case.step, likeness=f"{case.likeness:.2f}"))
    for row in found.rows[:_SHOWN]:
        state = words(f"case.row.{row.state}")
        value = "" if row.value is None else words("case.row.value", scorer=case.scorer, value=f"{row.value:g}")
        page.print(words("case.row", index=row.index, state=state, value=value, row=row.row, trace=row.trace[:16]))
    if len(found.rows) > _SHOWN:
        page.print(words("case.more_rows", count=len(found.rows) - _SHOWN))
    for event in found.history:
        page.print("  " + event_text(session, event))


def measure(session: Session, case: CaseRow) -> str:
    """Return in words what passes."""
    if case.threshold is None:
        return session.words("case.passes_person" if case.is_judged else "case.passes_error")
    sign, bound = case.threshold
    return session.words("case.passes_score", scorer=case.scorer, sign=sign, bound=f"{bound:g}")


def event_text(session: Session, event: CaseEvent) -> str:
    """Return one line of a case's history."""
    words = session.words
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(event.at_ns / 1e9))
    by = words("case.by_run", run=event.run) if event.run else ""
    status = words(f"case.{event.status}")
    said = words("case.said", text=event.text) if event.text else ""
    text = words(f"case.event.{event.what}", status=status, text=event.text, said=said)
    changes = words("case.changes", changes=", ".join(event.changes)) if event.changes else ""
    return f"{when}  {text}{by}{changes}"
