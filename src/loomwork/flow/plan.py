"""Say what a run would do, and why, before anything is spent. Runs no step, sends nothing, writes nothing.

A call whose key has a valid memo is a hit. One without will run: that is certain as long as nothing that it can
depend on is itself uncertain. What lies beneath a body that will run is read off the nearest record of it: calls
that began before anything uncertain had finished, or before a file was read that is another now, are still certain,
the others may run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec import Struct, field, structs

from loomwork.flow.behaviour import Behaviour
from loomwork.flow.context import Scope
from loomwork.flow.keys import Keyed
from loomwork.flow.lookup import Again, Found, Missed, drawn
from loomwork.flow.reasons import reason_of
from loomwork.flow.record import Arguments, Observed, Record
from loomwork.flow.runtime import Runtime
from loomwork.flow.step import Step
from loomwork.flow.structure import may_add_calls, may_take_another_branch, places_of_calls
from loomwork.kernel.canonical import Digest
from loomwork.kernel.usage import Money
from loomwork.store.rows import CallRow

_DEEP = 200
_NOTHING = Behaviour(digest=Digest(""), parts=(), slots=(), outside=(), widened=())


class PlannedStep(Struct, kw_only=True):
    """What would become of the calls of one step."""

    name: str
    kind: str
    hits: int = 0
    will_run: int = 0
    may_run: int = 0
    outside: int = 0
    """Of those that will run: only because what they touched cannot be verified."""
    reasons: dict[str, int] = field(default_factory=dict)
    unbounded: bool = False
    """A changed body above may call this more often than any record says."""
    unrecorded: bool = False
    """A body may call it of which no record says what it calls."""

    @property
    def unknown(self) -> bool:
        """Whether nothing tells how often it is called."""
        return self.unrecorded and not (self.hits or self.will_run or self.may_run)


class Plan(Struct, kw_only=True):
    """What a run would do."""

    target: str
    items: int
    steps: dict[str, PlannedStep] = field(default_factory=dict)
    unbounded: bool = False
    """Some body changed in a way that may add calls: there is no upper limit."""
    least: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    unpriced: bool = False
    never_ran: dict[str, None] = field(default_factory=dict)
    """Steps that will run, never ran before, and so have no record of what they call; in order."""

    def model_calls(self) -> tuple[int, int | None]:
        """Return how many model calls there will be: at least, and at most (None: unknowable)."""
        models = [step for step in self.steps.values() if step.kind == "model"]
        least = sum(step.will_run for step in models)
        return least, None if self.unbounded else least + sum(step.may_run for step in models)

    def as_json(self) -> dict[str, Any]:
        """Return the object of `plan --json`."""
        least, most = self.model_calls()
        money = {currency: self._range(currency) for currency in sorted({*self.least, *self.most})}
        if not money and least == 0 and most == 0:
            money = {"USD": {"min": 0.0, "max": 0.0}}
        return {
            "target": self.target,
            "items": self.items,
            "steps": [
                {
                    "name": step.name,
                    "kind": step.kind,
                    "hits": step.hits,
                    "will_run": step.will_run,
                    "may_run": step.may_run,
                    "outside": step.outside,
                    "unknown": step.unknown,
                    "reasons": [_reason(why, count) for why, count in step.reasons.items()],
                }
                for step in self.steps.values()
            ],
            "model_calls": {"min": least, "max": most},
            "cost": money,
            "unknown": least == 0 and most is None,
            "never_ran": list(self.never_ran),
        }

    def _range(self, currency: str) -> dict[str, float | None]:
        least = float(Money(self.least.get(currency, 0), currency).amount)
        most = float(Money(self.most.get(currency, 0), currency).amount)
        return {"min": least, "max": None if self.unbounded or self.unpriced else most}


def _reason(why: str, count: int) -> dict[str, Any]:
    kind, _, names = why.partition(": ")
    return {"why": why, "kind": kind, "names": names, "count": count}


def plan_rows(
    runtime: Runtime, step: Step[..., Any], rows: Iterable[dict[str, Any]], *, trials: int, scope: Scope
) -> Plan:
    """Plan a run of `step` over rows of arguments. Raises what a wrong call of the step would."""
    planner = _Planner(runtime, Plan(target=step.name, items=0), scope)
    for row in rows:
        arguments = runtime.keys.arguments(step, (), row)
        for trial in range(trials):
            planner.item(step, arguments, trial)
    return planner.plan


class _Planned(NamedTuple):
    """What became of a call in a plan."""

    found: Found | Missed
    runs_first: bool
    """It is sure to run, and nobody who was planned before makes it."""


class _Sure(NamedTuple):
    """What a body is known to do again."""

    calls: int
    """So many of its calls, in the order in which they began."""
    is_all: bool
    """And nothing else, as long as they answer as they did."""


class _Planner:
    """Walks what a run would call."""

    def __init__(self, runtime: Runtime, plan: Plan, scope: Scope) -> None:
        self._runtime = runtime
        self._scope = scope
        self._decided: set[tuple[str, int]] = set()
        """(key, trial) of calls that were planned to run: who asks later finds what they came to."""
        self._possible: set[tuple[str, int]] = set()
        """The same of calls that may run, should they be made with the arguments of then."""
        self._places: dict[Digest, Counter[str]] = {}
        """Where each behaviour calls which steps."""
        self.plan = plan

    def item(self, step: Step[..., Any], arguments: Arguments, trial: int) -> None:
        """Plan one row in one trial."""
        self.plan.items += 1
        if trial != self._scope.trial:
            self._scope = Scope(trial=trial, principal=self._scope.principal, refresh=self._scope.refresh)
        keyed = self._runtime.keys.keyed(step, arguments, None)
        self._certain(step, keyed, None)

    def _certain(
        self, step: Step[..., Any], keyed: Keyed, draw: int | None, depth: int = 0, earlier: str = ""
    ) -> _Planned:
        """Plan a call that is sure to be made like this. `earlier` is the call that was made in its place before.

        Its body is sure to run, too, unless all that it misses is a nested call that others are to make before: that
        one may come to the remembered result, and then this memo holds again.
        """
        found = self._runtime.lookup.memo(step, keyed, self._scope, draw)
        line = self._line(step.name, step.kind)
        done = self._done(keyed, draw)
        if isinstance(found, Found) or done in self._decided:  # made once, then found by the others
            line.hits += 1
            return _Planned(found, runs_first=False)
        self._decided.add(done)
        if found.row is not None and found.row.is_replayed:  # what a replay was set is no reason of ours
            found = Missed(found.why, keyed)
        before = self._before(step, keyed, found, earlier)
        why = reason_of(self._runtime, step, keyed, found, before)
        line.reasons[why] = line.reasons.get(why, 0) + 1
        line.outside += why.startswith("outside")
        runs = self._beneath(step, keyed, found, before, depth) or found.why != "call"
        line.will_run += runs
        line.may_run += not runs
        self._spend(before, keyed, certain=runs)
        return _Planned(found, runs_first=runs and done not in self._possible)

    def _done(self, keyed: Keyed, draw: int | None) -> tuple[str, int]:
        return drawn(keyed.key, draw), self._scope.trial

    def _beneath(self, step: Step[..., Any], keyed: Keyed, missed: Missed, before: CallRow | None, depth: int) -> bool:
        """Plan what a body that runs is going to call; say whether a remembered call cannot hold when it is met."""
        if depth > _DEEP:
            return False
        record = None if before is None else self._runtime.lookup.record(before.record)
        if before is None or record is None:
            if step.kind == "step" and missed.why != "outside":
                self._unknown(step, keyed)
            return False
        sure = self._sure(keyed, before, record)
        if sure is not None:
            return self._replayed(step, keyed, record, depth, sure)
        changed = before.behaviour != keyed.behaviour.digest
        if before.status == "failed" or (changed and may_add_calls(self._runtime, keyed.behaviour, record)):
            self.plan.unbounded = True
            self._line(step.name, step.kind).unbounded = True
        self._other_branches(step, keyed, record)
        self._all_maybe(record, keyed if not changed else None, depth)
        return False

    def _sure(self, keyed: Keyed, before: CallRow, record: Record) -> _Sure | None:
        """Return which calls a body will make again, as long as those before answer as they did.

        With the same code and inputs these are the calls that it began before it read what is another now. None where
        that cannot be said.
        """
        is_same = before.behaviour == keyed.behaviour.digest and before.inputs == keyed.inputs
        if not is_same or record.outside or (before.status == "failed" and not record.failed_alone):
            return None
        holds = self._runtime.observer.holds
        after = record.reads_after or (0,) * len(record.reads)
        changed = [place for read, place in zip(record.reads, after, strict=True) if not holds(read)]
        return _Sure(min(changed, default=len(record.calls)), is_all=not changed)

    def _replayed(self, step: Step[..., Any], keyed: Keyed, record: Record, depth: int, sure: _Sure) -> bool:
        """Plan the calls of an unchanged body: certain until one of its results is not. Returns as `_beneath`."""
        uncertain: list[Observed] = []
        broken = False
        draws: dict[str, int] = {}
        for place, call in enumerate(record.calls):
            again = self._runtime.lookup.again(call, record, keyed.behaviour, draws)
            if place >= sure.calls or any(other.ended <= call.after for other in uncertain):
                self._maybe(call, again, depth + 1)
                uncertain.append(call)
                continue
            if again is None:
                broken = True
                uncertain.append(call)
                continue
            planned = self._certain(*again, depth + 1, call.call)
            is_other = isinstance(planned.found, Found) and planned.found.worth != call.result
            broken |= planned.runs_first or is_other
            if is_other or isinstance(planned.found, Missed):
                uncertain.append(call)
        if uncertain or not sure.is_all:
            self._other_branches(step, keyed, record)
        return broken

    def _other_branches(self, step: Step[..., Any], keyed: Keyed, record: Record) -> None:
        """Note where a body, given other values than before, may come to calls of which there is no record."""
        behaviour = keyed.behaviour
        places = self._places.get(behaviour.digest)
        if places is None:
            places = self._places[behaviour.digest] = places_of_calls(behaviour)
        if may_take_another_branch(self._runtime, places, record):
            self.plan.unbounded = True
            self._line(step.name, step.kind).unbounded = True

    def _all_maybe(self, record: Record, caller: Keyed | None, depth: int) -> None:
        """Count the calls of a body that may make them, or others. `caller` is None where its code has changed."""
        draws: dict[str, int] = {}
        for call in record.calls:
            if caller is not None:
                again = self._runtime.lookup.again(call, record, caller.behaviour, draws)
            else:
                again = self._runtime.lookup.again(structs.replace(call, slot=None), record, _NOTHING, draws)
            self._maybe(call, again, depth + 1)

    def _maybe(self, call: Observed, again: Again | None, depth: int) -> None:
        """Count a call, and everything beneath it, that is reached only if something above it changes."""
        if depth > _DEEP:
            return
        line = self._line(call.step if again is None else again[0].name, call.kind)
        line.may_run += 1
        if again is not None:
            self._possible.add(self._done(again.keyed, again.draw))
        row = self._runtime.store.calls.get(call.call)
        if row is None:
            return
        self._spend(row, None if again is None else again.keyed, certain=False)
        record = self._runtime.lookup.record(row.record)
        if record is not None:
            if again is not None:
                self._other_branches(again[0], again.keyed, record)
            is_same = again is not None and again.keyed.behaviour.digest == row.behaviour
            self._all_maybe(record, again.keyed if again is not None and is_same else None, depth)

    def _before(self, step: Step[..., Any], keyed: Keyed, missed: Missed, earlier: str) -> CallRow | None:
        """Return the nearest earlier call: the memo that no longer holds, the latest with these inputs, `earlier`."""
        if missed.row is not None:
            return missed.row
        now = self._runtime.clock.now_ns()
        calls = self._runtime.store.calls
        found = calls.nearest(step.name, inputs=keyed.inputs, before_ns=now)
        return found or (calls.get(earlier) if earlier else None)

    def _unknown(self, step: Step[..., Any], keyed: Keyed) -> None:
        """Note a body of which no record says what it will call."""
        self.plan.unbounded = True
        self._line(step.name, step.kind).unbounded = True
        if self._runtime.store.calls.nearest(step.name, inputs=None, before_ns=self._runtime.clock.now_ns()) is None:
            self.plan.never_ran[step.name] = None
        for slot in keyed.behaviour.slots:
            if isinstance(slot, Step):
                self._line(slot.name, slot.kind).unrecorded = True

    def _spend(self, before: CallRow | None, keyed: Keyed | None, *, certain: bool) -> None:
        """Add what a model call cost when it was last made; under other settings than then that is not known."""
        settled = None if keyed is None else keyed.settled
        if settled is None if before is None else before.kind != "model":
            return
        record = None if before is None else self._runtime.lookup.record(before.record)
        is_other = record is not None and (settled is None or settled.shown != record.shown)
        if record is None or record.unpriced or not record.cost_micros or is_other:
            self.plan.unpriced = True
            return
        for currency, micros in record.cost_micros.items():
            self.plan.most[currency] = self.plan.most.get(currency, 0) + micros
            if certain:
                self.plan.least[currency] = self.plan.least.get(currency, 0) + micros

    def _line(self, name: str, kind: str) -> PlannedStep:
        line = self.plan.steps.get(name)
        if line is None:
            line = self.plan.steps[name] = PlannedStep(name=name, kind=kind)
        return line
