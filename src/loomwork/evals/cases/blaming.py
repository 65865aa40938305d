"""What the records say of a failing row without a model call: where its error came from, which change stands behind it.

Knows a runtime, where there is one; without it nothing is named.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from loomwork.evals.cases.passing import Scored, trials_of
from loomwork.flow.blaming import suspect
from loomwork.flow.blaming.settling import known
from loomwork.flow.blaming.tree import Node, Trees
from loomwork.flow.runtime import Runtime
from loomwork.kernel.errors.base import UsageError
from loomwork.store.cases import CaseRow
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow

_RUNS = 5
"""Earlier runs of the target in which the row is looked for."""
_CLASS = re.compile(r"(?P<name>[A-Za-z_][\w.]*)(?:: |$)")


class Origin(NamedTuple):
    """Where an error came from."""

    error: str
    """Its class."""
    step: str
    text: str


class Behind(NamedTuple):
    """The step and the changes behind a difference; empty where the records alone do not tell."""

    step: str = ""
    changes: tuple[str, ...] = ()
    certain: bool = False


def origin_of(runtime: Runtime | None, target: str, item: ItemRow) -> Origin:
    """Return where an item's error came from: the innermost step that failed, else the target."""
    root = None if runtime is None else Trees(runtime).of_item(item)
    node = None if root is None else _innermost(root)
    text = (node.call.error if node is not None else None) or item.error or ""
    step = target if node is None else node.call.step
    found = _CLASS.match(text)
    return Origin(found["name"] if found else "Error", step, item.error or text)


def _innermost(root: Node) -> Node | None:
    """Return the failed call of the project in which nothing beneath failed."""
    node = root if root.call.status == "failed" else None
    while node is not None:
        beneath = [each for each in node.children if each.call.status == "failed" and ":" in each.call.step]
        if not beneath:
            return node
        node = beneath[-1]
    return None


def behind(runtime: Runtime | None, run_a: str, run_b: str, item: ItemRow) -> Behind:
    """Return what changed for a row between two runs, as the records tell it."""
    if runtime is None or run_a == run_b:
        return Behind()
    try:
        suspicion = suspect(runtime, run_a, run_b, row=item.index, trial=item.trial)
    except UsageError:  # a run, its row or its calls are not kept any more
        return Behind()
    if suspicion.is_same:
        return Behind()
    blamed = known(suspicion)
    changes = tuple(f"{each.kind} {each.name}" for each in suspicion.changes)
    if blamed is None:
        return Behind(changes=changes)
    return Behind(blamed.step.name if blamed.step is not None else "", changes, blamed.certain)


def last_good(store: Store, case: CaseRow, item: ItemRow, scored: dict[str, Scored]) -> str:
    """Return the newest earlier run of the target in which the very row passed; empty where there is none.

    Args:
        store: Where the runs are.
        case: The case to be, with what passes.
        item: The failing item.
        scored: The values of its scorer by run, for runs that have it set alike; filled as they are asked for.
    """
    from loomwork.evals.cases.passing import scored_for

    for run in store.runs.list(limit=_RUNS, target=case.target, before=item.run):
        values = scored.get(run.id)
        if values is None:
            values = scored_for(store, run.id, case)
            if values is None:
                continue
            scored[run.id] = values
        other = store.runs.item(run.id, item.index, item.trial)
        if other is not None and other.input == item.input:
            trials = trials_of(case, [other], values)
            if trials is not None and not trials.failed:
                return run.id
    return ""
