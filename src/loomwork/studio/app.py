"""The web application: endpoints become routes, errors become answers, streams become SSE. Knows no noun."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from typing import Any, cast
from urllib.parse import quote

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from loomwork.kernel.errors.base import DefectError, LoomworkError
from loomwork.kernel.errors.studio import BodyUnreadable, NoSuchPlace, ParameterWrong, RequestTooLarge
from loomwork.studio import page
from loomwork.studio.api import ENDPOINTS
from loomwork.studio.endpoints import Endpoint, Event, File
from loomwork.studio.openapi import document
from loomwork.studio.problems import problem_of, refused
from loomwork.studio.safety import REPORTS, Door, Guarded
from loomwork.studio.studio import Studio

log = logging.getLogger("loomwork.studio")
THREADS = 4
"""Threads that endpoints are called in: each has a connection to the store, with pages of it in memory."""
BEAT_S = 10.0
"""How often a silent stream says that it is still there."""


def build_app(studio: Studio, door: Door) -> Guarded:
    """Return the application, guarded."""
    openapi = msgspec.json.encode(document(ENDPOINTS))

    def described(request: Request) -> Response:
        del request
        return Response(openapi, media_type="application/json")

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="studio"))
        yield
        await studio.close()

    turn = asyncio.Semaphore()
    routes = [
        *(Route(each.path, _handler(each, studio, turn), methods=[each.method]) for each in ENDPOINTS),
        Route("/api/openapi.json", described),
        Route(REPORTS, _reported, methods=["POST"]),
        Route("/api/{rest:path}", _nowhere, methods=["GET", "POST", "PUT", "DELETE"]),
        Route("/assets/{name}", page.asset),
        Route("/{rest:path}", page.document),
    ]
    handlers: dict[Any, Any] = {LoomworkError: _told, HTTPException: _http, Exception: _defect}
    return Guarded(Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan), door)


def _handler(each: Endpoint, studio: Studio, turn: asyncio.Semaphore) -> Callable[[Request], Awaitable[Response]]:
    repeated = each.repeated

    async def handle(request: Request) -> Response:
        given: list[Any] = [studio, _asked(each, request, repeated)]
        if each.body is not None:
            given.append(await _body(each, request))
        if each.form == "stream":
            return _stream(each.call(*given, request.headers.get("last-event-id", "")), studio.ending)
        if inspect.iscoroutinefunction(each.call):
            return await asyncio.to_thread(_response, await each.call(*given))
        async with turn if each.is_large else nullcontext():
            return await asyncio.to_thread(_called, each, given)

    return handle


def _called(each: Endpoint, given: list[Any]) -> Response:
    """Call and encode in one go: of many large answers at once no more are whole in memory than there are threads."""
    return _response(each.call(*given))


def _response(answer: Any) -> Response:
    if isinstance(answer, File):
        return _file(answer)
    return Response(msgspec.json.encode(answer), media_type="application/json")


def _asked(each: Endpoint, request: Request, repeated: Sequence[str]) -> Any:
    given: dict[str, Any] = {**request.query_params, **request.path_params}
    given |= {name: request.query_params.getlist(name) for name in repeated if name in given}
    try:
        return msgspec.convert(given, each.asked, strict=False)
    except msgspec.ValidationError as error:
        raise ParameterWrong(detail=str(error)) from None


async def _body(each: Endpoint, request: Request) -> Any:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > each.limit:
            raise RequestTooLarge(limit=each.limit)
    try:
        return msgspec.json.decode(data, type=each.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BodyUnreadable(detail=str(error)) from None


def _file(file: File) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
    if isinstance(file.content, bytes):
        return Response(file.content, media_type=file.media, headers=headers)
    return StreamingResponse(file.content, media_type=file.media, headers=headers)


def _stream(events: AsyncIterator[Event], ending: asyncio.Event) -> StreamingResponse:
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(_messages(events, ending), media_type="text/event-stream", headers=headers)


async def _messages(events: AsyncIterator[Event], ending: asyncio.Event) -> AsyncIterator[bytes]:
    """Turn events into SSE, with a beat where nothing happens: a reader that has gone is then noticed."""
    reading = asyncio.ensure_future(_next(events))
    ended = asyncio.ensure_future(ending.wait())
    try:
        while not ending.is_set():
            await asyncio.wait({reading, ended}, timeout=BEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if ending.is_set():
                return
            if not reading.done():
                yield b": still here\n\n"
                continue
            event = reading.result()
            if event is None:
                return
            yield _message(event)
            reading = asyncio.ensure_future(_next(events))
    except LoomworkError as error:
        yield _message(Event(name="problem", data=problem_of(error)))
    finally:
        reading.cancel()
        ended.cancel()
        await asyncio.gather(reading, ended, return_exceptions=True)


async def _next(events: AsyncIterator[Event]) -> Event | None:
    return await anext(events, None)


def _message(event: Event) -> bytes:
    mark = f"id: {event.id}\n".encode() if event.id else b""
    return mark + f"event: {event.name}\ndata: ".encode() + msgspec.json.encode(event.data) + b"\n\n"


async def _told(request: Request, error: Exception) -> Response:
    del request
    return refused(cast("LoomworkError", error))


async def _http(request: Request, error: Exception) -> Response:
    del error
    return refused(NoSuchPlace(path=request.url.path))


async def _defect(request: Request, error: Exception) -> Response:
    if not isinstance(error, ClientDisconnect):
        log.error("studio: %s failed", request.url.path, exc_info=error)
    return refused(DefectError(detail=f"{type(error).__name__} in {request.url.path}"))


async def _nowhere(request: Request) -> Response:
    raise NoSuchPlace(path=request.url.path)


async def _reported(request: Request) -> Response:
    """Note what a browser refused to do for the page: an attempt of somebody's text, or a defect of ours."""
    data = bytearray()
    async for piece in request.stream():
        data += piece[: max(0, 8192 - len(data))]
    log.warning("studio: the browser refused something: %s", data.decode("utf-8", "replace"))
    return Response(status_code=204)
