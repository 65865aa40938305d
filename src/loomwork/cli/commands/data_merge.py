"""`loomwork data merge`: rows of several datasets as one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loomwork.cli.commands.data_files import force, given, require_keys, show_written, write
from loomwork.cli.session import Session, command
from loomwork.evals.data.merging import Labelled, OnConflict, merged
from loomwork.evals.data.writing import check_free
from loomwork.kernel.errors.evals_data import RowsConflict

_SHOWN_CONFLICTS = 20


@command
def merge(
    session: Session,
    files: Annotated[list[str], typer.Argument(help="option.merge_files", metavar="FILE.jsonl[@VERSION]")],
    out: Annotated[Path, typer.Option("--out", help="option.dataset_out", metavar="FILE.jsonl")],
    key: Annotated[list[str] | None, typer.Option("--key", help="option.merge_key", metavar="KEY")] = None,
    on_conflict: Annotated[OnConflict, typer.Option("--on-conflict", help="option.on_conflict")] = "fail",
    forced: Annotated[bool, typer.Option("--force", help="option.force")] = False,
) -> int:
    """Put the rows of several datasets into one, each once."""
    check_free(out, force(forced))
    parts = [given(session, each) for each in files]
    read = [Labelled(each.label, list(each.rows())) for each in parts]
    require_keys(" ".join(files), [each.row for part in read for each in part.rows], key or [])
    found = merged(read, keys=key or (), keep=on_conflict)
    if found.conflicts and on_conflict == "fail":
        worst = found.conflicts[0]
        raise RowsConflict(
            count=len(found.conflicts),
            key=", ".join(worst.value),
            value=", ".join(map(str, worst.value.values())),
            first=worst.first,
            second=worst.second,
            fields=", ".join(worst.keys),
        )
    written = write(session, out, found.rows, existing=force(forced), how=f"merge {' '.join(files)}")
    if session.as_json:
        session.give({
            **written.as_json(), "from": files, "repeated": found.repeated,
            "conflicts": [
                {"key": each.value, "first": each.first, "second": each.second, "differ": list(each.keys)}
                for each in found.conflicts
            ],
        })  # fmt: skip
        return 0
    for each in found.conflicts[:_SHOWN_CONFLICTS]:
        session.show("data.conflict", first=each.first, second=each.second, keys=", ".join(each.keys))
    session.show("data.merged", repeated=found.repeated, conflicts=len(found.conflicts))
    show_written(session, written)
    return 0
