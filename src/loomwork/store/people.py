"""What people say and do around answers: feedback, business events, links that let them in. Knows nothing of SQL."""

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from msgspec import Struct

Rating = Literal[-1, 0, 1]


class FeedbackRow(Struct, frozen=True, kw_only=True):
    """What one person said of one answer."""

    trace: str
    at_ns: int
    user: str = ""
    """Principal id, or whoever the application says; with `key` it tells whose word it is."""
    key: str = ""
    """Id of the API key, or `try:ID` of the link; empty without."""
    rating: Rating = 0
    comment: str = ""
    source: str = ""
    """`try`, `api`, ...: where it was said."""


class EventRow(Struct, frozen=True, kw_only=True):
    """Something that happened in the application around the answers."""

    at_ns: int
    name: str
    session: str = ""
    user: str = ""
    value_micros: int | None = None
    """Millionths of `currency` or of one; None: it has no value."""
    currency: str = ""
    said: str = "{}"
    """Whatever else was told, as a JSON object."""


class EventCount(Struct, frozen=True, kw_only=True):
    """Events of one name and currency, together."""

    name: str
    currency: str
    count: int
    sessions: int
    users: int
    value_micros: int


class LinkRow(Struct, frozen=True, kw_only=True):
    """A link that signs somebody in to one try page. Holds no secret."""

    id: str
    served: str
    label: str
    """For whom it was made, in words."""
    owner: str
    """Principal id of whoever uses it."""
    groups: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    made_ns: int
    expires_ns: int
    """The link and the session that came of it end then."""
    used_ns: int = 0
    revoked_ns: int = 0
    limits: dict[str, dict[str, int]] = {}
    """As of a key: by name of what is served, "" for all together."""
    unknown_price: bool = False
    """Whether calls may be made whose price nobody knows, though there is a budget."""

    @property
    def holder(self) -> str:
        """Who its budgets belong to."""
        return f"link:{self.id}"

    def is_open(self, now_ns: int) -> bool:
        """Say whether whoever came by it may still be there."""
        return not self.revoked_ns and now_ns < self.expires_ns


class SessionRow(Struct, frozen=True, kw_only=True):
    """A conversation: the requests of one session, together."""

    session: str
    user: str
    """Of the newest request, as `served`."""
    served: str
    first_ns: int
    last_ns: int
    """When the newest request came."""
    requests: int
    failed: int
    """Of the newest 1,000 requests, as tokens and ratings."""
    tokens: int
    up: int
    """Requests that somebody rated well."""
    down: int


class Sessions(Protocol):
    """Conversations."""

    def list(
        self, *, limit: int = 50, before_ns: int = 0, served: str = "", user: str = "", rated: str = ""
    ) -> Sequence[SessionRow]:
        """Return the conversations with the newest requests first; with `before_ns`, those that ended before then.

        Args:
            limit: How many.
            before_ns: `last_ns` of the last one of the page before.
            served: What was asked last.
            user: Who asked last.
            rated: `yes`, `up` or `down`: where somebody said so.
        """
        ...

    def get(self, session: str) -> SessionRow | None:
        """Return one conversation."""
        ...


class Feedback(Protocol):
    """What people said of answers."""

    def write(self, row: FeedbackRow) -> FeedbackRow | None:
        """Write it; return the word of the same person on the same trace whose place it takes."""
        ...

    def of(self, traces: Collection[str]) -> dict[str, list[FeedbackRow]]:
        """Return what was said of these traces, oldest first; traces of which nothing was said are not in it."""
        ...

    def list(
        self, *, since_ns: int = 0, until_ns: int = 0, rating: Rating | None = None, limit: int = 100
    ) -> Sequence[FeedbackRow]:
        """Return the newest first."""
        ...


class Events(Protocol):
    """What applications said happened."""

    def write(self, rows: Sequence[EventRow]) -> None:
        """Write them, in one transaction."""
        ...

    def list(
        self, *, since_ns: int = 0, until_ns: int = 0, name: str = "", session: str = "", limit: int = 1000
    ) -> Sequence[EventRow]:
        """Return the newest first."""
        ...

    def counts(self, *, since_ns: int = 0, until_ns: int = 0) -> Sequence[EventCount]:
        """Return the events of a time by name and currency."""
        ...


class Links(Protocol):
    """Links that sign people in."""

    def make(self, row: LinkRow, token: bytes) -> None:
        """Keep a new link under the hash of its token."""
        ...

    def exchange(self, token: bytes, session: bytes, *, served: str, now_ns: int) -> LinkRow | None:
        """Take a link that was not used, is open and leads there, and give its session this hash; at most once."""
        ...

    def of_token(self, token: bytes) -> LinkRow | None:
        """Return the link of a token, used or not: to say why it is not taken."""
        ...

    def of_session(self, session: bytes) -> LinkRow | None:
        """Return the link that a session came of, open or not."""
        ...

    def list(self, *, limit: int = 200) -> Sequence[LinkRow]:
        """Return the newest first."""
        ...

    def revoke(self, link_id: str, now_ns: int) -> LinkRow | None:
        """End a link and the session that came of it; None where there is no such link."""
        ...


__all__ = [
    "EventCount",
    "EventRow",
    "Events",
    "Feedback",
    "FeedbackRow",
    "LinkRow",
    "Links",
    "Rating",
    "SessionRow",
    "Sessions",
]
