"""Conversations on the wire: a list, and one as turns. Values only."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

LISTED = 100
TURNS = 50
"""Most turns an answer holds."""
LONGEST = 8_000
"""Characters of a question or an answer that are sent; the trace has the whole."""


class ListSessions(Struct, frozen=True, kw_only=True):
    """Which conversations."""

    limit: int = 30
    before: str = ""
    """`next` of the answer before."""
    served: str = ""
    user: str = ""
    rated: Literal["", "yes", "up", "down"] = ""


class SessionHead(Struct, frozen=True, kw_only=True):
    """A conversation in a list."""

    session: str
    user: str
    served: str
    first_ms: float
    last_ms: float
    requests: int
    failed: int
    tokens: int
    up: int
    """Turns that somebody rated well."""
    down: int


class SessionList(Struct, frozen=True, kw_only=True):
    """Conversations with the newest turns first."""

    sessions: tuple[SessionHead, ...]
    more: bool
    next: str


class AskSession(Struct, frozen=True, kw_only=True):
    """Which conversation, and which of its turns."""

    session: str
    before: str = ""
    """Older turns: `next` of the answer before."""


class TurnFeedback(Struct, frozen=True, kw_only=True):
    """What one person said of a turn."""

    user: str
    rating: Literal[-1, 0, 1]
    comment: str
    source: str
    at_ms: float


class SessionTurn(Struct, frozen=True, kw_only=True):
    """One question with its answer."""

    trace: str
    span: str
    """That which was called for it; empty where the trace is no longer there."""
    at_ms: float
    served: str
    model: str
    release: str
    status: int
    error: str
    cached: str
    degraded: str
    ms: float
    first_ms: float
    tokens: int
    question: str
    answer: str
    more: bool
    """The question or the answer is cut."""
    feedback: tuple[TurnFeedback, ...]


class SessionTold(Struct, frozen=True, kw_only=True):
    """A conversation: its newest turns, in order."""

    session: str
    title: str
    """The first question; empty where its trace is no longer there."""
    user: str
    served: str
    turns: tuple[SessionTurn, ...]
    total: int
    more: bool
    """There are older ones."""
    next: str


__all__ = [
    "AskSession",
    "ListSessions",
    "SessionHead",
    "SessionList",
    "SessionTold",
    "SessionTurn",
    "TurnFeedback",
]
