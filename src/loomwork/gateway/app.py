"""The ASGI application: hot addresses answered at once, all others through Starlette. Knows no API's words."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from loomwork.gateway.dialects.asked import Dialect
from loomwork.gateway.dialects.chat import CHAT
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.problems import problem_of
from loomwork.gateway.talking import talk
from loomwork.kernel.errors.base import LoomworkError

log = logging.getLogger("loomwork.gateway")
Answers = Callable[[Gateway, Any, Exchange], Awaitable[None]]
HOT: dict[str, tuple[Answers, Dialect]] = {
    "/v1/chat/completions": (talk, CHAT),
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
        self._cold = Starlette(routes=[*routes, *self._own()], lifespan=self._lifespan)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one connection's request."""
        if scope["type"] == "http" and scope["method"] == "POST":
            hot = HOT.get(scope["path"])
            if hot is not None:
                await answer(self.gateway, hot[0], hot[1], scope, receive, send)
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
            Route("/metrics", self._metrics),
        ]

    async def _healthy(self, _request: Any) -> Response:
        return PlainTextResponse("ok\n")

    async def _is_ready(self, _request: Any) -> Response:
        ready = self.gateway.ready and not self.gateway.stopping
        return PlainTextResponse("ready\n" if ready else "not ready\n", status_code=200 if ready else 503)

    async def _metrics(self, _request: Any) -> Response:
        return PlainTextResponse(self.gateway.counters.text(), media_type="text/plain; version=0.0.4")


async def answer(gateway: Gateway, how: Answers, dialect: Dialect, scope: Any, receive: Any, send: Any) -> None:
    """Answer one request, and note it whatever became of it."""
    exchange = Exchange(gateway, dialect.name, scope, receive, send)
    gateway.counters.open += 1
    try:
        await how(gateway, dialect, exchange)
    except asyncio.CancelledError:
        exchange.status, exchange.error = 499, "Cancelled"
        raise
    except Exception as error:  # the last place where a request's failure can become an answer
        if not isinstance(error, LoomworkError):
            log.error("%s failed", scope["path"], exc_info=error)
        await _refuse(exchange, dialect, error)
    finally:
        gateway.counters.open -= 1
        exchange.end()


async def _refuse(exchange: Exchange, dialect: Dialect, error: Exception) -> None:
    problem = problem_of(error)
    exchange.failed(problem)
    if exchange.started:
        pieces = dialect.error(problem, exchange.trace)
        await exchange.events(pieces, more=False)
        return
    more: tuple[tuple[bytes, bytes], ...] = ()
    if problem.retry_after is not None:
        more = ((b"retry-after", str(max(1, round(problem.retry_after + 0.49))).encode()),)
    await exchange.answer(dialect.error(problem, exchange.trace), status=problem.status, more=more)
