"""Answer by quoting: the best sentences that do not say the same thing. Uses no model, writes no word of its own."""

from collections.abc import Sequence

from loomwork.knowledge.answering.scoring import Scored
from loomwork.knowledge.answering.tools import Tools
from loomwork.knowledge.answering.values import Citation
from loomwork.knowledge.values import Passage

RELATIVE = 0.7
"""A further sentence has at least this share of the best one's score."""
SAME = 0.6
"""Sentences that share this much of their words say the same."""
LEAST_TERMS = 3
"""A sentence with fewer words is no answer to anything."""


def quoted(
    scored: Sequence[Scored], passages: Sequence[Passage], tools: Tools, *, most: int = 3
) -> tuple[Citation, ...]:
    """Return the best sentences as citations of themselves, best first."""
    chosen: list[tuple[Scored, frozenset[str]]] = []
    for each in scored:
        if len(chosen) == most or (chosen and each.score < RELATIVE * chosen[0][0].score):
            break
        terms = frozenset(tools.words.query(each.sentence.text))
        if len(terms) >= LEAST_TERMS and not any(_same(terms, other) for _, other in chosen):
            chosen.append((each, terms))
    return tuple(_citation(each, passages) for each, _ in chosen)


def _same(terms: frozenset[str], other: frozenset[str]) -> bool:
    return len(terms & other) >= SAME * len(terms | other)


def _citation(scored: Scored, passages: Sequence[Passage]) -> Citation:
    sentence = scored.sentence
    passage = passages[sentence.passage]
    return Citation(
        sentence=sentence.text, doc=passage.doc, path=passage.path, start=sentence.start, end=sentence.end,
        quote=sentence.text, section=passage.section, page=passage.page,
    )  # fmt: skip
