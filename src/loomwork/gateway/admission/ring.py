"""All keys in memory, so that telling who asks costs no query; looked at again twice a second. Holds no secret."""

from typing import NamedTuple

from loomwork.gateway.admission.keys import ANONYMOUS, Key, key_of
from loomwork.gateway.admission.secret import hashed, is_whole
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.admission import KeyExpired, KeyMissing, KeyMistyped, KeyRevoked, KeyUnknown
from loomwork.kernel.errors.store import StoreError
from loomwork.store.keys import BudgetRow
from loomwork.store.protocols import Store

FRESH_S = 0.5
"""How old what is in memory may be. With the time that a request takes to ask, revoking works within a second."""


class _Known(NamedTuple):
    key: Key
    secret_expires_ns: int | None
    is_revoked: bool


class Ring:
    """The keys of a store.

    Args:
        store: Where they are kept.
        clock: What tells when they end and when to look again.
        requires_key: Whether a key is needed where none was ever made.
    """

    def __init__(self, store: Store, *, clock: Clock, requires_key: bool) -> None:
        self._store = store
        self._clock = clock
        self._requires_key = requires_key
        self._known: dict[bytes, _Known] = {}
        self._is_empty = True
        self._version = -1
        self._looked_at = float("-inf")
        self.refresh()

    def identify(self, presented: str) -> Key:
        """Return whose key was presented.

        Raises:
            KeyMissing, KeyMistyped, KeyUnknown, KeyExpired, KeyRevoked: it is not let in.
        """
        if self._clock.monotonic() - self._looked_at > FRESH_S:
            self.refresh()
        if self._is_empty and not self._requires_key:
            return ANONYMOUS
        found = self._known.get(hashed(presented))
        if found is None:
            if not presented:
                raise KeyMissing
            raise KeyUnknown if is_whole(presented) else KeyMistyped
        if found.is_revoked:
            raise KeyRevoked(key=found.key.id)
        now = self._clock.now_ns()
        if _is_over(found.key.expires_ns, now) or _is_over(found.secret_expires_ns, now):
            raise KeyExpired(key=found.key.id)
        return found.key

    def refresh(self) -> None:
        """Look whether keys were changed, and take the changes in.

        A store that cannot be read leaves what is known as it was: at most as long as that lasts.
        """
        self._looked_at = self._clock.monotonic()
        try:
            version = self._store.keys.version()
            if version != self._version:
                self._load()
                self._version = version
        except StoreError:
            if self._version < 0:
                raise

    def _load(self) -> None:
        budgets: dict[str, list[BudgetRow]] = {}
        for budget in self._store.budgets.list():
            budgets.setdefault(budget.holder, []).append(budget)
        keys: dict[str, tuple[Key, bool]] = {}
        for row in self._store.keys.list():
            own = [*budgets.get(f"key:{row.id}", ()), *(budgets.get(f"owner:{row.owner}", ()) if row.owner else ())]
            keys[row.id] = (key_of(row, own), row.revoked_ns is not None)
        self._known = {
            secret.digest: _Known(keys[secret.key][0], secret.expires_ns, keys[secret.key][1])
            for secret in self._store.keys.secrets()
            if secret.key in keys
        }
        self._is_empty = not keys and self._store.keys.version() == 0  # keys that are gone still close the door


def _is_over(ends_ns: int | None, now_ns: int) -> bool:
    return ends_ns is not None and now_ns >= ends_ns
