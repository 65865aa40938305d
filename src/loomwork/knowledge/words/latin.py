"""What a word in letters and digits is found by. Knows nothing of Chinese or of whole texts.

A plain word is its stem (Porter's second stemmer). A composed one is found as a whole and by its parts: `GPT-4` by
`gpt4`, `gpt` and `4`; `v3.11` by `3.11`, `v3`, `3` and `11`; `response_model`, `BaseModel` and `utf8` likewise.
"""

import re
from collections.abc import Callable

from loomwork.knowledge.words.scripts import HAN, SYLLABLES, unaccented

_LETTER = rf"[^\W{HAN}{SYLLABLES}]"
WORD = rf"{_LETTER}+(?:(?:['’.\-]|(?<=\d),(?=\d\d\d)){_LETTER}+)*(?:\+\+|\#(?!\w))?"
"""A regular expression: letters, digits and underlines, with signs between them that hold them together."""
ASCII_WORD = r"\w+(?:(?:['.\-]|(?<=\d),(?=\d\d\d))\w+)*(?:\+\+|#(?!\w))?"
"""The same for a text in ASCII, with `re.ASCII`."""

_APOSTROPHE = re.compile(r"['’]s$|['’]", re.IGNORECASE)
_BETWEEN = re.compile(r"[-._]+")
_RUNS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\WA-Za-z\d_]+")
_PLURAL_OF_CAPITALS = re.compile(r"[A-Z]{2,}s")
_VERSION = re.compile(r"v(?=\d)")
_LONGEST = 64


def expanded(raw: str, stem: Callable[[str], str]) -> tuple[str, ...]:
    """What `raw`, a match of `WORD`, is found by; each once.

    >>> expanded("v3.11", str)
    ('3.11', 'v3', '3', '11')
    >>> expanded("Non-linear", str), expanded("OAuth2", str), expanded("1,000", str)
    (('nonlinear', 'non', 'linear'), ('oauth2', 'auth', '2'), ('1000',))
    """
    if len(raw) <= _LONGEST and raw.isascii() and raw.isalpha() and (raw.islower() or raw.istitle()):
        return (stem(raw.lower()),)  # most words are like this
    raw = _APOSTROPHE.sub("", raw[:_LONGEST]).replace(",", "")
    if raw.endswith(("++", "#")):
        return (unaccented(raw),)
    pieces = [piece for piece in _BETWEEN.split(raw) if piece]
    found = [_whole(raw)] if len(pieces) > 1 else []
    for piece in pieces:
        plain = unaccented(piece)
        found.append(_number(plain) if plain.isdecimal() else stem(plain))
        runs = _runs(piece)
        if len(runs) > 1:
            found += [_number(run) if run.isdecimal() else stem(unaccented(run)) for run in runs if _says_much(run)]
    return tuple(dict.fromkeys(each for each in found if each))


def _whole(raw: str) -> str:
    """One spelling for what is written with and without a hyphen, and for a version with and without its v."""
    return _VERSION.sub("", unaccented(raw).replace("-", "").strip("._"), count=1)


def _runs(piece: str) -> list[str]:
    if (piece.islower() and piece.isalpha()) or _PLURAL_OF_CAPITALS.fullmatch(piece):
        return [piece]
    return _RUNS.findall(piece)


def _says_much(run: str) -> bool:
    return len(run) > 1 or run.isdecimal()


def _number(digits: str) -> str:
    """`05` and `5` are one number."""
    return digits.lstrip("0") or "0"
