"""`loomwork data show|check`: what a dataset holds, and whether every row fits a step."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.commands.run import rows_readable
from loomwork.cli.figures import one_line
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table, shortened
from loomwork.kernel.errors.flow import BadRow

if TYPE_CHECKING:
    from loomwork.flow.running import Dataset

FIRST = 5
_LOOKED_AT = 10_000
_MOST_PROBLEMS = 20


@command
def show(
    session: Session,
    file: Annotated[Path, typer.Argument(help="option.data_file", metavar="FILE.jsonl")],
    limit: Annotated[int, typer.Option("--limit", help="option.first_rows", min=1)] = FIRST,
) -> int:
    """Show the first rows and the keys of a dataset."""
    rows_readable(file)
    rows: list[dict[str, Any]] = []
    keys: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {}
    count = 0
    for row in _dataset(file).rows(limit=_LOOKED_AT):
        found = row.arguments
        count += 1
        keys.update(found.keys())
        for key, value in found.items():
            kinds.setdefault(key, Counter()).update([type(value).__name__])
        if len(rows) < limit:
            rows.append(found)
    if session.as_json:
        described = [{"name": key, "rows": keys[key], "types": sorted(kinds[key])} for key in keys]
        session.give({"file": str(file), "rows_read": count, "keys": described, "first": rows})
        return 0
    heads = [session.words(f"table.{name}") for name in ("key", "type", "rows", "first")]
    first = rows[0] if rows else {}
    lines = [
        (key, "|".join(sorted(kinds[key])), keys[key], one_line(json.dumps(first.get(key), ensure_ascii=False)))
        for key in keys
    ]
    print_table(session.page, heads, lines, right=(2,), grow=3)
    for place, row in enumerate(rows):
        line = f"{place}  {json.dumps(row, ensure_ascii=False)}"
        session.page.print(shortened(line, session.page.width))
    if not count:
        session.show("data.empty", file=file)
        return 0
    session.show("data.more" if count == _LOOKED_AT else "data.rows", rows=count)
    return 0


@command
def check(
    session: Session,
    file: Annotated[Path, typer.Argument(help="option.data_file", metavar="FILE.jsonl")],
    target: Annotated[str | None, typer.Option("--target", help="option.target", metavar="MODULE:STEP")] = None,
) -> int:
    """Check every row: JSON, an object, and the parameters of a step where one is given."""
    rows_readable(file)
    if target is None:
        count, problems = _problems(_dataset(file))
    else:
        from loomwork.flow.behaviour import Project
        from loomwork.flow.running import Dataset
        from loomwork.flow.targets import load_target

        count, problems = _problems(Dataset(file, load_target(target, Project(session.folder, ()))))
    words = session.words
    if session.as_json:
        listed = [
            {"line": each.fields["line"], "kind": type(each).__name__, "what": words.error(each)[0]}
            for each in problems
        ]
        session.give({"file": str(file), "rows": count, "bad": len(problems), "problems": listed})
    else:
        for problem in problems[:_MOST_PROBLEMS]:
            session.page.print(words.error(problem)[0])
        session.show("data.checked", rows=count, bad=len(problems))
    return 1 if problems else 0


def _problems(dataset: Dataset) -> tuple[int, list[BadRow]]:
    """Return how many rows are good, and what is wrong with the others."""
    good = 0
    bad: list[BadRow] = []
    for row in dataset.each():
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            good += 1
    return good + len(bad), bad


def _dataset(file: Path) -> Dataset:
    """Return the file as rows for a step that takes anything."""
    from loomwork.flow.running import Dataset
    from loomwork.flow.step import step

    @step
    def anything(**values: Any) -> None:
        del values

    return Dataset(file, anything)
