"""`/api/keys`, `/api/audit` and `/api/releases`: what `loomwork key` and `release list` say and do, for the page.

A secret is in the one answer that makes it; no other answer holds one.
"""

from __future__ import annotations

import getpass
import time

import msgspec

from loomwork.gateway.admission import making
from loomwork.gateway.admission.budgets import read_budget
from loomwork.gateway.admission.keys import SCOPES, USUAL
from loomwork.gateway.admission.making import By, Wanted
from loomwork.gateway.admission.secret import PREFIX
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.base import LoomworkError
from loomwork.store.audit import AuditRow
from loomwork.studio.endpoints import Endpoint, Nothing
from loomwork.studio.keeping.keys import lines, state
from loomwork.studio.keeping.releases import board
from loomwork.studio.studio import Studio
from loomwork.studio.wire import keys as wire
from loomwork.workspace.settings import load_settings

_NS = 1e6


def list_keys(studio: Studio, asked: wire.AskKeys) -> wire.KeyList:
    """Return the keys, the newest first."""
    rows, now = studio.store.keys.list(), time.time_ns()
    good = [row for row in rows if state(row, now) == "active"]
    wanted = rows if asked.all else good
    return wire.KeyList(
        keys=lines(studio.store, wanted[: wire.MOST_KEYS]),
        more=len(wanted) > wire.MOST_KEYS,
        ended=len(rows) - len(good),
        scopes=(*SCOPES, "step:*"),
        usual=USUAL,
        served=_served(studio),
        prefix=PREFIX,
    )


def get_key(studio: Studio, asked: wire.AskKey) -> wire.KeyLine:
    """Return one key."""
    return _told(studio, asked.key)


def make_key(studio: Studio, asked: Nothing, given: wire.MakeKey) -> wire.MadeKey:
    """Make a key; its secret is in this answer alone."""
    del asked
    wanted = Wanted(
        name=given.name.strip(),
        owner=given.owner.strip(),
        groups=given.groups,
        scopes=given.scopes or USUAL,
        models=given.models,
        label=given.label.strip(),
        limits=given.limits,
        budgets=given.budgets,
        owner_budgets=given.owner_budgets,
        unknown_price=given.unknown_price,
        expires_s=parse_seconds(given.expires) if given.expires else None,
    )
    made = making.create(studio.store, wanted, _by_me())
    return wire.MadeKey(key=_told(studio, made.row.id), secret=made.secret)


def rotate_key(studio: Studio, asked: wire.AskKey, given: wire.RotateKey) -> wire.MadeKey:
    """Give a key a new secret, which is in this answer alone."""
    made = making.rotate(studio.store, asked.key, _by_me(), overlap_s=parse_seconds(given.overlap) or 0.0)
    return wire.MadeKey(key=_told(studio, made.row.id), secret=made.secret)


def revoke_key(studio: Studio, asked: wire.AskKey) -> wire.KeyLine:
    """End a key."""
    making.revoke(studio.store, asked.key, _by_me())
    return _told(studio, asked.key)


def set_budget(studio: Studio, asked: wire.AskKey, given: wire.SetBudget) -> wire.KeyLine:
    """Say what a key, or its owner, may spend from now on; what was spent so far counts on."""
    store = studio.store
    row = making.find(store, asked.key)
    holder = f"owner:{row.owner}" if given.owner and row.owner else row.id
    wanted = [read_budget(text, holder) for text in given.budgets]
    there = store.budgets.list(holder if holder.startswith("owner:") else f"key:{row.id}")
    is_less = {(each.unit, each.period) for each in there} - {(each.unit, each.period) for each in wanted}
    if given.budgets or there:
        making.budget(store, holder, given.budgets, _by_me(), drop=bool(is_less))
    return _told(studio, row.id)


def list_audit(studio: Studio, asked: wire.AskAudit) -> wire.AuditLog:
    """Return entries of the log, the newest first."""
    limit = min(max(asked.limit, 1), wire.LISTED)
    rows = studio.store.audit.list(limit=limit + 1, before=asked.before, action=asked.action, object=asked.object)
    shown = rows[:limit]
    return wire.AuditLog(entries=tuple(map(_entry, shown)), next=shown[-1].n if len(rows) > limit else 0)


def check_audit(studio: Studio, asked: Nothing) -> wire.AuditChain:
    """Read the whole log and say whether it is whole."""
    del asked
    fault, head = studio.store.audit.verify(), studio.store.audit.head()
    return wire.AuditChain(
        entries=head.n,
        hash=head.hash,
        broken_at=None if fault is None else fault.n,
        detail="" if fault is None else fault.detail,
    )


def list_releases(studio: Studio, asked: Nothing) -> wire.ReleaseBoard:
    """Return releases, which of them was served when, and what is off."""
    del asked
    return board(studio.store)


def _told(studio: Studio, key: str) -> wire.KeyLine:
    (line,) = lines(studio.store, [making.find(studio.store, key)])
    return line


def _by_me() -> By:
    """Return who the studio works for: whoever started it."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    return By(actor=f"studio:{user}", now_ns=time.time_ns())


def _served(studio: Studio) -> tuple[str, ...]:
    try:
        settings = load_settings(studio.folder)
    except LoomworkError:  # the page says elsewhere what is wrong with it
        return ()
    return tuple(dict.fromkeys([*settings.serve, *settings.models]))


def _entry(row: AuditRow) -> wire.AuditEntry:
    try:
        said = msgspec.json.decode(row.said)
    except msgspec.DecodeError:  # the words were erased
        said = row.said
    return wire.AuditEntry(
        n=row.n,
        at_ms=row.at_ns / _NS,
        actor=row.actor,
        action=row.action,
        object=row.object,
        said=said,
        hash=row.hash.hex(),
    )


ENDPOINTS = (
    Endpoint(
        name="list_keys",
        method="GET",
        path="/api/keys",
        tells="API keys, the newest first.",
        call=list_keys,
        asked=wire.AskKeys,
        gives=wire.KeyList,
    ),
    Endpoint(
        name="make_key",
        method="POST",
        path="/api/keys",
        tells="Make a key; the answer alone holds its secret.",
        call=make_key,
        body=wire.MakeKey,
        gives=wire.MadeKey,
    ),
    Endpoint(
        name="get_key",
        method="GET",
        path="/api/keys/{key}",
        tells="One key.",
        call=get_key,
        asked=wire.AskKey,
        gives=wire.KeyLine,
    ),
    Endpoint(
        name="rotate_key",
        method="POST",
        path="/api/keys/{key}/rotate",
        tells="A new secret for a key; the answer alone holds it.",
        call=rotate_key,
        asked=wire.AskKey,
        body=wire.RotateKey,
        gives=wire.MadeKey,
    ),
    Endpoint(
        name="revoke_key",
        method="POST",
        path="/api/keys/{key}/revoke",
        tells="End a key.",
        call=revoke_key,
        asked=wire.AskKey,
        gives=wire.KeyLine,
    ),
    Endpoint(
        name="set_budget",
        method="POST",
        path="/api/keys/{key}/budgets",
        tells="What a key, or its owner, may spend.",
        call=set_budget,
        asked=wire.AskKey,
        body=wire.SetBudget,
        gives=wire.KeyLine,
    ),
    Endpoint(
        name="list_audit",
        method="GET",
        path="/api/audit",
        tells="The audit log, the newest first.",
        call=list_audit,
        asked=wire.AskAudit,
        gives=wire.AuditLog,
    ),
    Endpoint(
        name="check_audit",
        method="GET",
        path="/api/audit-checks",
        tells="Whether the audit log is whole.",
        call=check_audit,
        gives=wire.AuditChain,
    ),
    Endpoint(
        name="list_releases",
        method="GET",
        path="/api/releases",
        tells="Releases and which was served when.",
        call=list_releases,
        gives=wire.ReleaseBoard,
    ),
)
