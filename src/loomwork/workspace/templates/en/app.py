"""A first application: a question becomes a query, the query finds notes, the notes make an answer.

loomwork run app:answer --data data/questions.jsonl
"""

import re

from loomwork import Prompt, model, step

NOTES: list[str] = [
    "The shop is open from 9 to 18 o'clock, Monday to Saturday.",
    "Green tea is best with water of 75 degrees, for two minutes.",
    "Orders above 40 euros are sent free of charge.",
    "Unopened packets can be returned within 30 days.",
]

reply = Prompt("prompts/reply.md")


@step
async def rewrite(question: str) -> str:
    """Say in key words what is asked."""
    return await model("fast").ask("Rewrite as a short search query: {{ question }}", question=question)


@step
def look_up(query: str, k: int = 2) -> list[str]:
    """Find the notes that share most words with the query."""
    wanted = set(re.findall(r"\w+", query.lower()))
    return sorted(NOTES, key=lambda note: -len(wanted & set(re.findall(r"\w+", note.lower()))))[:k]


@step
async def answer(question: str) -> str:
    """Answer a customer's question from the notes."""
    passages = look_up(await rewrite(question))
    return await model("smart").ask(reply, question=question, passages=passages)
