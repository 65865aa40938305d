"""`loomwork link new|list|revoke`: links that sign people in to a try page, once, for a while."""

from __future__ import annotations

import json
import secrets
import time
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.figures import moment
from loomwork.cli.keys import spending
from loomwork.cli.releases import served_now
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.gateway import NotServed
from loomwork.kernel.errors.phrases import DidYouMean, Nothing, Phrase
from loomwork.kernel.errors.trying import NoSuchLink
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from loomwork.store.people import LinkRow
    from loomwork.store.protocols import Store

_ID_BYTES = 4
_MOST = 500


@command
def new(
    session: Session,
    served: Annotated[str, typer.Argument(help="option.link_served", metavar="NAME")],
    to: Annotated[str, typer.Option("--to", help="option.link_to", metavar="LABEL")],
    owner: Annotated[str, typer.Option("--owner", help="option.link_owner")] = "",
    group: Annotated[list[str] | None, typer.Option("--group", help="option.link_group")] = None,
    expires: Annotated[str, typer.Option("--expires", help="option.link_expires", metavar="7d")] = "7d",
    traces: Annotated[bool, typer.Option("--traces", help="option.link_traces")] = False,
    budget: Annotated[list[str] | None, typer.Option("--budget", help="option.key_budget", metavar="2USD/day")] = None,
    limit: Annotated[list[str] | None, typer.Option("--limit", help="option.key_limit", metavar="WHAT=N")] = None,
    allow_unknown_price: Annotated[
        bool, typer.Option("--allow-unknown-price", help="option.key_unknown_price")
    ] = False,
    url: Annotated[str, typer.Option("--url", help="option.link_url", metavar="https://...")] = "",
) -> int:
    """Make a link that signs one person in to the try page of what is served."""
    from loomwork.gateway.admission.budgets import read_budget, told
    from loomwork.gateway.admission.limits import read_limits
    from loomwork.gateway.trying import secret
    from loomwork.store.people import LinkRow

    _check_served(session, served)
    token, now = secret.make(), time.time_ns()
    row = LinkRow(
        id=secrets.token_hex(_ID_BYTES),
        served=served,
        label=to,
        owner=owner or to,
        groups=tuple(group or ()),
        scopes=("feedback", *(["traces:read"] if traces else [])),
        made_ns=now,
        expires_ns=now + int((parse_seconds(expires) or 0) * 1e9),
        limits=read_limits(limit or ()),
        unknown_price=allow_unknown_price,
    )
    budgets = [read_budget(text, row.holder) for text in budget or ()]
    with (
        session.open(entering="never") as workspace,
        workspace.store.gathering(),
    ):  # makes the store where there is none
        workspace.store.links.make(row, secret.hashed(token))
        for each in budgets:
            workspace.store.budgets.set(each)
        _note(workspace.store, "link.make", row, budgets=[told(each) for each in budgets], limits=row.limits)
    link = secret.address(url or _base(session), served, token)
    if session.as_json:
        about = {"id": row.id, "served": served, "to": to, "expires_ns": row.expires_ns}
        session.give({"link": link, **about, "budgets": [told(each) for each in budgets], "limits": row.limits})
        return 0
    session.show("link.made", link=link)
    session.say("link.once", to=to, until=moment(row.expires_ns), id=row.id)
    return 0


@command
def list_links(session: Session) -> int:
    """List the links, the newest first."""
    with session.open_store() as store:
        found = store.links.list(limit=_MOST)
        budgets = {row.id: spending(store, store.budgets.list(row.holder)) for row in found}
    if session.as_json:
        session.give({"links": [{**jsonable(each), "budgets": budgets[each.id]} for each in found]})
        return 0
    if not found:
        session.show("link.none")
        return 0
    now = time.time_ns()
    columns = {
        "link": [each.id for each in found],
        "served": [each.served for each in found],
        "to": [each.label for each in found],
        "groups": [", ".join(each.groups) for each in found],
        "budget": [", ".join(one["budget"] for one in budgets[each.id]) for each in found],
        "state": [session.words(_state(each, now)) for each in found],
        "until": [moment(each.expires_ns) for each in found],
    }
    shown = {name: cells for name, cells in columns.items() if name not in ("groups", "budget") or any(cells)}
    heads = [session.words(f"table.{name}") for name in shown]
    print_table(session.page, heads, list(zip(*shown.values(), strict=True)), grow=2, whole=(0, len(shown) - 1))
    return 0


@command
def revoke(session: Session, link: Annotated[str, typer.Argument(help="option.link", metavar="LINK")]) -> int:
    """End a link, and the session of whoever came by it."""
    with session.open_store() as store:
        row = store.links.revoke(link, time.time_ns())
        if row is None:
            raise NoSuchLink(name=link)
        _note(store, "link.revoke", row)
    if session.as_json:
        session.give({"id": row.id, "revoked_ns": row.revoked_ns})
    session.say("link.ended", id=row.id, to=row.label)
    return 0


def _state(row: LinkRow, now_ns: int) -> str:
    if row.revoked_ns:
        return "link.revoked"
    if not row.is_open(now_ns):
        return "link.expired"
    return "link.used" if row.used_ns else "link.open"


def _note(store: Store, action: str, row: LinkRow, **more: object) -> None:
    said = json.dumps({"served": row.served, **{name: value for name, value in more.items() if value}})
    store.audit.append(at_ns=time.time_ns(), actor="cli", action=action, object=f"link:{row.id}", said=said)


def _check_served(session: Session, name: str) -> None:
    from loomwork.workspace.settings import load_settings

    settings = load_settings(session.folder)
    known = [*settings.serve, *settings.models]
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.6)
        told = DidYouMean(name=near[0]) if near else Phrase()
        raise NotServed(name=name, near=told, known=", ".join(known) or Nothing())


def _base(session: Session) -> str:
    """Return where the running server listens; where none or several run, what the settings say counts."""
    from loomwork.workspace.listening import address

    found = address(session.folder)
    said = f"http://{found.host}:{found.port}" if found is not None else ""
    running = [str(each["url"]) for each in served_now(session) if each.get("url")]
    return said if said in running or not running else running[0]
