"""`loomwork key list|show|audit`: which keys there are, what they may and did spend, and who did what."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.figures import moment
from loomwork.cli.keys import amount, as_json, spending, state
from loomwork.cli.session import Session, command
from loomwork.cli.tables import table_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loomwork.store.keys import KeyRow, SecretRow


@command
def list_keys(session: Session, all_: Annotated[bool, typer.Option("--all", help="option.key_all")] = False) -> int:
    """List API keys."""
    with session.open_store() as store:
        now = time.time_ns()
        rows = [row for row in store.keys.list() if all_ or state(row, now) == "active"]
        secrets = _by_key(store.keys.secrets())
        budgets = {row.id: spending(store, store.budgets.list(f"key:{row.id}")) for row in rows}
    if session.as_json:
        session.give({"keys": [as_json(row, secrets.get(row.id, []), budgets[row.id]) for row in rows]})
        return 0
    words = session.words
    if not rows:
        session.show("key.none")
        return 0
    rows_of = [
        (
            row.id, row.name, row.owner, words(f"key.{state(row, now)}"),
            ", ".join(each["budget"] for each in budgets[row.id]),
            ", ".join(f"…{each.ending}" for each in secrets.get(row.id, [])),
        )
        for row in rows
    ]  # fmt: skip
    heads = [words(f"table.{each}") for each in ("key", "name", "owner", "status", "budget", "ending")]
    _print_noted(session, heads, rows_of, [", ".join(row.scopes) for row in rows], grow=5, whole=(0, 1, 3, 4))
    return 0


@command
def show(session: Session, key: Annotated[str, typer.Argument(help="option.key")]) -> int:
    """Show one API key."""
    from loomwork.gateway.admission.making import find

    with session.open_store() as store:
        row = find(store, key)
        secrets = _by_key(store.keys.secrets()).get(row.id, [])
        holders = [f"key:{row.id}", *([f"owner:{row.owner}"] if row.owner else [])]
        budgets = spending(store, [each for holder in holders for each in store.budgets.list(holder)])
    if session.as_json:
        session.give(as_json(row, secrets, budgets))
        return 0
    _show(session, row, secrets)
    for each in budgets:
        spent, held = amount(each["spent"], each["unit"]), amount(each["held"], each["unit"])
        session.show("key.spent", budget=each["budget"], holder=each["holder"], spent=spent, held=held)
    return 0


def _show(session: Session, row: KeyRow, secrets: list[SecretRow]) -> None:
    words = session.words
    status = words(f"key.{state(row, time.time_ns())}")
    session.show("key.head", id=row.id, name=row.name or "-", status=status, owner=row.owner or "-")
    session.show("key.may", scopes=", ".join(row.scopes), models=", ".join(row.models) or words("key.any"))
    session.show("key.times", made=moment(row.made_ns), expires=moment(row.expires_ns) if row.expires_ns else "-")
    if row.groups or row.label:
        session.show("key.groups", groups=", ".join(row.groups) or "-", label=row.label or "-")
    for served, limits in row.limits.items():
        told = ", ".join(f"{name}={number}" for name, number in limits.items())
        session.show("key.limits", served=served or words("key.any"), limits=told)
    for each in secrets:
        until = moment(each.expires_ns) if each.expires_ns else "-"
        session.show("key.secret", ending=each.ending, made=moment(each.made_ns), until=until)


def _by_key(secrets: Sequence[SecretRow]) -> dict[str, list[SecretRow]]:
    found: dict[str, list[SecretRow]] = {}
    for each in secrets:
        found.setdefault(each.key, []).append(each)
    return found


@command
def audit(
    session: Session,
    key: Annotated[str, typer.Argument(help="option.key")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", help="option.limit", min=1)] = 30,
) -> int:
    """Show the audit log and whether it is whole."""
    from loomwork.gateway.admission.making import find

    with session.open_store() as store:
        object_ = f"key:{find(store, key).id}" if key else ""
        rows = store.audit.list(limit=limit, object=object_)
        fault, head = store.audit.verify(), store.audit.head()
    if session.as_json:
        entries = [
            {"n": e.n, "at_ns": e.at_ns, "actor": e.actor, "action": e.action, "object": e.object,
             "said": json.loads(e.said) if e.said.startswith("{") else e.said, "hash": e.hash.hex()}
            for e in rows
        ]  # fmt: skip
        told = None if fault is None else {"n": fault.n, "detail": fault.detail}
        session.give({"entries": entries, "fault": told, "head": {"n": head.n, "hash": head.hash}})
        return 1 if fault is not None else 0
    heads = [session.words(f"table.{each}") for each in ("n", "when", "actor", "action", "object")]
    lines = [(e.n, moment(e.at_ns), e.actor, e.action, e.object) for e in rows]
    _print_noted(session, heads, lines, [_said(e.said) for e in rows], grow=2, whole=(0, 1, 3, 4))
    if fault is None:
        session.show("key.audit_whole", count=head.n, hash=head.hash)
        return 0
    session.show("key.audit_broken", n=fault.n, detail=fault.detail)
    return 1


def _print_noted(
    session: Session,
    heads: list[str],
    rows: Sequence[Sequence[object]],
    notes: Sequence[str],
    *,
    grow: int,
    whole: Sequence[int],
) -> None:
    """Print a table with a line below each row, for what no column of a narrow terminal would hold."""
    shown = table_lines(heads, rows, width=session.page.width, grow=grow, whole=whole)
    session.page.print(shown[0], style="bold")
    session.page.print(shown[1], style="dim")
    for line, note in zip(shown[2:], notes, strict=True):
        session.page.print(line)
        if note:
            session.page.print(f"  {note}", style="dim")


def _said(text: str) -> str:
    """Return what an entry says, in words: what it says nothing about is left out."""
    if not text.startswith("{"):
        return text
    found: dict[str, Any] = json.loads(text)
    return "; ".join(f"{name}: {_plain(value)}" for name, value in found.items() if value not in ("", [], {}))


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType] # any JSON
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
