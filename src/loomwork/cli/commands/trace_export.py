"""`loomwork trace export`: traces as OpenTelemetry, to a file or to a collector."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from loomwork.cli.commands.trace_list import known_run
from loomwork.cli.session import Session, command
from loomwork.cli.tracing import LOOKED_AT, find_trace
from loomwork.kernel.errors.cli import FileTaken, VariableUnset
from loomwork.kernel.errors.store import NothingSelected

if TYPE_CHECKING:
    from loomwork.store.protocols import Store
    from loomwork.store.rows import SpanRow
    from loomwork.trace.otlp.export import Encoding
    from loomwork.trace.otlp.http import Sent
    from loomwork.trace.otlp.mapping import GetBody

Form = Literal["otlp-json", "otlp-protobuf"]
_ENDINGS = {"otlp-json": "json", "otlp-protobuf": "binpb"}


@command
def export_traces(
    session: Session,
    trace: Annotated[str | None, typer.Argument(help="option.trace", metavar="TRACE")] = None,
    run: Annotated[str | None, typer.Option("--run", help="option.run", metavar="RUN")] = None,
    form: Annotated[Form, typer.Option("--format", help="option.format")] = "otlp-json",
    out: Annotated[Path | None, typer.Option("--out", help="option.out_file", metavar="FILE")] = None,
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="option.endpoint", metavar="URL")] = None,
    header: Annotated[list[str] | None, typer.Option("--header", help="option.header", metavar="NAME=ENV")] = None,
    bodies: Annotated[bool, typer.Option("--bodies", help="option.export_bodies")] = False,
) -> int:
    """Export one trace, or all traces of a run."""
    from loomwork.trace.otlp.export import write_file

    if trace is None and run is None:
        raise NothingSelected
    headers = _headers(header or [])
    encoding = cast("Encoding", form.removeprefix("otlp-"))
    with session.open_store() as store:
        spans = _spans(store, trace, run)
        body = store.blobs.get if bodies else None
        if endpoint is not None:
            sent = asyncio.run(_send(endpoint, encoding, spans, body, headers))
            result = {"endpoint": endpoint, "spans": sent.spans, "rejected": sent.rejected, "message": sent.message}
            session.say("trace.sent", spans=sent.spans, rejected=sent.rejected)
        else:
            path = out or Path(f"traces.{_ENDINGS[form]}")
            if path.exists():
                raise FileTaken(path=path)
            count = write_file(spans, path, encoding=encoding, body=body)
            result = {"file": str(path), "spans": count, "rejected": 0, "message": ""}
            session.say("trace.exported", spans=count, path=path)
    if session.as_json:
        session.give(result)
    return 1 if result["rejected"] else 0


def _spans(store: Store, trace: str | None, run: str | None) -> Iterator[SpanRow]:
    """Return the spans of one trace, or of every trace of a run. Raises before anything is written."""
    if trace is not None:
        return iter(store.spans.trace(find_trace(store, trace)))
    name = known_run(store, run or "")
    traces = dict.fromkeys(item.trace for item in store.runs.items(name) if item.trace)
    if not traces:
        traces = dict.fromkeys(span.trace for span in store.spans.list(limit=LOOKED_AT, run=name))
    return (span for each in traces for span in store.spans.trace(each))


def _headers(given: list[str]) -> dict[str, str]:
    """Return headers whose values stand in environment variables. Raises `VariableUnset`."""
    found: dict[str, str] = {}
    for each in given:
        name, _, variable = each.partition("=")
        if not os.environ.get(variable):
            raise VariableUnset(name=variable or each)
        found[name] = os.environ[variable]
    return found


async def _send(
    endpoint: str, encoding: Encoding, spans: Iterator[SpanRow], body: GetBody | None, headers: dict[str, str]
) -> Sent:
    from random import SystemRandom

    import aiohttp

    from loomwork.kernel.clock import SystemClock
    from loomwork.trace.otlp.export import batches
    from loomwork.trace.otlp.http import Sender

    async with aiohttp.ClientSession() as http:
        sender = Sender(
            http, endpoint, encoding=encoding, clock=SystemClock(), headers=headers, chance=SystemRandom().random
        )
        return await sender.send(batches(spans, encoding=encoding, body=body))
