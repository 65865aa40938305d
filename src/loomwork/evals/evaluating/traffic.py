"""A/B from live traffic: which variant a trace was given and what came of it stand on the traces. Assigns nothing."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import msgspec
from msgspec import Struct

from loomwork.evals.statistics.unpaired import Unpaired, difference, split_p
from loomwork.kernel.errors.evals import NoArms
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow
from loomwork.store.traces import Mark, TraceQuery

_PAGE = 500
_MOST = 1_000_000
_SUSPICIOUS = 0.001


class Outcome(NamedTuple):
    """What came of one trace."""

    arm: str
    value: float
    unit: str


class ArmFigures(Struct, frozen=True, kw_only=True):
    """One variant."""

    arm: str
    traces: int
    units: int
    """Users, or traces where no unit was named."""
    mean: float
    low: float | None
    high: float | None
    delta: float | None = None
    """From the first arm; None: it is the first."""
    delta_low: float | None = None
    delta_high: float | None = None
    p: float | None = None


class Traffic(Struct, frozen=True, kw_only=True):
    """What live traffic says of the variants."""

    by: str
    outcome: str
    arms: tuple[ArmFigures, ...]
    without: int
    """Traces that were given a variant and have no outcome."""
    mixed: int
    """Units that were given more than one variant: left out."""
    split_p: float
    """How likely arms of these sizes are, were they meant to be as large as the shares say."""

    @property
    def is_suspicious(self) -> bool:
        """Whether the sizes of the arms say that the assignment is broken."""
        return self.split_p < _SUSPICIOUS

    def as_json(self) -> dict[str, Any]:
        """Return the object of `compare --by --json`."""
        return cast("dict[str, Any]", msgspec.to_builtins(self))


def traffic(
    store: Store,
    *,
    by: str,
    outcome: str,
    unit: str = "",
    query: TraceQuery | None = None,
    shares: Mapping[str, float] | None = None,
    first: str = "",
) -> Traffic:
    """Return how the variants of live traffic did.

    Args:
        store: Where the traces are.
        by: The attribute of a trace's root that holds the variant.
        outcome: The attribute that holds what came of it: a number or a truth value.
        unit: The attribute that holds who was given the variant; one unit counts once.
        query: Which traces.
        shares: How large each arm was meant to be; without it all alike.
        first: The arm that is the measure; without it the first by name.

    Raises:
        NoArms: Fewer than two variants have outcomes.
    """
    counted: defaultdict[str, list[Outcome]] = defaultdict(list)
    without = 0
    given: defaultdict[str, set[str]] = defaultdict(set)
    sizes: defaultdict[str, set[str]] = defaultdict(set)
    for row in _roots(store, query or TraceQuery()):
        arm = row.attributes.get(by)
        if arm is None:
            continue
        who = str(row.attributes.get(unit, row.trace)) if unit else row.trace
        given[who].add(str(arm))
        sizes[str(arm)].add(who)
        value = _value(row.attributes.get(outcome))
        if value is None:
            without += 1
        else:
            counted[str(arm)].append(Outcome(str(arm), value, who))
    mixed = {who for who, arms in given.items() if len(arms) > 1}
    kept = {arm: [each for each in rows if each.unit not in mixed] for arm, rows in counted.items()}
    names = _order([arm for arm, rows in kept.items() if rows], first)
    if len(names) < len(("a", "b")):
        raise NoArms(by=by, outcome=outcome, found=", ".join(sorted(sizes)) or "none")
    meant = [(shares or {}).get(arm, 1.0) for arm in sorted(sizes)]
    return Traffic(
        by=by,
        outcome=outcome,
        arms=tuple(_arms(names, kept)),
        without=without,
        mixed=len(mixed),
        split_p=split_p([len(sizes[arm] - mixed) for arm in sorted(sizes)], meant),
    )


def _order(names: Iterable[str], first: str) -> list[str]:
    return sorted(names, key=lambda name: (name != first, name))


def _arms(names: list[str], kept: Mapping[str, list[Outcome]]) -> Iterator[ArmFigures]:
    base = kept[names[0]]
    for place, name in enumerate(names):
        rows = kept[name]
        found: Unpaired = difference(
            [each.value for each in base],
            [each.value for each in rows],
            groups_a=[each.unit for each in base],
            groups_b=[each.unit for each in rows],
        )
        told = ArmFigures(
            arm=name, traces=len(rows), units=found.rows_b, mean=found.b.value, low=found.b.low, high=found.b.high
        )
        if place:
            told = msgspec.structs.replace(
                told, delta=found.delta.value, delta_low=found.delta.low, delta_high=found.delta.high, p=found.p
            )
        yield told


def _roots(store: Store, query: TraceQuery) -> Iterator[SpanRow]:
    """Yield the roots of the traces that fit, the newest first."""
    before: Mark | None = None
    for _ in range(_MOST // _PAGE):
        page = store.traces.find(query, limit=_PAGE, before=before, patience_s=60.0)
        for root in page.roots:
            whole = store.traces.span(root.row.trace, root.row.span)
            if whole is not None:
                yield whole
        before = page.next
        if before is None:
            return


def _value(given: object) -> float | None:
    if isinstance(given, bool | int | float):
        return float(given) if math.isfinite(given) else None
    if isinstance(given, str):
        text = given.strip().lower()
        if text in ("true", "yes", "up", "false", "no", "down"):
            return float(text in ("true", "yes", "up"))
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) else None
    return None
