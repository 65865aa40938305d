"""Ragas: single-turn samples with ten metrics of one's own, which ask no model."""

import json
import os
import sys
import time
from pathlib import Path

os.environ |= {"RAGAS_DO_NOT_TRACK": "true"}
sys.path.insert(0, str(Path(__file__).parents[2]))
from dataclasses import dataclass, field

from ragas import EvaluationDataset, RunConfig, evaluate
from ragas.dataset_schema import SingleTurnSample
from ragas.metrics.base import MetricType, SingleTurnMetric

from bench.scoring import work


@dataclass
class Plain(SingleTurnMetric):
    """One of the ten."""

    name: str = ""
    _required_columns: dict = field(default_factory=lambda: {MetricType.SINGLE_TURN: {"response", "reference"}})

    def init(self, run_config: RunConfig) -> None:
        """Nothing is set up."""

    async def _single_turn_ascore(self, sample: SingleTurnSample, callbacks: object) -> float:
        return work.SCORERS[self.name](sample.response or "", sample.reference or "")

    async def _ascore(self, row: dict, callbacks: object) -> float:
        return await self._single_turn_ascore(SingleTurnSample(**row), callbacks)


def main() -> None:
    """Print one JSON object of seconds."""
    count = int(sys.argv[2])
    began, cpu = time.perf_counter(), time.process_time()
    samples = [
        SingleTurnSample(user_input=row["question"], response=work.stub(row["question"]), reference=row["expected"])
        for row in work.rows(count)
    ]
    found = evaluate(
        EvaluationDataset(samples=samples),
        metrics=[Plain(name=name) for name in work.SCORERS],
        show_progress=False,
        raise_exceptions=True,
    )
    took, used = time.perf_counter() - began, time.process_time() - cpu
    print("RESULT " + json.dumps({"own": took, "own_cpu": used, "scores": sum(len(each) for each in found.scores)}))


if __name__ == "__main__":
    main()
