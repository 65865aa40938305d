"""What may be asked of a knowledge base: a question of some length, a day, filters on what its documents have.

Knows no ranking and no model. What a filter may name is what documents have that the asker may see, and nothing else.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from loomwork.kernel.errors.knowledge_base import BadDay, NothingAsked, QuestionTooLong, UnknownFilterField
from loomwork.kernel.errors.phrases import DidYouMean, Phrase, nearest
from loomwork.knowledge.index import View
from loomwork.knowledge.index.conditions import OWN
from loomwork.knowledge.search import out_of_force

LONGEST = 10_000
"""Characters of a question: more is a document."""
_NEAR = 0.75
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_SAYS = re.compile(r"\w")
_SHOWN = ("doc", "path", "title", "language", "format", "created", "modified", "pages")


def check_question(name: str, question: str) -> None:
    """Raise `NothingAsked` or `QuestionTooLong` for what is no question to the base of this name."""
    if not _SAYS.search(question):
        raise NothingAsked(name=name)
    if len(question) > LONGEST:
        raise QuestionTooLong(length=f"{len(question):,}", limit=f"{LONGEST:,}")


def nearest_document(doc: str, known: Iterable[str]) -> Phrase:
    """Return `DidYouMean` with the document whose name, without folders and suffix, is nearly the one that was given.

    >>> str(nearest_document("bakcup.md", ["guide/backup.md"])), str(nearest_document("nosuch.md", ["en/async.md"]))
    (" (did you mean 'guide/backup.md'?)", '')
    """
    from difflib import get_close_matches

    stems = {_stem(each): each for each in sorted(known, reverse=True)}
    near = get_close_matches(_stem(doc), list(stems), n=1, cutoff=_NEAR)
    return DidYouMean(name=stems[near[0]]) if near else Phrase()


def _stem(doc: str) -> str:
    return PurePosixPath(doc).stem.casefold()


def check_day(day: str) -> None:
    """Raise `BadDay` for what is no day, month or year.

    >>> check_day("2024-02-29"), check_day("2024-05"), check_day("")
    (None, None, None)
    """
    if not day:
        return
    found = _DAY.fullmatch(day)
    if found is None:
        raise BadDay(day=day)
    try:
        date(*(int(part or 1) for part in found.groups()))
    except ValueError:
        raise BadDay(day=day) from None


def today() -> str:
    """Return the day that it is, ISO 8601."""
    return date.today().isoformat()


def check_filters(name: str, filters: Mapping[str, Any], view: View) -> None:
    """Raise `UnknownFilterField` for a field that no document of the view has; an empty view refuses none."""
    if not filters or not view.documents:
        return
    held = view.once("fields", lambda: _fields(view))
    for field in sorted(filters):
        if field not in OWN and field.removeprefix("metadata.") not in held:
            known = sorted({*_SHOWN, *held})
            raise UnknownFilterField(name=name, field=field, near=nearest(field, known), known=", ".join(known))


def outdated(view: View, day: str) -> tuple[str, ...]:
    """Return the documents of a view that do not hold on a day: what answers of that day depend on."""
    return view.once(
        f"outdated {day}",
        lambda: tuple(sorted(row.doc for row in view.document_rows() if out_of_force(row, day))),
    )


def _fields(view: View) -> frozenset[str]:
    return frozenset(key for row in view.document_rows() for key in row.metadata)
