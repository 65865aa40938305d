"""`loomwork demo`: the bundled examples, run as any application is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loomwork.cli.session import Session, command


@command
def demo(
    session: Session,
    folder: Annotated[Path, typer.Option("--dir", help="option.demo_dir", metavar="DIR")] = Path("loomwork-demo"),
) -> int:
    """Show what loomwork does on real conversations."""
    from loomwork.cli.demos import airline

    folder.mkdir(parents=True, exist_ok=True)
    found = {"airline": airline.run(session, folder.absolute())}
    if session.as_json:
        session.give(found)
    return 0
