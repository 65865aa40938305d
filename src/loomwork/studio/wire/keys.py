"""API keys, what they may spend, the audit log and releases, as the page shows them. Values only; no secret but once.

Times are milliseconds since the epoch; amounts are millionths of a currency, or tokens.
"""

from typing import Any, Literal

from msgspec import Struct

MOST_KEYS = 500
LISTED = 200
"""Entries of one page of the log."""
MOST_RELEASES = 100


class AskKeys(Struct, kw_only=True):
    """Which keys."""

    all: bool = False
    """Those too that have ended."""


class AskKey(Struct, kw_only=True):
    """One key, by its id."""

    key: str


class BudgetLine(Struct, frozen=True, kw_only=True):
    """What a key or its owner may spend in a period, and how far that is spent."""

    holder: str
    """`key:ID` or `owner:PRINCIPAL`."""
    text: str
    """As a person writes it."""
    unit: str
    """A currency, or `tokens`."""
    period: Literal["day", "month", "total"]
    most: int
    spent: int
    held: int
    """Set aside for calls that go on."""


class SecretLine(Struct, frozen=True, kw_only=True):
    """One secret of a key: its last characters."""

    ending: str
    made_ms: float
    expires_ms: float | None
    """When its successor takes over."""


class KeyLine(Struct, frozen=True, kw_only=True):
    """One key, without its secret."""

    id: str
    name: str
    owner: str
    groups: tuple[str, ...]
    scopes: tuple[str, ...]
    models: tuple[str, ...]
    """Empty: everything that is served."""
    label: str
    limits: tuple[str, ...]
    unknown_price: bool
    state: Literal["active", "expired", "revoked"]
    made_ms: float
    expires_ms: float | None
    revoked_ms: float | None
    used_ms: float | None
    """The minute of its last request; null where it was never used."""
    secrets: tuple[SecretLine, ...]
    budgets: tuple[BudgetLine, ...]
    """Its own, then its owner's."""


class KeyList(Struct, frozen=True, kw_only=True):
    """The keys, the newest first."""

    keys: tuple[KeyLine, ...]
    more: bool
    ended: int
    """How many have ended."""
    scopes: tuple[str, ...]
    """What a key may be allowed to do."""
    usual: tuple[str, ...]
    served: tuple[str, ...]
    """Names that a key may be restricted to."""
    prefix: str
    """What every secret begins with."""


class MakeKey(Struct, frozen=True, kw_only=True):
    """A key to make, in the words of `loomwork key create`."""

    name: str = ""
    owner: str = ""
    groups: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    label: str = ""
    limits: tuple[str, ...] = ()
    budgets: tuple[str, ...] = ()
    owner_budgets: tuple[str, ...] = ()
    unknown_price: bool = False
    expires: str = ""
    """As `90d`; empty: never."""


class MadeKey(Struct, frozen=True, kw_only=True):
    """A key and its secret, which no later answer holds."""

    key: KeyLine
    secret: str


class RotateKey(Struct, frozen=True, kw_only=True):
    """A new secret."""

    overlap: str = "24h"
    """How long the old one is good for yet."""


class SetBudget(Struct, frozen=True, kw_only=True):
    """What a key, or its owner, may spend from now on: all of it, what is not named goes."""

    budgets: tuple[str, ...]
    owner: bool = False


class AskAudit(Struct, kw_only=True):
    """Which entries, the newest first."""

    limit: int = 100
    before: int = 0
    action: str = ""
    """Or its beginning, such as `key.`."""
    object: str = ""


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One entry."""

    n: int
    at_ms: float
    actor: str
    action: str
    object: str
    said: Any
    hash: str


class AuditLog(Struct, frozen=True, kw_only=True):
    """A page of the log."""

    entries: tuple[AuditEntry, ...]
    next: int
    """Where to go on; 0 at the end."""


class AuditChain(Struct, frozen=True, kw_only=True):
    """Whether the log is whole."""

    entries: int
    hash: str
    """Of its end; a copy kept elsewhere shows a log that was written anew."""
    broken_at: int | None
    """The first entry with which something is wrong."""
    detail: str


class ReleaseLine(Struct, frozen=True, kw_only=True):
    """One release."""

    release: str
    made_ms: float
    note: str
    state: Literal["served", "canary", ""]
    share: float
    """As it was last promoted."""
    promoted_ms: float | None


class PromotionLine(Struct, frozen=True, kw_only=True):
    """A release was given a share of the requests."""

    at_ms: float
    release: str
    share: float
    by: str
    why: str


class KilledLine(Struct, frozen=True, kw_only=True):
    """A model, a tool or a step that is switched off."""

    what: str
    at_ms: float
    by: str
    why: str


class ReleaseBoard(Struct, frozen=True, kw_only=True):
    """Releases, which of them was served when, and what is off."""

    releases: tuple[ReleaseLine, ...]
    promotions: tuple[PromotionLine, ...]
    off: tuple[KilledLine, ...]
