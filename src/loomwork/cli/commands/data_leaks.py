"""`loomwork data leaks`: which test rows are known elsewhere in the project."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.commands.data_files import given
from loomwork.cli.knowing import asker
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table
from loomwork.kernel.errors.base import LoomworkError

if TYPE_CHECKING:
    from loomwork.evals.leaks import Leak
    from loomwork.knowledge.embedding import Embedder
    from loomwork.knowledge.index import View
    from loomwork.workspace.opening import Workspace

_SHOWN = 50


@command
def leaks(
    session: Session,
    file: Annotated[str, typer.Argument(help="option.data_version", metavar="FILE.jsonl[@VERSION]")],
    against: Annotated[list[Path] | None, typer.Option("--against", help="option.against", metavar="FILE")] = None,
    expected: Annotated[str, typer.Option("--expected", help="option.expected", metavar="KEY")] = "expected",
    inputs: Annotated[list[str] | None, typer.Option("--key", help="option.leak_key", metavar="KEY")] = None,
    by_meaning: Annotated[bool, typer.Option("--by-meaning", help="option.by_meaning")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="option.leak_strict")] = False,
    as_principal: Annotated[str | None, typer.Option("--as", help="option.search_as", metavar="PRINCIPAL")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="option.group", metavar="GROUP")] = None,
) -> int:
    """Say which rows stand in training data, examples, an index or memos, too."""
    from loomwork.evals.leaks import find_leaks, project_sources

    data = given(session, file)
    rows = list(data.rows())
    who = asker(as_principal, groups)
    with session.open(writing="nothing") as workspace:
        views = _views(workspace, who)
        sources = project_sources(
            session.folder, test=data.path, against=against or (), views=views, store=workspace.runtime.store
        )
        found = find_leaks(
            [each.row for each in rows],
            sources,
            inputs=inputs or (),
            expected=expected,
            embedder=_embedder() if by_meaning else None,
        )
    named = [each.name for each in sources]
    if session.as_json:
        told = [_as_json(each, rows[each.row].line) for each in found]
        leaked = len({each.row for each in found})
        session.give({
            "file": data.label, "version": data.version, "rows": len(rows), "leaked": leaked, "sources": named,
            "leaks": told,
        })  # fmt: skip
    else:
        _show(session, found, [each.line for each in rows], named)
    return 1 if strict and found else 0


def _views(workspace: Workspace, who: Any) -> dict[str, View]:
    """Return what may be seen of each base that was built."""
    views: dict[str, View] = {}
    for name in workspace.knowledge.names:
        try:
            views[name] = workspace.knowledge.base(name).view(who)
        except LoomworkError:  # not built yet, or it cannot be opened: then nothing was retrieved from it either
            continue
    return views


def _embedder() -> Embedder:
    from loomwork.knowledge.embedding import MiniLm

    return MiniLm()


def _as_json(leak: Leak, line: int) -> dict[str, Any]:
    import msgspec

    return {"line": line, **msgspec.to_builtins(leak)}


def _show(session: Session, found: list[Leak], lines: list[int], sources: list[str]) -> None:
    words = session.words
    if found:
        heads = [words(f"table.{name}") for name in ("line", "leak", "source", "place", "similarity", "input")]
        table = [
            (lines[each.row], words(f"leak.{each.kind}"), each.source, each.place, f"{each.similarity:.2f}", each.text)
            for each in found[:_SHOWN]
        ]
        print_table(session.page, heads, table, right=(0, 4), grow=5)
    counts = Counter(each.kind for each in found)
    said = ", ".join(f"{words(f'leak.{kind}')} {count}" for kind, count in counts.items())
    leaked = len({each.row for each in found})
    session.show("data.leaks" if found else "data.no_leaks", rows=len(lines), leaked=leaked, kinds=said)
    session.show("data.leak_sources", sources=", ".join(sources) or words("data.no_sources"))
