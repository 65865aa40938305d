"""A support assistant: a question becomes a query, notes are found and ranked, an answer is made."""

import re

from loomwork import Prompt, model, step

NOTES = {
    "keys.md": "Keys are rotated under Settings, Keys: create a new key, switch traffic, then delete the old one.",
    "plans.md": "SSO and audit logs belong to the Team plan and above.",
    "refunds.md": "退款在五个工作日内到账，节假日顺延。",
    "limits.md": "A monthly cap can be set per project under Settings, Budgets.",
    "export.md": "Exports above 1 GB are split; E-4012 means that a part could not be written.",
}
draft_prompt = Prompt("prompts/draft.md")


@step
async def rewrite(question: str) -> str:
    """Say in key words what is asked."""
    return await model("fast").ask("Rewrite as a search query. Question: {{ question }}", question=question)


@step
def retrieve(query: str) -> list[dict[str, str]]:
    """Find the notes that share words with the query."""
    wanted = set(re.findall(r"\w+", query.lower()))
    scored = [(len(wanted & set(re.findall(r"\w+", text.lower()))), name) for name, text in NOTES.items()]
    return [{"source": name, "text": NOTES[name]} for score, name in sorted(scored, reverse=True) if score]


@step
def rerank(query: str, passages: list[dict[str, str]]) -> list[str]:
    """Keep the best three."""
    return [f"{each['source']}: {each['text']}" for each in passages[:3]] or [f"nothing about {query}"]


@step
async def draft(question: str, passages: list[str]) -> str:
    """Write the answer."""
    return await model("smart").ask(draft_prompt, question=question, passages=passages)


@step
async def answer(question: str) -> dict[str, str | int]:
    """Answer a customer's question from the notes."""
    query = await rewrite(question)
    text = await draft(question, rerank(query, retrieve(query)))
    return {"answer": text, "length": len(text)}
