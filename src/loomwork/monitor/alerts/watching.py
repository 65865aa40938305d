"""Look at every rule again and again, and tell what changed: once when it fires, once when it is over.

Knows no way to tell. What fires is kept in the store, so that a restart tells nothing twice and the studio sees it.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

import msgspec

from loomwork.monitor.alerts.history import History
from loomwork.monitor.alerts.rules import Rule, Verdict, decide
from loomwork.monitor.rollups import Rollups
from loomwork.store.requests import AlertRow

MINUTE_NS = 60_000_000_000


class Keeps(Protocol):
    """What of `store.watched` is needed."""

    def fire(self, row: AlertRow) -> bool:
        """Note that an alert fires; False where it did already."""
        ...

    def resolve(self, name: str, at_ns: int) -> bool:
        """Note that an alert is over; False where it did not fire."""
        ...

    def alerts(self, *, since_ns: int = 0, limit: int = 100) -> Sequence[AlertRow]:
        """Return alerts, those that fire among them."""
        ...


class Change(NamedTuple):
    """An alert that begins or is over."""

    rule: Rule
    state: Literal["fires", "over"]
    verdict: Verdict
    at_ns: int


class Watcher:
    """Decides all rules at one moment after the other."""

    def __init__(self, rules: Sequence[Rule], rollups: Rollups, keeps: Keeps) -> None:
        self._rules = [(rule, History(rule, rollups)) for rule in rules]
        self._keeps = keeps
        self._began: int | None = None
        self._well: dict[str, int] = {}
        """Since when a firing alert has been well again."""
        self._firing = {row.name for row in keeps.alerts() if row.until_ns is None} if rules else set[str]()

    def look(self, now_ns: int) -> list[Change]:
        """Return what changed by now."""
        minute = now_ns // MINUTE_NS
        began = self._began = minute if self._began is None else self._began
        changes: list[Change] = []
        for rule, history in self._rules:
            if rule.below is not None and minute - began <= rule.over:
                continue  # who has not listened that long has heard no silence
            verdict = decide(rule, history.at(minute))
            change = self._fires(rule, verdict, now_ns) if verdict.fires else self._is_well(rule, verdict, now_ns)
            if change is not None:
                changes.append(change)
        return changes

    def _fires(self, rule: Rule, verdict: Verdict, now_ns: int) -> Change | None:
        self._well.pop(rule.name, None)
        if rule.name in self._firing:
            return None
        self._firing.add(rule.name)
        said = msgspec.json.encode(
            {"of": rule.of, "value": verdict.value, "limit": verdict.limit, "minutes": verdict.minutes}
            | {"objective": rule.objective, "only": rule.only}
        ).decode()
        if not self._keeps.fire(AlertRow(name=rule.name, since_ns=now_ns, said=said)):
            return None
        return Change(rule, "fires", verdict, now_ns)

    def _is_well(self, rule: Rule, verdict: Verdict, now_ns: int) -> Change | None:
        if rule.name not in self._firing:
            return None
        since = self._well.setdefault(rule.name, now_ns)
        if now_ns - since < rule.calm * MINUTE_NS:
            return None
        self._firing.discard(rule.name)
        self._well.pop(rule.name, None)
        if not self._keeps.resolve(rule.name, now_ns):
            return None
        return Change(rule, "over", verdict, now_ns)
