"""Stop a run as soon as its gates are decided, with a guarantee that holds at every look.

Rows come in a shuffled order: a file that is sorted by difficulty would break the guarantee. Each gate has its own
confidence sequence at a level corrected for how many gates there are (Bonferroni).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from loomwork.evals.evaluating.gates import Gate
from loomwork.evals.evaluating.marking import Marked, MarkOptions, begin, mark
from loomwork.evals.scoring.chosen import Chosen
from loomwork.evals.statistics.sequential import Sequential
from loomwork.flow.context import Budget
from loomwork.flow.running import Dataset, Row
from loomwork.flow.runtime import Runtime
from loomwork.flow.step import Step
from loomwork.kernel.errors.evals import BadGate, NothingToDecide

DECIDED = "decided"


class Shuffled(Dataset):
    """A dataset in an order that has nothing to do with its rows. All of it is held in memory."""

    def __init__(self, path: Path, step: Step[..., Any], *, seed: int) -> None:
        super().__init__(path, step)
        self._seed = seed

    def rows(self, *, limit: int | None = None) -> Iterator[Row]:
        """Yield the rows, each with its own number, in the order of the seed; of `limit`, those that come first."""
        found = list(super().rows())
        order = np.random.default_rng(self._seed).permutation(len(found))
        yield from (found[int(at)] for at in order[:limit])


class Early:
    """Watches a run: scores each item when it is there, and says when every gate is decided."""

    def __init__(
        self,
        runtime: Runtime,
        chosen: Sequence[Chosen],
        gates: Sequence[Gate],
        how: MarkOptions,
        *,
        budget: Budget | None,
        trials: int,
        level: float,
    ) -> None:
        self._runtime = runtime
        self._chosen = chosen
        self._how = how
        self._budget = budget
        self._trials = trials
        self._watched = _watched(chosen, gates, 1 - (1 - level) / max(len(gates), 1))
        self._waiting: defaultdict[int, list[dict[str, float]]] = defaultdict(list)
        self._run = ""
        self.marked = Marked.nothing()
        self.decided = ""

    def begin(self, run: str) -> None:
        """Note the scorers when the run has an id."""
        self._run = run
        begin(self._runtime, run, self._chosen)

    async def after(self, index: int, trial: int) -> str:
        """Score an item; return `decided` when enough is known."""
        done = await mark(
            self._runtime, self._run, self._chosen, options=self._how, budget=self._budget, items=[(index, trial)]
        )
        self.marked = self.marked.joined(done)
        if done.stopped_by:
            return done.stopped_by
        scores = self._runtime.store.scores.of_item(self._run, index, trial)
        self._waiting[index].append({each.scorer: each.value for each in scores if each.value is not None})
        if len(self._waiting[index]) < self._trials:
            return ""
        trials = self._waiting.pop(index)
        for gate, sequence in self._watched:
            values = [each[gate.scorer] for each in trials if gate.scorer in each]
            if values:
                sequence.update([fmean(values)])
        if all(sequence.look().decided for _, sequence in self._watched):
            self.decided = DECIDED
        return self.decided


def _watched(chosen: Sequence[Chosen], gates: Sequence[Gate], level: float) -> list[tuple[Gate, Sequential]]:
    """Return what is watched for each gate. Raises `NothingToDecide`, `BadGate`."""
    if not gates:
        raise NothingToDecide
    found: list[tuple[Gate, Sequential]] = []
    for gate in gates:
        scale = next(each.scale for each in chosen if each.label == gate.scorer)
        if gate.field != "mean":
            raise BadGate(rule=gate.rule, reason="stopping early decides means alone")
        if scale.low is None or scale.high is None:
            raise BadGate(rule=gate.rule, reason="stopping early needs a scorer with a range that ends on both sides")
        if not scale.low <= gate.bound <= scale.high:
            raise BadGate(rule=gate.rule, reason=f"the bound lies outside {scale.low:g} to {scale.high:g}")
        found.append((gate, Sequential(scale.low, scale.high, level, reference=gate.bound)))
    return found
