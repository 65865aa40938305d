"""Numbers as they are given, checked once: finite, enough of them, of one length. Knows no method."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.errors import NotFinite, OutOfRange, TooFewValues, UnequalLengths

Array: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = Sequence[float] | NDArray[Any]
"""Numbers of one kind: a list, a tuple or a one-dimensional array; truth values count as 0 and 1."""


def numbers(values: Numbers, name: str = "values", *, least: int = 1) -> Array:
    """Return values as an array.

    Raises:
        TooFewValues: there are fewer than `least`.
        NotFinite: one is NaN, infinite or not a number.
    """
    try:
        found = np.asarray(values, dtype=np.float64).reshape(-1)
    except (TypeError, ValueError):
        given = [_number(each) for each in values]
        found = np.asarray(given, dtype=np.float64)
    if len(found) < least:
        raise TooFewValues(name=name, got=len(found), least=least)
    bad = np.flatnonzero(~np.isfinite(found))
    if len(bad):
        raise NotFinite(name=name, count=len(bad), position=int(bad[0]))
    return found


def pairs(
    first: Numbers, second: Numbers, names: tuple[str, str] = ("a", "b"), *, least: int = 1
) -> tuple[Array, Array]:
    """Return two lists of the same length as arrays.

    Raises:
        UnequalLengths: they are not of one length.
        TooFewValues, NotFinite: as `numbers` does.
    """
    a, b = numbers(first, names[0], least=least), numbers(second, names[1], least=least)
    if len(a) != len(b):
        raise UnequalLengths(name=names[1], got=len(b), other=names[0], wanted=len(a))
    return a, b


def codes(labels: Iterable[Hashable], wanted: int, name: str = "groups") -> Codes:
    """Return a number for each label, counted from 0 in the order in which they first come.

    >>> codes(["b", "a", "b"], 3).tolist()
    [0, 1, 0]
    """
    found = _numbered(cast("Codes", labels)) if isinstance(labels, np.ndarray) else _coded(labels)
    if len(found) != wanted:
        raise UnequalLengths(name=name, got=len(found), other="values", wanted=wanted)
    return found


def _numbered(labels: Codes) -> Codes:
    _, first, found = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[found.reshape(-1)].astype(np.int64)


def _coded(labels: Iterable[Hashable]) -> Codes:
    seen: dict[Hashable, int] = {}
    return np.asarray([seen.setdefault(label, len(seen)) for label in labels], dtype=np.int64)


def between(value: float, name: str, *, above: float, below: float) -> float:
    """Return a number that has to lie strictly between two others."""
    if not above < value < below:
        raise OutOfRange(name=name, got=value, wanted=f"between {above:g} and {below:g}")
    return float(value)


def at_least(value: float, name: str, least: float) -> float:
    """Return a number that may not be smaller than another."""
    if not value >= least:
        raise OutOfRange(name=name, got=value, wanted=f"at least {least:g}")
    return float(value)


def one_of(value: str, name: str, known: Iterable[str]) -> str:
    """Return a word that has to be one of those that are known."""
    words = sorted(known)
    if value not in words:
        raise OutOfRange(name=name, got=repr(value), wanted=f"one of {', '.join(words)}")
    return value


def within(values: Array, low: float, high: float, name: str = "values") -> None:
    """Refuse values outside the range that they are said to have."""
    if not low < high:
        raise OutOfRange(name="low", got=low, wanted=f"less than high, which is {high:g}")
    outside = np.flatnonzero((values < low) | (values > high))
    if len(outside):
        first = int(outside[0])
        got = f"{values[first]:g} at position {first}"
        raise OutOfRange(name=name, got=got, wanted=f"between {low:g} and {high:g}")


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
