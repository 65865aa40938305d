"""`loomwork why`: what changed, for calls that ran instead of being found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command
from loomwork.cli.tracing import LAST, find_trace
from loomwork.kernel.errors.cli import NoRunsYet
from loomwork.kernel.errors.flow import NoSuchTrace

if TYPE_CHECKING:
    from loomwork.flow.why import Explanation
    from loomwork.store.protocols import Store


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
        name, item = _meant(workspace.store, run)
        found = explain(workspace.runtime, name, row=item if row is None else row, step=step)
    if session.as_json:
        session.give(found.as_json())
        return 0
    show_why(session, found)
    return 0


def _meant(store: Store, given: str) -> tuple[str, int | None]:
    """Return the run that is meant, and the row where a trace is given. Raises `NoRunsYet`, `AmbiguousTrace`."""
    if store.runs.get(given) is not None:
        return given, None
    if given == LAST:
        raise NoRunsYet
    try:
        trace = find_trace(store, given)
    except NoSuchTrace:
        return given, None  # told as a run that is not there
    span = store.spans.trace(trace)[0]
    return (span.run, max(span.item, 0)) if store.runs.get(span.run) is not None else (given, None)


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
