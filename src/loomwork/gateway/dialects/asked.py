"""What a request comes to in the house's own words, and what an API must be able to do. Knows no API."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from msgspec import Struct

from loomwork.gateway.problems import Problem
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import StreamEvent

Json = dict[str, Any]
Name = Literal["chat", "completions", "embeddings", "messages", "step", "try"]


class Asked(Struct, frozen=True, kw_only=True):
    """A request for an answer in words."""

    served: str
    """What it calls the model."""
    requests: tuple[Request, ...]
    """One a choice; the choices of one request are equal."""
    stream: bool = False
    user: str = ""
    extra: Json = {}
    """Fields that are no matter of ours: passed on to a model that speaks the same API."""
    usage_chunk: bool = False
    """Whether a stream tells the tokens at its end (chat completions)."""
    echo: str = ""
    """What the answer begins with (completions)."""


class Head(Struct, frozen=True):
    """What an answer says of itself before it says anything."""

    id: str
    """Made from the trace."""
    created: int
    model: str
    """What is asked, as its own server names it; what really answered is known at the end."""


class Pieces(Protocol):
    """One answer while it is written, event by event."""

    def take(self, choice: int, event: StreamEvent) -> bytes:
        """Write what an event says; empty where it says nothing in this API."""
        ...

    def end(self) -> bytes:
        """Write what comes after the last choice's end."""
        ...


class Speaks(Protocol):
    """An API as far as its refusals go."""

    @property
    def name(self) -> Name:
        """As it stands in the rows of requests."""
        ...

    def error(self, problem: Problem, trace: str) -> bytes:
        """Write a refusal."""
        ...

    def broken(self, problem: Problem, trace: str) -> bytes:
        """Write into a stream that it breaks off: without the API's own end nobody takes it for complete."""
        ...


class Dialect(Speaks, Protocol):
    """An API in which answers in words are asked for."""

    @property
    def driver(self) -> str:
        """The driver of models that speak the same API."""
        ...

    @property
    def prefix(self) -> str:
        """What ids of answers begin with, where the model gives none."""
        ...

    def read(self, body: Json) -> Asked:
        """Read a request. Raises `FieldWrong`."""
        ...

    def write(self, asked: Asked, head: Head, responses: Sequence[Response]) -> bytes:
        """Write a whole answer."""
        ...

    def pieces(self, asked: Asked, head: Head) -> Pieces:
        """Begin to write an answer in pieces."""
        ...
