"""Which rows say the same: exactly, but for how it is written, or nearly. Pure; knows no file.

Exact: equal values under the house's hash. Normalised: the texts in the values agree after Unicode compatibility
folding (NFKC), without case, and with every run of punctuation, symbols and white space as one space. Near: the Jaccard
similarity of the sets of word pairs (a Chinese character is a word) is at least the threshold. Candidates for near
pairs are found by prefix filtering, which leaves none out: two sets of that similarity share an item among the first
|s| - ceil(t|s|) + 1 of each, in any one order of all items; the rarest come first (Bayardo, Ma, Srikant, Scaling up
all pairs similarity search, WWW 2007).
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple, cast
from zlib import crc32

from loomwork.kernel.canonical import digest

MOST_TEXT = 4_000
"""Characters of a value whose word pairs are compared."""
_ASCII_SIGNS = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


class Look(NamedTuple):
    """What of a row is compared."""

    line: int
    exact: str
    plain: str
    """The normalised text."""
    pairs: frozenset[int]


class Near(NamedTuple):
    """Two rows that say nearly the same, by their places in what was compared."""

    first: int
    second: int
    similarity: float


def normalised(text: str) -> str:
    """Return a text without what only its writing says.

    >>> normalised("What's  the PLAN？"), normalised("ｗｈａｔ＇ｓ the plan")
    ('what s the plan', 'what s the plan')
    """
    if text.isascii():
        return " ".join(_ASCII_SIGNS.sub(" ", text.lower()).split())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.translate(_signs()).split())


def words_of(text: str) -> list[str]:
    """Return the words of a normalised text; a Chinese character is a word.

    >>> words_of("数据库 backup 2")
    ['数', '据', '库', 'backup', '2']
    """
    return text.split() if text.isascii() else _WORD.findall(text)


class _Signs(dict[int, int]):
    """What each character becomes: itself, or a space. Filled as characters are met."""

    def __missing__(self, code: int) -> int:
        kept = self[code] = code if unicodedata.category(chr(code))[0] in "LMN" else 32
        return kept


@cache
def _signs() -> _Signs:
    return _Signs()


def look(line: int, values: Mapping[str, Any], keys: Sequence[str]) -> Look:
    """Return what is compared of a row; a key that is not there is as good as null."""
    chosen = [values.get(key) for key in keys]
    plain = [normalised("\x1e".join(texts_in(value))) for value in chosen]
    pairs = frozenset(item for place, text in enumerate(plain) for item in _pairs(place, text[:MOST_TEXT]))
    return Look(line, digest(chosen), "\x1f".join(plain), pairs)


def near(looks: Sequence[Look], *, threshold: float, apart: int = 0) -> Iterator[Near]:
    """Yield the pairs of rows whose texts differ and are that similar.

    With `apart`, the rows from that place on are another file's, and only pairs across are looked for.
    """
    counts = Counter(item for each in looks for item in each.pairs)
    heads: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
    for place, each in enumerate(looks):
        size = len(each.pairs)
        if not size:
            continue
        ordered = sorted(each.pairs, key=lambda item: (counts[item], item))
        head = ordered[: size - math.ceil(threshold * size) + 1]
        candidates = {other for item in head for other in heads[item]}
        for other in sorted(candidates):
            found = _similarity(looks[other], each, threshold)
            if found >= threshold:
                yield Near(other, place, found)
        if not apart or place < apart:
            for item in head:
                heads[item].append(place)


def _similarity(one: Look, two: Look, threshold: float) -> float:
    if one.plain == two.plain:
        return 0.0  # told as equal already
    small, large = sorted((len(one.pairs), len(two.pairs)))
    if small < threshold * large:
        return 0.0
    common = len(one.pairs & two.pairs)
    return common / (small + large - common)


def _pairs(place: int, text: str) -> Iterator[int]:
    """Yield the word pairs of one key's text; a single word stands for itself."""
    words = words_of(text)
    if len(words) == 1:
        yield crc32(f"{place} {words[0]}".encode())
    for one, two in pairwise(words):
        yield crc32(f"{place} {one} {two}".encode())


def texts_in(value: object) -> Iterable[str]:
    """Return the texts in a value, in order, numbers and truth values written out."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return [f"{key} {text}" for key in sorted(fields) for text in texts_in(fields[key])]
    if isinstance(value, list):
        return [text for each in cast("list[object]", value) for text in texts_in(each)]
    return () if value is None else (_written(value),)


def _written(value: object) -> str:
    """Return a number with its sign and point as letters, so that -1.5 and 15 stay two things."""
    return str(value).casefold().replace("-", "minus").replace(".", "point")
