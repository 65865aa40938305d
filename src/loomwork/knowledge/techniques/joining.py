"""Join what several searches found into one list of passages. Knows no model and no index."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from loomwork.knowledge.search.fusion import rrf
from loomwork.knowledge.values import Passage


class _Place(NamedTuple):
    doc: str
    start: int
    end: int


def joined(lists: Mapping[str, Sequence[Passage]], *, k: int) -> list[Passage]:
    """Return the k best passages of all lists by reciprocal rank fusion.

    Each keeps its place in every list under `ranks`, by the list's name; the text is that of the list that comes first.
    """
    known: dict[_Place, Passage] = {}
    ranks: dict[_Place, dict[str, int]] = {}
    for name, passages in lists.items():
        for rank, passage in enumerate(passages, start=1):
            place = _Place(passage.doc, passage.start, passage.end)
            known.setdefault(place, passage)
            ranks.setdefault(place, {}).setdefault(name, rank)
    rankings = {
        name: [(_Place(each.doc, each.start, each.end), each.score) for each in passages]
        for name, passages in lists.items()
    }
    best = rrf(rankings, {}, {})[:k]
    return [
        replace(known[place], rank=rank, score=score, ranks=known[place].ranks | ranks[place])
        for rank, (place, score) in enumerate(best, start=1)
    ]
