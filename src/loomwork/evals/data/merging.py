"""Rows of several datasets as one: by content, or by a key, conflicts told. Pure; knows no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from loomwork.evals.data.diffing import differing
from loomwork.evals.data.lineage import row_id
from loomwork.evals.data.reading import Placed
from loomwork.kernel.canonical import digest
from loomwork.kernel.errors.evals_data import KeyTwice

OnConflict = Literal["fail", "first", "last"]


class Labelled(NamedTuple):
    """A dataset and what it is called."""

    label: str
    rows: Iterable[Placed]


class Conflict(Struct, frozen=True, kw_only=True):
    """Two rows under one key that disagree."""

    value: Any
    first: str
    """`file:line`."""
    second: str
    keys: tuple[str, ...]


class Merged(Struct, frozen=True, kw_only=True):
    """What came of it; with conflicts, whoever asked decides whether the rows count."""

    rows: tuple[dict[str, Any], ...]
    repeated: int
    """Rows that said what another one says, and were left out."""
    conflicts: tuple[Conflict, ...]


class _Kept(NamedTuple):
    place: int
    label: str
    line: int


def merged(parts: Sequence[Labelled], *, keys: Sequence[str] = (), keep: OnConflict = "fail") -> Merged:
    """Return the rows of all, in order, each once.

    Args:
        parts: The datasets.
        keys: Rows that agree in these are one row; empty: rows that say the same. A row with none of the keys is its
            own.
        keep: Whose row holds where two disagree: the first one's (`fail`: the caller will refuse), or the last one's.

    Raises:
        KeyTwice: One dataset has a key twice, with different rows.
    """
    rows: list[dict[str, Any]] = []
    known: dict[str, _Kept] = {}
    repeated = 0
    conflicts: list[Conflict] = []
    for label, each in ((part.label, row) for part in parts for row in part.rows):
        name = _name(each.row, keys)
        kept = known.get(name)
        if kept is None:
            known[name] = _Kept(len(rows), label, each.line)
            rows.append(each.row)
            continue
        differ = differing(rows[kept.place], each.row)
        if not differ:
            repeated += 1
            continue
        value = {key: each.row.get(key) for key in keys}
        if kept.label == label:
            raise KeyTwice(path=label, line=each.line, first=kept.line, **_said(value))
        conflicts.append(
            Conflict(value=value, first=f"{kept.label}:{kept.line}", second=f"{label}:{each.line}", keys=differ)
        )
        if keep == "last":
            rows[kept.place] = each.row
            known[name] = _Kept(kept.place, label, each.line)
    return Merged(rows=tuple(rows), repeated=repeated, conflicts=tuple(conflicts))


def _name(row: Mapping[str, Any], keys: Sequence[str]) -> str:
    values = [row.get(key) for key in keys]
    return row_id(row) if all(value is None for value in values) else digest(values)


def _said(value: Mapping[str, Any]) -> dict[str, object]:
    return {"key": ", ".join(value), "value": ", ".join(str(each) for each in value.values())}
