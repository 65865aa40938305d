"""Which failures are one: the same error from the same step, or the same scorer and nearly the same words.

Deterministic: failures are taken in their order, and each joins the first group that it is like. Likeness is the share
of word pairs (a Chinese character is a word) that a row has in common with the first row of the group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

from msgspec import Struct

from loomwork.evals.data.likeness import MOST_TEXT, normalised, texts_in, words_of
from loomwork.evals.data.lineage import said_by
from loomwork.store.rows import ItemRow

NEAR = 0.5
"""From this share of common word pairs on, rows are nearly the same."""
Why = Literal["", "error", "near"]


class Failure(Struct, frozen=True, kw_only=True):
    """One failing row."""

    item: ItemRow
    row: dict[str, Any]
    keys: tuple[str, ...] = ()
    """Which of the row's keys the step was given; empty: all."""
    scorer: str = ""
    value: float | None = None
    error: str = ""
    """The error's class."""
    step: str = ""
    """The step that it came from."""
    text: str = ""
    """The error as it was told."""


class Group(Struct, frozen=True, kw_only=True):
    """Failures that are one."""

    failures: tuple[Failure, ...]
    why: Why = ""
    likeness: float = 0.0
    """For `near`: the least of its rows."""


def grouped(failures: Iterable[Failure]) -> list[Group]:
    """Return the groups of failures in the order of their first rows."""
    groups: list[_Growing] = []
    errors: dict[tuple[str, str], _Growing] = {}
    holders: dict[tuple[str, tuple[str, str]], list[int]] = {}
    for failure in failures:
        pairs = frozenset[tuple[str, str]]() if failure.error else pairs_of(failure.row, failure.keys)
        places = {place for pair in pairs for place in holders.get((failure.scorer, pair), ())}
        near = [groups[place] for place in sorted(places) if groups[place].likeness(pairs) >= NEAR]
        known = errors.get((failure.error, failure.step)) if failure.error else next(iter(near), None)
        if known is not None:
            known.add(failure, pairs)
            continue
        groups.append(_Growing(failure, pairs))
        if failure.error:
            errors[failure.error, failure.step] = groups[-1]
        for pair in pairs:
            holders.setdefault((failure.scorer, pair), []).append(len(groups) - 1)
    return [group.done() for group in groups]


class _Growing:
    def __init__(self, first: Failure, pairs: frozenset[tuple[str, str]]) -> None:
        self._first = first
        self._pairs = pairs
        self._all = [first]
        self._least = 1.0

    def likeness(self, pairs: frozenset[tuple[str, str]]) -> float:
        return likeness(self._pairs, pairs)

    def add(self, other: Failure, pairs: frozenset[tuple[str, str]]) -> None:
        if not other.error:
            self._least = min(self._least, self.likeness(pairs))
        self._all.append(other)

    def done(self) -> Group:
        one = len(self._all) == 1
        why: Why = "" if one else "error" if self._first.error else "near"
        return Group(failures=tuple(self._all), why=why, likeness=round(self._least, 3) if why == "near" else 0.0)


def pairs_of(row: Mapping[str, Any], keys: tuple[str, ...] = ()) -> frozenset[tuple[str, str]]:
    """Return the word pairs of what a row says: of these keys, or of all."""
    said = {name: value for name, value in said_by(row).items() if not keys or name in keys}
    words = words_of(normalised(" ".join(texts_in([said[name] for name in sorted(said)])))[:MOST_TEXT])
    return frozenset(pairwise(words)) or frozenset((word, "") for word in words)


def likeness(one: frozenset[tuple[str, str]], two: frozenset[tuple[str, str]]) -> float:
    """Return the share of word pairs that two rows have in common.

    >>> likeness(pairs_of({"q": "where is my parcel"}), pairs_of({"q": "where is my letter"}))
    0.5
    """
    return len(one & two) / len(one | two) if one or two else 1.0


def title_of(failures: Sequence[Failure], text: str) -> str:
    """Return a title: the error's class and its words, else the row's first text."""
    first = failures[0]
    row = next((one for value in said_by(first.row).values() for one in texts_in(value) if one.strip()), "")
    told = " ".join((text if first.error else row).split())
    return told if len(told) <= _TITLE else told[: _TITLE - 1] + "…"


_TITLE = 80
