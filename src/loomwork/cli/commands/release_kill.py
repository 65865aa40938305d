"""`loomwork release kill|revive`: switch a model, a tool or a step off in every running server, and on again."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.releases import who
from loomwork.cli.session import Session, command
from loomwork.kernel.errors.releases import BadKill

if TYPE_CHECKING:
    from pathlib import Path

_FORM = re.compile(r"(model|tool|step):(\S+)")
_WHAT = Annotated[str, typer.Argument(help="option.kill_what", metavar="KIND:NAME")]


@command
def kill(
    session: Session, what: _WHAT, why: Annotated[str, typer.Option("--why", help="option.release_why")] = ""
) -> int:
    """Switch a model, a tool or a step off: within a second no server calls it any more."""
    from loomwork.store.releases import KillRow

    known = _known(session.folder, what)
    with session.open(writing="all", entering="never") as workspace:
        fresh = workspace.store.releases.kill(KillRow(what=what, at_ns=time.time_ns(), by=who(), why=why))
    if session.as_json:
        session.give({"off": what, "was_off": not fresh, "known": known})
        return 0
    session.show("release.killed" if fresh else "release.was_off", name=what)
    if not known:
        session.say("release.unknown", name=what)
    return 0


@command
def revive(session: Session, what: _WHAT) -> int:
    """Switch on again what was switched off."""
    _known(session.folder, what)
    with session.open(writing="all", entering="never") as workspace:
        was_off = workspace.store.releases.revive(what)
    if session.as_json:
        session.give({"on": what, "was_off": was_off})
        return 0
    session.show("release.revived" if was_off else "release.was_on", name=what)
    return 0


def _known(project: Path, what: str) -> bool:
    """Say whether the project has something of that name: who is in a hurry misspells. Raises `BadKill`."""
    import os

    from loomwork.workspace.releasing import effective, take

    found = _FORM.fullmatch(what)
    if found is None:
        raise BadKill(given=what)
    kind, name = found[1], found[2]
    tables: dict[str, Any] = effective(project, os.environ)[0]
    if kind == "model":
        return name in tables.get("models", {})
    if name in tables.get("serve", {}):
        return True
    defined = re.compile(
        rf"^\s*(?:async\s+)?def\s+{re.escape(name.rpartition(':')[2].rpartition('.')[2])}\b", re.MULTILINE
    )
    taken = take(project, {})
    return any(defined.search(taken.bodies[path].decode(errors="replace")) for path in taken.manifest.code)
