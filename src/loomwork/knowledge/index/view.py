"""One snapshot as one person may see it: search, statistics and rows. Knows no question, model or fusion.

Whatever a view returns is the same, to the last bit, on an index that never held the documents that are hidden from
this view. Rows are numbered through the snapshot's segments; the numbers mean something to this view only and are
never shown, because they depend on what is hidden.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.canonical import combine
from loomwork.kernel.errors import DefectError
from loomwork.knowledge.index import dense as by_vector
from loomwork.knowledge.index import sparse as by_term
from loomwork.knowledge.index.conditions import Condition, documents_meeting
from loomwork.knowledge.index.digests import Digests
from loomwork.knowledge.index.graphs import Searcher
from loomwork.knowledge.index.naming import name_of
from loomwork.knowledge.index.rows import ChunkRow, DocumentRow, Floats, Hits, IndexSettings, Mask, Readers, TermScore
from loomwork.knowledge.index.segment import Segment, stands_in
from loomwork.knowledge.index.sparse import Term

T = TypeVar("T")
Propose = Callable[[Floats, int], NDArray[np.int64]]
_KEPT_MASKS = 16
_KEPT_TERMS = 4_096


class Mapped(NamedTuple):
    """A graph with the rows that it was made of."""

    searcher: Searcher
    rows: NDArray[np.int64]
    """The view's row of each place in the graph."""


class Seen(NamedTuple):
    """A segment and which of its documents may be seen."""

    segment: Segment
    base: int
    documents: Mask
    rows: Mask
    whole: bool
    readers: NDArray[np.int32]
    """The number of each document's reader class."""


class View:
    """What one person sees of one snapshot; safe to share between threads."""

    def __init__(
        self, seen: Sequence[Seen], graphs: Sequence[Mapped], classes: dict[int, Readers], settings: IndexSettings
    ) -> None:
        self.settings = settings
        self._seen = tuple(seen)
        self._graphs = tuple(graphs)
        self._classes = classes
        self._bases = np.array([0, *np.cumsum([each.segment.rows for each in seen])], np.int64)
        self._size = int(self._bases[-1])
        self._masks: dict[str, Mask] = {}
        self._known_df: dict[str, int] = {}
        self._made: dict[str, Any] = {}
        self._propose: Propose | None = None

    @cached_property
    def name(self) -> str:
        """A digest over the documents that may be seen: equal views have equal names, whatever else is indexed.

        Who else may read a document is not in it. Where graphs answer, the name says so, since they are approximate.
        """
        versions = [each.segment.versions[each.documents] for each in self._seen]
        return name_of(versions, self.settings, graphs=[len(graph.rows) for graph in self._graphs])

    @cached_property
    def permissions(self) -> str:
        """A digest over who else may read each document that may be seen: what labels depend on, beside `name`."""
        parts: dict[str, list[NDArray[np.uint8]]] = {}
        for each in self._seen:
            for number in np.unique(each.readers[each.documents]).tolist():
                mine = each.documents & (each.readers == number)
                parts.setdefault(repr(self._classes[number]), []).append(each.segment.versions[mine])
        return combine(*[f"{said} {name_of(parts[said], IndexSettings())}" for said in sorted(parts)])

    def readers(self, doc: str) -> Readers:
        """Return who may read a document that may be seen; of another one, nobody."""
        rows = self.rows_of(doc)
        if not rows:
            return ()
        each = self._of(rows.start)
        return self._classes[int(each.readers[each.segment.document_of(rows.start - each.base)])]

    @cached_property
    def chunks(self) -> int:
        """How many chunks may be seen."""
        return sum(int(np.count_nonzero(each.rows)) for each in self._seen)

    @cached_property
    def documents(self) -> int:
        """How many documents may be seen."""
        return sum(int(np.count_nonzero(each.documents)) for each in self._seen)

    @cached_property
    def vectors(self) -> int:
        """How many of the chunks have a vector."""
        return sum(int(np.count_nonzero(each.rows & (each.segment.vector_of >= 0))) for each in self._seen)

    # -- dense

    def dense(self, vector: Floats, k: int, *, within: Mask | None = None) -> Hits:
        """Return the k chunks whose vectors have the largest inner product with `vector`.

        `within` is a mask that this view's `filter` gave. Exact, unless a reader class is larger than
        `settings.hnsw_above` and nothing is filtered.
        """
        query = np.asarray(vector, np.float64).reshape(-1)
        if k <= 0 or len(query) != self.settings.dimensions:
            return _NONE
        if self._propose is not None and within is None:
            places = self._propose(query.astype(np.float32), k)
            return self.digests.best(places, self._exact(places, query), k)
        graphs = self._graphs if within is None else ()
        parts = [self._part(each, within, use_graphs=bool(graphs)) for each in self._seen]
        rows: list[NDArray[np.int64]] = []
        scores: list[NDArray[np.float64]] = []
        for each, found in zip(self._seen, by_vector.nearest(parts, query, k), strict=True):
            rows.append(each.segment.row_of[found.places] + np.int64(each.base))
            scores.append(found.scores)
        for graph in graphs:
            places = graph.rows[graph.searcher.nearest(query.astype(np.float32), k)]
            rows.append(places)
            scores.append(self._exact(places, query))
        return self.digests.best(np.concatenate(rows or [_NO_ROWS]), np.concatenate(scores or [_NO_SCORES]), k)

    def _part(self, each: Seen, within: Mask | None, *, use_graphs: bool) -> by_vector.Part:
        segment = each.segment
        allowed = each.rows
        if within is not None:
            allowed = allowed & within[each.base : each.base + segment.rows]
        elif use_graphs:
            allowed = allowed & ~self._in_graphs[each.base : each.base + segment.rows]
        elif each.whole:
            return by_vector.Part(segment.vectors, segment.codes, None)
        return by_vector.Part(segment.vectors, segment.codes, np.flatnonzero(allowed[segment.row_of]))

    @cached_property
    def _in_graphs(self) -> Mask:
        mask = np.zeros(self._size, np.bool_)
        for graph in self._graphs:
            mask[graph.rows] = True
        return mask

    def _exact(self, rows: NDArray[np.int64], query: NDArray[np.float64]) -> NDArray[np.float64]:
        scores = np.empty(len(rows), np.float64)
        which = np.searchsorted(self._bases, rows, side="right") - 1
        for at, each in enumerate(self._seen):
            mine = which == at
            segment = each.segment
            places = segment.vector_of[rows[mine] - self._bases[at]].astype(np.int64)
            scores[mine] = by_vector.exact(segment.vectors, places, query)
        return scores

    def vectors_of(self, rows: Sequence[int]) -> Floats:
        """Return the vectors of rows that a dense search gave; zeros for a row without one."""
        out = np.zeros((len(rows), self.settings.dimensions), np.float32)
        for at, row in enumerate(rows):
            each = self._of(row)
            place = int(each.segment.vector_of[row - each.base])
            if place >= 0:
                out[at] = each.segment.vectors[place]
        return out

    def proposing(self, propose: Propose, name: str) -> "View":
        """Return a view like this one whose unfiltered dense searches score what `propose` names, and no more.

        `propose` gets a vector and k and returns rows of this view; `name` tells the two views' names apart.
        """
        other = copy(self)
        other._propose = propose
        other.__dict__["name"] = combine(self.name, name)
        return other

    def rows_with_vectors(self) -> NDArray[np.int64]:
        """Return the rows that may be seen and have a vector, ascending."""
        rows = [np.flatnonzero(each.rows & (each.segment.vector_of >= 0)) + each.base for each in self._seen]
        return np.concatenate([_NO_ROWS, *rows])

    @cached_property
    def digests(self) -> Digests:
        """The digests of the rows' chunks."""
        return Digests([each.segment.high for each in self._seen], [each.segment.low for each in self._seen])

    def readers_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of reader classes: for an index elsewhere to filter by, not for showing."""
        spread = [np.repeat(each.readers, np.diff(each.segment.doc_first)) for each in self._seen]
        return np.concatenate([np.empty(0, np.int32), *spread])[rows].astype(np.int64)

    # -- sparse

    def sparse(self, terms: Sequence[str], k: int, *, within: Mask | None = None) -> Hits:
        """Return the k chunks with the highest BM25 score among those that hold any of the terms."""
        asked = self._terms(terms)
        if not asked or k <= 0:
            return _NONE
        rows = self._rows(within)
        places = by_term.likely(asked, rows, k)
        scores = by_term.exact(asked, rows, places)
        found = scores > 0.0
        return self.digests.best(places[found], scores[found], k)

    def explain(self, terms: Sequence[str], row: int) -> tuple[TermScore, ...]:
        """Return what each term of a query adds to a chunk's BM25 score, largest first; they sum to the score."""
        rows = self._rows(None)
        place = np.array([row], np.int64)
        each = self._of(row)
        said: list[TermScore] = []
        for term in self._terms(terms):
            tf = by_term.counts_at(each.segment.postings(term.text), np.array([row - each.base], np.int32))
            if tf[0] > 0.0:
                df = self.df(term.text)
                score = float(by_term.exact([term], rows, place)[0])
                said.append(TermScore(term.text, int(tf[0]), df, self._idf(df), score))
        return tuple(sorted(said, key=lambda one: (-one.score, one.term)))

    def df(self, term: str) -> int:
        """Return how many of the chunks that may be seen hold a term."""
        known = self._known_df.get(term)
        if known is None:
            known = 0
            for each in self._seen:
                rows = each.segment.postings(term).rows
                known += len(rows) if each.whole else int(np.count_nonzero(each.rows[rows]))
            if len(self._known_df) >= _KEPT_TERMS:
                self._known_df = {}
            self._known_df[term] = known
        return known

    def _idf(self, df: int) -> float:
        return math.log(1.0 + (self.chunks - df + 0.5) / (df + 0.5))

    def _terms(self, terms: Sequence[str]) -> list[Term]:
        asked: list[Term] = []
        for text, often in sorted(Counter(terms).items()):
            df = self.df(text)
            if df:
                postings = tuple([each.segment.postings(text) for each in self._seen])
                asked.append(Term(text, often * self._idf(df), postings))
        return asked

    def _rows(self, within: Mask | None) -> by_term.Rows:
        allowed = self._visible
        if within is not None:
            allowed = within if allowed is None else within & allowed
        count = self.chunks if within is None or allowed is None else int(np.count_nonzero(allowed))
        return by_term.Rows(self._bases, self._rough, self._norm, allowed, count)

    @cached_property
    def _visible(self) -> Mask | None:
        if all(each.whole for each in self._seen):
            return None
        return np.concatenate([each.rows for each in self._seen])

    @cached_property
    def _norm(self) -> NDArray[np.float64]:
        lengths = np.concatenate([np.empty(0, np.int32), *(each.segment.length for each in self._seen)])
        total = int(lengths.sum(where=True if self._visible is None else self._visible, dtype=np.int64))
        mean = total / self.chunks if total else 1.0
        settings = self.settings
        return settings.k1 * (1.0 - settings.b + settings.b * (lengths / mean))

    @cached_property
    def _rough(self) -> Floats:
        return self._norm.astype(np.float32)

    # -- rows

    def filter(self, conditions: Iterable[Condition]) -> Mask:
        """Return which rows belong to documents that meet all conditions (and may be seen)."""
        mask = np.ones(self._size, np.bool_) if self._visible is None else self._visible
        for condition in conditions:
            mask = mask & self._mask(condition)
        return mask

    def _mask(self, condition: Condition) -> Mask:
        key = repr(condition)  # as keys, conditions on 1 and on True would be one
        mask = self._masks.get(key)
        if mask is None:
            mask = np.concatenate(
                [np.empty(0, np.bool_)]
                + [each.segment.spread(documents_meeting(each.segment, condition)) for each in self._seen]
            )
            if len(self._masks) >= _KEPT_MASKS:
                self._masks = {}
            self._masks[key] = mask
        return mask

    def phrase(self, terms: Sequence[str]) -> Mask:
        """Return which rows hold these terms one after the other."""
        mask = np.zeros(self._size, np.bool_)
        for each in self._seen:
            segment = each.segment
            numbers = [segment.term_number(term) for term in terms]
            if not numbers or min(numbers) < 0:
                continue
            rows = min((segment.postings(term).rows for term in terms), key=len)
            for row in rows[each.rows[rows]].tolist():
                mask[each.base + row] = stands_in(segment.sequence(row), np.array(numbers, np.int32))
        return mask

    def fetch(self, rows: Iterable[int]) -> list[ChunkRow]:
        """Return chunks with their documents, in the order asked for."""
        return [self._fetch(int(row)) for row in rows]

    def _fetch(self, row: int) -> ChunkRow:
        each = self._of(row)
        segment, local = each.segment, row - each.base
        number = segment.document_of(local)
        readers = self._classes[int(each.readers[number])]
        document = msgspec.structs.replace(segment.document(number), readers=readers)
        (key,) = self.digests.keys_of(np.array([row]))
        return ChunkRow(row=row, key=key, chunk=segment.chunk(local, document.doc), document=document)

    def text(self, row: int) -> str:
        """Return the whole text of the document that a row belongs to; empty where it was not given."""
        each = self._of(row)
        return each.segment.text(each.segment.document_of(row - each.base))

    def document_rows(self) -> Iterator[DocumentRow]:
        """Yield the documents that may be seen, in no order that means anything; without their readers."""
        for each in self._seen:
            rows = each.segment.rows_of_documents
            yield from (rows[number] for number in np.flatnonzero(each.documents).tolist())

    def document_of(self, row: int) -> DocumentRow:
        """Return the document that a row belongs to, without its readers."""
        return self.documents_of([row])[0]

    def documents_of(self, rows: Sequence[int]) -> list[DocumentRow]:
        """Return the documents that rows belong to, without their readers."""
        asked = np.array(rows, np.int64)
        found: dict[int, DocumentRow] = {}
        for each in self._seen:
            local = asked[(asked >= each.base) & (asked < each.base + each.segment.rows)] - each.base
            if not each.rows[local].all():
                raise DefectError(detail=_NEVER_GIVEN)
            found.update(zip((local + each.base).tolist(), each.segment.documents_of(local), strict=True))
        return [found[row] for row in rows]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what was made under this name for this view, making it the first time."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def siblings(self, row: int) -> range:
        """Return the rows of the document that a row belongs to, in the order of its text."""
        each = self._of(row)
        number = each.segment.document_of(row - each.base)
        first, last = each.segment.doc_first[number : number + 2].tolist()
        return range(each.base + first, each.base + last)

    def rows_of(self, doc: str) -> range:
        """Return the rows of a document, none if there is no such document to be seen."""
        return self._places.get(doc, range(0))

    @cached_property
    def _places(self) -> dict[str, range]:
        places: dict[str, range] = {}
        for each in self._seen:
            first = (each.segment.doc_first + each.base).tolist()
            for number in np.flatnonzero(each.documents).tolist():
                places[each.segment.names[number][0]] = range(first[number], first[number + 1])
        return places

    @cached_property
    def ids(self) -> Collection[str]:
        """The ids of the documents that may be seen, sorted."""
        return sorted(self._places)

    def _of(self, row: int) -> Seen:
        each = self._seen[int(np.searchsorted(self._bases, row, side="right")) - 1]
        if not each.rows[row - each.base]:
            raise DefectError(detail=_NEVER_GIVEN)
        return each


_NEVER_GIVEN = "a view was asked for a row that it never gave"
_NO_ROWS = np.empty(0, np.int64)
_NO_SCORES = np.empty(0, np.float64)
_NONE = Hits(_NO_ROWS, _NO_SCORES)
