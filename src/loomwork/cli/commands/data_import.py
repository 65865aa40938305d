"""`loomwork data import`: rows of JSONL, CSV or Parquet as a dataset of the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from loomwork.cli.commands.data_files import force, show_written, write
from loomwork.cli.session import Session, command

_FOLDER = "data"


@command
def import_data(
    session: Session,
    files: Annotated[list[Path], typer.Argument(help="option.import_files", metavar="FILE")],
    out: Annotated[Path | None, typer.Option("--out", help="option.dataset_out", metavar="FILE.jsonl")] = None,
    types: Annotated[bool, typer.Option("--types", help="option.types")] = False,
    encoding: Annotated[str, typer.Option("--encoding", help="option.encoding", metavar="NAME")] = "",
    delimiter: Annotated[str, typer.Option("--delimiter", help="option.delimiter", metavar="CHARACTER")] = "",
    forced: Annotated[bool, typer.Option("--force", help="option.force")] = False,
) -> int:
    """Import rows, each with where it came from."""
    from loomwork.evals.data.formats import Options
    from loomwork.evals.data.importing import import_rows

    options = Options(encoding=encoding, delimiter=delimiter, types="guess" if types else "text")
    path = out or session.folder / _FOLDER / f"{_stem(files[0])}.jsonl"

    def rows() -> Iterator[dict[str, Any]]:
        for each in files:
            yield from import_rows(each, label=str(each), options=options)

    written = write(session, path, rows(), existing=force(forced), how=f"import {' '.join(map(str, files))}")
    if session.as_json:
        session.give({"from": [str(each) for each in files], **written.as_json()})
    else:
        show_written(session, written)
    return 0


def _stem(path: Path) -> str:
    """Return a file's name without its endings.

    >>> _stem(Path("rows.csv.gz"))
    'rows'
    """
    from loomwork.evals.data.formats import ending_of

    return path.name[: path.name.lower().rfind(ending_of(path))] if ending_of(path) else path.name
