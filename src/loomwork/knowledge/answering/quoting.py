"""Answer by quoting: the best sentences that do not say the same thing. Uses no model, writes no word of its own."""

from collections.abc import Iterator, Sequence

from loomwork.knowledge.answering.scoring import Scored
from loomwork.knowledge.answering.together import whole
from loomwork.knowledge.answering.tools import Tools
from loomwork.knowledge.answering.values import Citation, Sentence
from loomwork.knowledge.values import Passage, page_at, section_at

RELATIVE = 0.7
"""A further sentence fits at least this share as well as the best one."""
ELSEWHERE = 0.9
"""The same for a sentence of another document. Both were chosen on the demo's `dev` questions (bench/README.md)."""
SAME = 0.6
"""Sentences that share this much of their words say the same."""
NEAR = 0.5
"""A sentence that shares no word with the question has to be this close to it in meaning."""


def quoted(
    scored: Sequence[Scored],
    passages: Sequence[Passage],
    tools: Tools,
    *,
    most: int = 3,
    question: str = "",
) -> tuple[Citation, ...]:
    """Return the best sentences as citations of themselves, best first; a row comes behind its table's header.

    Args:
        scored: Sentences of `passages`, best first.
        passages: Where they stand.
        tools: What words are compared with.
        most: How many sentences; a header is not counted.
        question: What says no more than the question is no answer.
    """
    asked = frozenset(tools.words.terms(question))
    chosen: list[tuple[Scored, frozenset[str]]] = []
    for each in scored:
        if len(chosen) == most:
            break
        if not _bears(each):
            continue
        if chosen and not (_as_good(each, chosen[0][0], passages) and _answers_too(each, chosen, passages)):
            continue
        terms = frozenset(tools.words.query(whole(passages[each.sentence.passage], each.sentence).text))
        if not terms - asked or any(_same(terms, other) for _, other in chosen):
            continue
        chosen.append((each, terms))
    return tuple(_citations([each for each, _ in chosen], passages))


def _bears(each: Scored) -> bool:
    return each.words > 0.0 or (each.meaning is not None and each.meaning >= NEAR)


def _as_good(each: Scored, best: Scored, passages: Sequence[Passage]) -> bool:
    elsewhere = passages[each.sentence.passage].doc != passages[best.sentence.passage].doc
    return each.fit >= (ELSEWHERE if elsewhere else RELATIVE) * best.fit


def _answers_too(each: Scored, chosen: Sequence[tuple[Scored, frozenset[str]]], passages: Sequence[Passage]) -> bool:
    """Whether a further row of a table has as much of the question in its own cells: the header is the same for all."""
    table = _table(each, passages)
    best = [one.own for one, _ in chosen if table is not None and _table(one, passages) == table]
    return not best or each.own >= max(best)


def _table(each: Scored, passages: Sequence[Passage]) -> tuple[str, int] | None:
    """Return which table a row is of, whatever passage it was found in."""
    return None if each.header is None else (passages[each.header.passage].doc, each.header.start)


def _same(terms: frozenset[str], other: frozenset[str]) -> bool:
    return len(terms & other) >= SAME * len(terms | other)


def _citations(chosen: Sequence[Scored], passages: Sequence[Passage]) -> Iterator[Citation]:
    tables: set[tuple[str, int]] = set()
    for each in chosen:
        passage = passages[each.sentence.passage]
        table = _table(each, passages)
        if each.header is not None and table is not None and table not in tables:
            tables.add(table)
            yield cited(each.header, passage)
        yield cited(whole(passage, each.sentence), passage)


def cited(sentence: Sentence, passage: Passage) -> Citation:
    """Return a sentence as a citation of itself, with the page and the headings that it stands on and beneath."""
    page = page_at(passage.page_marks, sentence.start)
    return Citation(
        sentence=sentence.text, doc=passage.doc, path=passage.path, title=passage.title, start=sentence.start,
        end=sentence.end, quote=sentence.text, section=section_at(passage, sentence.start),
        page=page.page or passage.page, page_name=page.name,
    )  # fmt: skip
