"""`loomwork knowledge ask`: an answer from the documents, each sentence with its place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.knowing import asker, filters_of
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
    filters: Annotated[list[str] | None, typer.Option("--filter", help="option.filter", metavar="FIELD=VALUE")] = None,
    day: Annotated[str, typer.Option("--day", help="option.day", metavar="2024-05-01")] = "",
) -> int:
    """Answer a question from a knowledge base."""
    who = asker(as_principal, groups)
    options: dict[str, Any] = {"k": k, "model": model, "filters": filters_of(filters or []), "day": day}
    with session.open() as workspace:
        if model:
            workspace.models.resolve(model)  # an alias that is not there is told before anything is searched
        trace, given = _asked(workspace, name, question, who, options)
    if session.as_json:
        session.give(as_json(given, trace, session.words.language))
    else:
        _show(session, given)
    return 0


def as_json(given: Answer, trace: str, language: str) -> dict[str, Any]:
    """Return the object of `knowledge ask --json`; notes are in the reader's language."""
    from loomwork.knowledge.wording import in_language

    return {
        "answer": given.answer,
        "mode": given.mode,
        "citations": [
            {
                "sentence": each.sentence, "doc": each.doc, "path": each.path, "start": each.start, "end": each.end,
                "quote": each.quote, "support": each.support, "section": list(each.section), "page": each.page,
                "sheet": each.page_name, "title": each.title,
            }
            for each in given.citations
        ],
        "notes": [in_language(note, language) for note in given.notes],
        "unsupported": list(given.unsupported), "degraded": given.degraded,
        "evidence": {
            "support": given.evidence.support, "threshold": given.evidence.threshold, "weak": given.evidence.weak,
        },
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
    from loomwork.knowledge.wording import in_language, said

    page, language = session.page, session.words.language if session.language_said else given.language
    page.print(given.answer if given.mode != "none" else said("none", language))
    if given.citations:
        page.print("")
    for number, each in enumerate(given.citations, start=1):
        page.print(f"[{number}] {each.place(language)}  {each.start}-{each.end}", style="dim")
    for note in given.notes:
        page.print(in_language(note, language), style="yellow")
