"""The ASGI application: hot addresses answered at once, all others through Starlette. Knows no API's words."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from loomwork.gateway import listing
from loomwork.gateway.dialects.asked import Speaks
from loomwork.gateway.dialects.chat import CHAT
from loomwork.gateway.dialects.chat.writing import encode, error_of
from loomwork.gateway.dialects.completions import COMPLETIONS
from loomwork.gateway.dialects.messages import MESSAGES
from loomwork.gateway.dialects.plain import EMBEDDINGS, STEP
from loomwork.gateway.embedding import embeddings
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.openapi import document
from loomwork.gateway.problems import problem_of
from loomwork.gateway.stepping import PREFIX, step
from loomwork.gateway.talking import count, talk
from loomwork.kernel.errors.gateway import NoSuchEndpoint, WrongMethod

Answers = Callable[[Gateway, Any, Exchange], Awaitable[None]]
HOT: dict[str, tuple[Answers, Speaks]] = {
    "/v1/chat/completions": (talk, CHAT),
    "/v1/messages": (talk, MESSAGES),
    "/v1/messages/count_tokens": (count, MESSAGES),
    "/v1/completions": (talk, COMPLETIONS),
    "/v1/embeddings": (embeddings, EMBEDDINGS),
}
"""What most requests go to, with or without the version in front."""


class App:
    """The gateway as an ASGI application.

    Args:
        gateway: The live parts.
        routes: Further addresses, for those who build on the gateway (feedback, the try page, metrics).
        beside: Entered when the server begins and left when it ends.
    """

    def __init__(
        self,
        gateway: Gateway,
        *,
        routes: Sequence[BaseRoute] = (),
        beside: Sequence[AbstractAsyncContextManager[object]] = (),
    ) -> None:
        self.gateway = gateway
        self._beside = tuple(beside)
        lost = {404: _lost, 405: _lost}
        self._cold = Starlette(routes=[*routes, *self._own()], lifespan=self._lifespan, exception_handlers=lost)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one connection's request."""
        if scope["type"] == "http" and scope["method"] == "POST":
            path: str = scope["path"]
            hot = HOT.get(path)
            if hot is not None:
                await answer(self.gateway, hot[0], hot[1], scope, receive, send)
                return
            if path.startswith(PREFIX):
                await answer(self.gateway, step, STEP, scope, receive, send)
                return
        await self._cold(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            for each in self._beside:
                await stack.enter_async_context(each)
            yield

    def _own(self) -> list[BaseRoute]:
        return [
            Route("/healthz", self._healthy),
            Route("/readyz", self._is_ready),
            listing.guarded(self.gateway, Route("/openapi.json", self._described)),
            *listing.routes(self.gateway),
            Route("/{rest:path}", _nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]

    async def _healthy(self, _request: Any) -> Response:
        return PlainTextResponse("ok\n")

    async def _described(self, _request: Any) -> Response:
        return Response(encode(document(self.gateway.serving)), media_type="application/json")

    async def _is_ready(self, _request: Any) -> Response:
        why = self.gateway.unready
        return PlainTextResponse(f"not ready: {why}\n" if why else "ready\n", status_code=503 if why else 200)


async def answer(gateway: Gateway, how: Answers, dialect: Speaks, scope: Any, receive: Any, send: Any) -> None:
    """Answer one request, and note it whatever became of it."""
    exchange = Exchange(gateway, dialect.name, scope, receive, send)
    gateway.open += 1
    try:
        await how(gateway, dialect, exchange)
    except asyncio.CancelledError:
        exchange.status, exchange.error = 499, "Cancelled"
        raise
    except Exception as error:  # the last place where a request's failure can become an answer
        await _refuse(exchange, dialect, error)
    finally:
        gateway.open -= 1
        exchange.end()


async def _refuse(exchange: Exchange, dialect: Speaks, error: Exception) -> None:
    problem = problem_of(error, step=exchange.step)
    exchange.failed(problem)
    exchange.gateway.failures.note(
        error, problem, served=exchange.served or exchange.scope["path"], trace=exchange.trace
    )
    if exchange.started:
        await exchange.events(dialect.broken(problem, exchange.trace), more=False)
        return
    more: tuple[tuple[bytes, bytes], ...] = ()
    if problem.retry_after is not None:
        more = ((b"retry-after", str(max(1, round(problem.retry_after + 0.49))).encode()),)
    await exchange.answer(dialect.error(problem, exchange.trace), status=problem.status, more=more)


async def _lost(request: Any, _error: Exception) -> Response:
    """What no route takes: a name with a line break in it, a method that none has."""
    return await _nowhere(request)


async def _nowhere(request: Any) -> Response:
    path: str = request.url.path
    taken = path in HOT
    error = WrongMethod(path=path, method=request.method, allowed="POST") if taken else NoSuchEndpoint(path=path)
    problem = problem_of(error)
    return Response(encode(error_of(problem)), status_code=problem.status, media_type="application/json")
