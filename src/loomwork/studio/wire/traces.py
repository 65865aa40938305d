"""Traces in a list, and one trace as columns. Values only."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

State = Literal["unset", "hit", "ok", "failed"]
STATES: tuple[State, ...] = ("unset", "hit", "ok", "failed")
"""The numbers of `Trace.states` are places in this."""
LISTED = 200
"""Most traces an answer holds."""
SHOWN = 10_000
"""Most spans of a trace that are shown."""


class TraceFilter(Struct, frozen=True, kw_only=True):
    """Which traces. What is said of a span holds for the root or for any span beneath it; empty: whichever."""

    q: str = ""
    """Words that the root's name, input, output or error holds, in either case."""
    status: Literal["", "ok", "failed"] = ""
    """`failed`: the root or anything beneath it failed; `ok`: nothing did."""
    kind: str = ""
    scoring: Literal["", "yes"] = ""
    """`yes`: traces of scorers, too. They are shown as well where one asks for their kind or their run."""
    name: str = ""
    """A step's `module:qualname`, or the part after the colon."""
    model: str = ""
    """An alias, or a provider's name for a model."""
    run: str = ""
    """A run's id or `last`; `none`: traces of no run."""
    cached: Literal["", "yes", "no"] = ""
    """Whether the root came from the result cache."""
    rated: Literal["", "yes", "up", "down"] = ""
    """What people said of it."""
    min_ms: float = 0
    max_ms: float = 0
    """0: no limit."""
    since_ms: float = 0
    until_ms: float = 0


class ListTraces(TraceFilter, frozen=True, kw_only=True):
    """Which traces, and where in the list."""

    limit: int = 50
    before: str = ""
    """`next` of the answer before."""


class TraceHead(Struct, frozen=True, kw_only=True):
    """A trace in a list."""

    trace: str
    span: str
    """The root."""
    name: str
    kind: str
    state: State
    """Of the root."""
    started_ms: float
    ms: float
    run: str
    item: int
    """-1: not of a dataset's row."""
    trial: int
    input: str
    output: str
    """First characters."""
    error: str
    spans: int
    failed: int
    """How many spans failed, the root's included."""
    hits: int
    models: tuple[str, ...]
    input_tokens: int
    output_tokens: int
    cost: dict[str, float]
    """By currency."""
    unpriced_calls: int
    partial: bool
    """Only the first spans were counted."""
    up: int = 0
    """How many people rated it well."""
    down: int = 0


class TraceList(Struct, frozen=True, kw_only=True):
    """A page of traces, newest first."""

    traces: tuple[TraceHead, ...]
    scanned: int
    """How many traces were looked at for it."""
    more: bool
    """There are older ones that were not looked at: ask again with `before` = `next`."""
    next: str


class NewTraces(Struct, frozen=True, kw_only=True):
    """Traces that have ended since, oldest first (event `traces`)."""

    traces: tuple[TraceHead, ...]


class TraceAsked(Struct, frozen=True, kw_only=True):
    """Which trace."""

    trace: str
    """Its id, the beginning of it, or `last`."""
    limit: int = SHOWN
    hits: Literal["open", "closed"] = "open"
    """`open`: what lies beneath a hit is shown from the record."""


class TraceTotals(Struct, frozen=True, kw_only=True):
    """What a trace came to. What is shown from the record does not count."""

    trace: str
    name: str
    kind: str
    state: State
    error: str
    run: str
    item: int
    trial: int
    started_ms: float
    ms: float
    spans: int
    failed: int
    hits: int
    input_tokens: int
    output_tokens: int
    cost: dict[str, float]
    unpriced_calls: int
    models: dict[str, int]
    """Calls that were really made, by model."""


class Trace(Struct, frozen=True, kw_only=True):
    """A trace as columns: place n of each belongs to the same span; spans stand in the order of a tree.

    Names, kinds, models, currencies and origins are places in `strings`, where place 0 is the empty text.
    """

    head: TraceTotals
    strings: tuple[str, ...]
    ids: list[str]
    parents: list[int]
    """Place of the parent; -1 for a root."""
    depths: list[int]
    names: list[int]
    kinds: list[int]
    starts_ms: list[float]
    """Since the trace began; from the record: since the hit began, as it was when it was made."""
    durations_ms: list[float]
    states: list[int]
    """0 unset, 1 hit, 2 ok, 3 failed."""
    models: list[int]
    input_tokens: list[int]
    output_tokens: list[int]
    costs_micros: list[int | None]
    """null: no price, or none known."""
    currencies: list[int]
    previews: list[str]
    """The error of what failed; else the output, else the input: first characters."""
    from_record: list[int]
    """0: of this trace. Else this lies beneath a hit, was not called, and is shown from the trace of that name."""
    critical: list[int]
    """Spans that decided when the root ended, in order of time, each once."""
    critical_ms: list[float]
    """How long each of them held everything up itself."""
    slowest: list[int]
    """By their own time, without that of what lies beneath."""
    dearest: list[int]
    failed: list[int]
    """Innermost causes first."""
    total: int
    """Spans of this trace in the store."""
    more: bool
    """Some were left out: of the trace, or of what lies beneath hits."""
