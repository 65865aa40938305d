"""`loomwork knowledge ask`: an answer from the documents, each sentence with its place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.session import Session, command

if TYPE_CHECKING:
    from loomwork.kernel.principals import Principal
    from loomwork.knowledge.answering import Answer
    from loomwork.workspace.opening import Workspace


@command
def ask(
    session: Session,
    name: Annotated[str, typer.Argument(help="option.base", metavar="NAME")],
    question: Annotated[str, typer.Argument(help="option.question", metavar="QUESTION")],
    k: Annotated[int | None, typer.Option("-k", help="option.ask_k", min=1)] = None,
    model: Annotated[str | None, typer.Option("--model", help="option.ask_model", metavar="ALIAS")] = None,
    as_principal: Annotated[str | None, typer.Option("--as", help="option.search_as", metavar="PRINCIPAL")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="option.group", metavar="GROUP")] = None,
) -> int:
    """Answer a question from a knowledge base."""
    from loomwork.kernel.principals import Principal

    who = Principal(
        id=as_principal or "", groups=frozenset((*(groups or ()), *([as_principal] if as_principal else ())))
    )
    with session.open() as workspace:
        if model:
            workspace.models.resolve(model)  # an alias that is not there is told before anything is searched
        trace, given = _asked(workspace, name, question, who, {"k": k, "model": model})
    if session.as_json:
        session.give(as_json(given, trace))
    else:
        _show(session, given)
    return 0


def as_json(given: Answer, trace: str) -> dict[str, Any]:
    """Return the object of `knowledge ask --json`."""
    return {
        "answer": given.answer,
        "mode": given.mode,
        "citations": [
            {
                "sentence": each.sentence, "doc": each.doc, "path": each.path, "start": each.start, "end": each.end,
                "quote": each.quote, "support": each.support, "section": list(each.section), "page": each.page,
            }
            for each in given.citations
        ],
        "notes": list(given.notes), "unsupported": list(given.unsupported), "degraded": given.degraded,
        "evidence": {"support": given.evidence.support, "threshold": given.evidence.threshold},
        "trace": trace,
    }  # fmt: skip


def _asked(
    workspace: Workspace, name: str, question: str, who: Principal, options: dict[str, Any]
) -> tuple[str, Answer]:
    """Ask in a trace of its own; return its id and the answer."""
    from loomwork.flow.context import entered

    frame = workspace.runtime.root()
    frame.trace = workspace.runtime.ids.trace_id()
    with entered(frame):
        given = asyncio.run(workspace.knowledge.base(name).ask(question, principal=who, **options))
    return frame.trace, given


def _show(session: Session, given: Answer) -> None:
    page = session.page
    page.print(given.answer)
    if given.citations:
        page.print("")
    for number, each in enumerate(given.citations, start=1):
        where = " > ".join((each.path, *each.section))
        if each.page:
            where = session.words("knowledge.on_page", page=each.page, problem=where)
        page.print(f"[{number}] {where}  {each.start}-{each.end}", style="dim")
    for note in given.notes:
        page.print(note, style="yellow")
