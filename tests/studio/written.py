"""Runs and scores written into a store as the runner and scoring write them, without running anything."""

import json
from typing import Any

import msgspec

from loomwork.evals.evaluating.marking import Said
from loomwork.kernel import codecs
from loomwork.kernel.bodies import refer
from loomwork.store.rows import ItemRow, RunRow, ScoreRow, ScoringRow, SpanRow
from loomwork.studio.studio import Studio

MS = 1_000_000
Row = tuple[dict[str, Any], Any]
"""An input, and an output; an exception stands for a failure."""


def make(studio: Studio, run: str, rows: list[Row], *, trials: int = 1, **spans: Any) -> None:
    """Write a run as the runner does; row by row, trial by trial."""
    store = studio.store
    meta = json.dumps({"data": "data/q.jsonl"}).encode()
    store.runs.start(RunRow(id=run, target="app:answer", started_ns=len(store.runs.list()) + 1, meta=meta))
    for number, (given, output) in enumerate(rows):
        index, trial = divmod(number, trials)
        bodies: list[bytes] = []
        failed = isinstance(output, Exception)
        store.runs.put_item(
            ItemRow(
                run=run,
                index=index,
                trial=trial,
                status="failed" if failed else "ok",
                input=refer(codecs.encode(given), bodies),
                output=None if failed else refer(codecs.encode(output), bodies),
                error=str(output) if failed else None,
                trace=f"{number:032x}",
                started_ns=0,
                ended_ns=(10 + number) * MS,
            ),
            bodies,
        )
        if spans:
            known: dict[str, Any] = {"name": "answer", "kind": "step", "start_ns": 1, "end_ns": 2, **spans}
            span = f"{int(run, 36) % 1000:08x}{number:08x}"
            store.spans.write([SpanRow(trace=f"{number:032x}", span=span, run=run, item=index, trial=trial, **known)])
    store.runs.finish(
        RunRow(id=run, target="app:answer", started_ns=1, ended_ns=2, status="done", items=len(rows), meta=meta)
    )


def score(studio: Studio, run: str, scorer: str, values: dict[int, float | None], **said: Any) -> None:
    """Write what a scorer said, as scoring does."""
    given: dict[str, Any] = {"low": 0.0, "high": 1.0, "identity": scorer, **said}
    told = msgspec.json.encode(Said(scorer=scorer, **given))
    studio.store.scores.begin(ScoringRow(run=run, scorer=scorer, made_ns=1 + len(values), said=told))
    add(studio, run, scorer, values)


def add(studio: Studio, run: str, scorer: str, values: dict[int, float | None]) -> None:
    studio.store.scores.put(
        [
            ScoreRow(run=run, scorer=scorer, index=index, trial=0, made_ns=1, value=value)
            for index, value in values.items()
        ]
    )
