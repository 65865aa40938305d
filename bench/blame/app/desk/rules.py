"""House rules."""

import json
from pathlib import Path

LENGTH = 160
HOT = ("urgent", "broken", "refund")
GREETING = "Dear customer {number},\n"
SIGNATURE = "Your tea house"
FOOT = Path(__file__).parent.parent / "data" / "foot.json"


def urgency(question: str, order: dict[str, str]) -> str:
    """How soon an answer is due."""
    if any(word in question.lower() for word in HOT):
        return "today"
    return late(order)


def late(order: dict[str, str]) -> str:
    """For orders that should have been there."""
    return "tomorrow" if order["state"] == "late" else "this week"


def shortened(passages: list[str]) -> list[str]:
    """Passages that fit."""
    return [passage[:LENGTH] for passage in passages]


def greeting(customer: str) -> str:
    """The first line."""
    return GREETING.format(number=customer)


def closing() -> str:
    """The last lines."""
    foot = json.loads(FOOT.read_text(encoding="utf-8"))
    return f"\n{SIGNATURE}\n{foot['line']}"
