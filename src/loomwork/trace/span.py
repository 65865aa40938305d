"""One span while it is open, and how it becomes a row. Knows no thread and no store."""

from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

from loomwork.kernel.bodies import Reference, refer
from loomwork.kernel.usage import Cost, Money, Usage
from loomwork.store.rows import SpanKind, SpanRow
from loomwork.trace import semconv
from loomwork.trace.values import plain, preview

Status = Literal["ok", "error", "unset"]
Redact = Callable[[str], str]
STRUCTURE = ("loomwork.", "gen_ai.usage.")
"""Attributes under these names are ids and counts of our own: they are never redacted."""
ERROR_CHARS = 2000
LEFT_OUT = "(left out: it could not be redacted)"


class Parent(Protocol):
    """What a child needs to know of its parent: an open `Span`, or the two ids sent by another process."""

    @property
    def trace(self) -> str:
        """32 hex digits."""
        ...

    @property
    def span(self) -> str:
        """16 hex digits."""
        ...


class Finishes(Protocol):
    """Where an ended span goes."""

    def take(self, span: "Span") -> None:
        """Accept a span that has just ended."""
        ...

    def now_ns(self) -> int:
        """The time."""
        ...


class Work(NamedTuple):
    """What a span was done for."""

    run: str = ""
    item: int = -1
    trial: int = 0
    subject: str = ""


class Settled(NamedTuple):
    """A span as the store wants it."""

    row: SpanRow
    bodies: tuple[bytes, ...]


class Span:
    """An open span. Set what is known, then `end` it: nothing is written before.

    The span keeps the objects it is given and looks at them up to 100 ms later, on the writer thread: attribute
    values must not be changed afterwards. Methods may be called from any one thread at a time.
    """

    __slots__ = (
        "_body_in",
        "_body_out",
        "_cached",
        "_cost",
        "_ended",
        "_error",
        "_preview_in",
        "_preview_out",
        "_requests",
        "_sink",
        "_status",
        "_usage",
        "attributes",
        "end_ns",
        "kind",
        "name",
        "parent",
        "span",
        "start_ns",
        "trace",
        "weight",
        "work",
    )

    def __init__(
        self,
        sink: Finishes,
        *,
        trace: str,
        span: str,
        parent: str,
        name: str,
        kind: SpanKind,
        start_ns: int,
        work: Work,
        attributes: dict[str, object],
    ) -> None:
        self.trace = trace
        self.span = span
        self.parent = parent
        self.name = name
        self.kind = kind
        self.start_ns = start_ns
        self.end_ns = 0
        self.work = work
        self.attributes = attributes
        self._sink = sink
        self._ended = False
        self._cached = False
        self._status: Status = "unset"
        self._error: str | None = None
        self._usage: Usage | None = None
        self._cost: Cost | None = None
        self._requests = 0
        self._body_in: bytes | Reference | None = None
        self._body_out: bytes | Reference | None = None
        self._preview_in = ""
        self._preview_out = ""
        self.weight = 0
        """Bytes that the ended span holds in memory until it is written, roughly."""

    def set(self, key: str, value: object) -> None:
        """Set one attribute, under its OpenTelemetry name where there is one."""
        self.attributes[key] = value

    def usage(self, usage: Usage) -> None:
        """State the tokens that this span itself used (not those of the spans beneath it)."""
        self._usage = usage

    def cost(self, cost: Money | None) -> None:
        """State what this span itself cost; None: the price is unknown."""
        self._cost = Cost.of(cost)

    def meter(self, *, requests: int = 0, usage: Usage | None = None, cost: Cost | None = None) -> None:
        """Add requests sent, tokens and money to what the span has already: for calls that are tried several times."""
        if requests:
            self._requests += requests
        if usage is not None:
            self._usage = usage if self._usage is None else self._usage + usage
        if cost is not None:
            self._cost = cost if self._cost is None else self._cost + cost

    def body_in(self, body: bytes | Reference, preview: str = "") -> None:
        """Attach the exact input: its bytes, or the digest of a blob that is stored already."""
        self._body_in = body
        self._preview_in = preview

    def body_out(self, body: bytes | Reference, preview: str = "") -> None:
        """Attach the exact output: its bytes, or the digest of a blob that is stored already."""
        self._body_out = body
        self._preview_out = preview

    def mark_cached(self) -> None:
        """Say that the result came from a memo."""
        self._cached = True

    def end(self, status: Status = "ok", error: str | None = None) -> None:
        """Close the span and hand it to the writer. A second `end` changes nothing."""
        if self._ended:
            return
        self._ended = True
        self._status = status
        self._error = error
        self.weight = 512 + _size(self._body_in) + _size(self._body_out)
        self.end_ns = self._sink.now_ns()
        self._sink.take(self)

    def settle(self, redact: Redact) -> Settled:
        """Turn the ended span into a row, with previews, error and attributes redacted.

        Raises whatever `redact` raises; the caller decides what is written then.
        """
        attributes = {
            key: plain(value, _same if key.startswith(STRUCTURE) else redact) for key, value in self.attributes.items()
        }
        model = semconv.take_model(attributes)
        usage = self._usage
        if usage is not None:
            attributes |= semconv.usage_details(usage)
        if self._requests:
            attributes[semconv.REQUESTS] = self._requests
        money = semconv.single_amount(self._cost)
        if self._cost is not None and money is None and self._cost.amounts:
            attributes[semconv.MIXED_COST] = semconv.mixed_cost(self._cost)
        bodies: list[bytes] = []
        found_in, found_out = _referred(self._body_in, bodies), _referred(self._body_out, bodies)
        row = SpanRow(
            trace=self.trace,
            span=self.span,
            parent=self.parent,
            name=plain(self.name, _same),
            kind=self.kind,
            start_ns=self.start_ns,
            end_ns=self.end_ns,
            status=self._status,
            error=preview(redact(self._error), ERROR_CHARS) if self._error else None,
            run=self.work.run,
            item=self.work.item,
            trial=self.work.trial,
            cached=self._cached,
            model=model,
            input_tokens=usage.input_tokens if usage is not None else 0,
            output_tokens=usage.output_tokens if usage is not None else 0,
            cost_micros=money.micros if money is not None else None,
            currency=money.currency if money is not None else "",
            input=found_in,
            output=found_out,
            preview_in=preview(redact(self._preview_in)) if self._preview_in else "",
            preview_out=preview(redact(self._preview_out)) if self._preview_out else "",
            subject=self.work.subject,
            attributes=semconv.drop_redundant(self.kind, attributes),
        )
        return Settled(row, tuple(bodies))

    def without_text(self) -> "Span":
        """Drop every text that would need redaction: for when the redactor itself fails."""
        self._preview_in = self._preview_out = ""
        self._error = None if self._error is None else LEFT_OUT
        self.attributes = {key: value for key, value in self.attributes.items() if not _redacted(key)}
        return self


def _redacted(key: str) -> bool:
    return not key.startswith(STRUCTURE)


def _same(text: str) -> str:
    return text


def _size(body: bytes | Reference | None) -> int:
    return len(body) if isinstance(body, bytes) else 0


def _referred(body: bytes | Reference | None, bodies: list[bytes]) -> Reference | None:
    """Return how the row refers to a body; one that has to be written goes to `bodies`."""
    return refer(body, bodies) if isinstance(body, bytes) else body
