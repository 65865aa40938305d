"""The whole desk: one step that calls the others."""

from xml.etree import ElementTree

from app.intake import normalise
from app.labels import classify
from app.registry import SENDERS
from app.render import shown
from app.reply import answer
from app.review import Verdict, check
from app.rules import priority
from app.settings import REGION
from app.shapes import Answer, Label
from loomwork import step

STAMP = "handled in {region}"
FOOTER = ElementTree.parse("data/footer.xml")


def signature() -> str:
    """The name under every reply."""
    with open("data/signature.txt", encoding="utf-8") as file:
        return file.read().strip()


def title(id: str, urgency: int) -> str:
    """The first line of a reply."""
    return f"[{urgency:02d}] ticket {id}"


@step
def format_reply(id: str, source: str, label: Label, urgency: int, reply: Answer, verdict: Verdict) -> dict[str, str]:
    """The reply as it is sent."""
    send = SENDERS.get(source, SENDERS["desk"])
    return {
        "title": title(id, urgency),
        "to": send(id),
        "kind": label.category.value,
        "urgency": shown(urgency),
        "text": f"{reply.text}\n{signature()}\n{FOOTER.findtext('line')}",
        "sources": shown(reply.sources),
        "state": "ready" if verdict.passed else f"held ({verdict.note})",
        "stamp": STAMP.format(region=REGION),
    }


@step
async def pipeline(id: str, subject: str, body: str, channel: str) -> dict[str, str]:
    """From a customer's message to the desk's reply."""
    ticket = normalise(id, subject, body, channel)
    label = await classify(ticket.text, ticket.source)
    urgency = priority(ticket.text, ticket.source)
    reply = await answer(ticket, label.tag)
    verdict = await check(reply.text)
    return format_reply(ticket.id, ticket.source, label, urgency, reply, verdict)
