"""Which rows were made from which, by what they say of themselves (`_origin`). Knows no text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from loomwork.evals.data.lineage import Origin, origin_of, row_id
from loomwork.evals.leaks.values import Text


class Lineages:
    """The lineage of test rows.

    Args:
        rows: The test rows.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._origins = [origin_of(row) for row in rows]
        self._rows = rows
        self._ids: dict[str, list[int]] | None = None
        parents = ((place, each.parent) for place, each in enumerate(self._origins) if each is not None and each.parent)
        self._of_parent = _gathered(parents)
        made = ((place, each.doc) for place, each in enumerate(self._origins) if each is not None and _is_made(each))
        self._of_doc = _gathered(made)

    def kin(self, text: Text) -> Iterator[int]:
        """Yield the test rows that were made from a row, or it from them, or both from one row or passage."""
        if text.row is None:
            return
        origin = origin_of(text.row)
        if self._of_parent:
            yield from self._of_parent.get(row_id(text.row), ())
        if origin is None:
            return
        if origin.parent:
            yield from self._known().get(origin.parent, ())
            yield from self._of_parent.get(origin.parent, ())
        if _is_made(origin):
            for place in self._of_doc.get(origin.doc, ()):
                other = self._origins[place]
                if other is not None and _overlap(origin, other):
                    yield place

    def is_made_from(self, row: int, doc: str) -> bool:
        """Say whether a test row was made from a document: then it uses its words, and is no leak in it."""
        origin = self._origins[row]
        return bool(doc) and origin is not None and _is_made(origin) and origin.doc == doc

    def _known(self) -> dict[str, list[int]]:
        if self._ids is None:
            self._ids = _gathered((place, row_id(row)) for place, row in enumerate(self._rows))
        return self._ids


def _is_made(origin: Origin) -> bool:
    return bool(origin.doc and origin.by)


def _overlap(one: Origin, two: Origin) -> bool:
    return one.knowledge == two.knowledge and one.start < two.end and two.start < one.end


def _gathered(pairs: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, name in pairs:
        places[name].append(place)
    return dict(places)
