"""The stem of an English word: Porter's second stemmer, as Snowball 3 defines it. Knows nothing of texts.

Its own, because stems are part of what is indexed: they must not change with the version of a library, and finding
them is a large share of a first build. The tests hold it against Snowball's over many words.
"""

import re
from collections.abc import Mapping

_VOWELS = "aeiouy"
_REGION = re.compile(r"[^aeiouy]*[aeiouy]+[^aeiouy]")
_Y_BEHIND_VOWEL = re.compile(r"([aeiouy])y")
_HAS_VOWEL = re.compile(r"[aeiouy]").search
_SHORT = re.compile(r"(?:(?:^|[^aeiouy])[aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy]|past)\Z").search
_UNDOUBLED = re.compile(r"(?<!^[aeo])(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)\Z").search
_BEGINNINGS = ("arsen", "commun", "emerg", "gener", "inter", "later", "organ", "past", "univers")
_WHOLE = {
    "skis": "ski", "skies": "sky", "idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli",
    "singly": "singl", **{word: word for word in ("sky", "news", "howe", "atlas", "cosmos", "bias", "andes")},
}  # fmt: skip
_STAY_BEFORE_ING = frozenset({"even", "cann", "inn", "earr", "herr", "out"})
_STAY_BEFORE_EED = frozenset({"succ", "proc", "exc"})
_PAST = ("eedly", "ingly", "edly", "eed", "ing", "ed")
_SECOND = {
    "ational": "ate", "fulness": "ful", "iveness": "ive", "ization": "ize", "ousness": "ous", "biliti": "ble",
    "lessli": "less", "tional": "tion", "alism": "al", "aliti": "al", "ation": "ate", "entli": "ent", "fulli": "ful",
    "iviti": "ive", "ousli": "ous", "ogist": "og", "abli": "able", "alli": "al", "anci": "ance", "ator": "ate",
    "enci": "ence", "izer": "ize", "bli": "ble", "ogi": "og", "li": "",
}  # fmt: skip
_THIRD = {
    "ational": "ate", "tional": "tion", "alize": "al", "ative": "", "icate": "ic", "iciti": "ic", "ical": "ic",
    "ness": "", "ful": "",
}  # fmt: skip
_FOURTH = (
    "ement", "able", "ance", "ence", "ible", "ment", "ant", "ate", "ent", "ion", "ism", "iti", "ive", "ize", "ous",
    "al", "er", "ic",
)  # fmt: skip
_BEFORE_LI = "cdeghkmnrt"
_SHORTEST = 3
"""Shorter words stay as they are."""
_TIES = 4
"""Of a word as long as `ties` only the last letter goes."""
_DYING = re.compile(r"[^aeiouy]y").fullmatch


def stem(word: str) -> str:
    """The stem of a word in lower case.

    >>> [stem(word) for word in ("databases", "embedding", "relational", "hopping", "generously", "sky", "dying")]
    ['databas', 'embed', 'relat', 'hop', 'generous', 'sky', 'die']
    """
    if len(word) < _SHORTEST:
        return word
    whole = _WHOLE.get(word)
    if whole is not None:
        return whole
    marked = "y" in word
    if marked:  # a y that is a consonant
        word = _Y_BEHIND_VOWEL.sub(r"\1Y", "Y" + word[1:] if word[0] == "y" else word)
    first, second = _regions(word)
    word = _plural(word)
    word = _past(word, first)
    if word[-1] in "yY" and len(word) >= _SHORTEST and word[-2] not in _VOWELS:
        word = word[:-1] + "i"
    word = _turned(word, first)
    word = _shortened(word, first, second)
    word = _without_ending(word, second)
    word = _without_last(word, first, second)
    return word.replace("Y", "y") if marked else word


def _regions(word: str) -> tuple[int, int]:
    """Where endings may begin that need one syllable before them, or two."""
    if word.startswith(_BEGINNINGS):
        first = next(len(each) for each in _BEGINNINGS if word.startswith(each))
    else:
        found = _REGION.match(word)
        first = found.end() if found else len(word)
    found = _REGION.match(word, first)
    return first, found.end() if found else len(word)


def _plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > _TIES else word[:-1]
    if word[-1] == "s" and not word.endswith(("us", "ss")) and _HAS_VOWEL(word[:-2]):
        return word[:-1]
    return word


def _past(word: str, first: int) -> str:
    if not word.endswith(_PAST):
        return word
    ending = next(each for each in _PAST if word.endswith(each))
    left = word[: -len(ending)]
    if ending in ("eed", "eedly"):
        return left + "ee" if len(left) >= first and left not in _STAY_BEFORE_EED else word
    if ending == "ing":
        if left in _STAY_BEFORE_ING:
            return word
        if _DYING(left):
            return left[0] + "ie"
    return _mended(left, first) if _HAS_VOWEL(left) else word


def _mended(left: str, first: int) -> str:
    """What is left of a word without its `ing` or `ed`, as it is written alone."""
    if left.endswith(("at", "bl", "iz")):
        return left + "e"
    if left[-2:] in ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"):
        return left[:-1] if _UNDOUBLED(left) else left
    return left + "e" if len(left) == first and _SHORT(left) else left


def _ending(word: str, endings: Mapping[str, str]) -> str:
    return next((word[-size:] for size in (7, 6, 5, 4, 3, 2) if word[-size:] in endings), "")


_SECOND_ENDS, _THIRD_ENDS = tuple(_SECOND), tuple(_THIRD)


def _turned(word: str, first: int) -> str:
    if not word.endswith(_SECOND_ENDS):
        return word
    ending = _ending(word, _SECOND)
    left = word[: -len(ending)]
    if len(left) < first or (ending == "ogi" and left[-1:] != "l") or (ending == "li" and left[-1:] not in _BEFORE_LI):
        return word
    return left + _SECOND[ending]


def _shortened(word: str, first: int, second: int) -> str:
    if not word.endswith(_THIRD_ENDS):
        return word
    ending = _ending(word, _THIRD)
    left = word[: -len(ending)]
    return left + _THIRD[ending] if len(left) >= (second if ending == "ative" else first) else word


def _without_ending(word: str, second: int) -> str:
    if not word.endswith(_FOURTH):
        return word
    ending = next(each for each in _FOURTH if word.endswith(each))
    left = word[: -len(ending)]
    return left if len(left) >= second and (ending != "ion" or left[-1:] in ("s", "t")) else word


def _without_last(word: str, first: int, second: int) -> str:
    left = word[:-1]
    if word.endswith("e") and (len(left) >= second or (len(left) >= first and not _SHORT(left))):
        return left
    return left if word.endswith("ll") and len(left) >= second else word
