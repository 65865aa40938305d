"""What a key is to a request: who, what it may ask for, how much. Values only; knows no secret and no store."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from loomwork.gateway.admission.limits import Limits, limits_of
from loomwork.kernel.errors.admission import BadScope, NotServedToKey, ScopeMissing
from loomwork.kernel.principals import Principal
from loomwork.store.keys import BudgetRow, KeyRow

SCOPES = ("chat", "embed", "feedback", "events", "traces:read", "admin")
"""Scopes without a name in them; beside them `step:NAME` and `step:*`."""
USUAL = ("chat", "embed", "step:*", "feedback", "events")
"""What a key may do where nothing is said."""
_STEP = "step:"


class Key(Struct, frozen=True, kw_only=True):
    """A key that was identified."""

    id: str
    """Empty for the anonymous key."""
    name: str = ""
    owner: str = ""
    groups: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    """Names that it may ask for; empty: all."""
    beginnings: tuple[str, ...] = ()
    """Beginnings of names that it may ask for."""
    confidential: str = ""
    """A word such as `internal` for what is sent with it; routes obey it."""
    limits: Mapping[str, Limits] = {}
    budgets: tuple[BudgetRow, ...] = ()
    """Its own and its owner's."""
    allows_unknown_price: bool = False
    expires_ns: int | None = None
    principal: Principal = Principal()

    def has_scope(self, scope: str) -> bool:
        """Say whether it may do something.

        >>> Key(id="k", scopes=frozenset({"step:*"})).has_scope("step:answer")
        True
        """
        scopes = self.scopes
        return scope in scopes or "admin" in scopes or (scope.startswith(_STEP) and "step:*" in scopes)

    def may_use(self, served: str) -> bool:
        """Say whether its allow-list holds a name."""
        if not self.models and not self.beginnings:
            return True
        return served in self.models or served.startswith(self.beginnings)


ANONYMOUS = Key(id="", name="anonymous", scopes=frozenset({*SCOPES, "step:*"}), allows_unknown_price=True)
"""Whoever asks where no key was ever made, on the machine itself."""


def key_of(row: KeyRow, budgets: Sequence[BudgetRow]) -> Key:
    """Return the key of a row."""
    groups = frozenset(row.groups)
    return Key(
        id=row.id,
        name=row.name,
        owner=row.owner,
        groups=groups,
        scopes=frozenset(row.scopes),
        models=frozenset(name for name in row.models if not name.endswith("*")),
        beginnings=tuple(name[:-1] for name in row.models if name.endswith("*")),
        confidential=row.label,
        limits=limits_of(row.limits),
        budgets=tuple(budgets),
        allows_unknown_price=row.unknown_price == "allow",
        expires_ns=row.expires_ns,
        principal=Principal(id=row.owner, groups=groups),
    )


def allow(key: Key, served: str, scope: str) -> None:
    """Let a key pass that has the scope and may ask for the name. Raises `ScopeMissing`, `NotServedToKey`."""
    if not key.has_scope(scope):
        raise ScopeMissing(key=key.id, scope=scope)
    if served and not key.may_use(served):
        allowed = ", ".join([*sorted(key.models), *(f"{each}*" for each in key.beginnings)])
        raise NotServedToKey(key=key.id, served=served, allowed=allowed)


def read_scopes(texts: Iterable[str]) -> tuple[str, ...]:
    """Return scopes as they are kept. Raises `BadScope`.

    >>> read_scopes(["chat", "step:answer", "chat"])
    ('chat', 'step:answer')
    """
    found = tuple(dict.fromkeys(text.strip() for text in texts))
    for scope in found:
        named = scope.removeprefix(_STEP)
        if scope not in SCOPES and (named == scope or not named):
            raise BadScope(scope=scope)
    return found
