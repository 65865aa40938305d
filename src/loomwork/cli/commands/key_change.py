"""`loomwork key rotate|revoke|budget`: a new secret, the end of a key, what may be spent."""

from __future__ import annotations

from typing import Annotated

import typer

from loomwork.cli.keys import amount, by_me, spending, told
from loomwork.cli.session import Session, command
from loomwork.kernel.durations import parse_seconds


@command
def rotate(
    session: Session,
    key: Annotated[str, typer.Argument(help="option.key")],
    overlap: Annotated[str, typer.Option("--overlap", help="option.key_overlap", metavar="24h")] = "24h",
) -> int:
    """Give an API key a new secret."""
    from loomwork.gateway.admission.making import rotate as change

    with session.open_store() as store:
        made = change(store, key, by_me(), overlap_s=parse_seconds(overlap) or 0.0)
    told(session, made, overlap_s=parse_seconds(overlap))
    if not session.as_json:
        session.say("key.overlap", overlap=overlap)
    return 0


@command
def revoke(session: Session, key: Annotated[str, typer.Argument(help="option.key")]) -> int:
    """End an API key."""
    from loomwork.gateway.admission.making import revoke as end

    with session.open_store() as store:
        row = end(store, key, by_me())
    if session.as_json:
        session.give({"key": row.id, "revoked_ns": row.revoked_ns})
    else:
        session.show("key.gone", id=row.id)
    return 0


@command
def budget(
    session: Session,
    holder: Annotated[str, typer.Argument(help="option.key_holder", metavar="KEY|owner:PERSON|link:ID")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="option.key_budget", metavar="5USD/day")] = None,
    drop: Annotated[bool, typer.Option("--drop", help="option.key_drop")] = False,
) -> int:
    """Show or set what a key or an owner may spend."""
    from loomwork.gateway.admission.making import budget as change

    with session.open_store() as store:
        budgets = spending(store, change(store, holder, set_ or (), by_me(), drop=drop))
    if session.as_json:
        session.give({"budgets": budgets})
        return 0
    for each in budgets:
        spent, held = amount(each["spent"], each["unit"]), amount(each["held"], each["unit"])
        session.show("key.spent", budget=each["budget"], holder=each["holder"], spent=spent, held=held)
    if not budgets:
        session.show("key.no_budget", holder=holder)
    return 0
