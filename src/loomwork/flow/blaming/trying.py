"""Replay a row over the recordings of two runs mixed, with the code and the files that lie here. Builds neither."""

from __future__ import annotations

from typing import Any, cast

from loomwork.flow.behaviour import Part
from loomwork.flow.blaming.aligning import bare
from loomwork.flow.blaming.mixing import Allowance, Mixture
from loomwork.flow.blaming.settling import Tried
from loomwork.flow.blaming.suspecting import Suspicion
from loomwork.flow.blaming.tree import Node
from loomwork.flow.context import Scope, entered
from loomwork.flow.keys import find
from loomwork.flow.places import named
from loomwork.flow.reasons import parts_of
from loomwork.flow.record import body_of
from loomwork.flow.running.runner import call_step
from loomwork.flow.running.totals import RunTotals
from loomwork.flow.runtime import Runtime
from loomwork.flow.step import Step
from loomwork.kernel import codecs
from loomwork.kernel.canonical import Digest, combine
from loomwork.kernel.errors.flow import NotRecorded, TooManyCalls
from loomwork.store.rows import REPLAYS

_FACTS = frozenset({"package", "python", "loomwork"})


async def try_row(runtime: Runtime, suspicion: Suspicion, on: frozenset[str], *, most: int) -> Tried:
    """Replay the row with some switches as in the second run. Has no effect on the outside; asks models live.

    Args:
        runtime: With the code, files and settings that belong to `on`.
        suspicion: The two runs.
        on: The switches set as in the second run.
        most: Model calls that may be sent.
    """
    root = suspicion.root.b
    step = None if root is None else find(root.at)
    body = None if root is None else body_of(root.record)
    if root is None or not isinstance(step, Step) or body is None:
        return Tried(outcome="not rebuilt")
    data = body if isinstance(body, bytes) else runtime.store.blobs.get(body)
    mixture, allowance, totals = Mixture(runtime, suspicion, on), Allowance(most), RunTotals()
    scope = Scope(
        run=REPLAYS + runtime.ids.run_id(), item=suspicion.row, trial=suspicion.trial,
        totals=totals, budget=allowance, source=mixture,
    )  # fmt: skip
    frame = runtime.root(scope)
    frame.trace = runtime.ids.trace_id()
    try:
        with entered(frame):
            came = await _outcome(runtime, cast("Step[..., Any]", step), codecs.decode(data))
    finally:
        runtime.recorder.flush()
    calls, sampled = totals.requests, _asked_a_draw(runtime, frame.trace)
    if allowance.refused:
        return Tried(outcome="too many calls", calls=calls)
    if mixture.refused:
        return Tried(outcome="diverged", calls=calls)
    is_b = came == ((root.call.value or "") if root.call.status == "ok" else bare(root.call.error or ""))
    return Tried(outcome="b" if is_b else "other", calls=calls, sampled=sampled)


async def _outcome(runtime: Runtime, step: Step[..., Any], arguments: dict[str, Any]) -> str:
    try:
        value = await call_step(step, arguments)
    except (NotRecorded, TooManyCalls):
        return ""
    except Exception as error:
        return bare(named(error))
    return runtime.keys.value(codecs.decode(codecs.encode(value)), lambda: (step.name, "its result")).digest


def _asked_a_draw(runtime: Runtime, trace: str) -> bool:
    """Say whether a model was asked anew for an answer that chance has a part in."""
    for span in runtime.store.spans.trace(trace):
        if span.kind == "model" and not span.cached:
            call = runtime.store.calls.of_span(span.span)
            record = None if call is None else runtime.lookup.record(call.record)
            if record is not None and record.draw is not None:
                return True
    return False


def code_of(runtime: Runtime, root: Node) -> dict[str, Digest]:
    """Return what the steps of a tree did when they ran, by where each is found: packages and versions aside."""
    found: dict[str, Digest] = {}
    for node in root.walk():
        parts = parts_of(runtime, node.record)
        if parts:
            found[node.at] = _does(runtime, parts)
    return found


def code_here(runtime: Runtime, steps: list[str]) -> dict[str, Digest]:
    """Return what steps do now, as `code_of`; a step that is not there is left out."""
    found: dict[str, Digest] = {}
    for name in steps:
        step = find(name)
        if isinstance(step, Step):
            parts = runtime.keys.behaviour(cast("Step[..., Any]", step)).parts
            found[name] = _does(runtime, parts)
    return found


def _does(runtime: Runtime, parts: tuple[Part, ...]) -> Digest:
    """Hash parts; a constant that holds a path of the project is the same in a copy of it."""
    root = str(runtime.project.root)
    texts = (each.shown.replace(root, ".") if root in each.shown else each.digest for each in _own(parts))
    return combine(*texts)


def _own(parts: tuple[Part, ...]) -> list[Part]:
    return [each for each in parts if each.kind not in _FACTS]
