"""`loomwork data check`: whether every row is one, fits a step, or meets a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.commands.data_files import Given, given
from loomwork.cli.session import Session, command
from loomwork.kernel.errors.flow import BadRow

if TYPE_CHECKING:
    from loomwork.evals.data.reading import Placed
    from loomwork.flow.running.dataset import Row

_MOST_PROBLEMS = 20


@command
def check(
    session: Session,
    file: Annotated[str, typer.Argument(help="option.data_version", metavar="FILE.jsonl[@VERSION]")],
    target: Annotated[str | None, typer.Option("--target", help="option.target", metavar="MODULE:STEP")] = None,
    schema: Annotated[Path | None, typer.Option("--schema", help="option.schema", metavar="FILE.json")] = None,
    like_first: Annotated[int | None, typer.Option("--like-first", help="option.like_first", min=1)] = None,
) -> int:
    """Check every row: JSON, an object, the parameters of a step, a schema."""
    from loomwork.evals.data.schemas import inferred, read_schema, unfit

    data = given(session, file)
    rows: Iterable[Placed | Row | BadRow] = data.each()
    if target is not None:
        rows = _for_step(session, data, target)
    elif schema is not None:
        rows = unfit(data.each(), read_schema(schema), name=data.path.name)
    elif like_first is not None:
        good = (each for each in data.each() if not isinstance(each, BadRow))
        rows = unfit(data.each(), inferred(good, first=like_first), name=data.path.name)
    count, problems = 0, list[BadRow]()
    for row in rows:
        count += 1
        if isinstance(row, BadRow):
            problems.append(row)
    _tell(session, data, count, problems)
    return 1 if problems else 0


def _for_step(session: Session, data: Given, target: str) -> Iterator[Row | BadRow]:
    """Yield the rows as a run would take them; those of a version from a file of their own."""
    from loomwork.evals.data.fitting import fitting
    from loomwork.flow.behaviour import Project
    from loomwork.flow.running import Dataset
    from loomwork.flow.targets import load_target

    step = load_target(target, Project(session.folder, ()))
    if data.lines is None:
        yield from fitting(data.each(), Dataset(data.path, step).each(), step.func, name=data.path.name)
        return
    with TemporaryDirectory() as folder:
        path = Path(folder, data.path.name)
        path.write_bytes(b"".join(data.lines))
        yield from fitting(data.each(), Dataset(path, step).each(), step.func, name=path.name)


def _tell(session: Session, data: Given, count: int, problems: list[BadRow]) -> None:
    words = session.words
    if session.as_json:
        listed: list[dict[str, Any]] = [
            {"line": each.fields["line"], "kind": type(each).__name__, "what": words.error(each)[0]}
            for each in problems
        ]
        session.give({
            "file": data.label, "version": data.version, "rows": count, "bad": len(problems), "problems": listed,
        })  # fmt: skip
        return
    for problem in problems[:_MOST_PROBLEMS]:
        session.page.print(words.error(problem)[0])
    session.show("data.checked", rows=count, bad=len(problems))
