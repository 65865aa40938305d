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
    for failure in failures:
        for group in groups:
            if group.takes(failure):
                break
        else:
            groups.append(_Growing(failure))
    return [group.done() for group in groups]


class _Growing:
    def __init__(self, first: Failure) -> None:
        self._first = first
        self._pairs = pairs_of(first.row, first.keys)
        self._all = [first]
        self._least = 1.0

    def takes(self, other: Failure) -> bool:
        first = self._first
        if (first.scorer, first.error, first.step) != (other.scorer, other.error, other.step):
            return False
        if not first.error:
            share = likeness(self._pairs, pairs_of(other.row, other.keys))
            if share < NEAR:
                return False
            self._least = min(self._least, share)
        self._all.append(other)
        return True

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
