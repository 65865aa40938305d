"""`loomwork case export`: cases as rows of a regression test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from loomwork.cli.session import Session, command
from loomwork.kernel.errors.cli import NoSuchFolder
from loomwork.kernel.errors.store import TargetExists


@command
def export(
    session: Session,
    to: Annotated[Path, typer.Option("--to", help="option.case_to", metavar="FILE.jsonl")],
    number: Annotated[list[int] | None, typer.Argument(help="option.case_numbers")] = None,
    target: Annotated[str, typer.Option("--target", help="option.case_target", metavar="MODULE:STEP")] = "",
) -> int:
    """Write the rows of cases to a dataset."""
    from loomwork.evals.cases import regression_rows
    from loomwork.evals.cases.people import found

    if not to.absolute().parent.is_dir():
        raise NoSuchFolder(path=to.absolute().parent)
    if to.exists():
        raise TargetExists(path=str(to))
    with session.open_store() as store:
        listed = [case for case in store.cases.list(target=target) if case.status != "wontfix"]
        cases = [found(store, each) for each in number] if number else sorted(listed, key=lambda case: case.n)
        rows = list(regression_rows(store, cases))
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    to.write_text(text, encoding="utf-8")
    if session.as_json:
        session.give({"file": str(to), "rows": len(rows), "cases": [case.n for case in cases]})
    else:
        session.show("case.exported", rows=len(rows), cases=len(cases), file=to)
    return 0
