"""The words of a company: what means the same, and what is kept whole. Knows nothing of how terms are made."""

import re

from msgspec import Struct

from loomwork.kernel.canonical import digest
from loomwork.knowledge.words.scripts import folded


class Dictionary(Struct, frozen=True, kw_only=True):
    """What a company calls things.

    Synonyms act on queries: nothing is indexed again when they change. Protected words act on documents and queries.
    """

    synonyms: tuple[tuple[str, ...], ...] = ()
    """Groups of words or phrases that mean the same: a query for one looks for all of its group."""
    protected: tuple[str, ...] = ()
    """Words or phrases that are one term wherever they are written, beside their parts."""

    def identity(self) -> str:
        """What a document's terms depend on."""
        return digest(sorted({key(word) for word in self.protected}))


def key(phrase: str) -> str:
    """A phrase as it is compared: folded, in lower case, its spaces made one.

    >>> key(" Knowledge  Base")
    'knowledge base'
    """
    return " ".join(folded(phrase).casefold().split())


def any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """What finds any of the phrases in a folded text, the longest first; None where there are none.

    Letters and digits must not continue on either side; ideographs may.
    """
    known = sorted({key(phrase) for phrase in phrases} - {""}, key=lambda each: (-len(each), each))
    if not known:
        return None
    return re.compile("|".join(_pattern(phrase) for phrase in known), re.IGNORECASE)


def _pattern(phrase: str) -> str:
    inner = r"\s+".join(re.escape(part) for part in phrase.split(" "))
    before = r"(?<![A-Za-z0-9_])" if phrase[0].isascii() and phrase[0].isalnum() else ""
    after = r"(?![A-Za-z0-9_])" if phrase[-1].isascii() and phrase[-1].isalnum() else ""
    return before + inner + after
