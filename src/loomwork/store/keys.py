"""What is kept of API keys and of what they may spend; and the interfaces that keep them. Knows no key itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

Period = Literal["day", "month", "total"]
"""When a budget begins anew: at midnight UTC, on the first of the month, never."""


class KeyRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One API key, without its secret."""

    id: str
    name: str = ""
    owner: str = ""
    """A principal."""
    groups: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    """What may be asked for by name; a `*` at the end stands for any ending; empty: everything that is served."""
    label: str = ""
    """Confidentiality of what is sent with it: empty, or a word such as `internal` that routes obey."""
    limits: dict[str, dict[str, int]] = {}
    """By name of what is served, "" for all together: `requests` and `tokens` a minute, `concurrent`."""
    unknown_price: Literal["refuse", "allow"] = "refuse"
    made_ns: int = 0
    expires_ns: int | None = None
    revoked_ns: int | None = None


class SecretRow(Struct, frozen=True, kw_only=True):
    """One secret of a key; while keys rotate there are two."""

    key: str
    digest: bytes
    """SHA-256 of the secret."""
    ending: str
    """Its last characters."""
    made_ns: int
    expires_ns: int | None = None
    """When its successor takes over."""


class BudgetRow(Struct, frozen=True, kw_only=True):
    """What a key or an owner may spend."""

    n: int = 0
    holder: str
    """`key:ID`, `link:ID` or `owner:PRINCIPAL`."""
    unit: str
    """A currency, counted in its millionths, or `tokens`."""
    period: Period
    most: int


class Spending(NamedTuple):
    """How far a budget is spent in one of its periods."""

    spent: int
    """Settled."""
    held: int
    """Leased to processes for calls that go on or come soon."""


class Lease(Protocol):
    """A part of a budget that one process may spend without asking. What is noted outlives the process."""

    @property
    def amount(self) -> int:
        """What was granted in all, less what was given back."""
        ...

    def note(self, spent: int) -> None:
        """Note how much of it is spent in all; cheap, no transaction."""
        ...


class Granted(NamedTuple):
    """A lease and how much it grew; None where there is no room. `elsewhere`: what other leases may give back."""

    lease: Lease | None
    granted: int
    elsewhere: int


class Keys(Protocol):
    """API keys."""

    def create(self, row: KeyRow, secret: SecretRow) -> None:
        """Write a new key with its first secret, in one transaction."""
        ...

    def rotate(self, secret: SecretRow, *, overlap_until_ns: int) -> None:
        """Add a secret to a key; its other secrets end then (if not before)."""
        ...

    def revoke(self, key: str, *, at_ns: int) -> None:
        """End a key and all its secrets."""
        ...

    def get(self, name: str) -> KeyRow | None:
        """Return a key by id, by name, or by an unambiguous beginning of the id. Raises `AmbiguousKey`."""
        ...

    def list(self) -> Sequence[KeyRow]:
        """Return all keys, the newest first."""
        ...

    def secrets(self) -> Sequence[SecretRow]:
        """Return what is kept of all secrets, by key and age."""
        ...

    def version(self) -> int:
        """Return a number that grows with every change to keys and budgets."""
        ...


class Budgets(Protocol):
    """What keys and owners may spend. Every method takes its amounts in millionths or tokens."""

    def set(self, row: BudgetRow) -> BudgetRow:
        """Write or replace a holder's budget of a unit and period; return it with its number."""
        ...

    def drop(self, holder: str) -> int:
        """Remove a holder's budgets."""
        ...

    def list(self, holder: str = "") -> Sequence[BudgetRow]:
        """Return budgets, of one holder or of all."""
        ...

    def spending(self, budget: int, start: str) -> Spending:
        """Return how far a budget is spent in the period that began then."""
        ...

    def lease(self, budget: int, start: str, *, least: int, most: int, into: Lease | None = None) -> Granted:
        """Lease between `least` and `most` of what is left of a budget in a period, in one transaction.

        More than `least` only up to an eighth of what is left: leases shrink towards the end and are exact there.
        Spent and leased together never exceed the budget. What processes that have ended did not spend comes back
        first. With `into`, that lease grows.
        """
        ...

    def fold(self, lease: Lease, *, spent: int, returned: int, ends: bool = False) -> None:
        """Settle what was spent of a lease in all, and give so much of the rest back to the budget.

        `ends`: nothing more will be spent of it. It may be told late, and while the lease grows.
        """
        ...

    def wanted(self, *, since_ns: int) -> frozenset[int]:
        """Return the budgets of which somebody asked for more than was left, since then."""
        ...
