"""The routes of try pages, feedback and events: `routes(trying)` is all that the gateway's application adds.

Knows HTTP; what is served, who holds a key and where rows go come in as arguments.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from msgspec import Struct, structs
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from loomwork.gateway.problems import Problem as Told
from loomwork.gateway.problems import problem_of, without_keys
from loomwork.gateway.trying import page, safety, telling
from loomwork.gateway.trying.keeping import Keeping
from loomwork.gateway.trying.outline import MOST, outline
from loomwork.gateway.trying.owners import Owners
from loomwork.gateway.trying.reading import decoded
from loomwork.gateway.trying.seam import Guards, Serves
from loomwork.gateway.trying.signing import Signing
from loomwork.gateway.trying.streaming import EventStream
from loomwork.gateway.trying.values import (
    EVENTS,
    FEEDBACK,
    TRACES,
    About,
    Asked,
    Card,
    End,
    Entering,
    Problem,
    Start,
    Visitor,
    Wanted,
)
from loomwork.gateway.trying.wording import Language, language_of
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.gateway import FieldWrong
from loomwork.kernel.errors.trying import NotTried, PassageClosed, TryNotAllowed, TryTooLarge
from loomwork.store.protocols import Store

log = logging.getLogger("loomwork.gateway")
LARGEST = 1 << 20
"""Bytes that a request may have."""
Handler = Callable[[Request], Awaitable[Response]]
_HEADERS = {**safety.HARD, "Content-Security-Policy": safety.CLOSED, "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """Everything that the routes work with."""

    store: Store
    serves: Serves
    guards: Guards
    signing: Signing
    owners: Owners
    clock: Clock
    settled: Callable[[], object] = lambda: None
    """Writes what is still in memory: spans, and notes of requests."""
    speaks: Callable[[Language], Callable[[LoomworkError], str]] = lambda _language: str
    """The words of a language."""


def routes(trying: Trying) -> list[Route]:
    """Return the routes, in the order in which they must be tried."""
    here = _Pages(trying)
    api = _Api(trying)
    post, get = ["POST"], ["GET"]
    table: list[tuple[str, Handler, list[str]]] = [
        ("/try/assets/{file}", here.asset, get),
        ("/try/{name}", here.document, get),
        ("/try/{name}/enter", here.enter, post),
        ("/try/{name}/about", here.about, get),
        ("/try/{name}/talk/{session}", here.talk, get),
        ("/try/{name}/ask", here.ask, post),
        ("/try/{name}/passage", here.passage, post),
        ("/try/{name}/feedback", here.feedback, post),
        ("/try/{name}/made/{trace}", here.made, get),
        ("/v1/feedback", api.feedback, post),
        ("/v1/events", api.events, post),
    ]
    return [Route(path, _told(handler, trying), methods=methods) for path, handler, methods in table]


class _Pages:
    """What a page asks."""

    def __init__(self, trying: Trying) -> None:
        self._trying = trying
        self._keeping = Keeping(trying.store, trying.settled)

    async def asset(self, request: Request) -> Response:
        return page.asset(request.path_params["file"])

    async def document(self, request: Request) -> Response:
        del request
        return page.document()

    async def enter(self, request: Request) -> Response:
        """Exchange a link's token for a session."""
        signing = self._trying.signing
        safety.check(request.headers, is_open=signing.is_open())
        token = decoded(await _body(request), Entering).token
        entered = await signing.enter(_name(request), token, is_secure=request.url.scheme == "https")
        answer = _json(self._about(self._card(request), entered.visitor))
        answer.headers["Set-Cookie"] = entered.cookie
        return answer

    async def about(self, request: Request) -> Response:
        visitor = await self._visitor(request)
        return _json(self._about(self._card(request), visitor))

    async def talk(self, request: Request) -> Response:
        """Return what this visitor asked before in a conversation, and what was answered."""
        visitor = await self._visitor(request)
        card = self._card(request)
        return _json(await asyncio.to_thread(self._keeping.talk, card.name, request.path_params["session"], visitor))

    async def ask(self, request: Request) -> Response:
        """Answer, as it comes."""
        visitor = await self._visitor(request)
        card = self._card(request)
        asked = decoded(await _body(request), Asked)
        _check(card, asked)
        return EventStream(self._answer(card.name, asked, visitor, _language(request)), _HEADERS)

    async def passage(self, request: Request) -> Response:
        visitor = await self._visitor(request)
        wanted = decoded(await _body(request), Wanted)
        found = await self._trying.serves.passage(wanted, visitor)
        if found is None:
            raise PassageClosed
        return _json(found)

    async def feedback(self, request: Request) -> Response:
        visitor = await self._visitor(request)
        _need(visitor, FEEDBACK)
        word = telling.rated(await _body(request))
        return await _keep(self._trying, word, visitor, user=visitor.who.id, source="try")

    async def made(self, request: Request) -> Response:
        """Return how an answer was made."""
        visitor = await self._visitor(request)
        _need(visitor, TRACES)
        trace: str = request.path_params["trace"]
        await self._trying.owners.check(trace, visitor)
        spans = await asyncio.to_thread(self._spans, trace)
        return _json(outline(trace, spans[:MOST], more=len(spans) > MOST))

    def _spans(self, trace: str) -> list[Any]:
        self._trying.settled()
        return self._trying.store.traces.spans(trace, limit=MOST + 1, bodies=False)

    async def _visitor(self, request: Request) -> Visitor:
        safety.check(request.headers, is_open=self._trying.signing.is_open())
        return await self._trying.signing.visitor(_name(request), request.headers)

    def _card(self, request: Request) -> Card:
        card = self._trying.serves.card(_name(request))
        if card is None:
            raise NotTried(name=_name(request))
        return card

    def _about(self, card: Card, visitor: Visitor) -> About:
        return About(
            card=card, visitor=visitor.label, can_rate=visitor.may(FEEDBACK), can_see_traces=visitor.may(TRACES)
        )

    async def _answer(self, name: str, asked: Asked, visitor: Visitor, language: Language) -> AsyncGenerator[Struct]:
        began = self._trying.clock.monotonic()
        told_of = False
        try:
            async with aclosing(cast("AsyncGenerator[Any]", self._trying.serves.ask(name, asked, visitor))) as said:
                async for each in said:
                    if isinstance(each, Start):
                        self._trying.owners.note(each.trace, visitor.id)
                        told_of = True
                    yield each
        except Exception as error:
            if not told_of:  # whoever has a trace says in the log what became of it
                log.exception("try %s failed", name)
            told = _problem(error, self._trying, language)
            yield Problem(kind=told.error, message=told.message, retry_after=told.retry_after)
        yield End(ms=(self._trying.clock.monotonic() - began) * 1000)


class _Api:
    """What applications send."""

    def __init__(self, trying: Trying) -> None:
        self._trying = trying

    async def feedback(self, request: Request) -> Response:
        """Keep a word on an answer to this key."""
        visitor = self._visitor(request, FEEDBACK)
        word = telling.rated(await _body(request))
        return await _keep(
            self._trying, word, visitor, user=word.user or visitor.who.id, source=word.source or "api"
        )  # fmt: skip

    async def events(self, request: Request) -> Response:
        """Keep what happened."""
        self._visitor(request, EVENTS)
        rows = telling.events(await _body(request), self._trying.clock.now_ns())
        await asyncio.to_thread(self._trying.store.events.write, rows)
        return _json(_Taken(taken=len(rows)))

    def _visitor(self, request: Request, scope: str) -> Visitor:
        """Return who holds the key; where none is asked for, no page of somebody else may write in its place."""
        if self._trying.signing.is_open():
            safety.check(request.headers, is_open=False)
        return self._trying.guards.visitor(_key(request), scope)


class _Kept(Struct):
    trace: str
    rating: int
    comment: str
    updated: bool


class _Taken(Struct):
    taken: int


async def _keep(trying: Trying, word: telling.Rated, visitor: Visitor, *, user: str, source: str) -> Response:
    await trying.owners.check(word.trace, visitor)
    row = telling.feedback_row(word, user=user, key=visitor.id, source=source, at_ns=trying.clock.now_ns())
    old = await asyncio.to_thread(trying.store.feedback.write, row)
    return _json(_Kept(trace=row.trace, rating=row.rating, comment=row.comment, updated=old is not None))


def _problem(error: Exception, trying: Trying, language: Language) -> Told:
    """Return the answer that an error gets, in the client's language where it is one of our own."""
    told = problem_of(error)
    if isinstance(error, LoomworkError) and told.message == without_keys(str(error)):
        return structs.replace(told, message=without_keys(trying.speaks(language)(error)))
    return told


def _told(handler: Handler, trying: Trying) -> Handler:
    """Make answers of errors, in the API's own shape."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except (LoomworkError, ClientDisconnect) as error:
            told = _problem(error, trying, _language(request))
        except Exception as error:
            log.exception("%s failed", request.url.path)
            told = problem_of(error)
        shape = {
            "message": told.message, "type": told.openai_type, "param": told.param, "code": told.code,
            "kind": told.error,
        }  # fmt: skip
        headers = {**_HEADERS, **({"Retry-After": f"{told.retry_after:.0f}"} if told.retry_after is not None else {})}
        body = msgspec.json.encode({"error": shape})
        return Response(body, status_code=told.status, media_type="application/json", headers=headers)

    return handle


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > LARGEST:
            raise TryTooLarge(limit=LARGEST)
    return bytes(data)


def _check(card: Card, asked: Asked) -> None:
    """Raise `FieldWrong` for what the thing cannot be asked."""
    if len(asked.session) > telling.LONGEST_NAME:
        raise FieldWrong(field="session", detail=f"it is longer than {telling.LONGEST_NAME} characters")
    if card.kind == "chat":
        if not asked.turns or asked.turns[-1].role != "user" or not asked.turns[-1].text.strip():
            raise FieldWrong(field="turns", detail="the last one must be a question")
        return
    named = {each.name for each in card.fields}
    for name in sorted(asked.values.keys() - named):
        raise FieldWrong(field=f"values.{name}", detail="there is no such field")
    for each in card.fields:
        if each.required and asked.values.get(each.name) in (None, ""):
            raise FieldWrong(field=f"values.{each.name}", detail="it is missing")


def _need(visitor: Visitor, scope: str) -> None:
    if not visitor.may(scope):
        raise TryNotAllowed(scope=scope)


def _key(request: Request) -> str:
    bearer = request.headers.get("authorization", "")
    return bearer[7:].strip() if bearer[:7].lower() == "bearer " else request.headers.get("x-api-key", "").strip()


def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language", ""))


def _name(request: Request) -> str:
    return request.path_params["name"]


def _json(value: Struct) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json", headers=_HEADERS)
