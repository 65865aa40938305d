"""`loomwork run`: a step over a dataset, with progress, counts and cost."""

from __future__ import annotations

import asyncio
import gc
import json
from codecs import BOM_UTF8
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.again import Wanted, run_traces
from loomwork.cli.behalf import on_behalf
from loomwork.cli.cases import settle
from loomwork.cli.datasets import as_file
from loomwork.cli.progress import progress_bar
from loomwork.cli.session import Session, command
from loomwork.cli.stopping import INTERRUPTED, Stopping
from loomwork.cli.summary import show_report
from loomwork.kernel.errors.base import UsageError
from loomwork.kernel.errors.cli import DataIsArray, DataIsSheet, DataIsTable, Interrupted, NoSuchFile, NoSuchFolder
from loomwork.kernel.errors.phrases import nearest
from loomwork.kernel.errors.releases import RowsOrTraces

if TYPE_CHECKING:
    from loomwork.flow.running import RunReport
    from loomwork.workspace.opening import Workspace

TABLES = {".csv": ",", ".tsv": "\\t"}
"""Endings of tables in text, with what stands between their columns as Python writes it."""
SHEETS = (".xlsx", ".xls", ".ods", ".parquet")
_BEGINNING = 1024


@command
def run(
    session: Session,
    target: Annotated[str, typer.Argument(help="option.target")],
    data: Annotated[Path | None, typer.Option("--data", help="option.data", metavar="FILE.jsonl")] = None,
    traces: Annotated[str | None, typer.Option("--traces", help="option.traces", metavar="FILTER")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="option.run_set", metavar="KIND:NAME=VALUE")] = None,
    no_changes: Annotated[bool, typer.Option("--no-changes", help="option.no_changes")] = False,
    limit: Annotated[int | None, typer.Option("--limit", help="option.limit", min=0)] = None,
    trials: Annotated[int, typer.Option("--trials", help="option.trials", min=1)] = 1,
    concurrency: Annotated[int | None, typer.Option("--concurrency", help="option.concurrency", min=1)] = None,
    refresh: Annotated[list[str] | None, typer.Option("--refresh", help="option.refresh", metavar="STEP")] = None,
    max_cost: Annotated[str | None, typer.Option("--max-cost", help="option.max_cost", metavar="5USD")] = None,
    allow_unknown_price: Annotated[
        bool, typer.Option("--allow-unknown-price", help="option.allow_unknown_price")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help="option.out", metavar="FILE.jsonl")] = None,
    as_principal: Annotated[str | None, typer.Option("--as", help="option.as", metavar="PRINCIPAL")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="option.group", metavar="GROUP")] = None,
) -> int:
    """Run a step over every row of a dataset, or over recorded calls."""
    if out is not None and not out.absolute().parent.is_dir():
        raise NoSuchFolder(path=out.absolute().parent)
    if traces is not None:
        wanted = Wanted(
            target, traces, set_ or [], limit=limit, out=out, strict=no_changes, concurrency=concurrency,
            max_cost=max_cost, allow_unknown=allow_unknown_price,
        )  # fmt: skip
        _refuse(data=data is not None, trials=trials > 1, refresh=bool(refresh), as_=bool(as_principal or groups))
        return run_traces(session, wanted)
    if data is None or set_ or no_changes:
        raise RowsOrTraces
    from loomwork.flow.running import RunBudget, RunOptions
    from loomwork.kernel.usage import Money

    data = as_file(session, data)
    rows_readable(data)
    with session.open() as workspace:
        most = max_cost or workspace.settings.run.max_cost
        unknown = "allow" if allow_unknown_price else "refuse"
        budget = None if most is None else RunBudget(Money.parse(most), unknown=unknown)
        options = RunOptions(
            limit=limit,
            trials=trials,
            concurrency=concurrency or workspace.settings.run.concurrency,
            refresh=full_names(refresh or [], target),
            principal=on_behalf(as_principal, groups),
            meta={"target": target, "data": str(data), "refresh": refresh or [], "max_cost": most},
        )
        with Stopping(session.words("run.stopping")) as stopping:
            try:
                report = asyncio.run(_run(session, workspace, target, data, options, budget, stopping))
            except asyncio.CancelledError:  # stopped before the run had begun
                raise Interrupted from None
        if out is not None:
            _write(workspace, report, out)
        settle(session, workspace, report.run)
    wrong = report.refusal if isinstance(report.refusal, UsageError) else None
    if session.as_json:
        session.give(report.as_json() | (session.words.as_json(wrong) if wrong is not None else {}))
    show_report(session, report, out=out is None)
    if not report.items and limit != 0:
        session.say("data.empty", file=data)
    _say_unmet(session, options.refresh, report)
    if report.status == "stopped" and report.stopped_by == "interrupted":
        return INTERRUPTED
    if wrong is not None:
        session.console.print(session.words.complaint(wrong))
        return wrong.exit_code
    return 1 if report.failed or report.status != "done" else 0


async def _run(
    session: Session, workspace: Workspace, target: str, data: Path, options: Any, budget: Any, stopping: Stopping
) -> RunReport:
    from loomwork.flow.running import Dataset, run_dataset
    from loomwork.flow.targets import load_target

    runtime = workspace.runtime
    step = load_target(target, runtime.project)
    gc.freeze()  # what is imported by now stays to the end: the collector need not walk it again and again
    with progress_bar(session, target) as tell:
        work = asyncio.ensure_future(
            run_dataset(runtime, step, Dataset(data, step), options=options, budget=budget, on_progress=tell)
        )
        stopping.watch(work, tell.note)
        return await work


def _say_unmet(session: Session, refresh: frozenset[str], report: RunReport) -> None:
    """Say which --refresh names no step that the run met: most likely they are misspelt."""
    met = set(report.totals.steps)
    for name in sorted(refresh - met):
        session.say("run.refresh_unmet", name=name, near=nearest(name, met))


def _refuse(**given: bool) -> None:
    """Refuse options that say nothing of recorded calls: each is made once, as whoever made it."""
    if any(given.values()):
        raise RowsOrTraces


def full_names(refresh: list[str], target: str) -> frozenset[str]:
    """Return full step names: a bare name is taken from the target's module."""
    module = target.partition(":")[0]
    return frozenset(name if ":" in name else f"{module}:{name}" for name in refresh)


def readable(data: Path) -> None:
    """Refuse a file that is not there."""
    if not data.is_file():
        raise NoSuchFile(path=data)


def rows_readable(data: Path) -> None:
    """Refuse a dataset that is not there, or that is in another format than JSONL."""
    readable(data)
    if data.suffix.lower() in TABLES:
        raise DataIsTable(path=data, converted=data.with_suffix(".jsonl"), delimiter=TABLES[data.suffix.lower()])
    if data.suffix.lower() in SHEETS:
        raise DataIsSheet(path=data)
    if data.suffix.lower() == ".json":
        with data.open("rb") as file:
            start = file.read(_BEGINNING).removeprefix(BOM_UTF8).lstrip()
        if start.startswith(b"["):
            raise DataIsArray(path=data, converted=data.with_suffix(".jsonl"))


def _write(workspace: Workspace, report: RunReport, out: Path) -> None:
    """Write a row an item, in input order, through a file beside the target."""
    from loomwork.kernel import codecs
    from loomwork.telling.jsonable import jsonable

    store = workspace.runtime.store
    part = out.with_name(out.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        for item in store.runs.items(report.run):
            row = {
                "index": item.index,
                "trial": item.trial,
                "input": jsonable(codecs.decode(store.blobs.get(item.input))),
                "output": None if item.output is None else jsonable(codecs.decode(store.blobs.get(item.output))),
                "error": item.error,
                "trace": item.trace,
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    part.replace(out)
