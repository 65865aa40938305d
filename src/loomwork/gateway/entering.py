"""Let a request in and out: its place and its money, the bottom of its calls, what its end means. Knows no API."""

from collections.abc import Sequence

from loomwork.flow.context import Frame
from loomwork.gateway.door import Ticket
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.planning import marked
from loomwork.gateway.serving.calling import Tally, Use
from loomwork.gateway.serving.served import Served
from loomwork.gateway.watching import Watch
from loomwork.kernel.errors.gateway import ClientLeft, TooSlow
from loomwork.kernel.messages import Request
from loomwork.kernel.usage import Cost
from loomwork.models.estimate import estimate_request


async def admitted(gateway: Gateway, exchange: Exchange, served: Served, requests: Sequence[Request]) -> Ticket:
    """Wait for a place and set money aside. Raises an `AdmissionError`."""
    most, tokens, most_tokens = Cost(), 0, 0
    for request in requests:
        entering = estimate_request(request)
        tokens += entering + (request.max_tokens or 0)
        if served.step is None:
            target = gateway.serving.resolved(served, request.temperature).targets[0]
            most += Cost.of(target.most(request, entering=entering))
            most_tokens += target.most_tokens(request, entering=entering)
    deadlines = gateway.deadlines
    in_time = min(deadlines.first_token, deadlines.total) if exchange.streamed else deadlines.total
    deadline = exchange.begun + in_time  # waiting in line counts
    return await gateway.admission.enter(
        exchange.key, served.name, most=most, tokens=tokens, deadline=deadline, most_tokens=most_tokens
    )


def settled(exchange: Exchange, ticket: Ticket, tally: Tally) -> None:
    """Book what was used, and give the place back."""
    exchange.usage, exchange.cost = tally.usage, tally.cost
    if tally.requests or tally.cost is not None:
        ticket.settle(tally.cost or Cost(), tally.usage)
    ticket.leave()


def framed(gateway: Gateway, exchange: Exchange, served: Served, use: Use, tally: Tally) -> Frame:
    """Return the bottom of the calls that a request makes."""
    return gateway.calling.frame(
        exchange.span,
        served,
        principal=exchange.key.principal,
        subject=exchange.user,
        tally=tally,
        use=use,
        confidential=marked(exchange),
        budget=exchange.budget,
    )


def ended_by(watch: Watch, gateway: Gateway, name: str) -> Exception:
    """Return the error of a request whose watch has ended it."""
    if watch.why == "gone":
        return ClientLeft()
    seconds = {
        "first token": gateway.deadlines.first_token,
        "next token": gateway.deadlines.next_token,
        "total": gateway.deadlines.total,
    }[watch.why or "total"]
    return TooSlow(name=name, phase=watch.why, seconds=seconds)
