"""`loomwork why`: what changed, for calls that ran instead of being found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command

if TYPE_CHECKING:
    from loomwork.flow.why import Explanation


@command
def why(
    session: Session,
    run: Annotated[str, typer.Argument(help="option.run")] = "last",
    row: Annotated[int | None, typer.Option("--row", help="option.row", min=0)] = None,
    step: Annotated[str | None, typer.Option("--step", help="option.step")] = None,
) -> int:
    """Explain why the calls of a run were executed."""
    from loomwork.flow.why import explain

    with session.open(writing="nothing") as workspace:
        found = explain(workspace.runtime, run, row=row, step=step)
    if session.as_json:
        session.give(found.as_json())
        return 0
    show_why(session, found)
    return 0


def show_why(session: Session, found: Explanation) -> None:
    """Print the causes with their places, what was there before and what is there now."""
    words, page = session.words, session.page
    if not found.executed:
        page.print(words("why.nothing", run=found.run))
        return
    if found.nearest_run:
        page.print(words("why.head", run=found.run, count=found.executed, nearest=found.nearest_run))
    else:
        page.print(words("why.head_first", run=found.run, count=found.executed))
    for cause in found.causes:
        if cause.kind == "new":
            known = "why.renamed" if cause.before else "why.new_step"
            page.print(words(known, name=cause.name, before=cause.before, run=found.nearest_run))
            continue
        place = f"  {cause.file}:{cause.line}" if cause.line else f"  {cause.file}" if cause.file else ""
        page.print(f"  {words.get(f'cause.{cause.kind}', cause.kind)}  {cause.name}{place}")
        for sign, text in (("-", cause.before), ("+", cause.after)):
            for line in text.splitlines()[:6]:
                page.print(f"      {sign} {line}", style="red" if sign == "-" else "green")
    if not found.causes and found.nearest_run:
        page.print(words("why.first"))
