"""Try pages over the gateway's own parts: the same door, queue, budgets, deadlines, spans and rows as any request.

Knows how a page's question becomes a call; nothing of HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NamedTuple

from loomwork.gateway.admission.keys import Key
from loomwork.gateway.door import Key as Door
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.problems import problem_of
from loomwork.gateway.serving.calling import Tally
from loomwork.gateway.talking import admitted, framed
from loomwork.gateway.trying.cards import card_of, card_of_model
from loomwork.gateway.trying.keeping import (
    DIALECT,
    SHOWN,
    Heard,
    answer_body,
    answer_shown,
    question_body,
    question_shown,
)
from loomwork.gateway.trying.opening import opened
from loomwork.gateway.trying.results import answered
from loomwork.gateway.trying.values import Answered, Asked, Card, Passage, Said, Start, Text, Visitor, Wanted
from loomwork.kernel.errors.admission import AdmissionError
from loomwork.kernel.errors.gateway import NotServed, TooSlow
from loomwork.kernel.messages import Message, Request
from loomwork.kernel.principals import Principal
from loomwork.kernel.stream import Done, TextDelta
from loomwork.kernel.usage import Cost

if TYPE_CHECKING:
    from loomwork.gateway.gateway import Gateway
    from loomwork.gateway.serving.served import Served
    from loomwork.gateway.settings import ServeTable
    from loomwork.knowledge.base import KnowledgeBase

_OK, _LEFT = 200, 499
_DOUBLES = frozenset({"scripted", "replay"})


class Live:
    """What a gateway serves, for pages (`seam.Serves`).

    Args:
        gateway: The live parts.
        tables: [serve.NAME] of each served step: what it is given, and the words of its page.
        bases: The project's knowledge bases, in which cited passages are opened.
    """

    def __init__(
        self,
        gateway: Gateway,
        *,
        tables: Mapping[str, ServeTable] | None = None,
        bases: Callable[[], Iterable[KnowledgeBase]] = tuple,
    ) -> None:
        self._gateway = gateway
        self._tables = tables or {}
        self._bases = bases

    def card(self, name: str) -> Card | None:
        """Return what a page is about; None where nothing of that name is served."""
        try:
            served = self._gateway.serving.find(name)
        except NotServed:
            return None
        if served.step is None:
            return card_of_model(served.name, note=self._note(served))
        table = self._tables.get(served.name)
        if table is None:
            return card_of(served.name, _step(served).func)
        return card_of(
            served.name, _step(served).func, takes=table.input, title=table.title, about=table.about,
            fields=table.fields,
        )  # fmt: skip

    def _note(self, served: Served) -> str:
        drivers = {target.driver for target in self._gateway.serving.resolved(served, None).targets}
        return "double" if drivers and drivers <= _DOUBLES else ""

    async def passage(self, wanted: Wanted, visitor: Visitor) -> Passage | None:
        """Return a passage as the visitor may see it."""
        return await asyncio.to_thread(lambda: opened(self._bases(), wanted, visitor.who))

    async def ask(self, name: str, asked: Asked, visitor: Visitor) -> AsyncIterator[Said]:
        """Yield the answer as it comes. Raises what ends it without one, after it was noted."""
        gateway = self._gateway
        exchange = Exchange(gateway, DIALECT, {"headers": ()}, _nothing, _nowhere)
        exchange.key = _key(visitor)
        exchange.user, exchange.session, exchange.streamed = visitor.who.id, asked.session, True
        gateway.open += 1
        heard = Heard()
        try:
            exchange.span.body_in(question_body(name, asked), question_shown(asked))
            yield Start(trace=exchange.trace, release=exchange.release)
            served = gateway.serving.named(name)
            exchange.of(served)
            gateway.serving.check(served)
            async with aclosing(self._answer(exchange, served, asked)) as said:
                async for each in said:
                    exchange.chunks += 1
                    heard.take(each)
                    yield each
            exchange.status = _OK
        except (asyncio.CancelledError, GeneratorExit):
            exchange.status, exchange.error = _LEFT, "ClientLeft"
            raise
        except Exception as error:
            problem = problem_of(error, step=exchange.step)
            exchange.failed(problem)
            gateway.failures.note(error, problem, served=exchange.served, trace=exchange.trace)
            raise
        finally:
            gateway.open -= 1
            if heard.answered is not None:
                exchange.span.body_out(answer_body(heard.answered), answer_shown(heard.answered)[:SHOWN])
            exchange.end()

    async def _answer(self, exchange: Exchange, served: Served, asked: Asked) -> AsyncGenerator[Said]:
        gateway = self._gateway
        request = _request(asked)
        ticket = await admitted(gateway, exchange, served, (request,))
        tally = Tally()
        use = "anew" if asked.fresh or gateway.settings.cache == "off" else "draw"
        try:
            frame = framed(gateway, exchange, served, use, tally)
            if served.step is None:
                events = gateway.calling.stream(frame, served, request, gateway.calling.draw(use))
            else:
                taking = served.taking
                if taking is None:
                    raise AssertionError("a served step has its input form")
                arguments = taking.given(asked.values) if asked.values else taking.talk(request)
                events = gateway.calling.chunks(frame, served, arguments)
            async for each in self._told(exchange, served, events):
                if isinstance(each, Answered):
                    yield Answered(
                        text=each.text, value=each.value, citations=each.citations, notes=each.notes,
                        degraded=each.degraded or exchange.degraded, cached=tally.is_memo,
                    )  # fmt: skip
                    continue
                yield each
            if tally.is_memo:
                exchange.cached = "memo"
        finally:
            exchange.usage, exchange.cost = tally.usage, tally.cost
            if tally.requests or tally.cost is not None:
                ticket.settle(tally.cost or Cost(), tally.usage)
            ticket.leave()

    async def _told(self, exchange: Exchange, served: Served, events: AsyncGenerator[Any]) -> AsyncGenerator[Said]:
        """Yield pieces of text as they come, and the whole answer at the end."""
        streams = served.step is None or _step(served).form in ("stream", "sync-stream")
        last: Answered = Answered()
        async with aclosing(self._within(exchange, served, events)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Done):
                    exchange.model = piece.response.model
                elif streams and isinstance(piece, str | TextDelta):
                    text = piece if isinstance(piece, str) else piece.text
                    if text:
                        yield Text(text=text)
                elif served.step is not None:
                    exchange.model = served.name
                    last = answered(piece)
        yield last

    async def _within(self, exchange: Exchange, served: Served, events: AsyncGenerator[Any]) -> AsyncGenerator[Any]:
        """Pass pieces on, each within its deadline. Raises `TooSlow`."""
        deadlines, clock = self._gateway.deadlines, self._gateway.clock
        ends = exchange.begun + deadlines.total
        whole = served.step is not None and _step(served).form in ("async", "sync")
        due = _Due("total", deadlines.total) if whole else _Due("first token", deadlines.first_token)
        async with aclosing(events) as pieces:
            while True:
                left = ends - clock.monotonic()
                now = due if due.seconds < left else _Due("total", deadlines.total)
                try:
                    async with asyncio.timeout(min(due.seconds, left)):
                        piece = await anext(pieces, None)
                except TimeoutError:
                    raise TooSlow(name=served.name, phase=now.phase, seconds=now.seconds) from None
                if piece is None:
                    return
                if not exchange.first:
                    exchange.begins()
                due = _Due("next token", deadlines.next_token)
                yield piece


class _Due(NamedTuple):
    phase: str
    seconds: float


class Doors:
    """The gateway's door, for feedback and events (`seam.Guards`)."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def visitor(self, presented: str, scope: str) -> Visitor:
        """Return whose key this is. Raises an `AdmissionError`, which the door notes where it must."""
        key = self._gateway.admission.identify(presented)
        self._gateway.admission.allow(key, "", scope)
        admin = {"admin"} if not key.id else set[str]()
        scopes = frozenset({scope, *admin, *getattr(key, "scopes", ())})
        return Visitor(id=key.id, who=_principal(key), scopes=scopes)

    def is_open(self) -> bool:
        """Say whether nobody is asked for a key."""
        try:
            return not self._gateway.admission.identify("").id
        except AdmissionError:
            return False


def _principal(key: Door) -> Principal:
    return Principal(id=key.owner, groups=frozenset(key.groups))


def _step(served: Served) -> Any:
    """A step is a descriptor, too: what a checker thinks of it as a field is not what it is."""
    return served.step


def _key(visitor: Visitor) -> Key:
    return Key(
        id=visitor.id,
        name=visitor.label,
        owner=visitor.who.id,
        groups=visitor.who.groups,
        scopes=visitor.scopes,
        limits=visitor.limits,
        budgets=visitor.budgets,
        allows_unknown_price=visitor.unknown_price,
        principal=visitor.who,
    )


def _request(asked: Asked) -> Request:
    messages = tuple(Message.user(each.text) if each.role == "user" else Message.assistant(each.text)
                     for each in asked.turns)  # fmt: skip
    return Request(messages=messages or (Message.user(""),))


async def _nothing() -> Any:
    raise AssertionError("a page's question was read before")


async def _nowhere(_message: dict[str, Any]) -> None:
    raise AssertionError("a page's answer is sent by its own route")
