"""What a gateway's requests came to, as the page draws it: arrays over time, and lists. Values only.

Times are milliseconds since the epoch, durations milliseconds, money millionths of a currency.
"""

from typing import Literal

from msgspec import Struct

LISTED = 200
"""Requests of one page."""
MOST_QUESTIONS = 400
"""Questions that topics are made of: the newest."""
By = Literal["", "release", "served", "model", "key"]


class AskMonitor(Struct, kw_only=True):
    """A stretch of time, and of what. Without times it is the last hour."""

    since_ms: float = 0
    until_ms: float = 0
    release: str = ""
    served: str = ""
    model: str = ""
    key: str = ""


class AskTraffic(AskMonitor, kw_only=True):
    """Figures, kept apart by one thing."""

    by: By = ""


class AskSpeed(AskMonitor, kw_only=True):
    """Durations."""

    by: By = ""
    of: Literal["total", "first", "token"] = "total"


class AskKinds(AskMonitor, kw_only=True):
    """Counts by kind."""

    of: Literal["errors", "hits"] = "errors"


class AskTopics(AskMonitor, kw_only=True):
    """Questions."""

    only: Literal["", "unanswered"] = ""


class Spent(Struct, frozen=True, kw_only=True):
    """Money of one currency."""

    currency: str
    cost_micros: int
    saved_micros: int


class Figures(Struct, frozen=True, kw_only=True):
    """What a number of requests came to."""

    count: int
    rejected: int
    limited: int
    failed: int
    left_early: int
    cached: int
    degraded: int
    input_tokens: int
    output_tokens: int
    unpriced: int
    refused: int
    guarded: int
    unanswered: int
    money: tuple[Spent, ...]


class TrafficGroup(Struct, frozen=True, kw_only=True):
    """One value of what figures are kept apart by."""

    value: str
    label: str
    """How people call it: a key's name in the place of its id."""
    total: Figures
    counts: tuple[int, ...]
    costs_micros: tuple[int, ...]
    """In the currency that most was spent in."""


class Traffic(Struct, frozen=True, kw_only=True):
    """Figures over time."""

    at_ms: tuple[float, ...]
    """Where each point begins."""
    every_ms: float
    total: Figures
    points: tuple[Figures, ...]
    groups: tuple[TrafficGroup, ...]
    currency: str
    """The one that most was spent in; empty where nothing was."""


class SpeedGroup(Struct, frozen=True, kw_only=True):
    """Quantiles of one value; null where nothing was measured."""

    value: str
    p50: float | None
    p95: float | None
    p99: float | None


class Speed(Struct, frozen=True, kw_only=True):
    """Quantiles over time, exact to 4.5 %."""

    at_ms: tuple[float, ...]
    every_ms: float
    p50: tuple[float | None, ...]
    p95: tuple[float | None, ...]
    p99: tuple[float | None, ...]
    total: SpeedGroup
    groups: tuple[SpeedGroup, ...]


class Kind(Struct, frozen=True, kw_only=True):
    """One kind of error, or of cache."""

    kind: str
    total: int
    counts: tuple[int, ...]


class Kinds(Struct, frozen=True, kw_only=True):
    """Counts by kind over time, the most frequent first."""

    at_ms: tuple[float, ...]
    every_ms: float
    kinds: tuple[Kind, ...]


class ScoredSeries(Struct, frozen=True, kw_only=True):
    """What one scorer said of the answers that it was given."""

    scorer: str
    count: int
    mean: float | None
    means: tuple[float | None, ...]


class Quality(Struct, frozen=True, kw_only=True):
    """Scores of sampled answers, and what people said."""

    at_ms: tuple[float, ...]
    every_ms: float
    scorers: tuple[ScoredSeries, ...]
    up: tuple[int, ...]
    down: tuple[int, ...]
    complete: bool


class AskedQuestion(Struct, frozen=True, kw_only=True):
    """One question, with its trace."""

    trace: str
    at_ms: float
    text: str
    unanswered: bool


class TopicLine(Struct, frozen=True, kw_only=True):
    """Questions that lie close together."""

    example: str
    words: tuple[str, ...]
    by: Literal["embedding", "words"]
    count: int
    unanswered: int
    questions: tuple[AskedQuestion, ...]


class Topics(Struct, frozen=True, kw_only=True):
    """What people asked about."""

    topics: tuple[TopicLine, ...]
    questions: int
    """Of how many questions they are made."""
    complete: bool


class EventLine(Struct, frozen=True, kw_only=True):
    """What the application said happened."""

    name: str
    currency: str
    count: int
    sessions: int
    converted: float | None
    """Share of all sessions in which it happened."""
    value_micros: int


class Business(Struct, frozen=True, kw_only=True):
    """Sessions, people who came back, and events tied to sessions."""

    sessions: int
    users: int
    returning: int
    """Of the users, those who were there in the stretch of the same length before."""
    events: tuple[EventLine, ...]


class GpuLine(Struct, frozen=True, kw_only=True):
    """One GPU."""

    name: str
    used: tuple[float | None, ...]
    memory: tuple[float | None, ...]
    memory_of: float


class ProcessLine(Struct, frozen=True, kw_only=True):
    """One serving process; those that live come first."""

    pid: int
    state: Literal["live", "ended"]
    """`ended`: it said so, or nothing was heard of it for a while."""
    since_ms: float
    """When it was first heard of in this stretch."""
    last_ms: float
    cpu: tuple[float | None, ...]
    rss: tuple[float | None, ...]
    fds: tuple[float | None, ...]
    lag: tuple[float | None, ...]


class Processes(Struct, frozen=True, kw_only=True):
    """How the serving processes were doing."""

    at_ms: tuple[float, ...]
    every_ms: float
    processes: tuple[ProcessLine, ...]
    gpus: tuple[GpuLine, ...]


class AlertLine(Struct, frozen=True, kw_only=True):
    """One alert: as it is set, and when it fired last."""

    name: str
    of: str
    rule: str
    """How it is set, in the words of loomwork.toml."""
    state: Literal["firing", "well", "over"]
    """`over`: it fired, and is not set any more."""
    since_ms: float | None
    until_ms: float | None
    value: float | None
    limit: float | None


class Alerts(Struct, frozen=True, kw_only=True):
    """All alerts."""

    alerts: tuple[AlertLine, ...]
    problem: str = ""
    """What is wrong with loomwork.toml, where it cannot be read."""


class AskRequests(Struct, kw_only=True):
    """Which requests, the newest first."""

    limit: int = 100
    before: str = ""
    """`next` of the page before."""
    since_ms: float = 0
    until_ms: float = 0
    release: str = ""
    served: str = ""
    model: str = ""
    key: str = ""
    user: str = ""
    session: str = ""
    status: str = ""
    error: str = ""
    cached: str = ""
    min_ms: float = 0
    flag: Literal["", "refused", "guarded", "unanswered", "degraded"] = ""
    rated: Literal["", "yes", "up", "down"] = ""


class RequestLine(Struct, frozen=True, kw_only=True):
    """One request."""

    trace: str
    at_ms: float
    release: str
    served: str
    model: str
    key: str
    key_label: str
    """How people call the key."""
    user: str
    session: str
    dialect: str
    status: int
    error: str
    cached: str
    degraded: str
    input_tokens: int
    output_tokens: int
    cost_micros: int | None
    currency: str
    total_ms: float
    first_ms: float | None
    refused: bool
    guarded: bool
    unanswered: bool


class RequestList(Struct, frozen=True, kw_only=True):
    """A page of requests."""

    requests: tuple[RequestLine, ...]
    next: str
    """Where to go on; empty at the end."""


class KeyChoice(Struct, frozen=True, kw_only=True):
    """A key that asked."""

    id: str
    label: str
    """Its name, or for whom a link was made; its id where it has none."""


class Choices(Struct, frozen=True, kw_only=True):
    """What there is in a stretch of time, for filters."""

    releases: tuple[str, ...]
    served: tuple[str, ...]
    models: tuple[str, ...]
    keys: tuple[KeyChoice, ...]
    any: bool
    """Whether any request was ever noted."""
