"""`loomwork data from-traces`: rows from what an application was asked."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.commands.data_files import force, show_written, write
from loomwork.cli.commands.trace_list import known_run
from loomwork.cli.session import Session, command
from loomwork.evals.data.sampling import How
from loomwork.evals.data.writing import check_free

if TYPE_CHECKING:
    from loomwork.evals.data.traces import Gathered

_MOST = 100


@command
def from_traces(
    session: Session,
    out: Annotated[Path, typer.Option("--out", help="option.dataset_out", metavar="FILE.jsonl")],
    most: Annotated[int, typer.Option("-n", help="option.most_rows", min=1)] = _MOST,
    failed: Annotated[bool, typer.Option("--failed", help="option.failed")] = False,
    name: Annotated[str, typer.Option("--name", help="option.trace_step", metavar="STEP")] = "",
    model: Annotated[list[str] | None, typer.Option("--model", help="option.trace_model", metavar="MODEL")] = None,
    run: Annotated[str | None, typer.Option("--run", help="option.run", metavar="RUN")] = None,
    since: Annotated[str | None, typer.Option("--since", help="option.since", metavar="7d")] = None,
    text: Annotated[str, typer.Option("--text", help="option.trace_text", metavar="TEXT")] = "",
    by: Annotated[How, typer.Option("--by", help="option.sample_by")] = "newest",
    output: Annotated[str, typer.Option("--output", help="option.output_key", metavar="KEY")] = "",
    seed: Annotated[int, typer.Option("--seed", help="option.seed")] = 0,
    where: Annotated[str | None, typer.Option("--where", help="option.data_where", metavar="FILTER")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="option.data_exact")] = False,
    forced: Annotated[bool, typer.Option("--force", help="option.force")] = False,
) -> int:
    """Take the inputs of traces as rows, each input once."""
    from loomwork.evals.data.traces import rows_of_requests, rows_of_traces
    from loomwork.evals.data.traffic import conditions
    from loomwork.kernel.durations import parse_seconds
    from loomwork.store.traces import TraceQuery

    check_free(out, force(forced))
    seconds = parse_seconds(since)
    now = time.time()
    with session.open_store() as store:
        if where is not None:
            found = rows_of_requests(
                store, conditions(where, now_ns=int(now * 1e9)), most=most, how=by, seed=seed, output=output,
                at_ms=int(now * 1000), secrets=None if exact else _secrets(session),
            )  # fmt: skip
            return _told(session, out, found, most, forced=forced)
        query = TraceQuery(
            text=text,
            failed="yes" if failed else "",
            name=name,
            models=tuple(model or ()),
            run=None if run is None else known_run(store, run),
            since_ns=0 if seconds is None else int((now - seconds) * 1e9),
        )
        found = rows_of_traces(store, query, most=most, how=by, seed=seed, output=output, at_ms=int(now * 1000))
    return _told(session, out, found, most, forced=forced)


def _told(session: Session, out: Path, found: Gathered, most: int, *, forced: bool) -> int:
    written = write(session, out, found.rows, existing=force(forced), how="from-traces")
    if session.as_json:
        told = {"traces": found.seen, "repeated": found.repeated, "unread": found.unread, "more": found.more}
        session.give({**written.as_json(), **told})
        return 0
    session.show("data.from_traces", traces=found.seen, repeated=found.repeated, unread=found.unread)
    show_written(session, written)
    if not found.seen:
        session.say("data.no_traces")
    elif found.more:
        session.say("data.more_traces", most=most)
    return 0


def _secrets(session: Session) -> list[str]:
    """Return the values of the variables that the settings name as holding secrets."""
    from loomwork.workspace.opening import secrets_of
    from loomwork.workspace.settings import load_settings

    return [each for each in secrets_of(load_settings(session.folder).model_dump(), os.environ) if each]
