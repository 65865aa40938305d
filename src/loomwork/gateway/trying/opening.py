"""A cited passage in its document, as one person may see it. Knows no page; asks the view of whoever reads.

The citation's own words are part of the question: a document that says something else at that place by now is not
opened at a wrong one, and knowing where something stands is not enough to be shown it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from loomwork.gateway.trying.values import Passage, Wanted
from loomwork.kernel.errors import IndexMissing

if TYPE_CHECKING:
    from loomwork.kernel.principals import Principal
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.index import View

AROUND = 1_500
"""Characters shown on either side."""
LONGEST = 20_000


def opened(bases: Iterable[KnowledgeBase], wanted: Wanted, who: Principal) -> Passage | None:
    """Return the passage from the first base in which this person may read it; None where there is none."""
    if not 0 <= wanted.start < wanted.end or wanted.end - wanted.start > LONGEST:
        return None
    for base in bases:
        try:
            view = base.view(who)
        except IndexMissing:
            continue
        found = _within(view, wanted)
        if found is not None:
            return found
    return None


def _within(view: View, wanted: Wanted) -> Passage | None:
    places = view.rows_of(wanted.doc)
    if not places:
        return None
    chunks = sorted((each.chunk for each in view.fetch(places)), key=lambda each: each.start)
    whole = view.text(places.start) or put_together([(each.start, each.text) for each in chunks])
    if whole[wanted.start : wanted.end] != wanted.quote:
        return None
    document = view.document_of(places.start)
    chunk = next((each for each in chunks if each.start <= wanted.start < each.end), None)
    first, last = max(0, wanted.start - AROUND), min(len(whole), wanted.end + AROUND)
    return Passage(
        title=document.title,
        path=document.path,
        section=chunk.section if chunk else (),
        page=chunk.page if chunk else 0,
        before=whole[first : wanted.start],
        quote=wanted.quote,
        after=whole[wanted.end : last],
        starts=first == 0,
        ends=last == len(whole),
    )


def put_together(pieces: Sequence[tuple[int, str]]) -> str:
    """Return a text from its chunks, where the index was not given the whole: what lies between them is blank.

    >>> put_together([(0, "ab"), (4, "cd")])
    'ab  cd'
    """
    whole = ""
    for start, text in pieces:
        whole = whole.ljust(start)[:start] + text + whole[start + len(text) :]
    return whole
