"""One request and what comes back for it, in time or with a typed error. Knows HTTP and events, no provider's words."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Literal

from msgspec import Struct

from loomwork.kernel.errors.models import ConnectionFailed, DeadlineExceeded, MalformedResponse, StreamTruncated
from loomwork.models.wire.deadlines import Deadlines, Stopwatch, Wait, bound, loop_time
from loomwork.models.wire.failures import Origin, Said, failure, read_said
from loomwork.models.wire.http import Call, Reply, Transport, WireBroken
from loomwork.models.wire.sse import SseEvent, SseParser

_LARGEST_BODY = 64 * 1024 * 1024
_LARGEST_ERROR = 256 * 1024
_HOLD_KEYS = frozenset({"authorization", "x-api-key", "api-key"})
_SHORTEST_KEY = 8
"""What is shorter (`Bearer`, a double's "none") is no secret, and its letters may stand anywhere."""
_OK = 200
_MULTIPLE_CHOICES = 300

Progress = Literal["waiting", "answering", "ended"]
"""How far an answer has come: nothing of it yet, some, or its protocol's end."""
Now = Callable[[], float]
"""Seconds since 1970."""


class Whole(Struct, frozen=True):
    """An answer that came in one piece."""

    headers: Mapping[str, str]
    body: bytes


class Wire:
    """Sends requests to one address on behalf of one model.

    Every failure comes out as a `ModelError` that says whom we asked; nothing partial comes out as whole.
    """

    __slots__ = ("_deadlines", "_headers", "_largest", "_now", "_secrets", "_transport", "origin")

    def __init__(
        self,
        transport: Transport,
        origin: Origin,
        *,
        headers: Mapping[str, str],
        deadlines: Deadlines | None = None,
        now: Now = time.time,
        largest: int = _LARGEST_BODY,
    ) -> None:
        self.origin = origin
        self._transport = transport
        self._headers = {"content-type": "application/json", **headers}
        said = " ".join(value for name, value in headers.items() if name.lower() in _HOLD_KEYS)
        self._secrets = tuple(word for word in said.split() if len(word) >= _SHORTEST_KEY)
        self._deadlines = deadlines or Deadlines()
        self._now = now
        self._largest = largest

    async def whole(self, url: str, body: bytes) -> Whole:
        """Send and read the answer to its end. Raises `ModelError`."""
        watch = Stopwatch(self._deadlines, loop_time())
        reply = await self._begin(url, body, watch)
        try:
            raw = await self._read(reply, watch)
        except BaseException:
            reply.close()
            raise
        return Whole(reply.headers, raw)

    async def events(
        self, url: str, body: bytes, *, progress: Callable[[], Progress]
    ) -> AsyncGenerator[SseEvent | Whole, None]:
        """Send and yield the answer's events, or one `Whole` where the server answers in one piece all the same.

        Args:
            url: The address.
            body: The request, encoded.
            progress: Asked after each event. A stream that stops before it says "ended" raises `StreamTruncated`;
                signs of life that carry nothing of the answer do not hold off the deadline of the first token.
        """
        watch = Stopwatch(self._deadlines, loop_time())
        reply = await self._begin(url, body, watch)
        try:
            if "event-stream" not in reply.headers.get("content-type", ""):
                yield Whole(reply.headers, await self._read(reply, watch))
                return
            async with aclosing(self._parsed(reply, watch, progress)) as events:
                async for event in events:
                    yield event
                    if progress() == "ended":
                        await reply.finish()
                        return
            raise self.truncated()
        finally:
            reply.close()

    def truncated(self, detail: str = "the stream stopped before its end") -> StreamTruncated:
        """The error for an answer that ended too early."""
        return StreamTruncated(**self.origin.fields(), detail=self._hushed(detail))

    def malformed(self, detail: str) -> MalformedResponse:
        """The error for an answer that is not what its protocol allows."""
        return MalformedResponse(**self.origin.fields(), detail=self._hushed(detail))

    def refused(self, said: Said, *, status: int, headers: Mapping[str, str] | None = None) -> Exception:
        """The error for a refusal, in a body or in the middle of a stream. A key that it repeats is not told."""
        told = {name.lower(): self._hushed(value) for name, value in (headers or {}).items()}
        said = Said(self._hushed(said.message), frozenset(self._hushed(code) for code in said.codes))
        return failure(self.origin, status=status, headers=told, said=said, now=self._now())

    def _hushed(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[key]")
        return text

    async def _begin(self, url: str, body: bytes, watch: Stopwatch) -> Reply:
        call = Call(url=url, headers=self._headers, body=body)
        wait = watch.first(loop_time())
        try:
            async with bound(wait.seconds):
                reply = await self._transport.send(call, connect=self._deadlines.connect)
        except TimeoutError as error:
            raise self._late(wait) from error
        except WireBroken as error:
            raise self._broken(error) from error
        if not _OK <= reply.status < _MULTIPLE_CHOICES:
            try:
                said = await self._complaint(reply, watch)
            finally:
                reply.close()
            raise self.refused(said, status=reply.status, headers=reply.headers)
        return reply

    async def _complaint(self, reply: Reply, watch: Stopwatch) -> Said:
        try:
            return read_said(await self._read(reply, watch, largest=_LARGEST_ERROR))
        except (DeadlineExceeded, MalformedResponse, StreamTruncated):
            return Said("", frozenset())  # the status says enough

    async def _read(self, reply: Reply, watch: Stopwatch, *, largest: int | None = None) -> bytes:
        wait = watch.whole(loop_time())
        limit = largest or self._largest
        pieces: list[bytes] = []
        size = 0
        try:
            async with bound(wait.seconds):
                async for piece in reply.chunks():
                    pieces.append(piece)
                    size += len(piece)
                    if size > limit:
                        raise self.malformed(f"the answer is larger than {limit} bytes")
        except TimeoutError as error:
            raise self._late(wait) from error
        except WireBroken as error:
            raise self.truncated(error.detail) from error
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _parsed(
        self, reply: Reply, watch: Stopwatch, progress: Callable[[], Progress]
    ) -> AsyncGenerator[SseEvent, None]:
        parser = SseParser()
        async with aclosing(self._pieces(reply, watch, progress)) as pieces:
            async for piece in pieces:
                events = parser.feed(piece)
                if parser.noise:
                    raise self.malformed(f"the stream holds a line that is no event: {parser.noise[:40]!r}")
                for event in events:
                    yield event
        if parser.done:
            yield SseEvent("", b"[DONE]")  # whole but for the blank line that nobody sent

    async def _pieces(
        self, reply: Reply, watch: Stopwatch, progress: Callable[[], Progress]
    ) -> AsyncGenerator[bytes, None]:
        chunks = reply.chunks()
        wait = watch.first(loop_time())
        size = 0
        while True:
            try:
                async with bound(wait.seconds):
                    piece = await anext(chunks, b"")
            except TimeoutError as error:
                raise self._late(wait) from error
            except WireBroken as error:
                raise self.truncated(error.detail) from error
            if not piece:
                return
            size += len(piece)
            if size > self._largest:
                raise self.malformed(f"the answer is larger than {self._largest} bytes")
            yield piece
            wait = watch.first(loop_time()) if progress() == "waiting" else watch.next(loop_time())

    def _late(self, wait: Wait) -> DeadlineExceeded:
        return DeadlineExceeded(**self.origin.fields(), phase=wait.phase, seconds=wait.limit)

    def _broken(self, error: WireBroken) -> ConnectionFailed | DeadlineExceeded:
        if error.late:
            return DeadlineExceeded(
                **self.origin.fields(), phase="connect", seconds=self._deadlines.connect, sent=False
            )
        return ConnectionFailed(**self.origin.fields(), url=self.origin.url, detail=error.detail, sent=error.sent)
