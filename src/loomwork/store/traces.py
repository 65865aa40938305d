"""How traces are looked for, and what a store must answer. Values and one interface; knows nothing of SQL."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

from loomwork.store.outlines import SpanLine
from loomwork.store.rows import SpanRow


class Mark(NamedTuple):
    """A place in the list of traces, newest first: the root's start, and its number in the store."""

    start_ns: int
    number: int


class TraceQuery(Struct, frozen=True, kw_only=True):
    """Which traces. Kind, name, models and failure must be true of one and the same span: the root or one beneath."""

    text: str = ""
    """In the root's name, previews or error; Latin letters in either case."""
    failed: Literal["", "yes", "no"] = ""
    kind: str = ""
    not_kind: str = ""
    """Of the root: traces of this kind are left out."""
    name: str = ""
    """`module:qualname`, or what stands behind the colon."""
    models: tuple[str, ...] = ()
    """Any of these."""
    run: str | None = None
    cached: bool | None = None
    """Of the root; and the length and the times, too."""
    rated: Literal["", "yes", "up", "down"] = ""
    """What somebody said of it."""
    min_ns: int = 0
    max_ns: int = 0
    since_ns: int = 0
    until_ns: int = 0


class Root(NamedTuple):
    """A trace in the list."""

    mark: Mark
    row: SpanRow


class TracePage(NamedTuple):
    """What a search came to."""

    roots: list[Root]
    scanned: int
    """How many traces were looked at."""
    next: Mark | None
    """Where to go on; None: there are no older ones."""


class Traces(Protocol):
    """Traces as lists and pieces, where `Spans.trace` reads a whole one."""

    def find(self, query: TraceQuery, *, limit: int, before: Mark | None = None, patience_s: float = 0.2) -> TracePage:
        """Return the newest traces that fit, looking for about `patience_s`; where that ends, `next` goes on."""
        ...

    def newest(self) -> int:
        """Return the number of the span that was written last."""
        ...

    def written_after(self, number: int, query: TraceQuery, *, limit: int) -> TracePage:
        """Return traces whose root was written after a span of that number, in order of writing; `next` is the last."""
        ...

    def spans(self, trace: str, *, limit: int, bodies: bool = True) -> list[SpanRow]:
        """Return the first spans of a trace by start time."""
        ...

    def lines(self, trace: str, *, limit: int, preview: int) -> list[SpanLine]:
        """Return what the tree of a trace needs of its first spans by start time, with so many characters of each."""
        ...

    def count(self, trace: str) -> int:
        """Return how many spans a trace has."""
        ...

    def span(self, trace: str, span: str) -> SpanRow | None:
        """Return one span."""
        ...

    def beginning(self, prefix: str, *, limit: int = 5) -> Sequence[str]:
        """Return the ids of traces that begin with these hex digits."""
        ...
