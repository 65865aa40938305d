"""`loomwork trace import`: traces of other frameworks into the store. A file that cannot be read stops no other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table
from loomwork.kernel.errors.cli import NoSuchFile
from loomwork.kernel.errors.trace import TraceFileError


@command
def import_traces(
    session: Session,
    paths: Annotated[list[Path], typer.Argument(help="option.trace_files", metavar="FILE|DIR")],
) -> int:
    """Import traces from files, or from every file of folders."""
    from loomwork.store import open_store
    from loomwork.trace.importers import keep, read_file
    from loomwork.workspace.folder import make_folder

    files = [each for path in paths for each in _files(path)]
    make_folder(session.folder)
    done: list[dict[str, Any]] = []
    refused: list[TraceFileError] = []
    store = open_store(session.store_address)
    try:
        for file in files:
            try:
                found = read_file(file)
            except TraceFileError as error:
                refused.append(error)
                continue
            count = keep(found, store.spans)
            done.append({"file": str(file), "format": found.format, "spans": count, "traces": list(found.traces)})
    finally:
        store.close()
    _show(session, done, refused)
    return 1 if refused else 0


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith("."))
    if not path.is_file():
        raise NoSuchFile(path=path)
    return [path]


def _near(file: str) -> str:
    """Return the shorter way to write a path."""
    return min(file, os.path.relpath(file), key=len)


def _show(session: Session, done: list[dict[str, Any]], refused: list[TraceFileError]) -> None:
    words = session.words
    if session.as_json:
        errors = [{"kind": type(error).__name__, "what": words.failure(error)} for error in refused]
        session.give({"files": done, "spans": sum(each["spans"] for each in done), "refused": errors})
    else:
        heads = [words(f"table.{name}") for name in ("file", "format", "traces", "spans")]
        rows = [(_near(each["file"]), each["format"], len(each["traces"]), each["spans"]) for each in done]
        if rows:
            print_table(session.page, heads, rows, right=(2, 3))
    for error in refused:
        session.say("trace.refused", error=error)
    traces = {trace for each in done for trace in each["traces"]}
    session.say("trace.imported", spans=sum(each["spans"] for each in done), traces=len(traces))
