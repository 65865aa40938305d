"""One span with everything that was kept of it. Values only."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from loomwork.studio.wire.traces import State

LONGEST = 256_000
"""Bytes of a body that a span is sent with, as text and again as JSON; `get_body` sends the whole."""


class SpanAsked(Struct, frozen=True, kw_only=True):
    """Which span."""

    trace: str
    span: str


class BodyAsked(Struct, frozen=True, kw_only=True):
    """Which body."""

    trace: str
    span: str
    side: Literal["input", "output"] = "output"
    form: Literal["text", "json", "raw"] = "text"


class Body(Struct, frozen=True, kw_only=True):
    """An input or an output."""

    text: str
    """As a person reads it."""
    json: Any
    """As data; null where it is longer than is sent, or is no value."""
    chars: int
    """How long the whole text is."""
    more: bool
    """Only its beginning is here."""
    state: Literal["whole", "opaque", "lost"]
    """`opaque`: bytes that nobody can read here; `lost`: only the preview is left."""


class SaidPart(Struct, frozen=True, kw_only=True):
    """One part of a message."""

    kind: Literal["text", "image", "audio", "file", "reasoning", "refusal", "tool_call", "tool_result", "other"]
    text: str = ""
    """Its words; of a tool call the arguments; of what is not text, what there is to say of it."""
    name: str = ""
    """Of a tool or a file."""
    call_id: str = ""
    mime: str = ""
    bytes: int = 0
    """Size of data that is not sent."""
    error: bool = False


class Said(Struct, frozen=True, kw_only=True):
    """One message of a conversation with a model."""

    role: str
    parts: tuple[SaidPart, ...]
    name: str = ""
    answer: bool = False
    """What this call got; the others are what it was given."""


class SpanLabels(Struct, frozen=True, kw_only=True):
    """Where a value comes from and who may read it."""

    trusted: bool
    """Nothing less trusted than the user's own words went in."""
    integrity: str
    """The least trusted origin."""
    origins: tuple[str, ...]
    readers: tuple[str, ...] | None
    """null: everybody."""


class Fact(Struct, frozen=True, kw_only=True):
    """Something outside the arguments that a call depended on."""

    kind: str
    """`file`, `folder`, `environment`, ..."""
    what: str
    """Its name."""
    seen: str
    """What was seen, in words."""


class CallBeneath(Struct, frozen=True, kw_only=True):
    """A step call that a call made and whose result it used."""

    step: str
    kind: str
    call: str
    trace: str
    span: str
    """Empty where it is not kept any more."""


class Recorded(Struct, frozen=True, kw_only=True):
    """What the record of a call says."""

    call: str
    step: str
    behaviour: str
    """Digest of the code that ran."""
    made_ms: float
    run: str
    trace: str
    span: str
    """Where it was made: of a hit, elsewhere."""
    here: bool
    """It was made by this very span."""
    reuse: Literal["always", "run", "never"]
    arguments: dict[str, str]
    """Hash by parameter."""
    settings: dict[str, str]
    facts: tuple[Fact, ...]
    outside: tuple[str, ...]
    """What of the outside it touched."""
    degraded: tuple[str, ...]
    spoiled: tuple[str, ...]
    """Why nobody may use its result again."""
    draw: int | None
    calls: tuple[CallBeneath, ...]
    more_calls: bool


class Placed(Struct, frozen=True, kw_only=True):
    """What one retriever said of a passage."""

    retriever: str
    rank: int
    score: float
    added: float | None
    """What that adds to the joined score; null: not known."""


class Candidate(Struct, frozen=True, kw_only=True):
    """A passage that a search looked at."""

    doc: str
    start: int
    title: str
    preview: str
    placed: tuple[Placed, ...]
    joined: float
    joined_rank: int
    """Its place after fusion; 0 where it is not known."""
    rerank_rank: int
    rerank_score: float | None
    """0, null: there was no reranker, or it did not look at it."""
    final_rank: int
    """1 is best; 0: it was not given to the caller."""
    moved: str
    """Why it stands elsewhere than fusion put it, in words."""
    terms: tuple[str, ...]


class Budgeted(Struct, frozen=True, kw_only=True):
    """What of the passages fitted into the context."""

    limit: int
    used: int
    """In tokens."""
    kept: int
    left_out: int


class Retrieval(Struct, frozen=True, kw_only=True):
    """How a search came to its passages."""

    base: str
    query: str
    mode: str
    fusion: str
    rerank: str
    """Name of the reranker; empty without one."""
    k: int
    snapshot: str
    counts: dict[str, int]
    """How many of those that were looked at each retriever found."""
    candidates: tuple[Candidate, ...]
    complete: bool
    """Whether these are all that fusion saw, or what the caller was given alone."""
    budget: Budgeted | None


class PromptUsed(Struct, frozen=True, kw_only=True):
    """A prompt that was filled in."""

    name: str
    version: str


class Span(Struct, frozen=True, kw_only=True):
    """A span and what was kept of it."""

    trace: str
    span: str
    parent: str
    name: str
    kind: str
    state: State
    error: str
    started_ms: float
    ms: float
    run: str
    item: int
    trial: int
    subject: str
    model: str
    input_tokens: int
    output_tokens: int
    usage: dict[str, int]
    """Tokens beyond the two totals: cached, reasoning, ..."""
    cost: dict[str, float]
    unpriced: bool
    """It costs, and nobody knows how much."""
    input: Body | None
    output: Body | None
    messages: tuple[Said, ...]
    """Of a model call: the conversation with the answer last."""
    more_messages: bool
    attributes: dict[str, Any]
    labels: SpanLabels | None
    record: Recorded | None
    retrieval: Retrieval | None
    prompts: tuple[PromptUsed, ...]
