"""Scorers of what an answer rests on, by its words: citations that stand where they say, statements that are covered.

They ask no model. A statement is covered where a stretch of up to three sentences of one passage holds half of its
words and all of its numbers: what `knowledge.answering` holds an answer against, without the weights of an index.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, cast

from loomwork.evals.scorers.given import one_of
from loomwork.evals.scorers.texts import NOTHING_EXPECTED, accepted, has_han
from loomwork.evals.scoring import PassageSeen, Score, builtin_scorer
from loomwork.evals.scoring.subject import part_of
from loomwork.knowledge.answering.citing import LEAST_TERMS, STRETCH, SUPPORTED, statements
from loomwork.knowledge.answering.sentences import sentences_of
from loomwork.knowledge.values import Passage
from loomwork.knowledge.words import Words

_SPACE = re.compile(r"\s+")
_SHOWN = 80
LONGEST = 100_000
"""Characters of a text whose statements are looked at."""
LONGEST_PASSAGES = 1_000_000
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LATIN = re.compile("[A-Za-z]{3}")


@builtin_scorer(name="citation_valid", semantics=1)
def citation_valid(
    output: Any, passages: list[PassageSeen], *, citations: str = "citations", absent: Literal["skip", "worst"] = "skip"
) -> Score:
    """The share of citations whose quote stands, to the letter but for spaces, in a passage of its document.

    Passages are those that searches found on the way, and those that the output holds itself (`passages`).

    Args:
        output: An answer with citations, each with `quote` and `doc` or `path` (`start`, where it says at which place).
        passages: What searches found on the way.
        citations: The part of the output that holds the citations.
        absent: What an answer without any gets: no score (`skip`), or 0 (`worst`).
    """
    one_of("citation_valid", ("skip", "worst"), absent=absent)
    cited = _listed(part_of(output, citations))
    if not cited:
        return Score(value=None if absent == "skip" else 0.0, reason="it cites nothing", label="no citation")
    known = [*_listed(part_of(output, "passages")), *passages]
    missing = [each for each in cited if not _stands(each, known)]
    reason = "" if not missing else f"in no passage of its document: {_quote(missing[0])[:_SHOWN]!r}"
    return Score(value=1 - len(missing) / len(cited), reason=reason, parts={"citations": float(len(cited))})


def _stands(citation: Any, passages: Sequence[Any]) -> bool:
    quote = _flat(_quote(citation))
    names = {str(name) for key in ("doc", "path") if (name := part_of(citation, key))}
    own = [each for each in passages if not names or names & {part_of(each, "doc"), part_of(each, "path")}]
    if not quote:
        return False
    start = part_of(citation, "start")
    return any(_at(quote, start, each) for each in own)


def _at(quote: str, start: Any, passage: Any) -> bool:
    """Say whether a passage holds a quote: at the place that is claimed, if both say where they stand."""
    text = str(part_of(passage, "text") or "")
    begins, ends = part_of(passage, "start"), part_of(passage, "end")
    if isinstance(start, int) and isinstance(begins, int) and isinstance(ends, int) and ends - begins == len(text):
        return _flat(text[max(0, start - begins) :]).startswith(quote) if start >= begins else False
    return quote in _flat(text)


def _quote(citation: Any) -> str:
    return str(part_of(citation, "quote") or "")


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _listed(given: Any) -> list[Any]:
    return list(cast("Sequence[Any]", given)) if isinstance(given, list | tuple) else []


@builtin_scorer(name="context_recall", semantics=2)
def context_recall(expected: Any, passages: list[PassageSeen]) -> Score:
    """The share of the expected answer's statements that the passages found hold, judged by their words and numbers.

    Args:
        expected: The answer that is expected; of several the first.
        passages: What searches found on the way.
    """
    wanted = accepted(expected)
    if not wanted:
        return NOTHING_EXPECTED
    return covered(wanted[0], passages)


@builtin_scorer(name="supported", semantics=2)
def supported(text: str, passages: list[PassageSeen]) -> Score:
    """The share of the answer's statements that the passages hold, judged by their words and numbers: no model.

    A paraphrase in other words counts as unsupported, and a false statement in the passages' own words as supported:
    `faithfulness` asks a model.

    Args:
        text: The words of the answer.
        passages: What searches found on the way.
    """
    return covered(text, passages)


def covered(text: str, passages: Sequence[PassageSeen]) -> Score:
    """Return the share of a text's statements that passages hold."""
    for length, most in ((len(text), LONGEST), (sum(len(each.text) for each in passages), LONGEST_PASSAGES)):
        if length > most:
            return Score(value=None, reason=f"more than {most} characters", label="too long")
    said = [(each.text, _words().query(each.text)) for each in statements(text)]
    claims = [(claim, frozenset(terms)) for claim, terms in said if len(set(terms)) >= LEAST_TERMS]
    if not claims:
        return Score(value=None, reason="it claims nothing", label="no claim")
    places = _Places(passages)
    if passages and not any(places.is_chinese if has_han(claim) else places.is_latin for claim, _ in claims):
        return Score(value=None, reason="no passage is in its language", label="language")
    open_ = [claim for claim, terms in claims if not places.hold(claim, terms)]
    reason = f"in no passage: {open_[0][:_SHOWN]!r}" if open_ else ""
    return Score(value=1 - len(open_) / len(claims), reason=reason, parts={"claims": float(len(claims))})


class _Places:
    """Every stretch of up to three sentences of the passages, by the terms in it."""

    def __init__(self, passages: Sequence[PassageSeen]) -> None:
        self._by_term: dict[str, list[int]] = {}
        self._numbers: list[frozenset[str]] = []
        self.is_chinese = any(has_han(each.text) for each in passages)
        self.is_latin = any(_LATIN.search(each.text) for each in passages)
        words = _words()
        for each in passages:
            sentences = [sentence.text for sentence in sentences_of(_passage(each))] or [each.text]
            terms = [frozenset(words.terms(sentence)) for sentence in sentences]
            numbers = [frozenset(_NUMBER.findall(sentence)) for sentence in sentences]
            for first in range(len(sentences)):
                for last in range(first, min(first + STRETCH, len(sentences))):
                    self._add(terms[first : last + 1], numbers[first : last + 1])

    def _add(self, terms: Sequence[frozenset[str]], numbers: Sequence[frozenset[str]]) -> None:
        at = len(self._numbers)
        self._numbers.append(frozenset[str]().union(*numbers))
        for term in frozenset[str]().union(*terms):
            self._by_term.setdefault(term, []).append(at)

    def hold(self, claim: str, terms: frozenset[str]) -> bool:
        """Say whether one stretch has enough of a claim's terms, and all its numbers."""
        met = Counter(at for term in terms for at in self._by_term.get(term, ()))
        numbers = frozenset(_NUMBER.findall(claim))
        return any(count >= SUPPORTED * len(terms) and numbers <= self._numbers[at] for at, count in met.items())


def _passage(seen: PassageSeen) -> Passage:
    return Passage(
        rank=1, score=seen.score, doc=seen.doc, path=seen.path, title="", section=(), page=0, start=seen.start,
        end=seen.end, text=seen.text,
    )  # fmt: skip


@cache
def _words() -> Words:
    return Words()
