"""`loomwork release diff`: what differs between two releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.differences import STYLES, differences
from loomwork.cli.releases import text_of
from loomwork.cli.session import Session, command

if TYPE_CHECKING:
    from loomwork.store.protocols import Store
    from loomwork.workspace.releasing import Difference, Manifest

_TEXTS = ("code", "prompt", "file")
_MOST = 20


@command
def diff(
    session: Session,
    a: Annotated[str, typer.Argument(help="option.release_a", metavar="A")],
    b: Annotated[str, typer.Argument(help="option.release_b", metavar="[B]")] = "",
) -> int:
    """Say what differs between two releases, or between one and the project as it is now."""
    from loomwork.workspace.releasing import differences as between
    from loomwork.workspace.releasing import find, manifest_of, take

    with session.open_store() as store:
        one = find(store, a)
        fresh: dict[str, str] = {}
        if b:
            row = find(store, b)
            after, name = manifest_of(row.manifest), row.id
        else:
            taken = take(session.folder)
            after, name = taken.manifest, taken.id
            fresh = _texts(taken.bodies, after)
        before = manifest_of(one.manifest)
        found = between(before, after, lambda digest: fresh.get(digest) or text_of(store, digest))
        rows = [_row(store, each, fresh) for each in found]
    if session.as_json:
        session.give({"a": one.id, "b": name, "differences": rows})
        return 0
    session.show("release.differ" if rows else "release.same", a=one.id, b=name, count=len(rows))
    for each in rows:
        _show(session, each)
    return 0


def _texts(bodies: dict[str, bytes], manifest: Manifest) -> dict[str, str]:
    return {digest: bodies[path].decode(errors="replace") for path, digest in manifest.all_files.items()}


def _row(store: Store, each: Difference, fresh: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": each.kind, "name": each.name, "before": each.before, "after": each.after}
    if each.kind in _TEXTS:
        texts = [
            (fresh.get(digest) or text_of(store, digest)) if digest else "" for digest in (each.before, each.after)
        ]
        found["lines"] = differences(*texts)
    if each.kind == "code":
        found["parts"] = list(each.parts)
    return found


def _show(session: Session, row: dict[str, Any]) -> None:
    words = session.words
    kind = words(f"release.kind.{row['kind']}")
    if "lines" not in row:
        session.page.print(f"{kind} {row['name']}: {row['before'][:60] or '-'} -> {row['after'][:60] or '-'}")
        return
    parts = f" ({', '.join(row['parts'])})" if row.get("parts") else ""
    session.page.print(f"{kind} {row['name']}{parts}", style="bold")
    lines: list[str] = row["lines"]
    for line in lines[:_MOST]:
        session.page.print(f"  {line}", style=STYLES.get(line[:1], ""))
    if len(lines) > _MOST:
        session.show("release.more_lines", count=len(lines) - _MOST)
