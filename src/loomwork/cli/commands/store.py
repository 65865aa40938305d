"""`loomwork store size|export`: what is kept, and a copy of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from loomwork.cli.figures import size as shown_size
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table
from loomwork.telling.jsonable import jsonable

Form = Literal["copy", "jsonl"]


@command
def size(session: Session) -> int:
    """Show what takes how much space."""
    with session.open_store() as store:
        found = store.care.size()
    if session.as_json:
        session.give(jsonable(found))
        return 0
    words = session.words
    heads = [words(f"table.{name}") for name in ("table", "rows", "size", "kinds")]
    rows: list[tuple[object, ...]] = [
        (
            words.get(f"store.{each.name}", each.name),
            f"{each.rows:,}",
            shown_size(each.bytes),
            ", ".join(f"{kind} {count:,}" for kind, count in each.kinds.items()),
        )
        for each in sorted(found.tables, key=lambda each: -each.bytes)
        if each.rows
    ]
    print_table(session.page, heads, rows, right=(1, 2), grow=3)
    session.show(
        "store.size",
        file=shown_size(found.file_bytes),
        log=shown_size(found.log_bytes),
        free=shown_size(found.free_bytes),
        bodies=f"{found.blobs.count:,}",
        raw=shown_size(found.blobs.raw_bytes),
        stored=shown_size(found.blobs.stored_bytes),
    )
    return 0


@command
def export(
    session: Session,
    out: Annotated[Path, typer.Argument(help="option.export_out", metavar="FILE")],
    form: Annotated[Form, typer.Option("--format", help="option.export_form")] = "copy",
) -> int:
    """Write a consistent copy, or runs, items and spans as JSON lines."""
    with session.open_store() as store:
        found = store.care.copy(out) if form == "copy" else store.care.export(out)
    if session.as_json:
        session.give(jsonable(found))
    session.say("store.exported", path=found.path, size=shown_size(found.bytes), rows=found.rows)
    return 0
