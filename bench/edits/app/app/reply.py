"""Write the reply."""

from app.search import retrieve
from app.settings import MAX_WORDS, SHOP
from app.shapes import Answer, Passage, Ticket
from app.tone import tone
from loomwork import Prompt, model, step

DRAFT = Prompt("prompts/draft.md")


def bullet(passage: Passage) -> str:
    """One line of the handbook."""
    return f"- {passage.text} [{passage.id}]"


async def closing() -> str:
    """The last words of a reply."""
    return "Yours, the desk"


@step
async def draft(ticket: Ticket, tag: str, passages: list[Passage]) -> str:
    """A reply in the model's words."""
    return await model("smart").ask(
        DRAFT,
        shop=SHOP,
        tone=tone(ticket.source),
        max_words=MAX_WORDS,
        headline=ticket.headline(),
        tag=tag,
        text=ticket.text,
        passages="\n".join(map(bullet, passages)),
        closing=await closing(),
    )


@step
async def answer(ticket: Ticket, tag: str) -> Answer:
    """A reply and the articles it rests on."""
    passages = retrieve(ticket.text)
    text = await draft(ticket, tag, passages)
    return Answer(text=text, sources=tuple(passage.id for passage in passages))
