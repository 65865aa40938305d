"""What a search notes on its span, for people: small, redacted as every attribute. Values only; knows no index."""

from typing import NamedTuple

from msgspec import Struct

SEARCH = "retrieval.explained"
"""Attribute of a search's span: an `Explained`."""
BUDGET = "retrieval.budget"
"""Attribute of the span that puts passages into a context: a `Budget`."""
CANDIDATES = 20
"""Most candidates that are noted: a list longer than a person reads would make spans heavy."""


class At(NamedTuple):
    """What one retriever said of a passage."""

    rank: int
    score: float
    added: float | None
    """What that adds to the joined score; None: it was not reckoned."""


class Looked(Struct, frozen=True, kw_only=True):
    """A passage that a search looked at."""

    doc: str
    start: int
    title: str = ""
    text: str = ""
    """Its first words, of one that was not given to the caller (whose result holds the others)."""
    placed: dict[str, At] = {}
    joined: float = 0.0
    joined_rank: int = 0
    rerank_rank: int = 0
    rerank_score: float | None = None
    final_rank: int = 0
    """0: it was not given to the caller."""
    moved: str = ""
    """Why it stands elsewhere than fusion put it."""
    terms: tuple[str, ...] = ()


class Explained(Struct, frozen=True, kw_only=True):
    """How a search came to its passages."""

    base: str = ""
    mode: str = ""
    fusion: str = ""
    rerank: str = ""
    k: int = 0
    snapshot: str = ""
    counts: dict[str, int] = {}
    """How many of those that were looked at each retriever found."""
    candidates: tuple[Looked, ...] = ()
    complete: bool = False
    """These are all that fusion saw."""


class Budget(Struct, frozen=True, kw_only=True):
    """What of the passages fitted into a context, in tokens as they were counted then."""

    limit: int
    used: int
    kept: int
    left_out: int
