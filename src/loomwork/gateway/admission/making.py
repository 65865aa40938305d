"""Make, rotate and revoke keys, and set what may be spent; each with its entry in the audit log. Knows no command.

A secret is returned once, by the function that made it, and kept nowhere.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, structs

from loomwork.gateway.admission import secret
from loomwork.gateway.admission.budgets import read_budget, told
from loomwork.gateway.admission.keys import USUAL, read_scopes
from loomwork.gateway.admission.limits import read_limits
from loomwork.kernel.errors.admission import KeyNameTaken, KeyNotActive, NoSuchApiKey
from loomwork.kernel.errors.trying import NoSuchLink
from loomwork.kernel.ids import Ids
from loomwork.store.keys import BudgetRow, KeyRow, SecretRow
from loomwork.store.protocols import Store

Entropy = Callable[[int], int]
_LINKS = 1_000_000


class Wanted(Struct, frozen=True, kw_only=True):
    """What a new key should be, in the words of a person."""

    name: str = ""
    owner: str = ""
    groups: Sequence[str] = ()
    scopes: Sequence[str] = USUAL
    models: Sequence[str] = ()
    label: str = ""
    limits: Sequence[str] = ()
    budgets: Sequence[str] = ()
    owner_budgets: Sequence[str] = ()
    """Of the owner, for all keys of theirs together."""
    unknown_price: bool = False
    """Whether calls may be made whose price nobody knows, though there is a budget."""
    expires_s: float | None = None


class Made(NamedTuple):
    """A key and the secret that is shown this once."""

    row: KeyRow
    secret: str


class By(NamedTuple):
    """Who does something, and when."""

    actor: str
    now_ns: int


def create(
    store: Store, wanted: Wanted, by: By, *, ids: Ids | None = None, entropy: Entropy = secrets.randbits
) -> Made:
    """Make a key. Raises `KeyNameTaken`, `BadScope`, `BadLimit`, `BadBudget`; then nothing was made."""
    _check_name(store, wanted.name, by.now_ns)
    row = KeyRow(
        id=f"k{(ids or Ids()).run_id()[1:]}",
        name=wanted.name,
        owner=wanted.owner,
        groups=tuple(wanted.groups),
        scopes=read_scopes(wanted.scopes or USUAL),
        models=tuple(wanted.models),
        label=wanted.label,
        limits=read_limits(wanted.limits),
        unknown_price="allow" if wanted.unknown_price else "refuse",
        made_ns=by.now_ns,
        expires_ns=None if wanted.expires_s is None else by.now_ns + int(wanted.expires_s * 1e9),
    )
    budgets = [read_budget(text, f"key:{row.id}") for text in wanted.budgets]
    budgets += [read_budget(text, f"owner:{wanted.owner}") for text in wanted.owner_budgets]
    made = secret.make(entropy)
    with store.gathering():
        store.keys.create(row, _kept(row.id, made, by.now_ns))
        _set(store, budgets)
        said = {"owner": row.owner, "scopes": row.scopes, "models": row.models, "budgets": [*map(told, budgets)]}
        _note(store, by, "key.create", row.id, said)
    return Made(row, made)


def rotate(store: Store, name: str, by: By, *, overlap_s: float, entropy: Entropy = secrets.randbits) -> Made:
    """Give a key a new secret; the old one is good for so long yet. Raises `NoSuchApiKey`, `KeyNotActive`."""
    row = find(store, name)
    if row.revoked_ns is not None:
        raise KeyNotActive(key=row.id)
    made = secret.make(entropy)
    with store.gathering():
        store.keys.rotate(_kept(row.id, made, by.now_ns), overlap_until_ns=by.now_ns + int(overlap_s * 1e9))
        _note(store, by, "key.rotate", row.id, {"overlap_s": overlap_s})
    return Made(row, made)


def revoke(store: Store, name: str, by: By) -> KeyRow:
    """End a key; servers that run know within a second. Raises `NoSuchApiKey`. Again: nothing."""
    row = find(store, name)
    if row.revoked_ns is not None:
        return row
    with store.gathering():
        store.keys.revoke(row.id, at_ns=by.now_ns)
        _note(store, by, "key.revoke", row.id, {})
    return structs.replace(row, revoked_ns=by.now_ns)


def budget(store: Store, holder: str, texts: Sequence[str], by: By, *, drop: bool = False) -> Sequence[BudgetRow]:
    """Set what a key, `owner:PRINCIPAL` or `link:ID` may spend; with `drop` what was set before goes.

    Returns what holds now. Raises `NoSuchApiKey`, `NoSuchLink`, `BadBudget`.
    """
    held_by = _holder(store, holder)
    rows = [read_budget(text, held_by) for text in texts]
    if rows or drop:
        with store.gathering():
            if drop:
                store.budgets.drop(held_by)
            _set(store, rows)
            said = {"budgets": [*map(told, rows)], "dropped": drop}
            store.audit.append(
                at_ns=by.now_ns, actor=by.actor, action="budget.set", object=held_by, said=json.dumps(said)
            )
    return store.budgets.list(held_by)


def _holder(store: Store, name: str) -> str:
    if name.startswith("owner:"):
        return name
    if name.startswith("link:"):
        if all(each.holder != name for each in store.links.list(limit=_LINKS)):
            raise NoSuchLink(name=name.removeprefix("link:"))
        return name
    return f"key:{find(store, name).id}"


def find(store: Store, name: str) -> KeyRow:
    """Return a key by id, name or beginning of its id. Raises `NoSuchApiKey`, `AmbiguousKey`."""
    row = store.keys.get(name)
    if row is None:
        raise NoSuchApiKey(name=name if not name.startswith(secret.PREFIX) else f"{secret.PREFIX}...")
    return row


def _check_name(store: Store, name: str, now_ns: int) -> None:
    """Raise `KeyNameTaken` where a key that is good has the name: commands could not tell the two apart."""
    for row in store.keys.list() if name else ():
        is_good = row.revoked_ns is None and (row.expires_ns is None or now_ns < row.expires_ns)
        if row.name == name and is_good:
            raise KeyNameTaken(name=name, id=row.id)


def _kept(key: str, made: str, now_ns: int) -> SecretRow:
    return SecretRow(key=key, digest=secret.hashed(made), ending=secret.ending(made), made_ns=now_ns)


def _set(store: Store, rows: Sequence[BudgetRow]) -> None:
    for row in rows:
        store.budgets.set(row)


def _note(store: Store, by: By, action: str, key: str, said: dict[str, Any]) -> None:
    store.audit.append(
        at_ns=by.now_ns, actor=by.actor, action=action, object=f"key:{key}", said=json.dumps(said, ensure_ascii=False)
    )
