"""`loomwork store erase`: everything of one person, for good; asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.clearing import tell_releases
from loomwork.cli.session import Session, command
from loomwork.cli.tracing import LOOKED_AT
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from loomwork.store.protocols import Store

ROWS = "rows"
PARTS = (
    "calls", "spans", "items", "scores", "requests", "cases", "answers", "feedback", "events", "links", "keys", "blobs",
    "scrubbed", ROWS,
)  # fmt: skip
"""What goes, as `Erased` counts it, and the rows of kept versions: what is announced and what is told afterwards."""
_SHOWN = 10


@command
def erase(
    session: Session,
    subject: Annotated[str, typer.Argument(help="option.subject", metavar="SUBJECT")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="option.dry_run")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="option.yes")] = False,
) -> int:
    """Remove everything of a subject from the store and from kept versions of datasets."""
    with session.open_store() as store:
        parts = ", ".join(session.words(f"store.part.{name}") for name in PARTS)
        session.say("store.erase_what", subject=subject, store=session.store_address, parts=parts)
        session.say("store.erase_stays")
        if dry_run or not yes:
            items = _marked(store, subject)
            session.say("store.erase_marked", items=sum(items.values()), runs=len(items))
            if dry_run:
                if session.as_json:
                    session.give({"dry_run": True, "marked_items": items})
                return 0
        if not session.agree(yes=yes):
            session.say("ask.left")
            return 1
        done = store.care.erase(subject)
    rows = _from_datasets(session, subject)
    in_releases = tell_releases(session, subject)
    if session.as_json:
        session.give(jsonable(done) | {"dataset_rows": rows, "release_files": in_releases})
    counts = {name: rows if name == ROWS else getattr(done, name) for name in PARTS}
    told = [f"{session.words(f'store.part.{name}')} {count}" for name, count in counts.items() if count]
    session.say("store.erased", parts=", ".join(told) or "0")
    if done.found_count:
        hits = ", ".join(f"{hit.table} {hit.id}" for hit in done.found[:_SHOWN])
        session.say("store.erased_found", count=done.found_count, listed=hits)
    for path in done.remains:
        session.say("store.remains", path=path)
    return 1 if done.remains or in_releases else 0


def _from_datasets(session: Session, subject: str) -> int:
    """Remove the rows of kept versions of datasets that hold the subject; the files are the person's own."""
    from loomwork.evals.data.versions import Versions

    return Versions(session.folder).erase(subject)


def _marked(store: Store, subject: str) -> dict[str, int]:
    """Return how many items are marked as the subject's, by run; what only mentions them is found by erasing."""
    found: dict[str, int] = {}
    for run in store.runs.list(limit=LOOKED_AT):
        count = sum(item.subject == subject for item in store.runs.items(run.id))
        if count:
            found[run.id] = count
    return found
