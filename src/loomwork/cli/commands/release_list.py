"""`loomwork release list|show`: what was served, what is, and what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.figures import moment
from loomwork.cli.releases import manifest_json, served_now
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loomwork.store.releases import PromotionRow, ReleaseRow

_LIMIT = 20
_WIDE = 100
_KINDS = ("code", "prompts", "files")


@command
def list_releases(
    session: Session, limit: Annotated[int, typer.Option("--limit", help="option.newest", min=1)] = _LIMIT
) -> int:
    """List releases, and what is served."""
    now = served_now(session)
    with session.open_store() as store:
        rows = store.releases.list(limit=limit)
        promotions = store.releases.promotions(limit=1000)
        killed = store.releases.killed()
    found = [_row(row, promotions, now) for row in rows]
    if session.as_json:
        off = [{"what": each.what, "at_ns": each.at_ns, "by": each.by, "why": each.why} for each in killed]
        session.give({"releases": found, "servers": now, "off": off})
        return 0
    if not found:
        session.show("release.none")
    else:
        _table(session, found)
    for each in killed:
        session.show("release.off", name=each.what, when=moment(each.at_ns), by=each.by or "-", why=each.why or "-")
    return 0


def _table(session: Session, found: list[dict[str, Any]]) -> None:
    """Show releases; when each was made only where there is room for what matters more."""
    named = ["release", "made", "promoted", "status", "note"]
    rows = [
        [each["release"], moment(each["made_ns"]), moment(each["promoted_ns"] or 0), _status(session, each),
         each["note"]]
        for each in found
    ]  # fmt: skip
    if session.page.width < _WIDE:
        for each in (named, *rows):
            del each[1]
    heads = [session.words(f"table.{name}") for name in named]
    print_table(session.page, heads, rows, grow=len(named) - 1, whole=range(len(named) - 1))


def _row(row: ReleaseRow, promotions: Sequence[PromotionRow], now: list[dict[str, Any]]) -> dict[str, Any]:
    promoted = next((each.at_ns for each in promotions if each.release == row.id), None)
    share = next((float(each["share"]) for each in now if each["canary"] == row.id), 0.0)
    if any(each["release"] == row.id for each in now):
        share = 1.0 - sum(float(each["share"]) for each in now if each["release"] == row.id)
    warm = any(each["warm"] == row.id for each in now)
    return {
        "release": row.id, "made_ns": row.made_ns, "promoted_ns": promoted, "share": share, "warm": warm,
        "note": row.note,
    }  # fmt: skip


def _status(session: Session, row: dict[str, Any]) -> str:
    if row["share"]:
        return session.words("release.served", share=f"{row['share']:.0%}")
    if row["warm"]:
        return session.words("release.warm")
    return session.words("release.never") if row["promoted_ns"] is None else ""


@command
def show(session: Session, release: Annotated[str, typer.Argument(help="option.release", metavar="RELEASE")]) -> int:
    """Show what a release is made of, and when it was served."""
    from loomwork.workspace.releasing import find

    with session.open_store() as store:
        row = find(store, release)
        promotions = [each for each in store.releases.promotions(limit=1000) if each.release == row.id]
    manifest = manifest_json(row)
    history = [{"at_ns": each.at_ns, "share": each.share, "by": each.by, "why": each.why} for each in promotions]
    if session.as_json:
        session.give({"release": row.id, "made_ns": row.made_ns, "note": row.note, **manifest, "promotions": history})
        return 0
    words = session.words
    session.show("release.head", release=row.id, when=moment(row.made_ns))
    for kind in _KINDS:
        paths: dict[str, str] = manifest.get(kind, {})
        if paths:
            session.show(f"release.{kind}", count=len(paths), names=", ".join(paths))
    for kind in ("knowledge", "versions"):
        named: dict[str, str] = manifest.get(kind, {})
        if named:
            session.show(
                f"release.{kind}", names=", ".join(f"{name} {said[:12] or '-'}" for name, said in named.items())
            )
    if manifest.get("settings"):
        session.show("release.settings", names=", ".join(_tables(manifest["settings"])))
    for each in promotions:
        session.page.print(
            words(
                "release.promotion", when=moment(each.at_ns), share=f"{each.share:.0%}", by=each.by or "-", why=each.why
            )
        )
    return 0


def _tables(settings: dict[str, Any]) -> list[str]:
    return [f"{table}.{name}" for table, below in settings.items() if isinstance(below, dict) for name in below]  # pyright: ignore[reportUnknownVariableType] # any TOML
