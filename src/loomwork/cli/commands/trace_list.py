"""`loomwork trace list`: the newest traces, or the newest runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.figures import duration, moment, one_line
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table
from loomwork.cli.tracing import LOOKED_AT, SHOWN_ID, newest_traces
from loomwork.kernel.errors.flow import NoSuchRun
from loomwork.kernel.errors.phrases import Nothing

if TYPE_CHECKING:
    from loomwork.store.protocols import Store
    from loomwork.store.rows import RunRow, SpanRow

LIMIT = 20
_WIDE = 70
_WITHOUT_ERRORS = 6
"""Columns of a list in which nothing failed."""


@command
def list_traces(
    session: Session,
    run: Annotated[str | None, typer.Option("--run", help="option.run", metavar="RUN")] = None,
    runs: Annotated[bool, typer.Option("--runs", help="option.runs")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="option.failed")] = False,
    scoring: Annotated[bool, typer.Option("--scoring", help="option.scoring")] = False,
    limit: Annotated[int, typer.Option("--limit", help="option.newest", min=1)] = LIMIT,
) -> int:
    """List the newest traces or runs."""
    with session.open_store() as store:
        if runs:
            _show_runs(session, _runs(store, limit, failed))
        else:
            _show_traces(session, _traces(store, limit, run, failed, scoring))
    return 0


def known_run(store: Store, run: str) -> str:
    """Return the whole id of a run. Raises `NoSuchRun`."""
    found = store.runs.get(run)
    if found is None:
        newest = ", ".join(each.id for each in store.runs.list(limit=5))
        raise NoSuchRun(run=run, known=newest or Nothing())
    return found.id


def _runs(store: Store, limit: int, failed: bool) -> list[RunRow]:
    if not failed:
        return store.runs.list(limit=limit)
    return [run for run in store.runs.list(limit=LOOKED_AT) if run.failed or run.status not in ("done", "running")][
        :limit
    ]


def _traces(store: Store, limit: int, run: str | None, failed: bool, scoring: bool) -> list[SpanRow]:
    name = None if run is None else known_run(store, run)
    found = newest_traces(store, limit=LOOKED_AT if failed else limit, run=name, scoring=scoring)
    return [span for span in found if span.status == "error" or not failed][:limit]


def _show_runs(session: Session, found: list[RunRow]) -> None:
    words = session.words
    if session.as_json:
        session.give({"runs": [_run_json(run) for run in found]})
        return
    if not found:
        session.show("trace.no_runs")
        return
    heads = [words(f"table.{name}") for name in ("run", "step", "items", "failed", "status", "seconds", "began")]
    rows = [
        (
            run.id,
            run.target,
            run.items,
            run.failed or "",
            words.get(f"status.{run.status}", run.status),
            f"{(run.ended_ns - run.started_ns) / 1e9:.2f}" if run.ended_ns else "",
            moment(run.started_ns),
        )
        for run in found
    ]
    print_table(session.page, heads, rows, right=(2, 3, 5), grow=1)


def _run_json(run: RunRow) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads(run.summary) if run.summary else {}
    return {
        "run": run.id,
        "target": run.target,
        "status": run.status,
        "items": run.items,
        "ok": run.ok,
        "failed": run.failed,
        "started_ns": run.started_ns,
        "ended_ns": run.ended_ns,
        "summary": summary,
    }


def _show_traces(session: Session, found: list[SpanRow]) -> None:
    words = session.words
    if session.as_json:
        session.give({"traces": [_trace_json(span) for span in found]})
        return
    if not found:
        session.show("trace.none")
        return
    heads = [words(f"table.{name}") for name in ("trace", "name", "began", "time", "status", "input")]
    heads += [words("table.error")] if any(span.error for span in found) else []
    rows = [
        (
            span.trace[:SHOWN_ID],
            span.name,
            moment(span.start_ns)[5:],
            duration(span.end_ns - span.start_ns),
            words("status.cached") if span.cached else words.get(f"status.{span.status}", span.status),
            one_line(span.preview_in),
            one_line(span.error or ""),
        )[: len(heads)]
        for span in found
    ]
    whole = (0, 2, 3, 4) if session.page.width >= _WIDE else (0,)
    print_table(session.page, heads, rows, right=(3,), grow=5 if len(heads) == _WITHOUT_ERRORS else 1, whole=whole)


def _trace_json(span: SpanRow) -> dict[str, Any]:
    return {
        "trace": span.trace,
        "name": span.name,
        "kind": span.kind,
        "run": span.run,
        "item": span.item,
        "trial": span.trial,
        "status": span.status,
        "cached": span.cached,
        "error": span.error,
        "start_ns": span.start_ns,
        "end_ns": span.end_ns,
        "input": span.preview_in,
        "output": span.preview_out,
    }
