"""DeepEval: test cases with ten metrics of one's own over a stub task."""

import json
import os
import sys
import time
from pathlib import Path

os.environ |= {"DEEPEVAL_TELEMETRY_OPT_OUT": "YES", "ERROR_REPORTING": "NO", "DEEPEVAL_UPDATE_WARNING_OPT_IN": "0"}
sys.path.insert(0, str(Path(__file__).parents[2]))
from deepeval import evaluate
from deepeval.evaluate.configs import AsyncConfig, CacheConfig, DisplayConfig
from deepeval.metrics import BaseMetric
from deepeval.test_case import LLMTestCase

from bench.scoring import work


class Plain(BaseMetric):
    """One of the ten."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.threshold = 0.5
        self.async_mode = False

    def measure(self, test_case: LLMTestCase, *_args: object, **_more: object) -> float:
        """Score."""
        self.score = work.SCORERS[self.name](test_case.actual_output, test_case.expected_output)
        self.success = self.score >= self.threshold
        return self.score

    async def a_measure(self, test_case: LLMTestCase, *args: object, **more: object) -> float:
        """Score."""
        return self.measure(test_case)

    def is_successful(self) -> bool:
        """Whether it passes."""
        return bool(self.success)

    @property
    def __name__(self) -> str:
        return self.name


def main() -> None:
    """Print one JSON object of seconds."""
    count = int(sys.argv[2])
    os.chdir(sys.argv[1])
    began, cpu = time.perf_counter(), time.process_time()
    cases = [
        LLMTestCase(input=row["question"], actual_output=work.stub(row["question"]), expected_output=row["expected"])
        for row in work.rows(count)
    ]
    found = evaluate(
        cases,
        [Plain(name) for name in work.SCORERS],
        async_config=AsyncConfig(run_async=False),
        display_config=DisplayConfig(show_indicator=False, print_results=False),
        cache_config=CacheConfig(write_cache=False, use_cache=False),
    )
    took, used = time.perf_counter() - began, time.process_time() - cpu
    print(
        "\nRESULT "
        + json.dumps(
            {"own": took, "own_cpu": used, "scores": sum(len(each.metrics_data or []) for each in found.test_results)}
        )
    )


if __name__ == "__main__":
    main()
