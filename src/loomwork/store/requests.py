"""How requests to the gateway are looked for and added up, and what a store must answer. Knows nothing of SQL."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

from loomwork.store.rows import RequestRow

REFUSED, GUARDED, UNANSWERED = 1, 2, 4
"""Bits of `RequestRow.flags`."""
WIDTHS = (1, 15, 240)
"""Minutes that one rollup holds: each request is in one of every width."""
Dimension = Literal["", "release", "served", "model", "key"]
"""By what figures are kept apart; empty: by nothing."""
Spread = Literal["totals", "firsts", "tokens", "errors", "hits"]
"""What is counted by kind or by bucket: whole answers, first tokens, time a token, error kinds, cache kinds."""


class RequestFilter(Struct, frozen=True, kw_only=True):
    """Which requests; what is empty asks for nothing. Times are when they came, `until_ns` not included."""

    since_ns: int = 0
    until_ns: int = 0
    release: str = ""
    served: str = ""
    model: str = ""
    key: str = ""
    user: str = ""
    session: str = ""
    status: str = ""
    """`failed` (400 and above), a class (`2xx`, `4xx`, `5xx`) or a number."""
    error: str = ""
    cached: str = ""
    """`yes`, `no`, or a kind (`exact`, `memo`, `coalesced`, `stale`, `warm`)."""
    min_ms: float = 0.0
    min_cost_micros: int = 0
    flag: Literal["", "refused", "guarded", "unanswered", "degraded"] = ""
    rated: Literal["", "yes", "up", "down"] = ""


class Place(NamedTuple):
    """A place in the list of requests, newest first."""

    at_ns: int
    trace: str


class Only(Struct, frozen=True, kw_only=True):
    """Of which release, served thing, model and key figures are wanted; what is empty asks for nothing."""

    release: str = ""
    served: str = ""
    model: str = ""
    key: str = ""


EVERYTHING = Only()


class Counts(Struct, frozen=True, kw_only=True, gc=False):
    """What a number of requests came to."""

    count: int = 0
    rejected: int = 0
    """Status 4xx other than 429 and 499."""
    limited: int = 0
    """Status 429."""
    failed: int = 0
    """Status 5xx."""
    left_early: int = 0
    """Status 499: the client left."""
    cached: int = 0
    degraded: int = 0
    streamed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int = 0
    unpriced: int = 0
    """Answered by a model at an unknown price."""
    saved_micros: int = 0
    total_ns: int = 0
    first_ns: int = 0
    refused: int = 0
    guarded: int = 0
    unanswered: int = 0


class Summed(NamedTuple):
    """The counts of one stretch of time, of one value of the dimension, in one currency."""

    minute: int
    value: str
    currency: str
    counts: Counts


class Spreading(NamedTuple):
    """A histogram, or counts by kind, of one rollup."""

    minute: int
    value: str
    data: bytes
    """msgpack: buckets as `store/buckets.py` has them, or counts by name."""


class RequestRollup(Struct, frozen=True, kw_only=True):
    """All requests of one (minute, release, served, model, key, currency)."""

    minute: int
    width: int
    release: str
    served: str
    model: str
    key: str
    currency: str
    counts: Counts
    errors: dict[str, int]
    hits: dict[str, int]
    totals: dict[int, int]
    firsts: dict[int, int]
    tokens: dict[int, int]


class Affected(NamedTuple):
    """Who had to do with a release or an incident."""

    traces: list[str]
    users: list[str]


class People(NamedTuple):
    """Who was there in a stretch of time, in whole quarters of an hour."""

    sessions: int
    users: int
    returning: int
    """Of the users, those who were there in the stretch of the same length before."""


class RequestScore(Struct, frozen=True, kw_only=True, gc=False):
    """What a scorer said of one served answer."""

    trace: str
    scorer: str
    at_ns: int
    value: float | None
    label: str = ""
    reason: str = ""


class ProcessSample(Struct, frozen=True, kw_only=True, gc=False):
    """How a serving process was doing."""

    at_ns: int
    pid: int
    cpu: float
    """Processor seconds a second since the sample before."""
    rss: int
    """Bytes."""
    fds: int
    lag_ns: int
    """How late the event loop woke at worst since the sample before."""
    gpus: str = ""
    """JSON list, empty where there is none."""
    ended: bool = False
    """The last word of a process that was told to stop."""


class AlertRow(Struct, frozen=True, kw_only=True):
    """One time that an alert fired."""

    n: int = 0
    name: str
    since_ns: int
    until_ns: int | None = None
    said: str = ""
    """JSON of the rule, the value and what it was compared with."""


class Question(NamedTuple):
    """What was asked, as the trace shows it: the beginning, redacted."""

    trace: str
    at_ns: int
    text: str
    flags: int


class TakesRequests(Protocol):
    """Where requests go: all that those who serve them need."""

    def write(self, rows: Sequence[RequestRow]) -> None:
        """Hand rows to the writer thread: microseconds, any thread; never raises for the store's sake."""
        ...


class Requests(TakesRequests, Protocol):
    """Requests and what they came to."""

    def put(self, rows: Sequence[RequestRow]) -> None:
        """Write rows and add them to the rollups in one transaction, here and now."""
        ...

    def flush(self) -> int:
        """Write what was handed over so far; return how many rows the store did not take."""
        ...

    def list(self, asked: RequestFilter, *, limit: int = 100, before: Place | None = None) -> Sequence[RequestRow]:
        """Return the newest requests first; with `before`, those behind that place."""
        ...

    def get(self, trace: str) -> RequestRow | None:
        """Return the request that a trace belongs to."""
        ...

    def rollups(
        self, *, since_minute: int, until_minute: int, width: int = 1, only: Only = ...
    ) -> Sequence[RequestRollup]:
        """Return whole rollups in [since, until), by minute."""
        ...

    def sums(
        self, *, since_minute: int, until_minute: int, every: int, width: int = 1, by: Dimension = "", only: Only = ...
    ) -> Sequence[Summed]:
        """Return counts over stretches of `every` minutes (a multiple of `width`) from `since_minute` on."""
        ...

    def spreads(
        self,
        what: Spread,
        *,
        since_minute: int,
        until_minute: int,
        width: int = 1,
        by: Dimension = "",
        only: Only = ...,
    ) -> Sequence[Spreading]:
        """Return one histogram, or counts by kind, of each rollup that has any."""
        ...

    def oldest_ns(self) -> int:
        """Return when the first request came that is still there; 0 where there is none."""
        ...

    def last_used(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Return when the last requests with these keys came, to the minute; without those never used."""
        ...

    def named(self, *, since_minute: int, until_minute: int, width: int = 1) -> Sequence[Only]:
        """Return every release, served thing, model and key that came together in a stretch of time."""
        ...

    def affected(self, *, release: str = "", since_ns: int = 0, until_ns: int = 0) -> Affected:
        """Return the traces (oldest first) and the users (by name) of a release, of a stretch of time, or of both."""
        ...

    def people(self, *, since_ns: int, until_ns: int) -> People:
        """Return how many sessions and users there were, and how many of these came back."""
        ...

    def questions(self, asked: RequestFilter, *, limit: int = 1_000) -> Sequence[Question]:
        """Return the newest questions whose trace is still there."""
        ...


class Watched(Protocol):
    """What the monitor keeps of its own: scores of served answers, samples of processes, alerts, marks."""

    def score(self, rows: Sequence[RequestScore]) -> None:
        """Write or replace scores."""
        ...

    def scores(self, *, since_ns: int, until_ns: int, limit: int = 100_000) -> Sequence[RequestScore]:
        """Return scores in order of time."""
        ...

    def sample(self, row: ProcessSample) -> None:
        """Write how a process is doing."""
        ...

    def samples(self, *, since_ns: int, until_ns: int, limit: int = 100_000) -> Sequence[ProcessSample]:
        """Return samples in order of time."""
        ...

    def fire(self, row: AlertRow) -> bool:
        """Note that an alert fires; False where it was firing already (another process was first)."""
        ...

    def resolve(self, name: str, at_ns: int) -> bool:
        """Note that an alert is over; False where it was not firing."""
        ...

    def alerts(self, *, since_ns: int = 0, limit: int = 100) -> Sequence[AlertRow]:
        """Return alerts that fire or fired since then, the newest first."""
        ...

    def mark(self, name: str) -> int:
        """Return how far a job has come; 0 at first."""
        ...

    def set_mark(self, name: str, at_ns: int) -> None:
        """Note how far a job has come."""
        ...

    def thin(self, traces: Sequence[str]) -> int:
        """Remove the spans of these traces (their requests stay); return how many. Bodies go with the next prune."""
        ...
