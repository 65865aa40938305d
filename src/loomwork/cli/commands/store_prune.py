"""`loomwork store prune`: remove what is old, of some runs or of some kinds; says what would go, and asks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, cast

import typer

from loomwork.cli.clearing import prune_releases
from loomwork.cli.commands.trace_list import known_run
from loomwork.cli.figures import moment, size
from loomwork.cli.session import Session, command
from loomwork.cli.tracing import LOOKED_AT
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.store import NothingSelected, ReleasesApart
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from loomwork.store.protocols import Store
    from loomwork.store.reports import Table

_SHOWN = 5
_COUNTED = (
    "calls",
    "spans",
    "items",
    "scores",
    "cases",
    "reviews",
    "requests",
    "feedback",
    "events",
    "links",
    "runs",
    "blobs",
)


@command
def prune(
    session: Session,
    older_than: Annotated[str | None, typer.Option("--older-than", help="option.older_than", metavar="30d")] = None,
    run: Annotated[list[str] | None, typer.Option("--run", help="option.prune_run", metavar="RUN")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="option.prune_kind", metavar="KIND")] = None,
    keep: Annotated[list[str] | None, typer.Option("--keep-run", help="option.keep_run", metavar="RUN")] = None,
    table: Annotated[
        list[str] | None, typer.Option("--only", help="option.prune_only", metavar="calls|spans|items|runs|requests")
    ] = None,
    releases: Annotated[
        int | None, typer.Option("--releases", help="option.prune_releases", metavar="KEEP", min=0)
    ] = None,
    compact: Annotated[bool, typer.Option("--compact", help="option.compact")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="option.dry_run")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="option.yes")] = False,
) -> int:
    """Remove old rows and the bodies that only they used."""
    is_of_rows = older_than is not None or bool(run) or bool(kind)
    if releases is not None and not is_of_rows:
        return prune_releases(session, releases, dry_run=dry_run, yes=yes)
    if not is_of_rows or releases is not None:
        raise NothingSelected if releases is None else ReleasesApart
    seconds = parse_seconds(older_than)
    before = None if seconds is None else time.time_ns() - int(seconds * 1e9)
    with session.open_store() as store:
        runs = [known_run(store, each) for each in run or ()]
        chosen = _runs(store, before, runs)
        session.say(
            "store.prune_what" if run else "store.prune_all",
            runs=len(chosen),
            listed=_listed(chosen),
            before=moment(before) if before else "-",
            kinds=", ".join(kind or ()) or "-",
        )
        if dry_run:
            if session.as_json:
                session.give({"dry_run": True, "runs": chosen, "older_than_ns": before, "kinds": kind or []})
            return 0
        if not session.agree(yes=yes):
            session.say("ask.left")
            return 1
        done = store.care.prune(
            older_than_ns=before,
            runs=runs,
            kinds=kind or (),
            keep_runs=[known_run(store, each) for each in keep or ()],
            tables=cast("list[Table]", table) if table else ("calls", "spans", "items", "runs", "requests"),
        )
        trimmed = store.care.compact() if compact else None
    if session.as_json:
        session.give(jsonable(done) | ({"trimmed": jsonable(trimmed)} if trimmed else {}))
    session.say("store.pruned", **{name: getattr(done, name) for name in _COUNTED})
    if trimmed is not None:
        session.say("store.compacted", before=size(trimmed.before_bytes), after=size(trimmed.after_bytes))
    else:
        session.say("store.room_kept")
    return 0


def _listed(runs: list[str]) -> str:
    return ", ".join(runs[:_SHOWN]) + (" …" if len(runs) > _SHOWN else "") or "-"


def _runs(store: Store, before: int | None, runs: list[str]) -> list[str]:
    """Return the runs that the conditions meet, newest first."""
    found = store.runs.list(limit=LOOKED_AT)
    return [
        each.id
        for each in found
        if (not runs or each.id in runs) and (before is None or (each.ended_ns or each.started_ns) < before)
    ]
