"""`loomwork knowledge remove`: take documents out of an index, or the index away."""

from __future__ import annotations

from typing import Annotated

import typer

from loomwork.cli.session import Session, command


@command
def remove(
    session: Session,
    name: Annotated[str, typer.Argument(help="option.base", metavar="NAME")],
    docs: Annotated[list[str] | None, typer.Argument(help="option.docs", metavar="DOC")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="option.yes")] = False,
) -> int:
    """Take documents out of an index at once; without documents, remove the index."""
    with session.open() as workspace:
        base = workspace.knowledge.base(name)
        if docs:
            snapshot = base.remove(*docs)
            if session.as_json:
                session.give({"index": name, "snapshot": snapshot.name, "removed": docs})
            session.say("knowledge.removed", name=name, count=len(docs))
            return 0
        documents = len(base.full_documents())
        session.say("knowledge.drops", name=name, count=documents)
        if not session.agree(yes=yes):
            return 1
        base.drop()
    if session.as_json:
        session.give({"index": name, "snapshot": "", "removed": [], "documents": documents})
    session.say("knowledge.dropped", name=name)
    return 0
