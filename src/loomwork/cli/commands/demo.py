"""`loomwork demo`: the bundled examples, run as any application is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from loomwork.cli.session import Session, command
from loomwork.kernel.errors.cli import NoDocuments


@command
def demo(
    session: Session,
    folder: Annotated[Path, typer.Option("--dir", help="option.demo_dir", metavar="DIR")] = Path("loomwork-demo"),
    act: Annotated[Literal["1", "2"] | None, typer.Option("--act", help="option.demo_act")] = None,
    docs: Annotated[Path | None, typer.Option("--docs", help="option.demo_docs", metavar="FOLDER")] = None,
) -> int:
    """Show what loomwork does on real conversations and on real documents."""
    from loomwork.cli.demos import airline, own
    from loomwork.cli.demos import docs as documents
    from loomwork.cli.demos.acting import leave

    if docs is not None and not docs.exists():
        raise NoDocuments(path=docs)
    folder.mkdir(parents=True, exist_ok=True)
    place = folder.absolute()
    found: dict[str, Any] = {}
    if act == "1" or (act is None and docs is None):
        found["airline"] = airline.run(session, place)
        leave(place)
    if docs is not None:
        found["own"] = own.run(session, place, docs.absolute())
    elif act != "1":
        found["docs"] = documents.run(session, place)
    if session.as_json:
        session.give(found)
    return 0
