"""`loomwork data diff`: what is different between two datasets, or two versions of one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.commands.data_files import given, require_keys
from loomwork.cli.session import Session, command
from loomwork.cli.tables import shortened
from loomwork.evals.data.lineage import said_by
from loomwork.evals.data.versions import SHOWN, Versions, file_and_version

if TYPE_CHECKING:
    from loomwork.cli.paper import Style
    from loomwork.evals.data.diffing import Difference
    from loomwork.evals.data.reading import Placed

_SHOWN_ROWS = 20


@command
def diff(
    session: Session,
    before: Annotated[str, typer.Argument(help="option.data_before", metavar="FILE.jsonl[@VERSION]")],
    after: Annotated[str | None, typer.Argument(help="option.data_after", metavar="FILE.jsonl[@VERSION]")] = None,
    key: Annotated[list[str] | None, typer.Option("--key", help="option.diff_key", metavar="KEY")] = None,
) -> int:
    """Compare two datasets, or two versions of one, row by row."""
    from loomwork.evals.data.diffing import difference

    later = after or str(file_and_version(before).path)
    old = given(session, before if after or file_and_version(before).version else _before(session, before))
    new = given(session, later)
    rows, others = list(old.rows()), list(new.rows())
    require_keys(new.label, [each.row for each in (*rows, *others)], key or [])
    found = difference(rows, others, keys=key or ())
    if session.as_json:
        session.give(
            {
                "before": {"file": str(old.path), "version": old.version},
                "after": {"file": str(new.path), "version": new.version},
                **_as_json(found),
            }
        )
        return 0
    _show(session, found)
    return 0


def _before(session: Session, named: str) -> str:
    """Return the last kept version but the present one; the file itself where there is none."""
    path = file_and_version(named).path
    now = given(session, named).version
    earlier = next((each.version for each in Versions(session.folder).list(path) if each.version != now), "")
    return f"{path}@{earlier[:SHOWN]}" if earlier else named


def _as_json(found: Difference) -> dict[str, Any]:
    return {
        "same": found.same,
        "added": [{"line": each.line, "row": each.row} for each in found.added],
        "removed": [{"line": each.line, "row": each.row} for each in found.removed],
        "changed": [
            {
                "line": each.after.line,
                "line_before": each.before.line,
                "keys": list(each.keys),
                "before": {key: each.before.row.get(key) for key in each.keys},
                "after": {key: each.after.row.get(key) for key in each.keys},
            }
            for each in found.changed
        ],
    }


def _show(session: Session, found: Difference) -> None:
    marked: tuple[tuple[str, Style, tuple[Placed, ...]], ...] = (
        ("-", "red", found.removed),
        ("+", "green", found.added),
    )
    for mark, style, rows in marked:
        for each in rows[:_SHOWN_ROWS]:
            _line(session, f"{mark} {each.line}  {_json(said_by(each.row))}", style)
    for each in found.changed[:_SHOWN_ROWS]:
        _line(session, f"~ {each.before.line} → {each.after.line}", "bold")
        for key in each.keys:
            _line(session, f"    - {key}: {_json(each.before.row.get(key))}", "red")
            _line(session, f"    + {key}: {_json(each.after.row.get(key))}", "green")
    session.show(
        "data.differ",
        same=found.same,
        added=len(found.added),
        removed=len(found.removed),
        changed=len(found.changed),
    )


def _line(session: Session, text: str, style: Style) -> None:
    session.page.print(shortened(text, session.page.width), style=style)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
