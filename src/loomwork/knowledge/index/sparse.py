"""BM25 over the rows that may be seen. Knows arrays only: which rows those are was decided before.

Lucene's form: idf = ln(1 + (N - df + 0.5) / (df + 0.5)), a term adds idf * tf / (tf + k1 * (1 - b + b * length / mean
length)). N, df and the mean length are of the visible rows, and a row's score is a float64 sum over the query's terms
in alphabetical order, so neither depends on what is hidden. A first pass in float32 leaves out rows that cannot be
among the best (MaxScore, Turtle and Flood 1995), with more room than float32 can lose; it changes no result.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loomwork.knowledge.index.reach import reach
from loomwork.knowledge.index.rows import Floats, Mask
from loomwork.knowledge.index.segment import Postings

FEW = 4_096
"""So many rows are scored exactly without a first pass."""


class Term(NamedTuple):
    """A term of the query as the view sees it."""

    text: str
    weight: float
    """idf times how often the query says it."""
    postings: tuple[Postings, ...]
    """One for each segment."""


class Rows(NamedTuple):
    """The view's rows."""

    bases: NDArray[np.int64]
    """Where each segment's rows begin, and the number of rows at the end."""
    rough: Floats
    """k1 * (1 - b + b * length / mean length) in float32."""
    norm: NDArray[np.float64]
    """The same in float64."""
    allowed: Mask | None
    """None: all."""
    size: int
    """How many are allowed."""


def exact(terms: Sequence[Term], rows: Rows, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the scores of some rows, ascending; 0 where no term stands."""
    scores = np.zeros(len(places), np.float64)
    cuts = np.searchsorted(places, rows.bases)
    for term in terms:
        for at, postings in enumerate(term.postings):
            here = slice(cuts[at], cuts[at + 1])
            mine = places[here]
            if not len(mine):
                continue
            tf = counts_at(postings, (mine - rows.bases[at]).astype(np.int32))
            scores[here] += term.weight * np.divide(tf, tf + rows.norm[mine], out=np.zeros(len(tf)), where=tf > 0.0)
    return scores


def counts_at(postings: Postings, rows: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return how often a term stands in each of some rows of its segment."""
    if not len(postings.rows):
        return np.zeros(len(rows), np.float64)
    at = np.searchsorted(postings.rows, rows)
    at[at == len(postings.rows)] = 0
    return np.where(postings.rows[at] == rows, postings.counts[at], 0).astype(np.float64)


def likely(terms: Sequence[Term], rows: Rows, k: int) -> NDArray[np.int64]:
    """Return, ascending, rows that may be among the best k: at least the best k that hold a term."""
    if rows.allowed is not None and rows.size <= FEW:
        return np.flatnonzero(rows.allowed)
    rarest = sorted(terms, key=lambda term: -term.weight)
    room = sum(term.weight for term in terms) * (len(terms) + 16) * 2.0**-22
    left = sum(term.weight for term in terms)
    sums = np.zeros(len(rows.rough), np.float32)
    for term in rarest:
        _add(sums, term, rows)
        left -= term.weight
        places = _within(sums, k, left + room)
        if places is not None and len(places) <= FEW:
            return places
    places = _within(sums, k, room)
    return np.flatnonzero(sums) if places is None else places


def _add(sums: Floats, term: Term, rows: Rows) -> None:
    for at, postings in enumerate(term.postings):
        if len(postings.rows):
            base = int(rows.bases[at])
            mine = sums[base : int(rows.bases[at + 1])]
            tf = postings.counts.astype(np.float32)
            added = tf + rows.rough[base : int(rows.bases[at + 1])][postings.rows]
            np.divide(tf, added, out=added)
            added *= np.float32(term.weight)
            mine[postings.rows] += added
    if rows.allowed is not None:
        sums *= rows.allowed


def _within(sums: Floats, k: int, room: float) -> NDArray[np.int64] | None:
    """Rows whose sum reaches the k-th best with this much more; None where rows without any sum could reach it."""
    if k >= len(sums):
        return None
    least = reach(sums, k) - room
    return np.flatnonzero(sums >= np.float32(least)) if least > 0.0 else None
