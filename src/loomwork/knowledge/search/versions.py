"""Which documents are versions of one another, and which of them holds. Pure; knows nothing of search.

Declared: a document names those that it `supersedes` (in its row or in its metadata), or the days from and to which it
is effective. Guessed: documents of one folder whose names are equal but for marks of a version (v2, 第3版, 修订稿,
draft, 终稿, 最终版, final); the newer one has the higher number, then the later stage, then the later date of change.
Years and dates in names are no such marks: the minutes of May do not replace those of April.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

from loomwork.knowledge.index import DocumentRow
from loomwork.knowledge.wording import said

Guess = Literal["names", "declared"]

_NUMBER = re.compile(
    r"(?<![0-9a-z])(?:v|ver|version|rev|revision)[ ._-]?(\d+(?:\.\d+)*)(?![0-9a-z])"
    r"|第\s*(\d+)\s*版|版本\s*(\d+(?:\.\d+)*)"
)
_STAGES = (
    (re.compile(r"(?<![a-z])draft(?![a-z])|初稿|草稿|草案|征求意见稿"), 0),
    (re.compile(r"(?<![a-z])(?:revised|updated?)(?![a-z])|修订[版稿]|修改[版稿]|更新版|新版"), 2),
    (re.compile(r"(?<![a-z])final(?![a-z])|最终[版稿]|终[版稿]|定[版稿]|正式[版稿]"), 3),
)
_PLAIN = 1
_BETWEEN = re.compile(r"[\s._()（）\[\]【】-]+")


class Mark(NamedTuple):
    """What a name says about a version."""

    base: str
    """The name without the marks; equal for versions of one document."""
    number: tuple[int, ...]
    stage: int

    @property
    def marked(self) -> bool:
        """Whether the name says anything about a version."""
        return bool(self.number) or self.stage != _PLAIN


@lru_cache(maxsize=1 << 16)
def mark_of(path: str) -> Mark:
    """Return what a path says.

    >>> mark_of("hr/请假制度-最终版.docx") == mark_of("hr/请假制度_终稿.pdf")
    True
    >>> mark_of("Handbook v2.1.md").number, mark_of("Minutes 2024-05-01.md").marked
    ((2, 1), False)
    """
    folder, _, name = path.replace("\\", "/").rpartition("/")
    name = (name.rpartition(".")[0] or name).casefold()
    number: tuple[int, ...] = ()
    for found in _NUMBER.finditer(name):
        number = tuple(map(int, next(filter(None, found.groups())).split(".")))
    name = _NUMBER.sub(" ", name)
    stage = _PLAIN
    for pattern, its in _STAGES:
        if pattern.search(name):
            stage = max(stage, its) if its else its
            name = pattern.sub(" ", name)
    return Mark(f"{folder}/{_BETWEEN.sub(' ', name).strip()}", number, stage)


def superseded(documents: Iterable[DocumentRow], guess: Guess = "names") -> dict[str, str]:
    """Return for each document that a newer one replaces the id of the newest one.

    >>> rows = [DocumentRow(doc=name, path=name) for name in ("a draft.md", "a final.md", "b.md")]
    >>> superseded(rows)
    {'a draft.md': 'a final.md'}
    """
    rows = sorted(documents, key=lambda row: row.doc)
    newer = _by_name(rows) if guess == "names" else {}
    by_path = {row.path: row.doc for row in rows} | {row.doc: row.doc for row in rows}
    for row in rows:
        for older in (*row.supersedes, *_listed(row.metadata)):
            if by_path.get(older, row.doc) != row.doc:
                newer[by_path[older]] = row.doc
    return {older: newest for older in sorted(newer) if (newest := _newest(older, newer)) != older}


def _by_name(rows: Iterable[DocumentRow]) -> dict[str, str]:
    families: defaultdict[str, list[tuple[Mark, DocumentRow]]] = defaultdict(list)
    for row in rows:
        mark = mark_of(row.path)
        families[mark.base].append((mark, row))
    newer: dict[str, str] = {}
    for family in families.values():
        if len(family) > 1 and any(mark.marked for mark, _ in family):
            ordered = sorted(family, key=lambda one: (one[0].number, one[0].stage, _changed(one[1])))
            last, holds = ordered[-1]
            for mark, row in ordered[:-1]:
                if mark[1:] != last[1:]:  # one document in two formats is no succession
                    newer[row.doc] = holds.doc
    return newer


def _changed(row: DocumentRow) -> str:
    return row.effective_from or row.modified or row.created


def _listed(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    older: object = metadata.get("supersedes")
    if isinstance(older, str):
        return (older,)
    return (
        tuple([one for one in cast("list[object]", older) if isinstance(one, str)]) if isinstance(older, list) else ()
    )


def _newest(older: str, newer: Mapping[str, str]) -> str:
    """Follow the chain; two documents that claim to replace each other leave it where it closes."""
    seen = {older}
    while older in newer and newer[older] not in seen:
        older = newer[older]
        seen.add(older)
    return older if older not in newer else min(seen)


def out_of_force(row: DocumentRow, day: str) -> str:
    """Return why a document does not hold on a day (ISO 8601); empty if it does, or if no day was given.

    >>> out_of_force(DocumentRow(doc="a", path="a", effective_to="2024-06-30"), "2024-07-01")
    'no longer in force since 2024-06-30'
    """
    if not day:
        return ""
    since, until = _day(row, "effective_from"), _day(row, "effective_to")
    if since and day < since[: len(day)]:
        return said("not_yet", "en", day=since)
    if until and day[: len(until)] > until:
        return said("no_longer", "en", day=until)
    return ""


def _day(row: DocumentRow, field: str) -> str:
    day: object = getattr(row, field) or row.metadata.get(field) or ""
    return day if isinstance(day, str) else ""
