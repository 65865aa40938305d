"""Five steps from a customer's question to an answer."""

from desk import orders, rules, words
from loomwork import Prompt, knowledge, model, step

REWRITE = Prompt("prompts/rewrite.md")
DRAFT = Prompt("prompts/draft.md")
PASSAGES = 2
SHOP = "The Tea House"


@step
async def rewrite(question: str) -> str:
    """Say in key words what is asked."""
    said = await model("fast").ask(REWRITE, question=words.tidy(question))
    return words.key_words(said)


@step
async def retrieve(query: str) -> list[str]:
    """Find what the handbook says."""
    found = await knowledge("handbook").search(query, k=PASSAGES)
    return [words.one_line(passage.text) for passage in found]


@step
async def look_up(customer: str) -> dict[str, str]:
    """Ask the order system."""
    return orders.shape(orders.fetch(customer))


@step
async def draft(question: str, query: str, passages: list[str], order: dict[str, str]) -> str:
    """Write the answer."""
    urgency = rules.urgency(question, order)
    fits = rules.shortened(passages)
    said = await model("smart").ask(
        DRAFT, shop=SHOP, question=question, query=query, passages=fits, order=order, urgency=urgency
    )
    return said.strip()


@step
async def finish(text: str, customer: str) -> str:
    """Put the letter's head and foot around it."""
    return rules.greeting(customer) + text + rules.closing()


@step
async def answer(question: str, customer: str) -> str:
    """Answer a customer's question."""
    query = await rewrite(question)
    passages = await retrieve(query)
    order = await look_up(customer)
    return await finish(await draft(question, query, passages, order), customer)
