"""One request on its way through the gateway: what is known of it so far, its span, and the row noted at its end.

Knows HTTP's bytes and headers as ASGI gives them, and no API.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

import msgspec

from loomwork.flow.context import Budget
from loomwork.gateway import foreign
from loomwork.gateway.admission.keys import ANONYMOUS, Key
from loomwork.gateway.problems import Problem
from loomwork.kernel.errors.gateway import BodyNotJson, BodyTooLong
from loomwork.kernel.usage import Cost, Usage
from loomwork.store.rows import RequestRow

if TYPE_CHECKING:
    from loomwork.gateway.gateway import Gateway
    from loomwork.gateway.serving.served import Served

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Json = dict[str, Any]

_JSON = (b"content-type", b"application/json")
_EVENTS = (b"content-type", b"text/event-stream; charset=utf-8")
_UNBUFFERED = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))
_DECODE = msgspec.json.Decoder(dict[str, Any]).decode
_OK = 200


class Price(TypedDict):
    """What an answer cost, where that is one amount."""

    cost_micros: int | None
    currency: str


class Exchange:
    """One request and its answer."""

    __slots__ = (
        "at_ns", "begun", "budget", "cache", "cached", "chunks", "cost", "currency", "degraded", "dialect", "error",
        "first", "flags", "gateway", "headers", "key", "model", "receive", "release", "saved", "scope", "send",
        "served", "session", "span", "started", "status", "step", "streamed", "trace", "unused",
        "usage", "user",
    )  # fmt: skip

    def __init__(self, gateway: "Gateway", dialect: str, scope: Scope, receive: Receive, send: Send) -> None:
        self.gateway = gateway
        self.dialect = dialect
        self.scope = scope
        self.receive = receive
        self.send = send
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        clock = gateway.clock
        self.begun = clock.monotonic()
        self.at_ns = clock.now_ns()
        self.release = gateway.release()
        self.span = gateway.runtime.recorder.start("request", kind="request", run=gateway.calling.run)
        self.trace = self.span.trace
        self.key: Key = ANONYMOUS
        self.budget: Budget | None = None
        """What its calls are made under, once it was let in."""
        self.served = ""
        self.step = ""
        """The same where it is a step."""
        self.model = ""
        self.user = ""
        self.session = self.header(b"x-loomwork-session")
        self.status = 0
        self.error = ""
        self.cached = ""
        self.cache = "off"
        self.degraded = ""
        self.unused = ""
        """Fields of the request that what is served does not heed."""
        self.streamed = False
        self.started = False
        """The head of the answer has been sent."""
        self.usage: Usage | None = None
        self.cost: Cost | None = None
        self.saved = 0
        self.currency = ""
        self.first = 0.0
        self.chunks = 0
        self.flags = 0

    def header(self, name: bytes) -> str:
        """A request's header; empty where it is not there."""
        found = self.headers.get(name)
        return "" if found is None else found.decode("latin-1")

    @property
    def presented(self) -> str:
        """The key that the client sends, in either of the usual places."""
        bearer = self.headers.get(b"authorization")
        if bearer is not None and bearer[:7].lower() == b"bearer ":
            return bearer[7:].strip().decode("latin-1")
        return self.header(b"x-api-key")

    def identify(self) -> None:
        """Find out who asks. Raises an `AdmissionError`, or `ForeignPage` where no key is asked for."""
        key = self.gateway.admission.identify(self.presented)
        if key is ANONYMOUS:
            foreign.check(self.headers)
        self.key = key

    @property
    def no_cache(self) -> bool:
        """Whether the client wants an answer made anew."""
        said = self.headers.get(b"cache-control")
        return said is not None and (b"no-cache" in said or b"no-store" in said)

    async def body(self) -> bytes:
        """Read the request's body. Raises `BodyTooLong`."""
        limit = self.gateway.body_limit
        said = self.headers.get(b"content-length")
        if said is not None and said.isdigit() and int(said) > limit:
            raise BodyTooLong(limit=limit)
        message = await self.receive()
        data: bytes = message.get("body", b"")
        if not message.get("more_body"):
            if len(data) > limit:
                raise BodyTooLong(limit=limit)
            return data
        gathered = bytearray(data)
        while message.get("more_body"):
            message = await self.receive()
            gathered += message.get("body", b"")
            if len(gathered) > limit:
                raise BodyTooLong(limit=limit)
        return bytes(gathered)

    def decoded(self, data: bytes) -> Json:
        """The body as an object. Raises `BodyNotJson`."""
        try:
            return _DECODE(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BodyNotJson(detail=str(error) or type(error).__name__) from None

    def of(self, served: "Served") -> None:
        """Say what is asked."""
        self.served = served.name
        if served.kind == "step":
            self.step = served.name
        self.span.name = served.name

    async def answer(self, data: bytes, *, status: int = _OK, more: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        """Send a whole JSON answer."""
        self.status = status
        self.started = True
        head = [_JSON, (b"content-length", str(len(data)).encode()), *self._marks(), *more]
        await self.send({"type": "http.response.start", "status": status, "headers": head})
        await self.send({"type": "http.response.body", "body": data})

    @property
    def wants_events(self) -> bool:
        """Whether the client asks for a stream by its headers or in the address."""
        return b"text/event-stream" in self.headers.get(b"accept", b"") or b"stream=true" in self.scope["query_string"]

    async def begin_events(self) -> None:
        """Send the head of a stream."""
        self.status = _OK
        self.started = True
        head = [_EVENTS, *_UNBUFFERED, *self._marks()]
        await self.send({"type": "http.response.start", "status": _OK, "headers": head})

    async def events(self, data: bytes, *, more: bool = True) -> None:
        """Send events."""
        self.chunks += 1
        await self.send({"type": "http.response.body", "body": data, "more_body": more})

    def price(self, cost: Cost | None = None) -> "Price":
        """What the answer cost, as the cache keeps it."""
        cost = self.cost if cost is None else cost
        amount = cost.amounts[0] if cost is not None and len(cost.amounts) == 1 and not cost.unpriced else None
        return {
            "cost_micros": None if amount is None else amount.micros,
            "currency": "" if amount is None else amount.currency,
        }

    def begins(self) -> None:
        """Note that the first piece of the answer is there."""
        self.first = self.gateway.clock.monotonic() - self.begun

    def failed(self, problem: Problem) -> None:
        """Note that there is no answer."""
        self.status = problem.status
        self.error = problem.error

    def end(self) -> None:
        """Close the span and note the request."""
        gateway = self.gateway
        total = gateway.clock.monotonic() - self.begun
        cost = self.cost
        amount = cost.amounts[0] if cost is not None and len(cost.amounts) == 1 and not cost.unpriced else None
        free = cost is None or not (cost.amounts or cost.unpriced)
        span = self.span
        usage = self.usage
        attributes = span.attributes
        attributes["loomwork.served"] = self.served
        attributes["loomwork.dialect"] = self.dialect
        attributes["http.response.status_code"] = self.status
        if self.release:
            attributes["loomwork.release"] = self.release
        if self.key.id:
            attributes["loomwork.key"] = self.key.id
        if self.session:
            attributes["loomwork.session"] = self.session
        if self.degraded:
            attributes["loomwork.degraded"] = self.degraded
        if self.cached:
            attributes["loomwork.cached"] = self.cached
            span.mark_cached()
        span.end(status="error" if self.error else "ok", error=self.error or None)
        row = RequestRow(
            trace=self.trace,
            at_ns=self.at_ns,
            release=self.release,
            served=self.served,
            model=self.model,
            key=self.key.id,
            user=self.user or self.key.owner,
            session=self.session,
            dialect=self.dialect,
            status=self.status,
            error=self.error,
            cached=self.cached,
            degraded=self.degraded,
            streamed=self.streamed,
            input_tokens=0 if usage is None else usage.input_tokens,
            output_tokens=0 if usage is None else usage.output_tokens,
            cost_micros=0 if free else amount.micros if amount is not None else None,
            currency=amount.currency if amount is not None else self.currency,
            saved_micros=self.saved,
            total_ns=int(total * 1e9),
            first_ns=int(self.first * 1e9),
            chunks=self.chunks,
            flags=self.flags,
        )
        gateway.note(row)

    def _marks(self) -> list[tuple[bytes, bytes]]:
        marks = [
            (b"x-loomwork-trace", self.trace.encode()),
            (b"x-loomwork-release", self.release.encode()),
            (b"x-loomwork-cache", self.cache.encode()),
        ]
        if self.degraded:
            marks.append((b"x-loomwork-degraded", self.degraded.encode("ascii", "replace")))
        if self.unused:
            marks.append((b"x-loomwork-unused", self.unused.encode()))
        return marks
