"""What [gateway] and [serve.NAME] of loomwork.toml may say. Checked values only; knows nothing of what they start.

>>> GatewayTable(first_token="5s").deadlines.first_token
5.0
>>> parse_bytes("20MiB")
20971520
"""

import re
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from loomwork.gateway.trying.wording import NOTHING, FieldTable, Wording
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.flow import BadDuration

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE = re.compile(r"\s*(\d+)\s*([A-Za-z]*)\s*")


def parse_bytes(text: str) -> int:
    """Return a size in bytes. Raises `ValueError`."""
    found = _SIZE.fullmatch(text)
    if found is None or found[2].lower() not in _UNITS:
        raise ValueError("write a number and a unit, for example 20MiB")
    return int(found[1]) * _UNITS[found[2].lower()]


def _is_size(text: str) -> str:
    parse_bytes(text)
    return text


def _is_duration(text: str) -> str:
    try:
        parse_seconds(text)
    except BadDuration as bad:
        raise ValueError("write a number and a unit, for example 30s or 5m") from bad
    return text


Size = Annotated[str, AfterValidator(_is_size)]
Duration = Annotated[str, AfterValidator(_is_duration)]
CacheUse = Literal["off", "deterministic", "all"]
"""What may be answered from a cache: nothing, what is no draw (temperature 0), or everything."""
InputForm = Literal["last", "conversation", "json"]
"""What of a conversation a step gets: the last message's text, all of it, or the last message read as JSON."""
Need = Literal["tools", "images", "audio", "files", "schema"]
"""What a request can need of a model. A long enough context is needed always, and known from `window`."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Deadlines(NamedTuple):
    """Seconds."""

    first_token: float
    next_token: float
    total: float


class RouteTable(_Table):
    """A route of the gateway: what `[models.NAME] route = ...` says, for those who keep the two apart."""

    route: Literal["fallback", "balance", "weighted", "cheapest", "fastest", "least-busy"]
    models: list[str] = Field(min_length=1)
    weights: list[float] = []


class GatewayTable(_Table):
    """How requests are answered."""

    host: str = "127.0.0.1"
    port: int = Field(default=5720, ge=0, le=65535)
    cache: CacheUse = "deterministic"
    cache_memory: Size = "64MiB"
    """What the exact cache in front may hold."""
    body_limit: Size = "20MiB"
    first_token: Duration = "60s"
    next_token: Duration = "30s"
    total: Duration = "600s"
    drain: Duration = "30s"
    """How long requests in progress may take to end when the server is told to stop."""
    concurrency: int = Field(default=64, ge=1, le=100_000)
    """Requests that models and steps work on at once."""
    queue: int = Field(default=256, ge=0, le=1_000_000)
    """Requests that wait for their turn."""
    gather_ms: float = Field(default=3.0, ge=0, le=1000)
    """Milliseconds that a request for vectors waits for others, to be sent with them; 0: each by itself."""
    limits: dict[str, Any] = {}
    """Defaults of every key (`gateway.admission`)."""
    routes: dict[str, RouteTable] = {}

    @property
    def deadlines(self) -> Deadlines:
        """The three deadlines."""
        return Deadlines(seconds(self.first_token), seconds(self.next_token), seconds(self.total))

    @property
    def largest_body(self) -> int:
        """Bytes that a request's body may have."""
        return parse_bytes(self.body_limit)

    @property
    def cache_bytes(self) -> int:
        """Bytes that the exact cache may hold."""
        return parse_bytes(self.cache_memory)

    @property
    def drain_s(self) -> float:
        """Seconds that requests in progress have when the server is told to stop."""
        return seconds(self.drain)


class ServeTable(_Table):
    """A step that is served."""

    step: str
    """`module:step`."""
    input: InputForm = "last"
    memo: Duration | bool | None = None
    """How long an answer may be given again; true: as long as nothing that it depends on has changed; false: never.
    Without it the gateway's `cache` decides about the draws in it, and all that can be verified is reused."""
    share: bool = False
    """Whether answers are shared between principals."""
    title: Wording = NOTHING
    """What people read above the page on which they try it; `{en = "...", zh = "..."}` for both languages."""
    about: Wording = NOTHING
    """What they read beneath it; else the docstring's first paragraph."""
    fields: dict[str, FieldTable] = {}
    """How the fields of its form are called, by the step's parameters."""
    degrade: list[str] = []
    """What answers where it cannot: "model:NAME", "stale", "quote"."""


def seconds(text: str) -> float:
    """Return a checked duration in seconds."""
    return parse_seconds(text) or 0.0
