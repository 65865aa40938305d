"""What cheap scorers take of their own on a short text, without the step around them. Prints nothing."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import Any

from loomwork.evals.scorers import HOMES
from loomwork.evals.scoring import Facts, PassageSeen, ToolUse

TEXT = "The capital of France is Paris, a city of 2,100,000 people."
PASSAGES = [
    PassageSeen(doc=f"d{at}.md", text="Backups are kept for 30 days. They are made at night.") for at in range(5)
]
GIVEN: dict[str, Any] = {
    "output": {"text": TEXT, "citations": [{"quote": "Backups are kept", "doc": "d1.md"}]}, "text": TEXT,
    "expected": "Paris is the capital city of France", "passages": PASSAGES, "facts": Facts(latency_ms=3),
    "row": {"gold": ["d1.md", "d7.md"], "schema": {"type": "object"}, "pattern": "Par.s"},
    "tool_calls": [ToolUse(name="f", arguments={"a": 1})], "expected_refusal": False,
}  # fmt: skip
OTHER: dict[str, dict[str, Any]] = {
    "tool_calls": {"expected": [{"f": {"a": [1, 2]}}], "output": "done"},
    "numeric": {"expected": 2_100_000},
    "json_valid": {"output": '{"a": [1, 2, 3]}'},
    "json_schema": {"output": '{"a": [1, 2, 3]}'},
}
ROUNDS = 500


def speed(data: Path) -> list[str]:
    """Microseconds a call, the best of seven rounds."""
    del data
    taken: dict[str, float] = {}
    for name, (module, attribute) in HOMES.items():
        scorer = getattr(import_module(module), attribute)
        if scorer.form == "async":
            continue
        given = {each: (GIVEN | OTHER.get(name, {}))[each] for each in scorer.takes}
        taken[name] = min(_round(scorer.func, given, ROUNDS) for _ in range(7))
    slow = sorted(taken.items(), key=lambda each: -each[1])
    shown = ", ".join(f"{name} {us:.1f}" for name, us in slow)
    return [
        f"| a sentence of 59 characters | all that ask nobody | µs a call of their own, best of 7 rounds: {shown} |"
    ]


def _round(func: Any, given: dict[str, Any], times: int) -> float:
    func(**given)
    begun = time.perf_counter()
    for _ in range(times):
        func(**given)
    return (time.perf_counter() - begun) / times * 1e6
