"""pydantic-evals: a Dataset of cases with ten evaluators over a stub task."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import Evaluator, EvaluatorContext

from bench.scoring import work


@dataclass
class Plain(Evaluator[str, str, Any]):
    """One of the ten."""

    name: str

    def evaluate(self, ctx: EvaluatorContext[str, str, Any]) -> dict[str, float]:
        """Score."""
        return {self.name: work.SCORERS[self.name](ctx.output, ctx.expected_output or "")}


def main() -> None:
    """Print one JSON object of seconds."""
    count = int(sys.argv[2])
    cases = [
        Case(name=str(n), inputs=row["question"], expected_output=row["expected"])
        for n, row in enumerate(work.rows(count))
    ]
    dataset = Dataset(name="bench", cases=cases, evaluators=[Plain(name) for name in work.SCORERS])
    began, cpu = time.perf_counter(), time.process_time()

    async def task(question: str) -> str:
        return work.stub(question)

    report = dataset.evaluate_sync(task, progress=False, max_concurrency=16)
    took, used = time.perf_counter() - began, time.process_time() - cpu
    print(
        "RESULT " + json.dumps({"own": took, "own_cpu": used, "scores": sum(len(each.scores) for each in report.cases)})
    )


if __name__ == "__main__":
    main()
