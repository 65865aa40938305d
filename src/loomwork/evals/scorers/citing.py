"""Scorers of what an answer rests on, by its words: citations that stand where they say, statements that are covered.

They ask no model. What they know of support is in `knowledge.answering.citing`: shared words by weight, and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, cast

from loomwork.evals.scorers.texts import NOTHING_EXPECTED, accepted
from loomwork.evals.scoring import PassageSeen, Score, builtin_scorer
from loomwork.evals.scoring.subject import part_of
from loomwork.kernel.errors.evals import BadScorer
from loomwork.knowledge.answering.citing import statements, tied
from loomwork.knowledge.answering.sentences import sentences_of
from loomwork.knowledge.answering.tools import Tools
from loomwork.knowledge.answering.values import Excerpt
from loomwork.knowledge.values import Passage
from loomwork.knowledge.words import Words

_SPACE = re.compile(r"\s+")
_SHOWN = 80
LONGEST = 100_000
"""Characters of a text whose statements are looked at."""


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
    if absent not in ("skip", "worst"):
        raise BadScorer(name="citation_valid", reason=f"absent is skip or worst, not {absent!r}")
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


@builtin_scorer(name="context_recall", semantics=1)
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


@builtin_scorer(name="supported", semantics=1)
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
    if len(text) > LONGEST:
        return Score(value=None, reason=f"more than {LONGEST} characters", label="too long")
    found = [each for each in tied(statements(text), [excerpt(*each) for each in enumerate(passages, 1)], _tools())]
    claims = [each for each in found if each.claims]
    if not claims:
        return Score(value=None, reason="it claims nothing", label="no claim")
    open_ = [each.statement.text for each in claims if not each.supported]
    reason = f"in no passage: {open_[0][:_SHOWN]!r}" if open_ else ""
    return Score(value=1 - len(open_) / len(claims), reason=reason, parts={"claims": float(len(claims))})


def excerpt(number: int, seen: PassageSeen) -> Excerpt:
    """Return a passage as the answering package reads it."""
    passage = Passage(
        rank=number, score=seen.score, doc=seen.doc, path=seen.path, title="", section=(), page=0, start=seen.start,
        end=seen.end, text=seen.text,
    )  # fmt: skip
    return Excerpt(number=number, passage=passage, pieces=sentences_of(passage))


@cache
def _tools() -> Tools:
    return Tools(Words())
