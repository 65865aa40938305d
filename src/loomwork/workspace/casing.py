"""Which row of a run a trace is: what was asked of a server is made once more, as a run of one row. Opens no case."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from loomwork.flow.running.again import recorded_calls, run_again
from loomwork.flow.targets import load_target
from loomwork.kernel.errors.cases import NoStepServed
from loomwork.kernel.errors.flow import NoSuchTrace
from loomwork.kernel.errors.releases import NoCalls
from loomwork.workspace.opening import Workspace


class RowOf(NamedTuple):
    """A row of a run."""

    run: str
    row: int


def row_of_trace(workspace: Workspace, given: str) -> RowOf:
    """Return the row that a trace is, or makes now.

    What a request called then is taken from the record as long as nothing that decides it has changed.

    Args:
        workspace: The open project; its code is read where the trace is a server's.
        given: The trace, or how it begins.

    Raises:
        NoSuchTrace: No trace, or several, begin so.
        NoStepServed: It is of a model's answer, or of something that is not served any more.
        NoCalls: Its calls are not kept.
    """
    store, runtime = workspace.store, workspace.runtime
    known = store.traces.beginning(given, limit=2)
    if len(known) != 1:
        raise NoSuchTrace(trace=given)
    trace = known[0]
    root = next((span for span in store.spans.trace(trace) if span.item >= 0 and store.runs.get(span.run)), None)
    if root is not None:
        return RowOf(root.run, root.item)
    request = store.requests.get(trace)
    table = None if request is None else workspace.settings.serve.get(request.served)
    if table is None:
        raise NoStepServed(trace=trace, served="-" if request is None else request.served)
    step = load_target(table.step, runtime.project)
    calls = list(recorded_calls(runtime, step, known))
    if not calls:
        raise NoCalls(target=table.step, filter=trace)
    meta = {"target": table.step, "trace": trace}
    return RowOf(asyncio.run(run_again(runtime, step, calls, meta=meta)).run, 0)
