"""`loomwork knowledge search`: what a question finds, for one or for many questions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, cast

import typer

from loomwork.cli.knowing import asker, filters_of
from loomwork.cli.session import Session, command
from loomwork.cli.tables import shortened
from loomwork.kernel.errors.cli import MissingArgument, NoSuchFile, NoSuchFolder
from loomwork.kernel.errors.knowledge_base import BadQueries
from loomwork.telling.jsonable import jsonable
from loomwork.telling.words import cells

if TYPE_CHECKING:
    from loomwork.kernel.principals import Principal
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.search import Found, Why
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
    who = asker(as_principal, groups)
    options: dict[str, Any] = {"k": k, "mode": mode, "filters": filters_of(filters or []), "day": day}
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
        reading = _Reading.of(base, query, who)
    if session.as_json:
        session.give(as_json(name, found, explain=explain, language=session.words.language, synonyms=reading.synonyms))
        return 0
    if not found.passages:
        session.show("knowledge.nothing", name=base.name)
    for at, each in enumerate(found.passages):
        _show_hit(session, each, found.why[at] if found.why else None, reading)
    return 0


class _Reading(NamedTuple):
    """What a question's hits are shown with: how much of it a line holds, and which terms stand for its words."""

    met: Callable[[str], float]
    synonyms: Mapping[str, str]

    @classmethod
    def of(cls, base: KnowledgeBase, query: str, who: Principal) -> _Reading:
        from loomwork.knowledge.answering.tools import wanted

        tools = base.tools(who)
        asked = wanted(query, tools)
        synonyms = {
            each: term
            for term, others in asked.instead.items()
            for other in others
            for each in other
            if each not in asked.weights
        }

        def met(line: str) -> float:
            return asked.share(tools.words.terms(line))

        return cls(met, synonyms)


def as_json(
    name: str, found: Found, *, explain: bool, language: str, synonyms: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the object of `knowledge search --json`; notes and reasons are in the reader's language."""
    from loomwork.knowledge.base import reasons
    from loomwork.knowledge.wording import in_language

    hits = [_hit(each) | {"notes": [in_language(note, language) for note in each.notes]} for each in found.passages]
    if explain:
        told = [[in_language(reason, language) for reason in reasons(why, synonyms)] for why in found.why]
        hits = [hit | {"why": why} for hit, why in zip(hits, told, strict=True)]
    return {"index": name, "snapshot": found.snapshot, "hits": hits}


def _hit(each: Passage) -> dict[str, Any]:
    return {
        "rank": each.rank, "score": each.score, "doc": each.doc, "path": each.path, "title": each.title,
        "section": list(each.section), "page": each.page, "start": each.start, "end": each.end, "text": each.text,
        "ranks": each.ranks, "scores": each.scores, "metadata": jsonable(each.metadata),
    }  # fmt: skip


def _show_hit(session: Session, each: Passage, why: Why | None, reading: _Reading) -> None:
    from loomwork.knowledge.answering.together import past_front_matter
    from loomwork.knowledge.answering.values import place_of
    from loomwork.knowledge.base import reasons
    from loomwork.knowledge.values import page_at
    from loomwork.knowledge.wording import in_language

    page, language = session.page, session.words.language
    where = place_of(each, language, sheet=page_at(each.page_marks, each.start).name)
    page.print(f"{each.rank}. {where}", style="bold")
    page.print(f"   {_places(each)}", style="dim")
    lines = [line.strip() for line in each.text[past_front_matter(each) :].splitlines() if line.strip()]
    for line in _telling(lines, reading.met):
        page.print(f"   {shortened(line, page.width - 3)}")
    for note in each.notes:
        page.print(f"   {shortened(in_language(note, language), page.width - 3)}", style="yellow")
    for reason in reasons(why, reading.synonyms) if why is not None else ():
        said = in_language(reason, language)
        page.print(f"     {said}" if cells(said) < page.width else said, style="dim")


def _telling(lines: list[str], met: Callable[[str], float]) -> list[str]:
    """Return the lines of a passage that say most of what was asked: as many as are shown, one after another."""
    weights = [met(line) for line in lines]
    best = max(range(len(lines)), key=lambda at: (sum(weights[at : at + _LINES]), weights[at], -at), default=0)
    first = max(0, min(best, len(lines) - _LINES))
    return lines[first : first + _LINES]


def _places(each: Passage) -> str:
    parts = [f"{name} {rank}" for name, rank in sorted(each.ranks.items())]
    return " · ".join([f"{each.score:.4f}", *parts, f"{each.start}-{each.end}"])


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
