"""`loomwork blame`: which step of a row first differs between two runs, and which change did it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command
from loomwork.telling.bodies import reach_project

if TYPE_CHECKING:
    from loomwork.flow.blaming import Blame, Change, Suspicion
    from loomwork.workspace.opening import Workspace

_LINES = 6


@command
def blame(
    session: Session,
    run_a: Annotated[str, typer.Argument(help="option.run_a")],
    run_b: Annotated[str, typer.Argument(help="option.run_b")],
    row: Annotated[int, typer.Option("--row", help="option.blame_row", min=0)],
    trial: Annotated[int, typer.Option("--trial", help="option.blame_trial", min=0)] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="option.blame_dry")] = False,
) -> int:
    """Name the step of a row that first differs between two runs, and the change that did it."""
    from loomwork.flow.blaming import suspect

    with session.open(writing="nothing") as workspace:
        reach_project(workspace.runtime.project)
        suspicion = suspect(workspace.runtime, run_a, run_b, row=row, trial=trial)
        found = _settled(session, workspace, suspicion, dry_run=dry_run)
    if session.as_json:
        session.give(found.as_json())
    else:
        show_blame(session, found)
    return 0


def _settled(session: Session, workspace: Workspace, suspicion: Suspicion, *, dry_run: bool) -> Blame:
    """Return the answer; how many model calls it takes is said before any is sent."""
    from loomwork.flow.blaming import Tried, settle
    from loomwork.flow.blaming.settling import known, most_calls

    from_records = known(suspicion)
    if from_records is not None:
        session.say("blame.no_calls")
        return from_records
    most = most_calls(suspicion)
    session.say("blame.calls", count=len(suspicion.switches), most=most)
    if dry_run:
        return suspicion.verdict(suspicion.changes, certain=False, needed=most, notes=(*suspicion.notes, "not tried"))
    from loomwork.workspace.worlds import rebuild

    with rebuild(workspace, session.store_address, suspicion) as rebuilt:
        left = most

        async def attempt(on: frozenset[str]) -> Tried:
            nonlocal left
            found = await rebuilt.attempt(on, left)
            left -= found.calls
            return found

        return asyncio.run(settle(suspicion, attempt, groups=rebuilt.groups))


def show_blame(session: Session, found: Blame) -> None:
    """Print the step, the changes with their places, and what else differs."""
    words, page = session.words, session.page
    page.print(words("blame.head", a=found.a, b=found.b, row=found.row, trial=found.trial))
    if found.step is not None:
        inner = words("blame.inner", inner=found.step.inner) if found.step.inner else ""
        page.print(words("blame.step", name=found.step.name, inner=inner))
        for sign, text in (("-", found.step.before), ("+", found.step.after)):
            page.print(f"      {sign} {' '.join(text.split())}", style="red" if sign == "-" else "green")
    if found.changes:
        page.print(words("blame.did_it" if found.certain else "blame.may_have"))
    for change in found.changes:
        _show_change(session, change, whole=True)
    if found.also and found.step is not None:
        page.print(words("blame.also"))
        for change in found.also:
            _show_change(session, change, whole=False)
    for note in found.notes:
        page.print(words(f"blame.note.{note}", repeats=found.as_json()["repeats"]))
    if found.tries:
        page.print(words("blame.made", made=found.made, tries=found.tries))


def _show_change(session: Session, change: Change, *, whole: bool) -> None:
    words, page = session.words, session.page
    place = f"  {change.place}" if change.place and change.place != change.name else ""
    page.print(f"  {words.get(f'cause.{change.kind}', change.kind)}  {change.name}{place}  ({change.step})")
    if not whole:
        return
    for sign, text in (("-", change.before), ("+", change.after)):
        for line in text.splitlines()[:_LINES]:
            page.print(f"      {sign} {line}", style="red" if sign == "-" else "green")
