"""Scorers that compare an output with what is expected, to the letter or nearly. They ask nobody.

Where a list is expected, each text of it is accepted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

from loomwork.evals.scorers.given import one_of
from loomwork.evals.scorers.texts import HAN, NOTHING_EXPECTED, accepted, normal
from loomwork.evals.scoring import Score, builtin_scorer
from loomwork.evals.scoring.subject import as_text
from loomwork.kernel.errors.evals_scorers import BadPattern

_JOINED = re.compile(rf"[^\W{HAN}]")
"""A letter or digit that belongs to a longer word if another stands beside it."""
_SHOWN = 80


@builtin_scorer(name="exact", semantics=1)
def exact(output: Any, expected: Any) -> bool:
    """Whether the output is what is expected, to the letter; of an object with a text, its text."""
    return output == expected or as_text(output) == as_text(expected)


@builtin_scorer(name="normalised", semantics=1)
def normalised(
    text: str, expected: Any, *, case: bool = False, punctuation: bool = False, articles: bool = False
) -> bool | Score:
    """Whether the text is what is expected but for case, spaces, punctuation, articles and forms of characters.

    Args:
        text: The words of the output.
        expected: A text, or a list of accepted ones.
        case: Tell upper from lower case.
        punctuation: Let punctuation count.
        articles: Let `a`, `an` and `the` count.
    """
    wanted = accepted(expected)
    if not wanted:
        return NOTHING_EXPECTED
    said = normal(text, case=case, punctuation=punctuation, articles=articles)
    return any(said == normal(each, case=case, punctuation=punctuation, articles=articles) for each in wanted)


@builtin_scorer(name="contains", semantics=1)
def contains(
    text: str, expected: Any, *, match: Literal["any", "all"] = "any", case: bool = False, inside: bool = False
) -> bool | Score:
    """Whether the text holds what is expected, as whole words, but for case, punctuation and spaces.

    Args:
        text: The words of the output.
        expected: A text, or a list of them.
        match: Of a list: `any` of them, or `all`; then the share that is there is in the parts.
        case: Tell upper from lower case.
        inside: Also inside a longer word ("cat" in "concatenate"). Chinese is always looked for anywhere.
    """
    one_of("contains", ("any", "all"), match=match)
    wanted = [found for each in accepted(expected) if (found := normal(each, case=case))]
    if not wanted:
        return NOTHING_EXPECTED
    said = normal(text, case=case)
    there = [_stands(each, said, inside=inside) for each in wanted]
    if len(there) == 1:
        return there[0]
    held = any(there) if match == "any" else all(there)
    absent = ", ".join(repr(each) for each, is_there in zip(wanted, there, strict=True) if not is_there)
    reason = "" if held else f"it lacks {absent}"[:200]
    return Score(value=float(held), reason=reason, parts={"share": sum(there) / len(there)})


def _stands(wanted: str, said: str, *, inside: bool) -> bool:
    at = said.find(wanted)
    while at >= 0 and not inside:
        end = at + len(wanted)
        if not _grown(said, at - 1, wanted[0]) and not _grown(said, end, wanted[-1]):
            return True
        at = said.find(wanted, at + 1)
    return at >= 0


def _grown(said: str, beside: int, edge: str) -> bool:
    """Say whether the word that ends with `edge` goes on at `beside`."""
    return 0 <= beside < len(said) and bool(_JOINED.match(said[beside]) and _JOINED.match(edge))


@builtin_scorer(name="regex", semantics=1)
def regex(
    text: str, row: dict[str, Any], *, pattern: str = "", match: Literal["search", "full"] = "search", case: bool = True
) -> bool | Score:
    """Whether a regular expression is found in the text. A pattern of your own can be slow; nothing stops it.

    Args:
        text: The words of the output.
        row: Its key `pattern` is looked for where the setting says nothing.
        pattern: As Python's `re` reads it.
        match: `search`: anywhere; `full`: all of the text.
        case: Tell upper from lower case.
    """
    wanted = pattern or row.get("pattern")
    if not isinstance(wanted, str) or not wanted:
        return Score(value=None, reason="there is no pattern: neither a setting nor a key of the row", label="absent")
    one_of("regex", ("search", "full"), match=match)
    compiled = _compiled(wanted, case)
    found = compiled.fullmatch(text) if match == "full" else compiled.search(text)
    return found is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str, case: bool) -> re.Pattern[str]:
    try:
        return re.compile(pattern, 0 if case else re.IGNORECASE)
    except re.error as bad:
        raise BadPattern(name="regex", pattern=pattern[:_SHOWN], reason=bad) from None
