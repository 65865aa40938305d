"""`loomwork knowledge search`: what a question finds, for one or for many questions."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, cast

import typer

from loomwork.cli.session import Session, command
from loomwork.cli.tables import shortened
from loomwork.kernel.errors.cli import MissingArgument, NoSuchFile, NoSuchFolder
from loomwork.kernel.errors.knowledge_base import BadQueries
from loomwork.telling.jsonable import jsonable
from loomwork.telling.words import cells

if TYPE_CHECKING:
    from loomwork.kernel.principals import Principal
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.search import Found
    from loomwork.knowledge.values import Passage

Mode = Literal["dense", "sparse", "hybrid"]
_LINES = 3
_DEEPER = 4
"""Passages that are looked at for each document wanted; as often again where they are of too few documents."""


class _Query(NamedTuple):
    id: Any
    text: str


@command
def search(
    session: Session,
    name: Annotated[str, typer.Argument(help="option.base", metavar="NAME")],
    query: Annotated[str | None, typer.Argument(help="option.query", metavar="QUERY")] = None,
    k: Annotated[int | None, typer.Option("-k", help="option.k", min=1)] = None,
    mode: Annotated[Mode | None, typer.Option("--mode", help="option.mode")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="option.explain")] = False,
    as_principal: Annotated[str | None, typer.Option("--as", help="option.search_as", metavar="PRINCIPAL")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="option.group", metavar="GROUP")] = None,
    filters: Annotated[list[str] | None, typer.Option("--filter", help="option.filter", metavar="FIELD=VALUE")] = None,
    day: Annotated[str, typer.Option("--day", help="option.day", metavar="2024-05-01")] = "",
    queries: Annotated[Path | None, typer.Option("--queries", help="option.queries", metavar="FILE.jsonl")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="option.hits_out", metavar="FILE.jsonl")] = None,
) -> int:
    """Show what a question finds."""
    from loomwork.kernel.principals import Principal

    who = Principal(
        id=as_principal or "", groups=frozenset((*(groups or ()), *([as_principal] if as_principal else ())))
    )
    options: dict[str, Any] = {"k": k, "mode": mode, "filters": _filters(filters or []), "day": day}
    if queries is not None and not queries.is_file():
        raise NoSuchFile(path=queries)
    if out is not None and not out.absolute().parent.is_dir():
        raise NoSuchFolder(path=out.absolute().parent)
    with session.open() as workspace:
        base = workspace.knowledge.base(name)
        if queries is not None:
            return asyncio.run(_many(session, base, list(_read(queries)), who, options, out))
        if query is None:
            raise MissingArgument(name="QUERY", command="loomwork knowledge search")
        found = asyncio.run(base.find(query, principal=who, explain=explain, **options))
    if session.as_json:
        session.give(as_json(name, found, explain=explain))
        return 0
    _show(session, base, found)
    return 0


def as_json(name: str, found: Found, *, explain: bool) -> dict[str, Any]:
    """Return the object of `knowledge search --json`."""
    from loomwork.knowledge.base import reasons

    hits = [_hit(each) for each in found.passages]
    if explain:
        hits = [hit | {"why": list(reasons(why))} for hit, why in zip(hits, found.why, strict=True)]
    return {"index": name, "snapshot": found.snapshot, "hits": hits}


def _hit(each: Passage) -> dict[str, Any]:
    return {
        "rank": each.rank, "score": each.score, "doc": each.doc, "path": each.path, "title": each.title,
        "section": list(each.section), "page": each.page, "start": each.start, "end": each.end, "text": each.text,
        "ranks": each.ranks, "scores": each.scores, "metadata": jsonable(each.metadata), "notes": list(each.notes),
    }  # fmt: skip


def _show(session: Session, base: KnowledgeBase, found: Found) -> None:
    from loomwork.knowledge.base import reasons

    page = session.page
    if not found.passages:
        session.show("knowledge.nothing", name=base.name)
    for place, each in enumerate(found.passages):
        where = " > ".join((each.path, *each.section))
        if each.page:
            where = session.words("knowledge.on_page", page=each.page, problem=where)
        page.print(f"{each.rank}. {where}", style="bold")
        page.print(f"   {_places(each)}", style="dim")
        lines = [line.strip() for line in each.text.splitlines() if line.strip()]
        for line in lines[:_LINES]:
            page.print(f"   {shortened(line, page.width - 3)}")
        for note in each.notes:
            page.print(f"   {shortened(note, page.width - 3)}", style="yellow")
        if found.why:
            for reason in reasons(found.why[place]):
                page.print(f"     {reason}" if cells(reason) < page.width else reason, style="dim")


def _places(each: Passage) -> str:
    parts = [f"{name} {rank}" for name, rank in sorted(each.ranks.items())]
    return " · ".join([f"{each.score:.4f}", *parts, f"{each.start}-{each.end}"])


def _filters(said: list[str]) -> dict[str, Any]:
    """Return filters written as FIELD=VALUE; a value is JSON where it is JSON, else text."""
    found: dict[str, Any] = {}
    for each in said:
        field, _, value = each.partition("=")
        try:
            found[field] = json.loads(value)
        except ValueError:
            found[field] = value
    return found


def _read(path: Path) -> list[_Query]:
    found: list[_Query] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row: Any = json.loads(line)
        except ValueError as error:
            raise BadQueries(path=path, line=number, reason=str(error)) from None
        columns = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
        text = columns.get("query", columns.get("text"))
        if not isinstance(text, str):
            raise BadQueries(path=path, line=number, reason="it has no 'query'")
        found.append(_Query(columns.get("id", columns.get("_id", number)), text))
    return found


async def _documents(base: KnowledgeBase, text: str, who: Principal, options: dict[str, Any]) -> list[Passage]:
    """Return the best passage of each of the k best documents."""
    wanted = options["k"] or base.settings.search.k
    most = wanted
    while True:
        most *= _DEEPER
        deeper: dict[str, Any] = {**options, "k": most}
        found = await base.find(text, principal=who, **deeper)
        best: dict[str, Passage] = {}
        for each in found.passages:
            best.setdefault(each.doc, each)
        if len(best) >= wanted or len(found.passages) < most:
            return list(best.values())[:wanted]


async def _many(
    session: Session,
    base: KnowledgeBase,
    asked: list[_Query],
    who: Principal,
    options: dict[str, Any],
    out: Path | None,
) -> int:
    rows: list[str] = []
    for each in asked:
        passages = await _documents(base, each.text, who, options)
        hits = [{"doc": hit.doc, "path": hit.path, "score": hit.score} for hit in passages]
        rows.append(json.dumps({"id": each.id, "hits": hits}, ensure_ascii=False))
    if out is None:
        for row in rows:
            session.page.print(row)
        return 0
    part = out.with_name(out.name + ".part")
    part.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    part.replace(out)
    if session.as_json:
        session.give({"index": base.name, "snapshot": base.view(who).name, "queries": len(rows), "out": str(out)})
    session.say("knowledge.answered_many", count=len(rows), path=out)
    return 0
