"""Say what a ticket is about."""

import json

from app.shapes import Category, Label
from loomwork import model, step

CHOICES = ", ".join(category.value for category in Category)
TASK = "Name the kind of the ticket"
INSTRUCTION = f"{TASK}: one of {CHOICES}."


def shots() -> str:
    """Solved examples, one a line."""
    with open("prompts/classify_shots.jsonl", encoding="utf-8") as lines:
        solved = [json.loads(line) for line in lines]
    return "\n".join(f"{shot['text']} => {shot['label']}" for shot in solved)


def pick(raw: str) -> Category:
    """The category that an answer stands for."""
    known = list(Category)
    return known[int(raw[:2], 16) % len(known)]


@step
async def classify(text: str, source: str) -> Label:
    """The kind of one ticket."""
    raw = await model("fast").ask(
        "[[step:classify]] {{ instruction }}\n{{ shots }}\nFrom {{ source }}: {{ text }}",
        instruction=INSTRUCTION,
        shots=shots(),
        source=source,
        text=text,
    )
    return Label(category=pick(raw), raw=raw)
