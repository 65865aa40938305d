"""Derive an edit's ideal counts from what it touches, and hold the written ones against it. Starts no engine.

The written numbers were found by hand. This plays FLOW's rules 1 to 3 over two recorded runs without any cache (before
and after the edit): a step call is known if an equal call was made before, its step is not touched, and each call
beneath it is known; else its body runs, and each call beneath it is looked at for itself. A model call is known if its
request was sent before.
"""

import json
import queue
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.edits.desk import Slot
from bench.edits.edits import Counts, Edit
from bench.edits.server import Server
from bench.edits.systems import reference

Record = list[dict[str, Any]]


class Derived(NamedTuple):
    """What follows from the touched steps."""

    runs: Counts
    calls: Counts


class Play:
    """One edited run, looked up in the run before it."""

    def __init__(self, edit: Edit, before: Record, after: Record) -> None:
        self.edit = edit
        self.known = {(line["step"], line["args"]) for line in before}
        self.beneath: defaultdict[int, Record] = defaultdict(list)
        for line in after:
            self.beneath[line["parent"]].append(line)
        self.runs: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def name(self, line: dict[str, Any]) -> str:
        """The step's name before the edit."""
        return self.edit.renames.get(line["step"], line["step"])

    def valid(self, line: dict[str, Any]) -> bool:
        """Whether a look-up of this call finds it."""
        name = self.name(line)
        if line["row"] in self.edit.touches.get(name, ()) or (name, line["args"]) not in self.known:
            return False
        return all(map(self.valid, self.beneath[line["id"]]))

    def visit(self, line: dict[str, Any], caller: str = "") -> None:
        """Look a call up, and run it if it is not known."""
        if self.valid(line):
            return
        if line["step"] == "model":
            self.calls[caller] += 1
            return
        name = self.name(line)
        self.runs[name] += 1
        for inner in self.beneath[line["id"]]:
            self.visit(inner, name)


def derive(edit: Edit, before: Record, after: Record) -> Derived:
    """The ideal counts of an edit."""
    play = Play(edit, before, after)
    for line in play.beneath[-1]:
        play.visit(line)
    return Derived(dict(play.runs), dict(play.calls))


def recorded(slot: Slot, edit: Edit | None) -> Record:
    """Every call of a run without a cache."""
    record, out = slot.root / "record.json", slot.root / "out.jsonl"
    done = slot.run(reference("none", record)(slot.project, out), edit.env if edit else {}, out)
    if done.code != 0:
        raise RuntimeError(f"{edit.name if edit else 'the application'} does not run: {done.stderr}")
    return json.loads(record.read_text(encoding="utf-8"))


def check_ideals(edits: Sequence[Edit], *, workers: int = 2) -> list[str]:
    """What is written otherwise than it follows; empty if all is well."""
    slots: queue.Queue[tuple[Slot, Record]] = queue.Queue()

    def wrong(edit: Edit) -> str:
        slot, before = slots.get()
        try:
            slot.restore()
            slot.edit(edit)
            derived = derive(edit, before, recorded(slot, edit))
        finally:
            slots.put((slot, before))
        same = derived.runs == edit.runs and derived.calls == edit.calls
        return (
            "" if same else f"{edit.name}: written {edit.runs}, {edit.calls}; derived {derived.runs}, {derived.calls}"
        )

    with TemporaryDirectory(prefix="ideals-") as folder, Server() as server, ThreadPoolExecutor(workers) as pool:
        for number in range(workers):
            slot = Slot(Path(folder).resolve() / f"slot{number}", server)
            slot.root.mkdir()
            slot.clear()
            slot.keep()
            slots.put((slot, recorded(slot, None)))
        return [said for said in pool.map(wrong, edits) if said]
