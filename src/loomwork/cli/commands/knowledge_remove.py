"""`loomwork knowledge remove`: take documents out of an index, or the index away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.building import listed
from loomwork.cli.figures import counted
from loomwork.cli.session import Session, command

if TYPE_CHECKING:
    from loomwork.knowledge.base import KnowledgeBase

_SHOWN = 5


@command
def remove(
    session: Session,
    name: Annotated[str, typer.Argument(help="option.base", metavar="NAME")],
    docs: Annotated[list[str] | None, typer.Argument(help="option.docs", metavar="DOC")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="option.yes")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="option.dry_run")] = False,
) -> int:
    """Take documents out of an index at once; without documents, remove the index."""
    with session.open(writing="nothing" if dry_run else "all") as workspace:
        base = workspace.knowledge.base(name)
        wanted = list(docs or ())
        base.require(*wanted)
        count = len(wanted) or len(base.full_documents())
        documents = counted(session.words, "documents", count)
        if wanted:
            shown = [*wanted[:_SHOWN], *(["…"] if len(wanted) > _SHOWN else [])]
            session.say("knowledge.takes", name=name, documents=documents, docs=listed(session, shown))
        else:
            session.say("knowledge.drops", name=name, documents=documents)
        if dry_run:
            session.say("knowledge.not_removed")
            if session.as_json:
                session.give({"dry_run": True, "index": name, "removed": wanted, "documents": count})
            return 0
        if not session.agree(yes=yes):
            return 1
        snapshot = _removed(base, wanted)
    if session.as_json:
        session.give({"index": name, "snapshot": snapshot, "removed": wanted, "documents": count})
    session.say("knowledge.removed" if wanted else "knowledge.dropped", name=name, documents=documents)
    return 0


def _removed(base: KnowledgeBase, docs: list[str]) -> str:
    if docs:
        return base.remove(*docs).name
    base.drop()
    return ""
