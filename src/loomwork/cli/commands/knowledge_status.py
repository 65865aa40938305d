"""`loomwork knowledge status`: what is in an index, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.building import problem_text
from loomwork.cli.figures import size
from loomwork.cli.session import Session, command
from loomwork.kernel.errors.cli import NoSuchFolder
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.status import Status


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
            return _all(session, workspace.knowledge.names)
        base = workspace.knowledge.base(name)
        try:
            found = base.status()
        except IndexMissing:
            if session.as_json:
                raise
            session.show("knowledge.not_built", name=name)
            return 1
        listed = sorted(base.full_documents()) if documents else []
        drawn = _draw(session, base, out) if plot or out is not None else None
    if session.as_json:
        more = {"listed": listed} if documents else {}
        session.give(jsonable(found) | more | ({"report": str(drawn)} if drawn is not None else {}))
        return 0
    _show(session, found)
    for doc in listed:
        session.page.print(f"  {doc}")
    if drawn is not None:
        session.show("knowledge.drawn", path=drawn.as_uri())
    return 0


def _draw(session: Session, base: KnowledgeBase, out: Path | None) -> Path:
    """Write the index's pictures as one page and return where it is. Raises `NoSuchFolder`."""
    from loomwork.cli.reporting import report_page

    path = (out or session.folder / ".loomwork" / f"knowledge-{base.name}.html").absolute()
    if not path.parent.is_dir():
        raise NoSuchFolder(path=path.parent)
    path.write_text(report_page(session, base), encoding="utf-8")
    return path


def _all(session: Session, names: tuple[str, ...]) -> int:
    if session.as_json:
        session.give({"knowledge": list(names)})
    elif not names:
        session.show("knowledge.none")
    else:
        for name in names:
            session.page.print(name)
    return 0


def _show(session: Session, found: Status) -> None:
    def row(key: str, value: object) -> None:
        session.show("knowledge.row", name=session.words(f"table.{key}"), value=value)

    session.page.print(f"{found.index}  {found.snapshot[:12]}", style="bold")
    row("sources", ", ".join(found.sources))
    row("documents", f"{found.documents:,}")
    row("chunks", f"{found.chunks:,}")
    row("embedder", found.embedder)
    row("vectors", f"{found.vectors:,}")
    row("languages", _counts(session, found.languages))
    row("formats", _counts(session, found.formats))
    row("size", size(found.bytes))
    row("built", found.built or session.words("status.unset"))
    if found.restricted:
        row("restricted", f"{found.restricted:,}")
    if found.by_keywords and found.embedder != "none":
        session.show("knowledge.by_keywords", count=found.by_keywords)
    if found.left_out:
        row("left_out", ", ".join(found.left_out))
    if found.problems:
        row("problems", _counts(session, found.problems))
    for each in found.failures:
        said = "; ".join(problem_text(session, problem) for problem in each.problems)
        session.show("knowledge.problem", doc=each.doc, problem=said)


def _counts(session: Session, counts: dict[str, int]) -> str:
    return ", ".join(f"{name or session.words('status.unset')} {count:,}" for name, count in counts.items())
