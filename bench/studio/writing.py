"""A run that writes spans through the recorder at a given rate, by the clock. Run by bench.studio in its own process.

It says READY, waits for a line, writes, and says when it began and ended.
"""

import argparse
import json
import os
import random
import sys
import time
from pathlib import Path

from bench.studio import work
from loomwork.kernel.clock import SystemClock
from loomwork.kernel.ids import Ids
from loomwork.store import open_store
from loomwork.store.rows import ItemRow, RunRow
from loomwork.trace.recorder import Recorder
from loomwork.trace.span import Span

TICK_S = 0.01
SIDE_BY_SIDE = 10
"""Items that are worked on at a time: the first step of ten, then the second of ten, and so on."""


class Writer:
    """One run of so many items."""

    def __init__(self, folder: Path, name: str, items: int) -> None:
        self.store = open_store(f"sqlite:///{folder / '.loomwork' / 'store.db'}")
        clock = SystemClock()
        self.recorder = Recorder(self.store.spans, clock=clock, ids=Ids(clock=clock))
        self.chance = random.Random(name)
        self.name, self.items = name, items
        self.row = RunRow(id=name, target="app:answer", started_ns=time.time_ns(), dataset="data/rows.jsonl",
                          items=items, pid=os.getpid())  # fmt: skip
        self.store.runs.start(self.row)
        self.roots: dict[int, Span] = {}

    def cell(self, number: int) -> None:
        """Write the cell of that number: item by item in blocks, the target's own last."""
        block, within = divmod(number, SIDE_BY_SIDE * len(work.STEPS))
        step, place = divmod(within, SIDE_BY_SIDE)
        item = block * SIDE_BY_SIDE + place
        question = f"question {item}: {work.sentence(self.chance, 9)}"
        if step == 0:
            self.roots[item] = self.recorder.start("app:answer", kind="step", run=self.name, item=item)
            self.roots[item].body_in(question.encode(), question)
        root = self.roots[item]
        is_last = step == len(work.STEPS) - 1
        span = root if is_last else self.recorder.start(f"app:{work.STEPS[step]}", kind="step", parent=root)
        said = f"{work.STEPS[step]} of {item}: {work.sentence(self.chance, 12)}"
        if not is_last:
            span.body_in(question.encode(), question)
        span.body_out(said.encode(), said)
        span.end()
        if is_last:
            now = time.time_ns()
            row = ItemRow(run=self.name, index=item, trial=0, status="ok", input=self.store.blobs.put(b"{}"),
                          output=self.store.blobs.put(said.encode()), trace=root.trace, started_ns=root.start_ns,
                          ended_ns=now)  # fmt: skip
            self.store.runs.put_item(row)
            del self.roots[item]

    def all(self, rate: float) -> dict[str, float]:
        """Write every cell when it is due; return when that began and ended, in milliseconds since the epoch."""
        count = self.items * len(work.STEPS)
        began_ns, began, written = time.time_ns(), time.perf_counter(), 0
        while written < count:
            due = min(count, int((time.perf_counter() - began) * rate))
            for number in range(written, due):
                self.cell(number)
            written = due
            time.sleep(TICK_S)  # the rate is what is given here
        left = self.recorder.flush()
        ended_ns = time.time_ns()
        each = self.items
        steps = [{"step": f"app:{name}", "calls": each, "hits": 0, "ran": each, "failed": 0} for name in work.STEPS]
        self.store.runs.finish(RunRow(
            id=self.name, target="app:answer", started_ns=self.row.started_ns, ended_ns=ended_ns, status="done",
            dataset=self.row.dataset, items=self.items, ok=self.items, pid=os.getpid(),
            summary=json.dumps({"steps": steps, "calls": count, "ran": count}).encode(),
        ))  # fmt: skip
        assert left == 0, f"{left} spans were not stored"
        self.recorder.close()
        self.store.close()
        return {"began_ms": began_ns / 1e6, "ended_ms": ended_ns / 1e6, "cells": count}


def main() -> None:
    """Write one run when told to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    options = parser.parse_args()
    writer = Writer(options.folder, options.run, options.items)
    print("READY", flush=True)
    sys.stdin.readline()
    print("RESULT " + json.dumps(writer.all(options.rate)), flush=True)


if __name__ == "__main__":
    main()
