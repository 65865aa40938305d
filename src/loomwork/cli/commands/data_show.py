"""`loomwork data show`: what a dataset holds, now or at a version."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from loomwork.cli.commands.data_files import Given, given
from loomwork.cli.figures import moment, one_line
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table, shortened
from loomwork.evals.data.lineage import is_draft
from loomwork.evals.data.reading import version_of
from loomwork.evals.data.versions import SHOWN, Versions, file_and_version

FIRST = 5
_LOOKED_AT = 10_000


@command
def show(
    session: Session,
    file: Annotated[str, typer.Argument(help="option.data_version", metavar="FILE.jsonl[@VERSION]")],
    limit: Annotated[int, typer.Option("--limit", help="option.first_rows", min=1)] = FIRST,
    versions: Annotated[bool, typer.Option("--versions", help="option.versions")] = False,
) -> int:
    """Show the first rows, the keys and the versions of a dataset."""
    if versions:
        _show_versions(session, file_and_version(file).path)
        return 0
    data = given(session, file)
    seen = _Seen(data, limit)
    if session.as_json:
        session.give({
            "file": data.label, "version": data.version, "rows_read": seen.count, "drafts": seen.drafts,
            "keys": seen.described(), "first": seen.first,
        })  # fmt: skip
        return 0
    if not seen.count:
        session.show("data.empty", file=file)
        return 0
    _show(session, seen)
    session.show("data.more" if seen.count == _LOOKED_AT else "data.rows", rows=seen.count)
    if seen.drafts:
        session.show("data.drafts", drafts=seen.drafts, file=data.path)
    session.show("data.version", version=data.version[:SHOWN])
    return 0


class _Seen:
    """What the first rows hold."""

    def __init__(self, data: Given, limit: int) -> None:
        self.first: list[dict[str, Any]] = []
        self.lines: list[int] = []
        self.keys: Counter[str] = Counter()
        self.kinds: dict[str, Counter[str]] = {}
        self.count = 0
        self.drafts = 0
        for each in data.rows():
            row = each.row
            self.count += 1
            self.drafts += is_draft(row)
            self.keys.update(row.keys())
            for key, value in row.items():
                self.kinds.setdefault(key, Counter()).update([type(value).__name__])
            if len(self.first) < limit:
                self.first.append(row)
                self.lines.append(each.line)
            if self.count == _LOOKED_AT:
                break

    def described(self) -> list[dict[str, Any]]:
        """Return the keys as plain data."""
        return [{"name": key, "rows": self.keys[key], "types": sorted(self.kinds[key])} for key in self.keys]


def _show(session: Session, seen: _Seen) -> None:
    heads = [session.words(f"table.{name}") for name in ("key", "type", "rows", "first")]
    first = seen.first[0] if seen.first else {}
    lines = [
        (
            key,
            "|".join(sorted(seen.kinds[key])),
            seen.keys[key],
            one_line(json.dumps(first.get(key), ensure_ascii=False)),
        )
        for key in seen.keys
    ]
    print_table(session.page, heads, lines, right=(2,), grow=3)
    for number, row in zip(seen.lines, seen.first, strict=True):
        line = f"{number}  {json.dumps(row, ensure_ascii=False)}"
        session.page.print(shortened(line, session.page.width))


def _show_versions(session: Session, path: Path) -> None:
    now = version_of(path)
    found = Versions(session.folder).list(path)
    if session.as_json:
        kept = [
            {
                "version": each.version,
                "at_ns": each.at_ns,
                "rows": each.rows,
                "how": each.how,
                "now": each.version == now,
            }
            for each in found
        ]
        session.give({"file": str(path), "version": now, "versions": kept})
        return
    if not found:
        session.show("data.no_versions", file=path)
        return
    heads = [session.words(f"table.{name}") for name in ("version", "rows", "when", "what")]
    lines = [
        (
            each.version[:SHOWN],
            each.rows,
            moment(each.at_ns),
            f"{session.words('prompt.current') if each.version == now else ''} {each.how}".strip(),
        )
        for each in found
    ]
    print_table(session.page, heads, lines, right=(1,), grow=3)
