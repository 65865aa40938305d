"""Let a model copy the sentences that bear on a question, and keep those that really stand there. Answers nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loomwork.knowledge.answering.budget import numbered, title_of
from loomwork.knowledge.answering.values import Excerpt, Sentence
from loomwork.knowledge.wording import prompt
from loomwork.prompts import Asks

_AROUND = " \t\r\n\"'“”‘’「」『』`"
_LEAST = 8
"""Shorter texts stand everywhere."""


@dataclass(frozen=True)
class Copied:
    """A sentence that a model says it copied, and the number of its passage."""

    passage: int
    sentence: str


async def extracted(
    model: Asks, question: str, excerpts: Sequence[Excerpt], *, language: str, most: int = 8
) -> tuple[Excerpt, ...]:
    """Return excerpts of only the sentences that the model copied, numbered anew, the most helpful first.

    What does not stand in a passage, but for its white space, is no quotation and is dropped.
    """
    said = await model.ask(
        prompt("extract", language), returns=list[Copied], question=question, most=most, excerpts=for_prompt(excerpts)
    )
    found: dict[tuple[str, int, int], Excerpt] = {}
    for each in said[:most]:
        place = _located(each, excerpts)
        if place is not None:
            (piece,) = place.pieces
            found.setdefault((place.passage.doc, piece.start, piece.end), place)
    return numbered(found.values())


def for_prompt(excerpts: Sequence[Excerpt]) -> list[dict[str, object]]:
    """Return excerpts as the package's prompts read them."""
    return [{"number": each.number, "title": title_of(each), "text": each.text} for each in excerpts]


def _located(copied: Copied, excerpts: Sequence[Excerpt]) -> Excerpt | None:
    """Return the place of a copied sentence: in the named passage, else in any."""
    words = copied.sentence.strip(_AROUND).split()
    if sum(map(len, words)) < _LEAST:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    for each in sorted(excerpts, key=lambda each: each.number != copied.passage):
        for piece in each.pieces:
            if match := pattern.search(piece.text):
                start = piece.start + match.start()
                cut = Sentence(start=start, end=piece.start + match.end(), text=match[0], passage=piece.passage)
                return Excerpt(number=0, passage=each.passage, pieces=(cut,))
    return None
