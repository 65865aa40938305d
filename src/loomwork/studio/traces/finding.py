"""From what the page asks to what a store is asked: filters, ids, places in the list. Knows no span's content."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from loomwork.evals.evaluating.marking import RUN
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.cli import NoRunsYet
from loomwork.kernel.errors.flow import AmbiguousTrace, NoSuchTrace
from loomwork.kernel.errors.studio import ParameterWrong
from loomwork.store.protocols import Store
from loomwork.store.traces import Mark, TraceQuery
from loomwork.studio.wire.traces import TraceFilter

SCORING = "scoring"
"""Kind of the root of what scorers did for one item."""
_NS = 1_000_000
_ID = 32
_OF_NO_RUN = "none"
_FAILED: dict[str, Literal["", "yes", "no"]] = {"": "", "failed": "yes", "ok": "no"}
_CACHED = {"": None, "yes": True, "no": False}


def query_of(store: Store, folder: Path, asked: TraceFilter) -> TraceQuery:
    """Return what a store is asked for a filter. A run that is not there has no traces."""
    return TraceQuery(
        text=asked.q,
        failed=_FAILED[asked.status],
        kind=asked.kind,
        not_kind="" if shows_scoring(asked) else SCORING,
        name=asked.name,
        models=_models(folder, asked.model),
        run=_run(store, asked.run),
        cached=_CACHED[asked.cached],
        rated=asked.rated,
        min_ns=_ns(asked.min_ms),
        max_ns=_ns(asked.max_ms),
        since_ns=_ns(asked.since_ms),
        until_ns=_ns(asked.until_ms),
    )


def shows_scoring(asked: TraceFilter) -> bool:
    """Say whether traces of scorers are wanted: one asks for them, or names a scorer or the run of its calls."""
    return bool(asked.scoring or asked.name or asked.kind in (SCORING, "scorer") or asked.run.startswith(RUN))


def find_trace(store: Store, text: str) -> str:
    """Return a whole id for one, the beginning of one, or `last`. Raises `NoSuchTrace`, `AmbiguousTrace`."""
    if text == "last":
        newest = store.spans.list(limit=1)
        if not newest:
            raise NoRunsYet
        return newest[0].trace
    wanted = text.lower()
    if not wanted or len(wanted) > _ID or set(wanted) - set("0123456789abcdef"):
        raise NoSuchTrace(trace=text)
    found = store.traces.beginning(wanted)
    if not found:
        raise NoSuchTrace(trace=text)
    if len(found) > 1:
        raise AmbiguousTrace(prefix=text, matches=", ".join(found))
    return found[0]


def mark_of(text: str) -> Mark | None:
    """Return a place in the list from the text it was sent as. Raises `ParameterWrong`."""
    if not text:
        return None
    start, _, number = text.partition("-")
    if not start.isdecimal() or not number.isdecimal():
        raise ParameterWrong(detail=f"before: '{text}' is no place in the list of traces")
    return Mark(int(start), int(number))


def text_of(mark: Mark | None) -> str:
    """Return the text that a place is sent as.

    >>> text_of(Mark(12, 3)), mark_of("12-3")
    ('12-3', Mark(start_ns=12, number=3))
    """
    return "" if mark is None else f"{mark.start_ns}-{mark.number}"


def _ns(ms: float) -> int:
    return max(0, round(ms * _NS))


def _run(store: Store, run: str) -> str | None:
    if not run:
        return None
    if run == _OF_NO_RUN:
        return ""
    found = store.runs.get(run)
    return run if found is None else found.id


def _models(folder: Path, model: str) -> tuple[str, ...]:
    """Return a model's name and, where it is an alias, what that stands for: spans say the provider's name."""
    if not model:
        return ()
    from loomwork.workspace.settings import load_settings

    try:
        named = load_settings(folder).models.get(model, {}).get("model")
    except LoomworkError:
        named = None
    return (model,) if named is None or named == model else (model, str(named))
