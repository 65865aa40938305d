"""What a run of ideographs is found by. Knows nothing of other scripts.

Documents give the segmenter's words, every other word of its dictionary that can be read in the run (two words that
overlap included), and every two neighbouring characters. A query gives only the segmenter's words; a word that no
dictionary knows gives its pairs, too, and so do characters that the segmenter left alone side by side. So a word is
found wherever it is written, however the text around it was cut.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

_PAIR = 2


class Segmenter(Struct, frozen=True):
    """What is asked of a segmenter."""

    cut: Callable[[str], list[str]]
    """The words of a run, in order, each character in one."""
    cut_all: Callable[[str], list[str]]
    """Every word of the dictionary that can be read in it."""
    has_word: Callable[[str], bool]


def segmenter() -> Segmenter:
    """Jieba, in Rust, with its own dictionary."""
    import rjieba

    library: Any = rjieba
    return Segmenter(library.cut, library.cut_all, library.has_word)


def of_document(run: str, by: Segmenter) -> list[str]:
    """What a run in a document is found by."""
    words = by.cut(run)
    seen = set(words)
    found = words + [word for word in by.cut_all(run) if len(word) >= _PAIR and word not in seen]
    seen.update(found)
    return found + [pair for pair in pairs(run) if pair not in seen]


def of_query(run: str, by: Segmenter, stop: frozenset[str]) -> list[str]:
    """What a run in a query looks for; words in `stop` are left out."""
    found: list[str] = []
    before = ""
    for word in by.cut(run):
        if word in stop:
            before = ""
            continue
        found.append(word)
        if len(word) > _PAIR and not by.has_word(word):
            found += pairs(word)
        single = word if len(word) == 1 else ""
        if before and single:
            found.append(before + single)
        before = single
    return found


def pairs(run: str) -> list[str]:
    """Every two neighbouring characters.

    >>> pairs("数据库")
    ['数据', '据库']
    """
    return [run[at : at + _PAIR] for at in range(len(run) - 1)]
