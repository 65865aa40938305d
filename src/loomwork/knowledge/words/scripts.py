"""Which characters belong together, and what is folded into one. Knows no word.

Everything below works on text that `folded` has made: Unicode's NFKC (full-width letters and digits, ligatures), and
traditional characters turned into simplified ones, so that both find each other.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Ideographs, as the inside of a character class."""
SYLLABLES: Final = "\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7af"
"""Kana and Hangul, likewise."""

_HAS_HAN = re.compile(f"[{HAN}]")


def folded(text: str) -> str:
    """The text with compatible forms made one, and traditional characters simplified.

    >>> folded("Ｐｙｔｈｏｎ 資料庫備份")
    'Python 资料库备份'
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    return text.translate(_simplified()) if _HAS_HAN.search(text) else text


def unaccented(word: str) -> str:
    """A word in lower case, without accents.

    >>> unaccented("Café")
    'cafe'
    """
    word = word.casefold()
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(each for each in apart if unicodedata.category(each) != "Mn"))


def data_lines(name: str) -> list[str]:
    """The lines of a data file, comments left out."""
    raw = files("loomwork.knowledge.words").joinpath("data", name).read_text("utf-8")
    return [line for line in raw.splitlines() if line and not line.startswith("#")]


@cache
def _simplified() -> dict[int, str]:
    pairs = (line.split(" ") for line in data_lines("traditional.txt"))
    return {ord(each): simple for simple, traditional in pairs for each in traditional}
