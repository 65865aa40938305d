"""Let a run decide about cases: what passes is fixed, what was fixed and fails again is regressed. Asks no person.

A row is found by the hash of its input, wherever it stands. What the run did not run, or did not score in the same way,
it does not decide. A case is fixed when every row of it passes; a flaky row, of which some trials fail, does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from loomwork.evals.cases.blaming import behind
from loomwork.evals.cases.passing import Trials, scored_for, trials_of
from loomwork.evals.cases.rows import input_of
from loomwork.evals.evaluating.figures import given_of
from loomwork.flow.runtime import Runtime
from loomwork.store.cases import ALL, CasedRow, CaseEvent, CaseRow, CaseStatus
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow, RunRow

_WATCHED: tuple[CaseStatus, ...] = ("open", "triaged", "fixed", "regressed", "closed")
_FAILING = frozenset({"open", "triaged", "regressed"})


class SettledCase(Struct, frozen=True, kw_only=True):
    """A case about which a run decided something new."""

    case: CaseRow
    """As it is now."""
    before: CaseStatus
    flaky: tuple[int, ...] = ()
    """Rows of the run of which some trials pass and some fail."""
    changes: tuple[str, ...] = ()
    """What had changed since the row failed (passed) last, where the records tell."""


def settle_cases(store: Store, run_id: str, *, now_ns: int, runtime: Runtime | None = None) -> list[SettledCase]:
    """Settle the cases that a run decides about, and return those that changed or were found to be flaky.

    Costs nothing where the target has no case. A run older than what decided last about a row does not decide again.

    Args:
        store: Where runs and cases are.
        run_id: A run that has ended (one that was stopped decides about what it ran).
        now_ns: The time.
        runtime: Where what changed is looked up; None: it is not said.
    """
    run = store.runs.get(run_id)
    cases = () if run is None else store.cases.list(statuses=_WATCHED, target=run.target, limit=ALL)
    if run is None or not cases:
        return []
    rows = {case.n: store.cases.rows(case.n) for case in cases}
    items = _by_input(store, run, {row.keys for each in rows.values() for row in each})
    found = [_Settling(store, run, case, rows[case.n], items).done(now_ns, runtime) for case in reversed(cases)]
    return [each for each in found if each is not None]


def _by_input(store: Store, run: RunRow, keys: set[tuple[str, ...]]) -> dict[str, list[ItemRow]]:
    found: dict[str, list[ItemRow]] = {}
    for item in store.runs.items(run.id):
        row = given_of(store, item)
        for name in {input_of(row, each) for each in keys}:
            found.setdefault(name, []).append(item)
    return found


class _Settling:
    """One case and what a run says of it."""

    def __init__(
        self, store: Store, run: RunRow, case: CaseRow, rows: Sequence[CasedRow], items: Mapping[str, list[ItemRow]]
    ) -> None:
        self._store = store
        self._run = run
        self._case = case
        self._rows = rows
        values = scored_for(store, run.id, case)
        self._decided: dict[str, Trials] = {}
        for row in rows if values is not None else ():
            trials = trials_of(case, items.get(row.input, ()), values or {})
            if trials is not None and not self._is_older(row):
                self._decided[row.input] = trials

    def _is_older(self, row: CasedRow) -> bool:
        """Say whether this run began before the one that decided last."""
        last = self._store.runs.get(row.run) if row.run and row.run != self._run.id else None
        return last is not None and last.started_ns > self._run.started_ns

    def done(self, now_ns: int, runtime: Runtime | None) -> SettledCase | None:
        """Write what the run decides; None where it decides nothing new."""
        if not self._decided:
            return None
        case, before = self._case, self._case.status
        status = self._status()
        written = [self._after(row) for row in self._rows]
        changed = [new for old, new in zip(self._rows, written, strict=True) if new != old]
        flaky = tuple(each.item.index for each in self._decided.values() if each.is_flaky)
        if status == before and not flaky:
            if changed:
                self._store.cases.change(case, None, changed)
            return None
        changes = self._changes(runtime) if status != before else ()
        case = structs.replace(case, status=status, changed_ns=now_ns if status != before else case.changed_ns)
        event = CaseEvent(
            at_ns=now_ns, status=status, what="status" if status != before else "flaky", run=self._run.id,
            text=", ".join(map(str, flaky)), changes=changes,
        )  # fmt: skip
        self._store.cases.change(case, event, changed)
        return SettledCase(case=case, before=before, flaky=flaky, changes=changes)

    def _status(self) -> CaseStatus:
        case = self._case
        after = [self._after(row) for row in self._rows]
        again = any(new.state == "failing" and old.passed for old, new in zip(self._rows, after, strict=True))
        if all(row.state == "passing" for row in after):
            return "fixed" if case.status in _FAILING else case.status
        fell = any(each.failed for each in self._decided.values())
        if (case.status == "fixed" and fell) or (case.status == "closed" and again and fell):
            return "regressed"
        return case.status

    def _after(self, row: CasedRow) -> CasedRow:
        """Return a row as the run leaves it."""
        trials = self._decided.get(row.input)
        if trials is None:
            return row
        if not trials.failed:
            return structs.replace(row, state="passing", passed=True, run=self._run.id)
        item = trials.item
        return structs.replace(
            row, state="failing", run=self._run.id, index=item.index, trial=item.trial, trace=item.trace,
            error=item.error or "", value=trials.value,
        )  # fmt: skip

    def _changes(self, runtime: Runtime | None) -> tuple[str, ...]:
        """Return what changed for the first row that turned, since the run that decided about it before."""
        for row in self._rows:
            trials = self._decided.get(row.input)
            if trials is not None and (row.state == "failing") == (not trials.failed):
                return behind(runtime, row.run, self._run.id, trials.item).changes
        return ()
