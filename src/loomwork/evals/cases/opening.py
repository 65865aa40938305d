"""Make cases of failing rows: one of a row that a person points at, or all of a run, grouped. Calls no model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct, structs

from loomwork.evals.cases.blaming import behind, last_good, origin_of
from loomwork.evals.cases.grouping import NEAR, Failure, Group, grouped, likeness, pairs_of, title_of
from loomwork.evals.cases.passing import Rule, Scored, meets, set_for
from loomwork.evals.cases.rows import as_json, input_of, keys_of
from loomwork.evals.evaluating.figures import given_of
from loomwork.flow.runtime import Runtime
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.kernel.errors.cases import CaseKnown, NotFailing, NothingFails
from loomwork.kernel.errors.flow import NoSuchRow, NoSuchRun
from loomwork.kernel.errors.phrases import Nothing
from loomwork.store.cases import ALL, CasedRow, CaseEvent, CaseRow, Threshold
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow, RunRow

_LIVE = ("open", "triaged", "fixed", "regressed")


class Opened(Struct, frozen=True, kw_only=True):
    """What became of a group of failing rows."""

    case: CaseRow
    how: Literal["new", "joined"]
    rows: int
    """Rows that came to the case now."""


class _Measure(Struct, frozen=True, kw_only=True):
    scorer: str = ""
    scored: str = ""
    threshold: Threshold | None = None
    judged: bool = False
    """Rows without an error fail, too."""


def open_case(
    store: Store,
    run_id: str,
    row: int,
    *,
    now_ns: int,
    rule: Rule | None = None,
    is_wrong: bool = False,
    title: str = "",
    runtime: Runtime | None = None,
) -> Opened:
    """Make a case of one row of a run.

    Args:
        store: Where it is kept.
        run_id: The run.
        row: Its failing row.
        now_ns: The time.
        rule: The scorer that it fails by; None: it failed with an error.
        is_wrong: A person says that its answer is wrong; counts where it has no error and no rule is given.
        title: In place of one made from the row or the error.
        runtime: Where the step and the change to blame are looked up; None: they stay empty.

    Raises:
        NoSuchRun: No such run.
        NoSuchRow: It has no such row.
        NotFailing: The row passes.
        NotScored: The run has no such scores.
        CaseKnown: A case has this row already, for the same reason.
    """
    run = _run(store, run_id)
    measure, values = _measured(store, run, rule)
    measure = structs.replace(measure, judged=is_wrong and rule is None)
    items = [item for item in store.runs.items(run.id) if item.index == row]
    if not items:
        raise NoSuchRow(run=run.id, row=row)
    failures = list(_failing(store, run, items, measure, values, runtime))
    if not failures:
        by = "" if rule is None else f" ({rule.scorer})"
        raise NotFailing(run=run.id, row=row, by=by)
    fresh, met = _fresh(store, run, failures, measure)
    if not fresh:
        raise CaseKnown(run=run.id, row=row, number=met)
    group = Group(failures=(fresh[0],))
    return _new(store, run, group, measure, now_ns=now_ns, runtime=runtime, title=title)


def open_from(
    store: Store,
    run_id: str,
    *,
    now_ns: int,
    rules: Sequence[Rule] = (),
    failed: bool = False,
    runtime: Runtime | None = None,
) -> list[Opened]:
    """Make cases of all failing rows of a run, similar ones in one case; known ones are left, like ones join.

    Args:
        store: Where they are kept.
        run_id: The run.
        now_ns: The time.
        rules: What scores must meet; a row that does not is a failure.
        failed: Take the rows that failed with an error; they are then no failures by score as well.
        runtime: As of `open_case`.

    Raises:
        NoSuchRun: No such run.
        NotScored: It was not scored so.
        NothingFails: No row fails by that.
    """
    run = _run(store, run_id)
    items = list(store.runs.items(run.id))
    made: list[Opened] = []
    found = 0
    for rule in [*([None] if failed else []), *rules]:
        measure, values = _measured(store, run, rule)
        asked = [item for item in items if rule is None or not failed or item.status == "ok"]
        failures = list(_failing(store, run, asked, measure, values, runtime))
        found += len(failures)
        fresh, _ = _fresh(store, run, failures, measure)
        for group in grouped(fresh):
            joined = _joined(store, run, group, measure, now_ns=now_ns)
            made.append(joined or _new(store, run, group, measure, now_ns=now_ns, runtime=runtime))
    if not found:
        raise NothingFails(run=run.id)
    return made


def _run(store: Store, name: str) -> RunRow:
    run = store.runs.get(name)
    if run is None:
        known = ", ".join(each.id for each in store.runs.list(limit=5)) or Nothing()
        raise NoSuchRun(run=name, known=known)
    return run


def _measured(store: Store, run: RunRow, rule: Rule | None) -> tuple[_Measure, Scored]:
    if rule is None:
        return _Measure(), {}
    scored, threshold = set_for(store, run.id, rule)
    measure = _Measure(scorer=rule.scorer, scored=scored, threshold=threshold)
    return measure, store.scores.values(run.id, rule.scorer)


def _failing(
    store: Store, run: RunRow, items: Iterable[ItemRow], measure: _Measure, values: Scored, runtime: Runtime | None
) -> Iterator[Failure]:
    """Yield the failing rows, each once: with its first failing trial."""
    seen: set[int] = set()
    for item in items:
        value = values.get((item.index, item.trial))
        if measure.threshold is None:
            fails = item.status == "failed" or measure.judged
        else:
            fails = value is not None and not meets(value, measure.threshold)
        if not fails or item.index in seen:
            continue
        seen.add(item.index)
        row, keys = given_of(store, item), keys_of(store, item)
        if measure.scorer or item.status != "failed":
            yield Failure(item=item, row=row, keys=keys, scorer=measure.scorer, value=value, text=item.error or "")
        else:
            origin = origin_of(runtime, run.target, item)
            yield Failure(item=item, row=row, keys=keys, error=origin.error, step=origin.step, text=origin.text)


def _fresh(store: Store, run: RunRow, failures: list[Failure], measure: _Measure) -> tuple[list[Failure], int]:
    """Return the failures whose row no case has for the same reason, and a case that has one of the others.

    A case that a person closed has its rows, too: only a run that fails after one that passed opens it again.
    """
    known: dict[tuple[bool, tuple[str, ...]], dict[str, int]] = {}
    for case in store.cases.list(target=run.target, limit=ALL):
        if case.scorer == measure.scorer:
            for row in store.cases.rows(case.n):
                known.setdefault((case.is_judged, row.keys), {})[row.input] = case.n
    fresh: list[Failure] = []
    met = 0
    for failure in failures:
        judged = not failure.scorer and not failure.error
        known_so = ((keys, by) for (said, keys), by in known.items() if said == judged)
        at = next((by[found] for keys, by in known_so if (found := input_of(failure.row, keys)) in by), 0)
        met = met or at
        if not at:
            fresh.append(failure)
    return fresh, met


def _joined(store: Store, run: RunRow, group: Group, measure: _Measure, *, now_ns: int) -> Opened | None:
    """Add a group to a live case that it is like; None where there is none."""
    first = group.failures[0]
    for case in reversed(store.cases.list(statuses=_LIVE, target=run.target, limit=ALL)):
        if (case.scorer, case.error) != (measure.scorer, first.error) or (case.error and case.step != first.step):
            continue
        rows = store.cases.rows(case.n)
        share = 1.0
        if not case.error:
            share = (
                min(likeness(_pairs(rows[0]), pairs_of(each.row, each.keys)) for each in group.failures)
                if rows
                else 0.0
            )
            if share < NEAR:
                continue
        added = [_row(store, run, each) for each in group.failures]
        why = "error" if case.error else "near"
        status = "regressed" if case.status == "fixed" else case.status
        least = min(case.likeness or 1.0, round(share, 3)) if why == "near" else 0.0
        grown = structs.replace(case, why=why, likeness=least, status=status, changed_ns=now_ns)
        event = CaseEvent(at_ns=now_ns, status=status, what="rows", run=run.id, text=str(len(added)))
        store.cases.change(grown, event, added)
        return Opened(case=grown, how="joined", rows=len(added))
    return None


def _pairs(row: CasedRow) -> frozenset[tuple[str, str]]:
    import msgspec

    return pairs_of(msgspec.json.decode(row.row, type=dict[str, Any]), row.keys) if row.row else frozenset()


def _new(
    store: Store, run: RunRow, group: Group, measure: _Measure, *, now_ns: int, runtime: Runtime | None, title: str = ""
) -> Opened:
    first = group.failures[0]
    case = CaseRow(
        target=run.target, title=title or title_of(group.failures, first.text), run=run.id, scorer=measure.scorer,
        scored=measure.scored, threshold=measure.threshold, error=first.error, step=first.step,
        why=group.why, likeness=group.likeness, opened_ns=now_ns, changed_ns=now_ns,
    )  # fmt: skip
    good = last_good(store, case, first.item, {})
    if good:
        found = behind(runtime, good, run.id, first.item)
        change = ", ".join(found.changes)
        case = structs.replace(case, step=case.step or found.step, change=change)
    rows = [_row(store, run, each) for each in group.failures]
    event = CaseEvent(at_ns=now_ns, status="open", what="opened", run=run.id, text=str(len(rows)))
    return Opened(case=store.cases.open(case, rows, event), how="new", rows=len(rows))


def _row(store: Store, run: RunRow, failure: Failure) -> CasedRow:
    item, keys = failure.item, failure.keys
    output = "" if item.output is None else as_json(decode_plain(store.blobs.get(item.output)))
    return CasedRow(
        input=input_of(failure.row, keys), keys=keys, dataset=run.dataset, index=item.index, trial=item.trial,
        run=run.id, trace=item.trace, subject=item.subject, row=as_json(failure.row), output=output,
        error=item.error or "", value=failure.value,
    )  # fmt: skip
