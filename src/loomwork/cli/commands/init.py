"""`loomwork init`: a new project that runs at once. Asks nothing, sends nothing, overwrites nothing."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command
from loomwork.kernel.errors.workspace import FileExists

if TYPE_CHECKING:
    from loomwork.models.discover import Found

ALIASES = ("fast", "smart")
"""The models that the template calls."""


@command
def init(
    session: Session,
    folder: Annotated[Path, typer.Argument(help="option.new_folder", metavar="DIR")] = Path(),
) -> int:
    """Write a new project and say what to do with it."""
    from loomwork.workspace.scaffold import write_project

    if folder.exists() and not folder.is_dir():
        raise FileExists(path=folder.name, folder=folder.absolute().parent)
    found = asyncio.run(_found())
    tables = _tables(found) if found is not None else None
    written = write_project(folder, language=session.words.language, models=tables)
    names = [path.relative_to(folder).as_posix() for path in written]
    if session.as_json:
        model = {"preset": found.preset, "model": found.table()["model"]} if found is not None else None
        session.give({"project": str(folder.absolute()), "written": names, "model": model})
    session.say("init.written", folder=folder.absolute(), files=", ".join(names))
    if found is not None:
        session.say(f"init.{found.kind}", title=found.title, model=found.table()["model"], env=found.api_key_env)
    else:
        session.say("init.doubles")
    move = "" if folder.absolute() == Path.cwd() else f"cd {folder} && "
    session.say("init.next", command=f"{move}loomwork run app:answer --data data/questions.jsonl")
    return 0


async def _found() -> Found | None:
    """Return the first model that works here and has a name."""
    from loomwork.models.discover import discover, probe_models

    for each in await discover(probe_models, os.environ):
        if each.table()["model"]:
            return each
    return None


def _tables(found: Found) -> str:
    from loomwork.cli.settings_file import with_model

    text = ""
    for alias in ALIASES:
        text = with_model(text, alias, found.table())
    return text
