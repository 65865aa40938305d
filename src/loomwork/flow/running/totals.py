"""What a run counts: calls by step, requests, tokens, money. Knows nothing of how they come about."""

from __future__ import annotations

import threading
from typing import Any, Literal

from loomwork.kernel.usage import Cost, Usage


class StepCount:
    """Calls of one step."""

    __slots__ = ("failed", "hits", "kind", "ran")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.hits = 0
        self.ran = 0
        self.failed = 0


class RunTotals:
    """Thread-safe counts of one run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.steps: dict[str, StepCount] = {}
        self.requests = 0
        self.usage = Usage()
        self.cost = Cost()

    def called(self, step: str, kind: str, outcome: Literal["hit", "ran", "failed"]) -> None:
        """Count one call; a failed one also ran."""
        with self._lock:
            count = self.steps.get(step)
            if count is None:
                count = self.steps[step] = StepCount(kind)
            if outcome == "hit":
                count.hits += 1
                return
            count.ran += 1
            count.failed += outcome == "failed"

    def metered(self, requests: int, usage: Usage | None, cost: Cost | None) -> None:
        """Add requests sent, tokens and money."""
        with self._lock:
            self.requests += requests
            if usage is not None:
                self.usage = self.usage + usage
            if cost is not None:
                self.cost = self.cost + cost

    def joined(self, other: RunTotals) -> RunTotals:
        """Return the counts of both."""
        found = RunTotals()
        for each in (self, other):
            found.metered(each.requests, each.usage, each.cost)
            for name, count in each.steps.items():
                into = found.steps.setdefault(name, StepCount(count.kind))
                into.hits += count.hits
                into.ran += count.ran
                into.failed += count.failed
        return found

    @property
    def hits(self) -> int:
        """All calls that a memo answered."""
        return sum(count.hits for count in self.steps.values())

    @property
    def calls(self) -> int:
        """All calls."""
        return sum(count.hits + count.ran for count in self.steps.values())

    def as_json(self) -> dict[str, Any]:
        """Return the counts in the form of `run --json`."""
        return {
            "steps": [
                {
                    "name": name,
                    "kind": count.kind,
                    "calls": count.hits + count.ran,
                    "hits": count.hits,
                    "ran": count.ran,
                    "failed": count.failed,
                }
                for name, count in sorted(self.steps.items())
            ],
            "model_calls": self.requests,
            "usage": {"input_tokens": self.usage.input_tokens, "output_tokens": self.usage.output_tokens},
            "cost": {money.currency: float(money.amount) for money in self.cost.amounts},
            "unpriced_calls": self.cost.unpriced,
        }
