"""The rows that the floors above keep: calls, runs, items, spans. Values only; knows nothing of SQL."""

from typing import Literal, NamedTuple

from msgspec import Struct, field

from loomwork.kernel.bodies import Reference
from loomwork.kernel.canonical import Digest

CallStatus = Literal["ok", "failed"]
Reuse = Literal["always", "run", "never"]
"""Who may use a call's result again: any run, only the run that made it (it touched the outside), or nobody."""
REPLAYS = "replay-"
"""How the run of a replay begins. Its calls are memos like others, but nobody's nearest earlier call."""
RunStatus = Literal["running", "done", "failed", "stopped", "crashed"]
SpanKind = str
"""`step`, `model`, `tool`, `search`, ... : what a row of the trace is about."""


class CallRow(Struct, frozen=True, kw_only=True, gc=False):
    """One executed step call. With `reuse != "never"` it is a memo; every row can be asked why it ran."""

    id: str
    key: Digest
    """Hash of behaviour, inputs, settled settings and draw."""
    ambient: int = 0
    """Stands for the trial and the principal, as far as the call read them; 0 where it read neither."""
    step: str
    """`module:qualname`, for people and for finding the nearest earlier call."""
    kind: SpanKind
    behaviour: Digest
    inputs: Digest
    run: str
    item: int
    trial: int
    status: CallStatus
    reuse: Reuse
    result: Reference | None
    """The encoded result; None for a failed call."""
    value: Digest | None
    """Hash of the result as a value (what a caller observes); None for a failed call."""
    observed: Digest
    """Hash of all observations (nested results, files, environment): two calls of one key and one `observed` agree."""
    record: Reference
    """The call's record: observations, settled settings, arguments, behaviour parts."""
    created_ns: int
    expires_ns: int | None = None
    trace: str = ""
    span: str = ""
    error: str | None = None

    @property
    def is_replayed(self) -> bool:
        """Whether a replay made this call."""
        return self.run.startswith(REPLAYS)


class RunRow(Struct, frozen=True, kw_only=True):
    """One `run` over a dataset (or one call by hand, with `target` its step)."""

    id: str
    target: str
    started_ns: int
    ended_ns: int | None = None
    status: RunStatus = "running"
    dataset: str = ""
    items: int = 0
    ok: int = 0
    failed: int = 0
    pid: int = 0
    summary: bytes = b""
    """JSON of the `run --json` object once the run has ended."""
    meta: bytes = b""
    """JSON of how it was started: arguments, limits, versions, code revision."""


class ItemRow(Struct, frozen=True, kw_only=True, gc=False):
    """One row of the dataset in one trial of one run."""

    run: str
    index: int
    trial: int
    status: CallStatus
    input: Reference
    output: Reference | None = None
    error: str | None = None
    trace: str = ""
    subject: str = ""
    """Whose data this is (for `store erase`); empty when nobody's."""
    started_ns: int = 0
    ended_ns: int = 0


class ScoringRow(Struct, frozen=True, kw_only=True):
    """One scorer as it was applied to one run."""

    run: str
    scorer: str
    """What its column is called."""
    made_ns: int
    said: bytes
    """JSON of the scorer's name, settings and scale."""


class ScoreRow(Struct, frozen=True, kw_only=True, gc=False):
    """What one scorer said of one item."""

    run: str
    scorer: str
    index: int
    trial: int
    made_ns: int
    value: float | None
    """None: it does not apply, or it failed (`error`)."""
    label: str = ""
    reason: str = ""
    parts: dict[str, float] = {}
    error: str | None = None
    trace: str = ""
    """Of the scorer's call."""


class PlacedScore(NamedTuple):
    """A score and its place in the order of writing."""

    n: int
    row: ScoreRow


class ReviewRow(Struct, frozen=True, kw_only=True):
    """A queue of items that people are asked about."""

    id: str
    run: str
    other: str = ""
    """The run whose items are shown beside `run`'s; empty where one run's items are marked."""
    made_ns: int
    touched_ns: int = 0
    """When somebody last answered."""
    said: bytes = b""
    """JSON of how it was made."""


class ReviewItemRow(Struct, frozen=True, kw_only=True, gc=False):
    """One item of a review, or a pair."""

    place: int
    index: int
    trial: int
    other_index: int | None = None
    other_trial: int | None = None


class AnswerRow(Struct, frozen=True, kw_only=True):
    """What one person said of one item of a review."""

    review: str
    place: int
    reviewer: str
    made_ns: int
    revision: int = 1
    """1, and one more with each answer that took the place of another."""
    verdict: str = ""
    """Of a pair: `left`, `right`, `tie`, `bad` (both), or `skip`; of an item to be marked empty, or `skip`."""
    left_side: str = ""
    """What was shown on the left: `a` (the review's run) or `b`; empty where there were no sides."""
    marks: dict[str, int] = {}
    """By criterion."""
    comment: str = ""
    spent_ms: float = 0.0


class SpanRow(Struct, frozen=True, kw_only=True, gc=False):
    """One finished span. Ids are lower-case hex as OpenTelemetry has them (16 and 8 bytes)."""

    trace: str
    span: str
    parent: str = ""
    name: str
    kind: SpanKind
    start_ns: int
    end_ns: int
    status: Literal["ok", "error", "unset"] = "ok"
    error: str | None = None
    run: str = ""
    item: int = -1
    trial: int = 0
    cached: bool = False
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int | None = None
    """Millionths of `currency`; None when the price is unknown."""
    currency: str = ""
    input: Reference | None = None
    output: Reference | None = None
    preview_in: str = ""
    preview_out: str = ""
    """The first characters of the bodies, redacted, for lists."""
    subject: str = ""
    attributes: dict[str, object] = field(default_factory=dict)
    """Everything else, under OpenTelemetry's GenAI names where there is one."""


class RequestRow(Struct, frozen=True, kw_only=True, gc=False):
    """One request to the gateway."""

    trace: str
    """32 hex digits."""
    at_ns: int
    """When it came."""
    release: str
    """Hash, "" where none."""
    served: str
    """What was asked for by the name "model"."""
    model: str
    """What answered, "" where none did."""
    key: str
    """Id of the API key, "" without."""
    user: str
    """Principal id, or the request's `user`."""
    session: str
    """Conversation, "" where none."""
    dialect: str
    """chat | completions | embeddings | messages | step | try"""
    status: int
    """HTTP status; 499 where the client left."""
    error: str
    """Class name of the error, "" where none."""
    cached: str
    """Empty | exact | memo | coalesced | stale | warm"""
    degraded: str
    """Empty, or why."""
    streamed: bool
    input_tokens: int
    output_tokens: int
    cost_micros: int | None
    """None: price unknown."""
    currency: str
    saved_micros: int
    """What a hit would have cost."""
    total_ns: int
    first_ns: int
    """To the first token; 0 where not streamed."""
    chunks: int
    flags: int
    """Bit 0 refused by the model, bit 1 guard hit, bit 2 answered "not in the documents"."""


class PlacedSpan(Struct, frozen=True, kw_only=True, gc=False):
    """What a table of a run needs of a span: its place in the store and figures, no text."""

    n: int
    """Grows with every span that is written."""
    name: str
    kind: SpanKind
    start_ns: int
    end_ns: int
    failed: bool
    cached: bool
    item: int
    trial: int
    input_tokens: int
    output_tokens: int
    cost_micros: int | None
    currency: str
    attempt: int
    """0, or which further attempt at the same call it was."""
    requests: int
    """Requests sent to a model."""


class ShownSpan(Struct, frozen=True, kw_only=True, gc=False):
    """What a line of a list shows of a span."""

    n: int
    trace: str
    span: str
    name: str
    preview_in: str
    preview_out: str
    error: str | None
    call: str
    """Id of the executed call that it shows; empty for spans that are no step's."""


class PlacedItem(Struct, frozen=True, kw_only=True, gc=False):
    """What a table of a run needs of an item: its place in the store and figures, no text."""

    n: int
    """Grows with every item that is written or replaced."""
    index: int
    trial: int
    failed: bool
    started_ns: int
    ended_ns: int


class RollupRow(Struct, frozen=True, kw_only=True):
    """All spans of one (minute, name, kind, model): counts, sums and a log-bucket histogram of durations."""

    minute: int
    """Minutes since the epoch of the span's end."""
    name: str
    kind: SpanKind
    model: str
    count: int
    errors: int
    cached: int
    input_tokens: int
    output_tokens: int
    cost_micros: int
    unpriced: int
    currency: str
    duration_ns: int
    buckets: bytes
    """Sparse histogram: msgpack of {bucket: count}; bucket b holds durations in (base**(b-1), base**b] microseconds."""
