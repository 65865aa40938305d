"""Loomwork's own reads and connections, which are nobody's observation. Knows nothing of what is observed.

The flag is a context variable: it travels into tasks and threads that are started within the block, and it is off
for everything else that runs meanwhile.
"""

from collections.abc import AsyncIterator
from contextvars import ContextVar, Token
from typing import TypeVar

T = TypeVar("T")

HIDDEN: ContextVar[bool] = ContextVar("loomwork_own_io", default=False)


class OwnIO:
    """A block whose reads, connections and tasks belong to no step."""

    __slots__ = ("_token",)

    def __init__(self) -> None:
        self._token: Token[bool] | None = None

    def __enter__(self) -> None:
        self._token = HIDDEN.set(True)

    def __exit__(self, *_exc: object) -> None:
        if self._token is not None:
            HIDDEN.reset(self._token)
            self._token = None


def own_io() -> OwnIO:
    """Return a block for input and output that is loomwork's own: sending a request to a model, reading the store.

    Never `yield` inside it: the consumer of a generator would run hidden, too. Streams use `own_stream`.
    """
    return OwnIO()


async def own_stream(source: AsyncIterator[T]) -> AsyncIterator[T]:
    """Pass a stream on, hidden while its source works and not while its consumer does."""
    try:
        while True:
            with own_io():
                try:
                    chunk = await anext(source)
                except StopAsyncIteration:
                    return
            yield chunk
    finally:
        close = getattr(source, "aclose", None)
        if close is not None:
            with own_io():
                await close()
