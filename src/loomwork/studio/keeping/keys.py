"""Keys with what they may and did spend. Reads the store; knows no secret and no HTTP."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Literal

from loomwork.gateway.admission.budgets import start_of
from loomwork.gateway.admission.budgets import told as in_words
from loomwork.store.keys import BudgetRow, KeyRow, SecretRow
from loomwork.store.protocols import Store
from loomwork.studio.wire.keys import BudgetLine, KeyLine, SecretLine

_NS = 1e6


def state(row: KeyRow, now_ns: int) -> Literal["active", "expired", "revoked"]:
    """Return whether a key is good."""
    if row.revoked_ns is not None:
        return "revoked"
    return "expired" if row.expires_ns is not None and now_ns >= row.expires_ns else "active"


def lines(store: Store, rows: Sequence[KeyRow]) -> tuple[KeyLine, ...]:
    """Return keys as the page shows them."""
    secrets = store.keys.secrets()
    used = store.requests.last_used([row.id for row in rows])
    return tuple(_line(store, row, [each for each in secrets if each.key == row.id], used.get(row.id)) for row in rows)


def _line(store: Store, row: KeyRow, secrets: Sequence[SecretRow], used_ns: int | None) -> KeyLine:
    now = time.time_ns()
    holders = [f"key:{row.id}", *([f"owner:{row.owner}"] if row.owner else [])]
    return KeyLine(
        id=row.id,
        name=row.name,
        owner=row.owner,
        groups=row.groups,
        scopes=row.scopes,
        models=row.models,
        label=row.label,
        limits=tuple(
            f"{served}:{name}={number}" if served else f"{name}={number}"
            for served, limits in row.limits.items()
            for name, number in limits.items()
        ),
        unknown_price=row.unknown_price == "allow",
        state=state(row, now),
        made_ms=row.made_ns / _NS,
        expires_ms=_ms(row.expires_ns),
        revoked_ms=_ms(row.revoked_ns),
        used_ms=_ms(used_ns),
        secrets=tuple(
            SecretLine(ending=each.ending, made_ms=each.made_ns / _NS, expires_ms=_ms(each.expires_ns))
            for each in secrets
            if each.expires_ns is None or each.expires_ns > now
        ),
        budgets=tuple(_budget(store, each, now) for holder in holders for each in store.budgets.list(holder)),
    )


def _budget(store: Store, row: BudgetRow, now_ns: int) -> BudgetLine:
    so_far = store.budgets.spending(row.n, start_of(row.period, now_ns))
    return BudgetLine(
        holder=row.holder,
        text=in_words(row),
        unit=row.unit,
        period=row.period,
        most=row.most,
        spent=so_far.spent,
        held=so_far.held,
    )


def _ms(at_ns: int | None) -> float | None:
    return None if at_ns is None else at_ns / _NS
