"""What a try page and the gateway say to each other. Values only; names are the wire's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

from loomwork.gateway.admission.limits import Limits
from loomwork.kernel.principals import Principal
from loomwork.store.keys import BudgetRow

FEEDBACK, EVENTS, TRACES, ADMIN = "feedback", "events", "traces:read", "admin"
EVERY = frozenset({FEEDBACK, EVENTS, TRACES, ADMIN})
"""Scopes that this part of the gateway asks for."""

FieldType = Literal["text", "long", "number", "integer", "yes", "choice", "lines", "date", "json"]


class Visitor(Struct, frozen=True, kw_only=True):
    """Who is on the page, or holds the key."""

    id: str
    """The API key's id, `try:ID` of a link, or empty where no key is asked for."""
    who: Principal = Principal()
    scopes: frozenset[str] = frozenset()
    label: str = ""
    """Their name, as whoever sent the link wrote it."""
    budgets: tuple[BudgetRow, ...] = ()
    """The link's own, and its owner's."""
    limits: Mapping[str, Limits] = {}
    unknown_price: bool = True
    """Whether calls of an unknown price go through although there is a budget."""

    def may(self, scope: str) -> bool:
        """Say whether they have a scope."""
        return scope in self.scopes or ADMIN in self.scopes


class Words(Struct, frozen=True, kw_only=True):
    """A text in both languages; the same in both where whoever wrote it gave one."""

    en: str = ""
    zh: str = ""


NO_WORDS = Words()


class Field(Struct, frozen=True, kw_only=True):
    """One parameter of a step as a field of a form."""

    name: str
    type: FieldType
    label: Words
    tells: Words = NO_WORDS
    required: bool = True
    default: Any = None
    choices: tuple[str, ...] = ()


class Card(Struct, frozen=True, kw_only=True):
    """What a page is about."""

    name: str
    title: Words
    kind: Literal["chat", "form"]
    tells: Words = NO_WORDS
    """What the settings, or the step's own words, say of it."""
    remembers: bool = False
    """Whether it is given the whole conversation, or the last message alone."""
    fields: tuple[Field, ...] = ()
    """Of a form."""
    note: str = ""
    """`double`: a scripted test double answers; empty for the real thing."""


class About(Struct, frozen=True, kw_only=True):
    """A card, and what this visitor may do."""

    card: Card
    visitor: str
    can_rate: bool
    can_see_traces: bool


class Turn(Struct, frozen=True, kw_only=True):
    """One message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


class Asked(Struct, frozen=True, kw_only=True):
    """What a visitor asks."""

    session: str
    """Names the conversation; made by the page."""
    turns: tuple[Turn, ...] = ()
    """Of a chat, the question last."""
    values: dict[str, Any] = {}
    """Of a form."""
    fresh: bool = False
    """Not from a cache: the visitor asked for another answer."""


class Citation(Struct, frozen=True, kw_only=True):
    """Where a sentence of an answer stands."""

    sentence: str
    doc: str
    path: str
    title: str
    place: str
    """For people: file, headings, page."""
    start: int
    end: int
    quote: str


class Start(Struct, frozen=True, kw_only=True):
    """The answer has begun."""

    trace: str
    release: str = ""


class Text(Struct, frozen=True, kw_only=True):
    """More of the answer."""

    text: str


class Answered(Struct, frozen=True, kw_only=True):
    """The whole answer. With `text` it takes the place of the pieces."""

    text: str | None = None
    value: Any = None
    """Where the answer is no text."""
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    degraded: str = ""
    cached: bool = False


class Kept(Struct, frozen=True, kw_only=True):
    """A turn of before."""

    trace: str
    question: str
    """Of a chat."""
    values: dict[str, Any]
    """Of a form."""
    answer: Answered | None
    """None: there was none."""
    error: str
    """Why there was none: the kind of a `Problem`, or `ClientLeft` where the visitor stopped it."""
    rating: int
    comment: str


class Talk(Struct, frozen=True, kw_only=True):
    """A conversation of before, as far as it is kept and this visitor's own."""

    turns: tuple[Kept, ...]


class Problem(Struct, frozen=True, kw_only=True):
    """There will be no (further) answer."""

    kind: str
    message: str
    retry_after: float | None = None


class End(Struct, frozen=True, kw_only=True):
    """Nothing comes after this."""

    ms: float


Said = Start | Text | Answered | Problem


class Wanted(Struct, frozen=True, kw_only=True):
    """A passage that a citation names."""

    doc: str
    start: int
    end: int
    quote: str


class Passage(Struct, frozen=True, kw_only=True):
    """A passage in its document: `before + quote + after` is a piece of the parsed text."""

    title: str
    path: str
    section: tuple[str, ...]
    page: int
    before: str
    quote: str
    after: str
    starts: bool
    """Whether `before` begins with the document."""
    ends: bool


class Made(Struct, frozen=True, kw_only=True):
    """One line of how an answer was made."""

    depth: int
    name: str
    kind: str
    ms: float
    state: Literal["ok", "failed", "kept"]
    """`kept`: the result was there already."""
    model: str = ""
    tokens: int = 0
    given: str = ""
    gave: str = ""
    error: str = ""


class HowMade(Struct, frozen=True, kw_only=True):
    """How an answer was made."""

    trace: str
    lines: tuple[Made, ...]
    more: bool


class Rated(Struct, frozen=True, kw_only=True):
    """A word of feedback, as it is sent."""

    trace: str
    rating: Literal[-1, 0, 1] = 0
    comment: str = ""
    source: str = ""
    user: str = ""
    """Whose word it is, where an application sends it for its users; part of what an update is told by."""


class Happened(Struct, frozen=True, kw_only=True):
    """A business event, as it is sent."""

    name: str
    session: str = ""
    user: str = ""
    value: float | None = None
    currency: str = ""
    at: str | float | None = None
    """ISO 8601 or seconds since 1970; None: now."""
    said: dict[str, Any] = field(default_factory=dict[str, Any])


class Entering(Struct, frozen=True, kw_only=True):
    """A link's token."""

    token: str
