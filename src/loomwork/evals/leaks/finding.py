"""Which test rows are known elsewhere: every text of every source met once, memory bounded by the test rows.

What is no leak: that a document holds what a question asks about, or its answer (retrieval is there to find it); that a
step was given a row's own question when it worked on that row; and two questions of one form with different numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from loomwork.evals.leaks.asked import Asked, AskedRows, Keys, Met, agree, holds_answer, keys_of, numbers_in, plain_of
from loomwork.evals.leaks.bridges import Bridges
from loomwork.evals.leaks.limits import Limits
from loomwork.evals.leaks.lineages import Lineages
from loomwork.evals.leaks.values import KINDS, Kind, Leak, Source, Text, Where

if TYPE_CHECKING:
    from loomwork.knowledge.embedding import Embedder

_EXCERPT = 160
_LONGER = 1.3
"""A text that is so many times as long holds another one, rather than being nearly it."""
_USUAL = Limits()


class Hit(NamedTuple):
    """A test row met in a text."""

    kind: Kind
    row: int
    similarity: float


def find_leaks(
    rows: Sequence[Mapping[str, Any]],
    sources: Iterable[Source],
    *,
    kinds: Collection[Kind] = KINDS,
    inputs: Sequence[str] = (),
    expected: str = "expected",
    limits: Limits = _USUAL,
    embedder: Embedder | None = None,
) -> list[Leak]:
    """Return which rows are known elsewhere: for each row and source the surest kind, by row.

    Args:
        rows: The test rows.
        sources: What they may be known to.
        kinds: What is looked for.
        inputs: The keys of what is asked (a step's parameters); empty: by their names.
        expected: The key of what should come out; where no row has it, by its usual names.
        limits: From where on two texts count as one.
        embedder: For paraphrases in the languages that it covers; without one, by rare words.
    """
    search = _Search(rows, kinds, keys_of(rows, inputs=inputs, expected=expected), limits, embedder)
    found = [leak for source in sources for leak in search.look_through(source)]
    return sorted(found, key=lambda leak: (leak.row, KINDS.index(leak.kind)))


class _Found(NamedTuple):
    hit: Hit
    text: Text
    more: int


class _Search:
    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        kinds: Collection[Kind],
        keys: Keys,
        limits: Limits,
        embedder: Embedder | None,
    ) -> None:
        self._kinds = frozenset(kinds)
        self._limits = limits
        self._keys = keys
        self._rows = AskedRows(rows, keys, limits)
        self._longest = max((len(each.pairs) for each in self._rows.asked), default=0) / limits.near
        """Word pairs of the longest text that a row can be nearly."""
        self._lineages = Lineages(rows) if "synthetic" in self._kinds else None
        self._wants_bridges = bool(self._kinds & {"paraphrase", "translated"})
        self._bridges = Bridges(self._rows, limits, embedder) if self._wants_bridges else None
        self._lookers: dict[Where, Callable[[Text], Iterator[Hit]]] = {
            "rows": self._alike,
            "texts": self._alike,
            "index": self._together,
            "memo": self._together_elsewhere,
        }

    def look_through(self, source: Source) -> Iterator[Leak]:
        """Yield what one source knows."""
        look = self._lookers[source.where]
        best: dict[int, _Found] = {}
        bridges = self._bridges if source.where in ("rows", "texts") else None
        for text in source.texts():
            own = self._own(text)
            for hit in look(own):
                if hit.kind in self._kinds:
                    _put(best, hit, own)
            if bridges is not None:
                bridges.meet(own)
        for kind, row, similarity, text in bridges.settled(self._kinds) if bridges is not None else ():
            if row not in best:
                _put(best, Hit(kind, row, similarity), text)
        for row in sorted(best):
            yield self._leak(source, best[row])

    def _own(self, text: Text) -> Text:
        """Return a row's text by the keys that are compared, its answer normalised."""
        if text.row is None:
            return text
        answer = plain_of(text.answer or self._keys.answer(text.row))
        return text._replace(question=self._keys.question(text.row), answer=answer)

    def _leak(self, source: Source, found: _Found) -> Leak:
        asked = self._rows.asked[found.hit.row]
        return Leak(
            kind=found.hit.kind,
            row=found.hit.row,
            source=source.name,
            place=found.text.place,
            similarity=round(found.hit.similarity, 3),
            text=_beginning(asked.question),
            found=_around(found.text.question, asked.question),
            more=found.more,
        )

    def _alike(self, text: Text) -> Iterator[Hit]:
        """Yield the rows that a row, an example or a text says, too."""
        if self._lineages is not None:
            for row in self._lineages.kin(text):
                yield Hit("synthetic", row, 1.0)
        if text.question in self._rows.exact:
            for row in self._rows.exact[text.question]:
                yield Hit("exact", row, 1.0)
        met = self._rows.met(text.question)
        for row in self._rows.plain.get(met.plain, ()):
            yield Hit("normalised", row, 1.0)
        size = met.pairs
        near = self._rows.sharing(met) if size <= self._longest else self._rows.within(met)
        around = self._rows.around(met, size)
        if near or around:
            yield from self._compared(text, met, size, near | around)

    def _compared(self, text: Text, met: Met, size: int, rows: Iterable[int]) -> Iterator[Hit]:
        numbers = numbers_in(text.question)
        least = min(self._limits.near, self._limits.contained)
        for row in rows:
            asked = self._rows.asked[row]
            common, own = len(asked.pairs & met.codes), len(asked.pairs)
            if common < least * min(own, size):
                continue
            jaccard = common / (own + size - common)
            if jaccard >= self._limits.near and numbers == asked.numbers:
                if jaccard >= self._limits.surely or agree(asked.answer, text.answer):
                    yield Hit("near", row, jaccard)
            elif size >= _LONGER * own and self._is_there(asked, met, numbers):
                yield Hit("contained", row, common / own)
            elif own >= _LONGER * size and self._is_within(common, size, numbers, asked.numbers):
                yield Hit("contained", row, common / size)

    def _is_there(self, asked: Asked, met: Met, numbers: Counter[str]) -> bool:
        """Say whether a question stands in a text, its beginning and its end, too."""
        common, own = len(asked.pairs & met.codes), len(asked.pairs)
        return self._is_within(common, own, asked.numbers, numbers) and all(
            len(end & met.codes) >= self._limits.contained * len(end) for end in asked.ends
        )

    def _is_within(self, common: int, own: int, numbers: Counter[str], others: Counter[str]) -> bool:
        """Say whether a text with so many word pairs, so many of them common, stands within another."""
        return own >= self._limits.least_pairs and common >= self._limits.contained * own and numbers <= others

    def _together(self, text: Text) -> Iterator[Hit]:
        """Yield the rows whose question and answer stand in one chunk."""
        for hit in self._given(text, "index"):
            if self._lineages is None or not self._lineages.is_made_from(hit.row, text.doc):
                yield hit

    def _together_elsewhere(self, text: Text) -> Iterator[Hit]:
        """Yield the rows whose question and answer were given to a step that worked on another row."""
        about = ""
        for hit in self._given(text, "memo"):
            about = about or plain_of(text.about)
            if self._rows.asked[hit.row].plain not in about:
                yield hit

    def _given(self, text: Text, kind: Kind) -> Iterator[Hit]:
        met = self._rows.met(text.question)
        rows = self._rows.within(met)
        numbers = numbers_in(text.question) if rows else Counter[str]()
        for row in rows:
            asked = self._rows.asked[row]
            share = self._share(asked, met, numbers)
            if share and asked.answer != asked.plain and self._is_answered(asked, met, text):
                yield Hit(kind, row, share)

    def _is_answered(self, asked: Asked, met: Met, text: Text) -> bool:
        if holds_answer(met.plain, asked.answer, self._limits):
            return True
        return bool(text.beyond) and holds_answer(f"{met.plain} {plain_of(text.beyond)}", asked.answer, self._limits)

    def _share(self, asked: Asked, met: Met, numbers: Counter[str]) -> float:
        """Return how much of a question stands in a text; 0 where it does not stand there."""
        common, own = len(asked.pairs & met.codes), len(asked.pairs)
        if common < self._limits.contained * own:
            return 0.0
        if common == own and f" {asked.plain} " in f" {met.plain} ":
            return 1.0
        return common / own if self._is_there(asked, met, numbers) else 0.0


def _put(best: dict[int, _Found], hit: Hit, text: Text) -> None:
    """Keep the surest hit of a row, and count the places of the others."""
    known = best.get(hit.row)
    if known is None:
        best[hit.row] = _Found(hit, text, 0)
        return
    more = known.more + (known.text.place != text.place)
    better = (KINDS.index(hit.kind), -hit.similarity) < (KINDS.index(known.hit.kind), -known.hit.similarity)
    best[hit.row] = _Found(hit, text, more) if better else known._replace(more=more)


def _beginning(text: str) -> str:
    flat = " ".join(text[: 4 * _EXCERPT].split())
    return flat if len(flat) <= _EXCERPT else flat[: _EXCERPT - 1] + "…"


def _around(text: str, question: str) -> str:
    """Return the part of a text where a question begins, if it is found as it is written; else its beginning."""
    words = question.split()[:4]
    where = re.search(r"\W+".join(map(re.escape, words)), text, re.IGNORECASE) if words else None
    if where is None or where.start() < _EXCERPT:
        return _beginning(text)
    return "…" + _beginning(text[where.start() :])
