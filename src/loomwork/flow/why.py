"""Explain past executions: what differed from the nearest earlier call. Reads the store and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, to_builtins

from loomwork.flow.reasons import Cause, code_changes, parts_of, read_changes, setting_changes
from loomwork.flow.record import Record
from loomwork.kernel.bodies import Reference
from loomwork.kernel.errors.flow import NoSuchRow, NoSuchRun, NothingRan
from loomwork.kernel.errors.phrases import Nothing
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow, RunRow

if TYPE_CHECKING:
    from loomwork.flow.runtime import Runtime

_RUNS = 20
"""Earlier runs in which a step is looked for under another name."""
_PEOPLE = 50
"""Earlier calls among which one for the same person is looked for."""


class Explanation(Struct, frozen=True, kw_only=True):
    """Why calls of a run were executed."""

    run: str
    causes: tuple[Cause, ...]
    nearest_run: str = ""
    nearest_trace: str = ""
    executed: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the object of `why --json`."""
        return {
            "causes": [to_builtins(cause) for cause in self.causes],
            "nearest": {"run": self.nearest_run, "trace": self.nearest_trace},
        }


class Past(Struct, frozen=True):
    """What was recorded, for reading: neither a project's code nor its settings are needed for it."""

    store: Store
    record: Callable[[Reference], Record | None]
    tell: Callable[[str, list[Cause]], list[Cause]]
    """Has the built-in step of a name say what lies behind its changed settings."""
    asker: Callable[[str, Mapping[str, str], Mapping[str, Any]], str | None]
    """Has it say on whose behalf a call was made, out of what it showed or what is kept of its arguments."""


def past_of(runtime: Runtime) -> Past:
    """Return the past of an open workspace, whose built-in steps can say what lies behind their settings."""

    def tell(name: str, causes: list[Cause]) -> list[Cause]:
        step = runtime.keys.builtin(name)
        told = None if step is None or step.settle is None else step.settle.tell
        return causes if told is None or not causes else told(runtime.services, causes)

    def asker(name: str, shown: Mapping[str, str], kept: Mapping[str, Any]) -> str | None:
        step = runtime.keys.builtin(name)
        told = None if step is None or step.settle is None else step.settle.asker
        return None if told is None else told(shown, kept)

    return Past(runtime.store, runtime.lookup.record, tell, asker)


def explain(runtime: Runtime, run_id: str, *, row: int | None = None, step: str | None = None) -> Explanation:
    """Say what made the calls of a run run: `explained` in an open workspace."""
    return explained(past_of(runtime), run_id, row=row, step=step)


def explained(past: Past, run_id: str, *, row: int | None = None, step: str | None = None) -> Explanation:
    """Say what made the calls of a run (of one row, of one step) run instead of being found.

    Raises:
        NoSuchRun: No such run.
        NoSuchRow: It has no such row.
        NothingRan: No such step was executed there.
    """
    run = past.store.runs.get(run_id)
    if run is None:
        known = ", ".join(each.id for each in past.store.runs.list(limit=5)) or Nothing()
        raise NoSuchRun(run=run_id, known=known)
    calls = [call for call in _executed(past, run, row) if step is None or step in (call.step, _short(call.step))]
    if step is not None and not calls:
        raise NothingRan(run=run.id, step=step)
    compared = [_compare(past, run, call, target=run.target if step is None else call.step) for call in calls]
    return _summed(run, compared)


class _Compared(Struct, frozen=True):
    call: CallRow
    nearest: CallRow | None
    causes: list[Cause]
    derived: list[Cause]
    """What changed for this call only because something above it did: told only where nothing else explains it."""


def _executed(past: Past, run: RunRow, row: int | None) -> list[CallRow]:
    trials = range(max(1, _trials(run)))
    indexes = range(run.items // len(trials)) if row is None else [row]
    found = [call for index in indexes for trial in trials for call in past.store.calls.of_item(run.id, index, trial)]
    if not found and row is not None and not any(item.index == row for item in past.store.runs.items(run.id)):
        raise NoSuchRow(run=run.id, row=row)
    return found


def _trials(run: RunRow) -> int:
    import msgspec

    meta = msgspec.json.decode(run.meta or b"{}")
    return int(meta.get("trials", 1))


def _compare(past: Past, run: RunRow, call: CallRow, *, target: str) -> _Compared:
    """Compare an executed call with the nearest earlier one. New inputs are told of `target` alone: others follow."""
    record = past.record(call.record)
    calls = past.store.calls
    same = calls.nearest(call.step, inputs=call.inputs, before_ns=call.created_ns, excluding=call.id)
    if same is not None and record is not None:
        same = _of_person(past, same, record) or same
    if same is not None and record is not None and not _alike(past, same, record):
        same = None  # the same request through another alias: the switch is told where it was made
    nearest = same or (None if record is None else _same_item(past, call, record))
    before = None if nearest is None else past.record(nearest.record)
    if record is None or nearest is None or before is None:
        return _first_time(past, run, call, record, target=target)
    causes = [
        *code_changes(parts_of(past, before), parts_of(past, record)) * (call.behaviour != nearest.behaviour),
        *past.tell(call.step, setting_changes(before.shown, record.shown)),
        *read_changes(past, before.reads, record.reads),
    ]
    derived = _inputs(before, record) if same is None and call.step == target else []
    if not causes and same is not None:
        causes = _beneath(past, before, record) or _unusable(nearest, before)
    return _Compared(call, nearest, causes, derived)


def _of_person(past: Past, latest: CallRow, record: Record) -> CallRow | None:
    """Return the latest of some earlier calls with the same inputs that was made for the same person; None: none was.

    What another person was shown says nothing of what has changed for this one.
    """
    who = _askers(past, latest.step, record)
    found: CallRow | None = latest
    for _ in range(_PEOPLE):
        if found is None or not who:
            return found
        before = past.record(found.record)
        if before is not None and _askers(past, found.step, before) == who:
            return found
        found = past.store.calls.nearest(
            found.step, inputs=found.inputs, before_ns=found.created_ns, excluding=found.id
        )
    return None


def _askers(past: Past, step: str, record: Record) -> list[str]:
    """Return on whose behalf a call was made, or those that it made itself."""
    told = [past.asker(step, record.shown, {})]
    told += [past.asker(each.step, {}, each.kept) for each in record.calls if each.kept is not None]
    return [who for who in told if who is not None]


def _beneath(past: Past, before: Record, after: Record) -> list[Cause]:
    """Name what differs in nested calls that were found this time: they are told of nowhere else."""
    causes: list[Cause] = []
    for earlier, later in zip(before.calls, after.calls, strict=False):
        if earlier.step != later.step or earlier.call == later.call:
            continue
        rows = [past.store.calls.get(each.call) if each.call else None for each in (earlier, later)]
        first, second = (None if row is None else past.record(row.record) for row in rows)
        if first is not None and second is not None:
            told = past.tell(later.step, setting_changes(first.shown, second.shown))
            causes += told or _beneath(past, first, second)
    return causes


def _first_time(past: Past, run: RunRow, call: CallRow, record: Record | None, *, target: str) -> _Compared:
    """Explain a call that no earlier one is like: new inputs, or a step that was never called under this name."""
    store = past.store
    is_known = store.calls.nearest(call.step, inputs=None, before_ns=run.started_ns) is not None
    earlier = [] if is_known else [each for each in store.runs.list(limit=_RUNS) if each.started_ns < run.started_ns]
    if not earlier:
        new = Cause(kind="input", name=call.step, after=_shown(record))
        return _Compared(call, None, [], [new] if call.step == target else [])
    other = _by_input(past, run, call, earlier)
    before = None if other is None else past.record(other.record)
    if other is None or before is None or record is None:
        return _Compared(call, None, [], [Cause(kind="new", name=call.step)])
    changes = code_changes(parts_of(past, before), parts_of(past, record))
    renamed = Cause(kind="new", name=call.step, before=other.step, after=call.step)
    return _Compared(call, other, [renamed, *changes], [])


def _by_input(past: Past, run: RunRow, call: CallRow, earlier: list[RunRow]) -> CallRow | None:
    """Return an earlier call for the same row with the same inputs, of a step that this run does not call any more."""
    calls = past.store.calls
    names: set[str] = set()
    for each in calls.of_item(run.id, call.item, call.trial):
        record = past.record(each.record)
        names |= {each.step, *(inner.step for inner in (record.calls if record is not None else ()))}
    found = (each for one in earlier for each in calls.of_item(one.id, call.item, call.trial))
    return next((each for each in found if each.inputs == call.inputs and each.step not in names), None)


def _same_item(past: Past, call: CallRow, record: Record) -> CallRow | None:
    """Return the latest earlier call of the step for the same row, whatever its inputs.

    A built-in step is called for several aliases: only a call with the same settings' names is comparable.
    """
    calls = past.store.calls
    found = calls.nearest_of_item(
        call.step, item=call.item, trial=call.trial, before_ns=call.created_ns, not_run=call.run
    )
    if found is None:
        return None  # this row was never run before
    others = [found, *calls.of_item(found.run, call.item, call.trial)]
    return next((each for each in others if each.step == call.step and _alike(past, each, record)), None)


def _alike(past: Past, call: CallRow, record: Record) -> bool:
    other = past.record(call.record)
    return other is not None and other.shown.keys() == record.shown.keys()


def _inputs(before: Record, after: Record) -> list[Cause]:
    names = dict.fromkeys((*before.inputs, *after.inputs))
    return [
        Cause(kind="input", name=name, before=before.preview_in, after=after.preview_in)
        for name in names
        if before.inputs.get(name) != after.inputs.get(name)
    ]


def _unusable(nearest: CallRow, before: Record) -> list[Cause]:
    """Name why an equal earlier call could not be used again."""
    if nearest.status == "failed":
        return [Cause(kind="failed", name=nearest.step, before=nearest.error or "")]
    if nearest.reuse == "run":
        return [Cause(kind="outside", name=reason) for reason in before.outside]
    if nearest.reuse == "never":
        return [Cause(kind="not memoised", name=reason) for reason in before.spoiled or ("cache off",)]
    if nearest.expires_ns is not None:
        return [Cause(kind="expired", name=nearest.step)]
    return []


def _summed(run: RunRow, compared: list[_Compared]) -> Explanation:
    direct = [cause for each in compared for cause in each.causes]
    causes = direct or [cause for each in compared[:50] for cause in each.derived]
    known = [each for each in compared if each.nearest is not None and each.nearest.run != run.id]
    nearest = next((each.nearest for each in known if each.causes), known[0].nearest if known else None)
    return Explanation(
        run=run.id,
        causes=tuple(_distinct(causes)),
        nearest_run=nearest.run if nearest is not None else "",
        nearest_trace=nearest.trace if nearest is not None else "",
        executed=len(compared),
    )


def _distinct(causes: Iterable[Cause]) -> list[Cause]:
    return list({(cause.kind, cause.name, cause.file, cause.before, cause.after): cause for cause in causes}.values())


def _shown(record: Record | None) -> str:
    return "" if record is None else record.preview_in


def _short(name: str) -> str:
    return name.rpartition(":")[2]
