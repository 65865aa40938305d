"""One run in a line: from its final summary, or from what is known of it so far. Knows no store."""

from __future__ import annotations

from typing import Any

import msgspec

from loomwork.kernel.usage import Money
from loomwork.store.rows import RunRow
from loomwork.studio.grid.table import Figures
from loomwork.studio.wire.runs import RunHead


def meta_of(run: RunRow) -> dict[str, Any]:
    """Return how a run was started."""
    return _object(run.meta)


def trials_of(run: RunRow) -> int:
    """Return how many trials of each row a run makes."""
    found = meta_of(run).get("trials", 1)
    return found if isinstance(found, int) and found > 0 else 1


def head_of(run: RunRow, figures: Figures | None, first_error: str = "") -> RunHead:
    """Return the head of a run; of one that has not ended, `figures` say what it has come to."""
    summary = _object(run.summary)
    if summary or figures is None:
        return _ended(run, summary, first_error)
    return RunHead(
        **_common(run),
        done=figures.done,
        ok=figures.done - figures.failed,
        failed=figures.failed,
        calls=figures.calls,
        hits=figures.hits,
        ran=figures.calls - figures.hits,
        model_calls=figures.requests,
        input_tokens=figures.input_tokens,
        output_tokens=figures.output_tokens,
        cost={currency: float(Money(micros, currency).amount) for currency, micros in figures.cost.items()},
        unpriced_calls=figures.unpriced,
        stopped_by="",
        first_error=first_error,
    )


def _ended(run: RunRow, summary: dict[str, Any], first_error: str) -> RunHead:
    steps: list[dict[str, Any]] = summary.get("steps", [])
    usage: dict[str, int] = summary.get("usage", {})
    return RunHead(
        **_common(run),
        done=run.ok + run.failed,
        ok=run.ok,
        failed=run.failed,
        calls=sum(step["calls"] for step in steps),
        hits=sum(step["hits"] for step in steps),
        ran=sum(step["ran"] for step in steps),
        model_calls=summary.get("model_calls", 0),
        input_tokens=usage.get("input_tokens", 0),
        output_tokens=usage.get("output_tokens", 0),
        cost=summary.get("cost", {}),
        unpriced_calls=summary.get("unpriced_calls", 0),
        stopped_by=summary.get("stopped_by", ""),
        first_error=first_error,
    )


def _common(run: RunRow) -> dict[str, Any]:
    return {
        "id": run.id,
        "target": run.target,
        "status": run.status,
        "started_ms": run.started_ns / 1e6,
        "ended_ms": None if run.ended_ns is None else run.ended_ns / 1e6,
        "items": run.items,
        "trials": trials_of(run),
        "data": str(meta_of(run).get("data", "")),
        "scorers": (),
        "scored": "",
    }


def _object(data: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(data, type=dict[str, Any]) if data else {}
    except msgspec.DecodeError:
        return {}
