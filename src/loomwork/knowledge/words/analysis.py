"""The terms of a text, as the keyword side of an index sees it. Knows nothing of documents or scores."""

import re
from collections.abc import Callable
from itertools import chain
from typing import NamedTuple

from loomwork.kernel.canonical import combine
from loomwork.knowledge.words.chinese import Segmenter, of_document, of_query, pairs, segmenter
from loomwork.knowledge.words.dictionary import Dictionary, any_of, key
from loomwork.knowledge.words.latin import ASCII_WORD, WORD, expanded
from loomwork.knowledge.words.scripts import HAN, SYLLABLES, data_lines, folded
from loomwork.knowledge.words.stems import stem

TERMS_SEMANTICS = 1
"""Raised when the terms of a text change: what was indexed before must be indexed again."""

_TOKEN = re.compile(rf"({WORD})|([{HAN}]+)|[{SYLLABLES}]+")
_IN_CHARACTERS = re.compile(f"[{HAN}{SYLLABLES}]")
_WORD = re.compile(WORD)
"""What stands in a text without such characters."""
_PLAIN = re.compile(ASCII_WORD, re.ASCII)
"""What stands in a text in ASCII: the same, found sooner."""
_REMEMBERED = 200_000


class _Known(dict[str, tuple[str, ...]]):
    """What words are found by; made where it is not there yet."""

    def __init__(self, make: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, raw: str) -> tuple[str, ...]:
        if len(self) > _REMEMBERED:
            self.clear()
        found = self[raw] = self._make(raw)
        return found


class _Same(NamedTuple):
    """Words that mean the same: those that a query says, and the others."""

    said: list[str]
    others: list[str]


class Words:
    """Makes terms. One object serves all threads; what it remembers of a word never changes its result.

    Args:
        dictionary: The company's words.
    """

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        self._dictionary = dictionary or Dictionary()
        self._protected = any_of(self._dictionary.protected)
        self._synonyms = any_of(tuple(word for group in self._dictionary.synonyms for word in group))
        self._stop = frozenset(" ".join(data_lines("stop.en.txt") + data_lines("stop.zh.txt")).split())
        self._known = _Known(lambda raw: expanded(raw, self._stem))
        self._stems: dict[str, str] = {}
        self._segmenter: Segmenter | None = None

    @property
    def identity(self) -> str:
        """What a document's terms depend on, beside its text."""
        return combine("words", str(TERMS_SEMANTICS), self._dictionary.identity())

    def terms(self, text: str) -> list[str]:
        """What a document's text is found by, in the order of the text; a term comes as often as it is there.

        >>> Words().terms("Databases: 数据库备份, v3.11")
        ['databas', '数据库', '备份', '数据', '据库', '库备', '3.11', 'v3', '3', '11']
        """
        return self._of(folded(text), self._document)

    def query(self, text: str) -> list[str]:
        """What a query looks for: words that say nothing are left out, unless there are no others.

        >>> Words().query("How do I back up a database?"), Words().query("数据库的备份")
        (['back', 'databas'], ['数据库', '备份'])
        """
        text = folded(text)
        same: dict[str, None] = {}
        for group in self._same(text):
            for word in group.others:
                same.update(dict.fromkeys(self._of(word, self._asked)))
        return self._own(text) + list(same)

    def wanted(self, text: str) -> dict[str, tuple[frozenset[str], ...]]:
        """Return the terms that a query looks for, each once, with what may stand in its place.

        A text speaks of a term where it holds the term, or all terms of one of its synonyms.

        >>> Words(Dictionary(synonyms=(("密码", "password"),))).wanted("密码长度")
        {'密码': (frozenset({'password'}),), '长度': ()}
        """
        text = folded(text)
        instead: dict[str, tuple[frozenset[str], ...]] = dict.fromkeys(self._own(text), ())
        for group in self._same(text):
            others = tuple([found for word in group.others if (found := frozenset(self._of(word, self._asked)))])
            for term in {term for word in group.said for term in self._of(word, self._asked)} & instead.keys():
                instead[term] += others
        return instead

    def _own(self, text: str) -> list[str]:
        return self._of(text, self._asked) or self._of(text, self._document)

    def _of(self, text: str, make: Callable[[str], list[str]]) -> list[str]:
        if self._protected is None:
            return make(text)
        found: list[str] = []
        at = 0
        for match in self._protected.finditer(text):
            found += make(text[at : match.start()])
            whole = key(match[0])
            found += [whole, *(term for term in make(match[0]) if term != whole)]
            at = match.end()
        return found + make(text[at:])

    def _document(self, text: str) -> list[str]:
        if text.isascii() or not _IN_CHARACTERS.search(text):
            words = (_PLAIN if text.isascii() else _WORD).findall(text)
            return list(chain.from_iterable(map(self._known.__getitem__, words)))
        found: list[str] = []
        for match in _TOKEN.finditer(text):
            raw = match[0]
            if match.lastindex == 1:
                found += self._known[raw]
            elif match.lastindex:
                found += of_document(raw, self._cutter())
            else:
                found += pairs(raw) or [raw]
        return found

    def _asked(self, text: str) -> list[str]:
        found: list[str] = []
        for match in _TOKEN.finditer(text):
            raw = match[0]
            if match.lastindex == 1:
                found += () if raw.casefold() in self._stop else self._known[raw]
            elif match.lastindex:
                found += of_query(raw, self._cutter(), self._stop)
            else:
                found += pairs(raw) or [raw]
        return found

    def _same(self, text: str) -> list[_Same]:
        """The groups of words that mean the same, of which one stands in the query."""
        if self._synonyms is None:
            return []
        asked = {key(match[0]) for match in self._synonyms.finditer(text)}
        groups = [{key(word) for word in group} for group in self._dictionary.synonyms]
        return [_Same(sorted(group & asked), sorted(group - asked)) for group in groups if group & asked]

    def _stem(self, word: str) -> str:
        """The stem of a word. Words return in many spellings (`Token`, `token_url`), so stems are remembered, too."""
        found = self._stems.get(word)
        if found is None:
            if len(self._stems) > _REMEMBERED:
                self._stems.clear()
            found = self._stems[word] = stem(word)
        return found

    def _cutter(self) -> Segmenter:
        if self._segmenter is None:
            self._segmenter = segmenter()
        return self._segmenter
