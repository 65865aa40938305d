"""What is asked of a search and what it answers. Values only."""

from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from loomwork.knowledge.index import TermScore
from loomwork.knowledge.search.versions import Guess
from loomwork.knowledge.search.widening import Widen
from loomwork.knowledge.values import Passage

Mode = Literal["dense", "sparse", "hybrid"]


RETRIEVERS = ("dense", "sparse")
"""What finds passages, and may be weighed."""


class SearchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How an index is searched; each knowledge base has its own."""

    mode: Mode = "hybrid"
    depth: int = 100
    """How many results each retriever contributes before they are joined; never fewer than are asked for."""
    fusion: str = "rrf"
    """One of `FUSIONS`."""
    weights: dict[str, float] = {}
    """Of `dense` and `sparse`; 1 where nothing is said."""
    mmr: float | None = None
    """1: by relevance alone; lower: prefer what differs from what was chosen; None: off."""
    widen: Widen = "none"
    widen_by: int = 1
    widen_most: int = 6_000
    versions: Guess = "names"
    superseded: Literal["note", "hide"] = "note"
    """What becomes of documents that a newer one replaces or that do not hold on the day of asking."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question in the forms that the retrievers understand."""

    terms: tuple[str, ...] = ()
    vector: NDArray[np.float32] | None = None
    phrases: tuple[tuple[str, ...], ...] = ()
    """Terms that must stand one after the other in a passage."""
    filters: dict[str, Any] = {}
    day: str = ""
    """ISO 8601: the day whose rules are asked for; empty: none in particular."""


class Place(NamedTuple):
    """What one retriever said of a passage."""

    rank: int
    score: float
    added: float
    """What it contributes to the joined score."""


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why a passage stands where it does."""

    doc: str
    start: int
    joined: float
    joined_rank: int
    """Its place before versions and variety were looked at."""
    retrievers: dict[str, Place]
    unseen: dict[str, float] = {}
    """What it is given for a retriever that could not see it, because it has no vector."""
    terms: tuple[TermScore, ...]
    """The terms of the question that it holds, and what each adds to its sparse score."""
    moved: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found."""

    snapshot: str
    """The name of the view that was searched."""
    passages: tuple[Passage, ...]
    retrievers: tuple[str, ...]
    """Those that took part: a question without a vector, or an index without vectors, has no dense side."""
    why: tuple[Why, ...] = ()
    """One a passage, where it was asked for."""
