"""Run the matrix: every edit on a system, two places at a time. Knows neither what is right nor how it is printed."""

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.edits.desk import Outcome, Slot
from bench.edits.edits import Edit
from bench.edits.judge import Verdict, judge, judge_plan, judge_why
from bench.edits.server import Server
from bench.edits.systems import SYSTEMS, System, loomwork_plan, loomwork_why

WORKERS = 2


class ColdRunFailedError(Exception):
    """The application does not even run before an edit."""


class Matrix:
    """A system with its places, each holding the application after one cold run."""

    def __init__(self, system: System, root: Path, server: Server, *, workers: int = WORKERS) -> None:
        self.system = system
        self.slots: queue.Queue[Slot] = queue.Queue()
        self.cold: list[Outcome] = []
        for number in range(workers):
            place = root / f"slot{number}"
            place.mkdir()
            slot = Slot(place, server)
            slot.clear()
            self.cold.append(self._run(slot, {}))
            if self.cold[-1].code != 0 or not self.cold[-1].outputs:
                raise ColdRunFailedError(f"{system.name}: {self.cold[-1].stderr[-2000:]}")
            slot.keep()
            self.slots.put(slot)

    def _run(self, slot: Slot, env: dict[str, str], system: System | None = None) -> Outcome:
        out = slot.root / "out.jsonl"
        out.unlink(missing_ok=True)
        return slot.run((system or self.system).run(slot.project, out), env, out)

    def verdict(self, edit: Edit, *, explain: bool = True) -> Verdict:
        """Make the edit, run, explain, and compare with a run on an empty store."""
        if edit.name in self.system.not_expressed:
            return Verdict(edit=edit.name, kind=edit.kind, status="not expressed")
        with self._slot() as slot:
            slot.restore()
            slot.edit(edit)
            outcomes: dict[str, Outcome] = {}
            if self.system.plans and explain:
                outcomes["plan"] = slot.run(loomwork_plan(slot.project), edit.env)
            done = outcomes["run"] = self._run(slot, edit.env)
            if self.system.plans and explain and done.answer.get("run"):
                outcomes["why"] = slot.run(loomwork_why(slot.project, done.answer["run"]), edit.env)
            slot.clear()
            slot.edit(edit)
            control = outcomes["control"] = self._run(slot, edit.env, SYSTEMS.get(self.system.control))
        verdict = judge(edit, done, control, steps=self.system.steps)
        if "plan" in outcomes:
            verdict = replace(verdict, plan=tuple(judge_plan(edit, outcomes["plan"], done)))
        if "why" in outcomes:
            verdict = replace(verdict, why=tuple(judge_why(edit, outcomes["why"])))
        return replace(verdict, walls={name: outcome.wall_s for name, outcome in outcomes.items()})

    @contextmanager
    def _slot(self) -> Iterator[Slot]:
        slot = self.slots.get()
        try:
            yield slot
        finally:
            self.slots.put(slot)


def run_matrix(
    system: System,
    edits: Sequence[Edit],
    *,
    workers: int = WORKERS,
    explain: bool = True,
    progress: Callable[[Verdict], None] = lambda _: None,
) -> list[Verdict]:
    """All edits on one system, in the order given."""
    verdicts: list[Verdict] = []
    with TemporaryDirectory(prefix="edits-") as folder, Server() as server, ThreadPoolExecutor(workers) as pool:
        matrix = Matrix(system, Path(folder).resolve(), server, workers=workers)
        for verdict in pool.map(lambda edit: matrix.verdict(edit, explain=explain), edits):
            progress(verdict)
            verdicts.append(verdict)
    return verdicts
