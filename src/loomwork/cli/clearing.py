"""What `loomwork store` says of the folders of releases: which go, and which hold a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loomwork.cli.figures import size
from loomwork.cli.session import Session
from loomwork.cli.supervising import servers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SHOWN = 5
_ROLES = ("release", "canary", "warm")


def prune_releases(session: Session, keep: int, *, dry_run: bool, yes: bool) -> int:
    """Remove the folders of old releases, after asking."""
    from loomwork.workspace.releasing.clearing import remove, size_of, unneeded

    with session.open_store() as store:
        gone = unneeded(session.folder, store, keep=keep, served=_served(session.folder))
    names, room = [each.name for each in gone], sum(size_of(each) for each in gone)
    listed = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "") or "-"
    session.say("store.prune_releases", count=len(gone), listed=listed, size=size(room))
    if not dry_run and gone:
        if not session.agree(yes=yes):
            session.say("ask.left")
            return 1
        for each in gone:
            remove(each)
        session.say("store.pruned_releases", count=len(gone), size=size(room))
    if session.as_json:
        session.give({"dry_run": dry_run, "releases": names, "bytes": room})
    return 0


def tell_releases(session: Session, words: str) -> list[str]:
    """Say in which files of releases' folders words stand; return them."""
    from loomwork.workspace.releasing.clearing import holding

    found = [path.relative_to(session.folder).as_posix() for path in holding(session.folder, words)]
    for path in found:
        session.say("store.remains_in_release", path=path)
    if found:
        session.say("store.prune_them")
    return found


def _served(project: Path) -> set[str]:
    return set(_releases(server.ask(do="status") for server in servers(project)))


def _releases(statuses: Iterable[dict[str, object]]) -> Iterable[str]:
    for status in statuses:
        for role in _ROLES:
            if status.get(role):
                yield str(status[role])
