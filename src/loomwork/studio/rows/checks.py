"""Looking through one dataset, or two, for rows that repeat each other. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

import msgspec

from loomwork.evals.data.likeness import Look, look, near
from loomwork.evals.data.lineage import ORIGIN
from loomwork.evals.data.reading import values_of
from loomwork.studio.rows.datasets import Opened
from loomwork.studio.wire.datasets import Alike, DatasetCheck

MOST_COMPARED = 20_000
"""Rows of one file."""
MOST_FOUND = 200
_LINES_TOLD = 20
_PREVIEW = 160


class _Rows(NamedTuple):
    looks: list[Look]
    texts: dict[int, str]
    complete: bool


class _Groups(NamedTuple):
    found: list[Alike]
    repeated: set[int]
    """Lines that repeat an earlier one, or one of the other file."""


def check(data: Opened, other: Opened | None, keys: Sequence[str], threshold: float) -> DatasetCheck:
    """Return which rows repeat each other: within one file, or across two."""
    keys = tuple(keys) or _keys(data, other)
    mine = _read(data, keys)
    theirs = None if other is None else _read(other, keys)
    exact = _grouped(mine, theirs, "exact")
    plain = _grouped(mine, theirs, "normalised", besides=exact.repeated)
    nearly = _nearly(mine, theirs, threshold, besides=exact.repeated | plain.repeated)
    found = [*exact.found, *plain.found, *sorted(nearly.found, key=lambda each: (-each.similarity, each.lines))]
    return DatasetCheck(
        path=data.label,
        against="" if other is None else other.label,
        keys=keys,
        rows=data.index.total,
        bad=data.index.bad,
        exact=len(exact.repeated),
        normalised=len(plain.repeated),
        near=len(nearly.repeated),
        threshold=threshold,
        found=tuple(found[:MOST_FOUND]),
        more=len(found) > MOST_FOUND,
        complete=mine.complete and (theirs is None or theirs.complete),
        looked_at=len(mine.looks),
    )


def _keys(data: Opened, other: Opened | None) -> tuple[str, ...]:
    named = [key.name for key in data.index.keys if key.name != ORIGIN]
    if other is None:
        return tuple(named)
    shared = {key.name for key in other.index.keys}
    return tuple(name for name in named if name in shared) or tuple(named)


def _read(data: Opened, keys: Sequence[str]) -> _Rows:
    looks: list[Look] = []
    texts: dict[int, str] = {}
    for found in islice(data.index.rows(data.file, 0), MOST_COMPARED):
        values = values_of(found.line)
        if values is not None:
            looks.append(look(found.line.number, values, keys))
            texts[found.line.number] = _preview(values, keys)
    return _Rows(looks, texts, data.index.total <= MOST_COMPARED)


def _grouped(
    mine: _Rows, theirs: _Rows | None, kind: Literal["exact", "normalised"], *, besides: set[int] | None = None
) -> _Groups:
    """Return the rows that share a key, those aside that were told by a stricter one."""

    def key(each: Look) -> str:
        return each.exact if kind == "exact" else each.plain

    told = besides or set()
    groups: dict[str, list[int]] = {}
    for each in mine.looks:
        if each.line not in told and (kind == "exact" or each.pairs):
            groups.setdefault(key(each), []).append(each.line)
    over: dict[str, list[int]] = {}
    for each in theirs.looks if theirs is not None else ():
        over.setdefault(key(each), []).append(each.line)
    found: list[Alike] = []
    repeated: set[int] = set()
    for name, lines in groups.items():
        others = over.get(name, [])
        if (theirs is None and len(lines) > 1) or others:
            repeated.update(lines if theirs is not None else lines[1:])
            found.append(_alike(kind, 1.0, lines, others, _previews(mine, theirs, lines, others)))
    return _Groups(found, repeated)


def _nearly(mine: _Rows, theirs: _Rows | None, threshold: float, *, besides: set[int]) -> _Groups:
    own = [each for each in mine.looks if each.line not in besides]
    looks = own if theirs is None else [*theirs.looks, *own]
    apart = 0 if theirs is None else len(theirs.looks)
    best: dict[int, tuple[float, int]] = {}
    for pair in near(looks, threshold=threshold, apart=apart):
        if apart and pair.second < apart:
            continue
        line, other = looks[pair.second].line, looks[pair.first].line
        best[line] = max(best.get(line, (0.0, 0)), (pair.similarity, other))
    found: list[Alike] = []
    for line, (similarity, other) in best.items():
        lines, others = ([other, line], []) if theirs is None else ([line], [other])
        found.append(_alike("near", similarity, lines, others, _previews(mine, theirs, lines, others)))
    return _Groups(found, set(best))


def _alike(
    kind: Literal["exact", "normalised", "near"],
    similarity: float,
    lines: Sequence[int],
    others: Sequence[int],
    previews: Iterator[str],
) -> Alike:
    return Alike(
        kind=kind,
        similarity=similarity,
        lines=tuple(lines[:_LINES_TOLD]),
        others=tuple(others[:_LINES_TOLD]),
        previews=tuple(previews),
    )


def _previews(mine: _Rows, theirs: _Rows | None, lines: Sequence[int], others: Sequence[int]) -> Iterator[str]:
    yield mine.texts[lines[0]]
    if theirs is not None and others:
        yield theirs.texts[others[0]]
    elif len(lines) > 1:
        yield mine.texts[lines[1]]


def _preview(values: dict[str, Any], keys: Sequence[str]) -> str:
    chosen = {key: values[key] for key in keys if key in values}
    text = next(iter(chosen.values())) if len(chosen) == 1 else None
    said = text if isinstance(text, str) else msgspec.json.encode(chosen).decode()
    return said if len(said) <= _PREVIEW else said[: _PREVIEW - 1] + "…"
