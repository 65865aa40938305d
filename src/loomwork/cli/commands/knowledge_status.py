"""`loomwork knowledge status`: what is in an index, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.building import listed, problems_text
from loomwork.cli.figures import counted, size
from loomwork.cli.session import Session, command
from loomwork.kernel.errors.cli import NoSuchFolder
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.index import Readers
    from loomwork.knowledge.status import Status
    from loomwork.workspace.knowing import Knowing


@command
def status(
    session: Session,
    name: Annotated[str | None, typer.Argument(help="option.base", metavar="NAME")] = None,
    documents: Annotated[bool, typer.Option("--documents", help="option.documents")] = False,
    plot: Annotated[bool, typer.Option("--plot", help="option.plot")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="option.plot_out", metavar="FILE.html")] = None,
) -> int:
    """Show what is in an index."""
    from loomwork.kernel.errors import IndexMissing

    with session.open(writing="nothing") as workspace:
        if name is None:
            return _all(session, workspace.knowledge)
        base = workspace.knowledge.base(name)
        try:
            found = base.status()
        except IndexMissing:
            if session.as_json:
                raise
            session.show("knowledge.not_built", name=name)
            return 1
        readers = base.readers() if documents else {}
        drawn = _draw(session, base, out) if plot or out is not None else None
    if session.as_json:
        more = {"listed": list(readers), "readers": jsonable(readers)} if documents else {}
        session.give(jsonable(found) | more | ({"report": str(drawn)} if drawn is not None else {}))
        return 0
    _show(session, found)
    for doc, who in readers.items():
        session.page.print(f"  {doc}  {session.page.styled(readers_text(session, who), 'dim')}")
    if drawn is not None:
        session.show("knowledge.drawn", path=drawn.as_uri())
    return 0


def readers_text(session: Session, readers: Readers) -> str:
    """Return who may read a document."""
    if readers is None:
        return session.words("knowledge.everyone")
    return listed(session, readers) or session.words("knowledge.nobody")


def _draw(session: Session, base: KnowledgeBase, out: Path | None) -> Path:
    """Write the index's pictures as one page and return where it is. Raises `NoSuchFolder`."""
    from loomwork.cli.reporting import report_page

    path = (out or session.folder / ".loomwork" / f"knowledge-{base.name}.html").absolute()
    if not path.parent.is_dir():
        raise NoSuchFolder(path=path.parent)
    path.write_text(report_page(session, base), encoding="utf-8")
    return path


def _all(session: Session, bases: Knowing) -> int:
    """Show one line a base."""
    from loomwork.kernel.errors import IndexMissing

    found: dict[str, Status | None] = {}
    for name in bases.names:
        try:
            found[name] = bases.base(name).status()
        except IndexMissing:
            found[name] = None
    if session.as_json:
        states = {name: None if each is None else _state(each) for name, each in found.items()}
        session.give({"knowledge": list(found), "states": states})
        return 0
    if not found:
        session.show("knowledge.none")
    for name, each in found.items():
        if each is None:
            session.show("knowledge.not_built", name=name)
        else:
            _overview(session, each)
    return 0


def _state(found: Status) -> dict[str, Any]:
    names = ("documents", "chunks", "vectors", "snapshot", "built")
    return {name: getattr(found, name) for name in names} | {"problems": len(found.failures)}


def _overview(session: Session, found: Status) -> None:
    words = session.words
    wrong = len(found.failures)
    more = words("knowledge.overview_problems", documents=counted(words, "documents", wrong)) if wrong else ""
    session.show(
        "knowledge.overview",
        name=found.index,
        documents=counted(words, "documents", found.documents),
        chunks=counted(words, "chunks", found.chunks),
        built=found.built or words("status.unset"),
        more=more,
    )


def _show(session: Session, found: Status) -> None:
    def row(key: str, value: object) -> None:
        session.show("knowledge.row", name=session.words(f"table.{key}"), value=value)

    session.page.print(f"{found.index}  {found.snapshot[:12]}", style="bold")
    row("sources", listed(session, found.sources))
    row("documents", f"{found.documents:,}")
    row("chunks", f"{found.chunks:,}")
    row("embedder", found.embedder)
    row("vectors", f"{found.vectors:,}")
    row("languages", _counts(session, "language", found.languages))
    row("formats", _counts(session, "format", found.formats))
    row("size", size(found.bytes))
    row("built", found.built or session.words("status.unset"))
    if found.restricted:
        row("restricted", f"{found.restricted:,}")
    if found.by_keywords and found.embedder != "none":
        session.show("knowledge.by_keywords", documents=counted(session.words, "documents", found.by_keywords))
    if found.left_out:
        row("left_out", listed(session, found.left_out))
    if found.problems:
        row("problems", _counts(session, "trouble", found.problems))
    for each in found.failures:
        session.show("knowledge.problem", doc=each.doc, problem=problems_text(session, each.problems))


def _counts(session: Session, kind: str, counts: dict[str, int]) -> str:
    from loomwork.knowledge.report.labels import Labels

    named = Labels(session.words.language).named
    return listed(session, [f"{named(kind, name)} {count:,}" for name, count in counts.items()])
