"""`loomwork data make`: questions from an index, each a draft until a person confirms it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.commands.data_files import force, show_written, write
from loomwork.cli.knowing import asker
from loomwork.cli.session import Session, command
from loomwork.evals.data.writing import check_free
from loomwork.kernel.errors.cli import WrongValue
from loomwork.kernel.errors.evals_data import NothingToMake, OneSource

if TYPE_CHECKING:
    from loomwork.evals.data.making import Draft
    from loomwork.kernel.principals import Principal
    from loomwork.workspace.opening import Workspace

_MOST = 50
_SOURCE = "knowledge:"


@command
def make(
    session: Session,
    source: Annotated[str, typer.Option("--from", help="option.make_from", metavar="knowledge:NAME")],
    most: Annotated[int, typer.Option("-n", help="option.most_rows", min=1)] = _MOST,
    model: Annotated[str, typer.Option("--model", help="option.make_model", metavar="ALIAS")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="option.dataset_out", metavar="FILE.jsonl")] = None,
    as_principal: Annotated[str | None, typer.Option("--as", help="option.search_as", metavar="PRINCIPAL")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="option.group", metavar="GROUP")] = None,
    forced: Annotated[bool, typer.Option("--force", help="option.force")] = False,
) -> int:
    """Make questions, passages and drafts of answers from an index."""
    kind, _, name = source.partition(":")
    if f"{kind}:" != _SOURCE or not name:
        raise WrongValue(name="--from", wanted=OneSource(), command="loomwork data make")
    path = out or session.folder / "data" / f"{name}.made.jsonl"
    check_free(path, force(forced))
    who = asker(as_principal, groups)
    with session.open() as workspace:
        alias = model or workspace.knowledge.base(name).settings.answer.model
        drafts = asyncio.run(_made(workspace, name, alias, who, most))
    if not drafts:
        raise NothingToMake(name=name)
    at_ms = int(time.time() * 1000)
    rows = [each.row(name, at_ms=at_ms) for each in drafts]
    written = write(session, path, rows, existing=force(forced), how=f"make {source} {alias}".strip())
    documents = len({each.doc for each in drafts})
    if session.as_json:
        session.give({**written.as_json(), "documents": documents, "drafts": len(rows), "by": alias or "headings"})
        return 0
    session.show("data.made_by_model" if alias else "data.made", count=len(rows), documents=documents, model=alias)
    show_written(session, written)
    session.show("data.confirm_next", path=path)
    return 0


async def _made(workspace: Workspace, name: str, alias: str, who: Principal, most: int) -> list[Draft]:
    from loomwork.evals.data.making import from_headings, from_model

    base = workspace.knowledge.base(name)
    if not alias:
        return from_headings(base.view(who), most=most)
    workspace.models.resolve(alias)  # an alias that is not there is told before anything is read
    return await from_model(base.view(who), base.model(alias), alias, most=most)
