"""`loomwork run --traces`: recorded calls once more with something changed, and the answers that differ."""

from __future__ import annotations

import asyncio
import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loomwork.cli.differences import STYLES, differences, lines_of
from loomwork.cli.progress import progress_bar
from loomwork.cli.session import Session
from loomwork.cli.stopping import INTERRUPTED, Stopping
from loomwork.cli.tables import print_table
from loomwork.kernel.errors.cli import Interrupted
from loomwork.kernel.errors.releases import NoCalls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loomwork.flow.running import RunBudget
    from loomwork.flow.running.again import Again, AgainReport
    from loomwork.store.protocols import Store
    from loomwork.store.rows import RequestRow
    from loomwork.workspace.opening import Workspace

_SHOWN = 5
_RUN = "run="
_PAGE = 500


class Wanted:
    """What is asked for.

    Args:
        target: The step.
        traces: Conditions on the requests whose calls are taken; `run=RUN` takes the calls of a run.
        sets: The --set options.
        limit: At most so many calls, the newest.
        out: Where a row for each differing answer is written.
        strict: Whether a differing answer makes the exit code 1.
        concurrency: Calls side by side; None: as the settings say.
        max_cost: What may be spent; None: as the settings say.
        allow_unknown: Whether what has no known price may be asked.
    """

    def __init__(
        self, target: str, traces: str, sets: Sequence[str], *, limit: int | None, out: Path | None, strict: bool,
        concurrency: int | None, max_cost: str | None, allow_unknown: bool,
    ) -> None:  # fmt: skip
        self.target = target
        self.traces = traces
        self.sets = list(sets)
        self.limit = limit
        self.out = out
        self.strict = strict
        self.concurrency = concurrency
        self.max_cost = max_cost
        self.allow_unknown = allow_unknown


def run_traces(session: Session, wanted: Wanted) -> int:
    """Make recorded calls once more, and tell what differs."""
    from loomwork.cli.commands.replay import sets_of

    steps, prompts, models = sets_of(session, wanted.sets)
    with session.open(prompts=prompts, models=models) as workspace:
        with Stopping(session.words("run.stopping")) as stopping:
            try:
                report = asyncio.run(_made(session, workspace, wanted, steps, stopping))
            except asyncio.CancelledError:
                raise Interrupted from None
        found = [_row(workspace.store, each) for each in report.differing]
    if wanted.out is not None:
        lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in found)
        wanted.out.write_text("".join(lines), encoding="utf-8")
    _tell(session, report, found)
    if report.stopped_by == "interrupted":
        return INTERRUPTED
    return 1 if report.failed or report.status != "done" or (wanted.strict and report.outcomes["changed"]) else 0


async def _made(
    session: Session, workspace: Workspace, wanted: Wanted, steps: dict[str, Any], stopping: Stopping
) -> AgainReport:
    from loomwork.flow.running.again import recorded_calls, run_again
    from loomwork.flow.targets import load_target

    runtime = workspace.runtime
    step = load_target(wanted.target, runtime.project)
    calls = list(recorded_calls(runtime, step, _traces(workspace, wanted)))[: wanted.limit]
    if not calls:
        raise NoCalls(target=wanted.target, filter=wanted.traces)
    with progress_bar(session, wanted.target) as tell:
        work = asyncio.ensure_future(
            run_again(
                runtime,
                step,
                calls,
                overrides=steps,
                concurrency=wanted.concurrency or workspace.settings.run.concurrency,
                budget=_budget(workspace, wanted),
                meta={"target": wanted.target, "traces": wanted.traces, "set": wanted.sets},
                on_progress=tell,
            )
        )
        stopping.watch(work, tell.note)
        return await work


def _budget(workspace: Workspace, wanted: Wanted) -> RunBudget | None:
    from loomwork.flow.running import RunBudget
    from loomwork.kernel.usage import Money

    text = wanted.max_cost or workspace.settings.run.max_cost
    return None if text is None else RunBudget(Money.parse(text), unknown="allow" if wanted.allow_unknown else "refuse")


def _traces(workspace: Workspace, wanted: Wanted) -> list[str]:
    """Return the traces that meet the conditions, the newest first."""
    from loomwork.evals.data.traffic import conditions, requests

    words = shlex.split(wanted.traces)
    runs = [word.removeprefix(_RUN) for word in words if word.startswith(_RUN)]
    if runs:
        return [trace for run in runs for trace in _of_run(workspace.store, run)]
    names = {name for name, table in workspace.settings.serve.items() if table.step == wanted.target}
    asked = conditions(wanted.traces, now_ns=workspace.runtime.clock.now_ns())

    def is_it(row: RequestRow) -> bool:
        return row.served in names

    keep = None if asked.served or not names else is_it
    return [row.trace for row in requests(workspace.store, asked, keep=keep)]


def _of_run(store: Store, run: str) -> list[str]:
    from loomwork.cli.commands.trace_list import known_run

    return [item.trace for item in store.runs.items(known_run(store, run)) if item.trace]


def _row(store: Store, again: Again) -> dict[str, Any]:
    from loomwork.kernel.codecs.plain import decode_plain
    from loomwork.kernel.errors.base import LoomworkError
    from loomwork.telling.jsonable import jsonable

    def value(at: Any) -> Any:
        try:
            return None if at is None else jsonable(decode_plain(store.blobs.get(at)))
        except LoomworkError:
            return None

    return {
        "index": again.index, "trace": again.trace, "replay": again.replay, "outcome": again.outcome,
        "before": value(again.before), "after": value(again.after),
        "error_before": again.error_before or None, "error": again.error or None,
    }  # fmt: skip


def _tell(session: Session, report: AgainReport, found: list[dict[str, Any]]) -> None:
    ok = sum(report.outcomes.values()) - report.failed
    if session.as_json:
        head = {"run": report.run, "target": report.target, "items": report.items, "ok": ok, "failed": report.failed}
        tail = {"wall_s": round(report.wall_s, 3), **report.outcomes, "differing": found}
        session.give(head | report.totals.as_json() | tail)
        return
    words = session.words
    rows = [
        (name, words.get(f"kind.{count.kind}", count.kind), count.hits + count.ran, count.hits, count.ran)
        for name, count in sorted(report.totals.steps.items())
    ]
    heads = [words(f"table.{name}") for name in ("step", "kind", "calls", "hits", "ran")]
    print_table(session.console, heads, rows, right=(2, 3, 4))
    seconds = f"{report.wall_s:.2f}"
    session.say("again.done", run=report.run, items=report.items, seconds=seconds, requests=report.totals.requests)
    session.show("again.outcomes", **report.outcomes)
    if report.outcomes["recovered"]:
        session.show("again.recovered", count=report.outcomes["recovered"])
    for each in sorted(found, key=lambda each: each["outcome"] == "recovered")[:_SHOWN]:
        session.show("again.one", trace=each["trace"], replay=each["replay"])
        if each["outcome"] == "recovered":
            session.show("again.had_failed", error=each["error_before"])
            for line in lines_of(each["after"]):
                session.page.print(f"  + {line}", style=STYLES["+"])
        elif each["error"]:
            session.page.print(f"  {each['error']}")
        else:
            for line in differences(each["before"], each["after"]):
                session.page.print(f"  {line}", style=STYLES[line[0]])
    if len(found) > _SHOWN:
        session.show("again.more", count=len(found) - _SHOWN)
    if report.refusal is not None:
        session.say("run.refused", error=report.refusal)
