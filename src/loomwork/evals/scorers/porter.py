"""Stems of English words (Porter 1980), with the additions that NLTK made and that `rouge-score` is used with.

Source: M. F. Porter, "An algorithm for suffix stripping", Program 14(3); the additions are those that NLTK's
documentation names. A test holds it equal to NLTK's over a vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

Condition = Callable[[str], bool]
_SHORTEST = 2
_SHORT_IE = 4
_CVC = 3
_ALONE = {
    "sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news", "innings": "inning",
    "inning": "inning", "outings": "outing", "outing": "outing", "cannings": "canning", "canning": "canning",
    "howe": "howe", "proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
}  # fmt: skip


class _Rule(NamedTuple):
    suffix: str
    instead: str
    condition: Condition | None


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a lower-case word.

    >>> stem("running"), stem("relational"), stem("ponies")
    ('run', 'relat', 'poni')
    """
    if word in _ALONE:
        return _ALONE[word]
    if len(word) <= _SHORTEST:
        return word
    for step in (_plural, _past, _final_y, _double_suffix, _suffix, _last_suffix, _final_e, _final_l):
        word = step(word)
    return word


def _letters(word: str) -> str:
    """Return `c` for each consonant and `v` for each vowel; y is a vowel behind a consonant."""
    out: list[str] = []
    for each in word:
        is_vowel = each in "aeiou" or (each == "y" and bool(out) and out[-1] == "c")
        out.append("v" if is_vowel else "c")
    return "".join(out)


def _measure(word: str) -> int:
    return _letters(word).count("vc")


def _some(word: str) -> bool:
    return _measure(word) > 0


def _several(word: str) -> bool:
    return _measure(word) > 1


def _ends_cvc(word: str) -> bool:
    letters = _letters(word)
    if len(word) >= _CVC:
        return letters.endswith("cvc") and word[-1] not in "wxy"
    return letters == "vc"


def _ends_double(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and _letters(word)[-1] == "c"


def _applied(word: str, rules: Sequence[_Rule]) -> str:
    """Apply the first rule whose suffix fits; where its condition does not hold, none."""
    for rule in rules:
        if word.endswith(rule.suffix):
            stem_ = word[: len(word) - len(rule.suffix)]
            return stem_ + rule.instead if rule.condition is None or rule.condition(stem_) else word
    return word


def _plural(word: str) -> str:
    if word.endswith("ies") and len(word) == _SHORT_IE:
        return word[:-1]
    return _applied(word, _PLURALS)


def _past(word: str) -> str:
    if word.endswith("ied"):
        return word[:-1] if len(word) == _SHORT_IE else word[:-2]
    if word.endswith("eed"):
        return word[:-1] if _some(word[:-3]) else word
    for suffix in ("ed", "ing"):
        if word.endswith(suffix) and "v" in _letters(word[: -len(suffix)]):
            return _mended(word[: -len(suffix)])
    return word


def _mended(word: str) -> str:
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if _ends_double(word):
        return word if word[-1] in "lsz" else word[:-1]
    return word + "e" if _measure(word) == 1 and _ends_cvc(word) else word


def _final_y(word: str) -> str:
    if word.endswith("y") and len(word) > _SHORTEST and _letters(word[:-1])[-1] == "c":
        return word[:-1] + "i"
    return word


def _double_suffix(word: str) -> str:
    if word.endswith("alli") and _some(word[:-4]):
        return _double_suffix(word[:-2])
    if word.endswith("logi"):
        return word[:-1] if _some(word[:-3]) else word
    return _applied(word, _DOUBLE)


def _suffix(word: str) -> str:
    return _applied(word, _THIRD)


def _last_suffix(word: str) -> str:
    return _applied(word, _FOURTH)


def _final_e(word: str) -> str:
    if word.endswith("e"):
        rest = word[:-1]
        if _several(rest) or (_measure(rest) == 1 and not _ends_cvc(rest)):
            return rest
    return word


def _final_l(word: str) -> str:
    return word[:-1] if word.endswith("ll") and _several(word[:-1]) else word


def _rules(pairs: str, condition: Condition | None) -> tuple[_Rule, ...]:
    """Read `suffix>instead` pairs, in the order of trying."""
    found = [pair.partition(">") for pair in pairs.split()]
    return tuple(_Rule(suffix, instead, condition) for suffix, _, instead in found)


def _after_st(word: str) -> bool:
    return _several(word) and word[-1] in "st"


_PLURALS = _rules("sses>ss ies>i ss>ss s>", None)
_DOUBLE = _rules(
    "ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent eli>e ousli>ous ization>ize "
    "ation>ate ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble fulli>ful",
    _some,
)
_THIRD = _rules("icate>ic ative> alize>al iciti>ic ical>ic ful> ness>", _some)
_FOURTH = (
    *_rules("al> ance> ence> er> ic> able> ible> ant> ement> ment> ent>", _several),
    _Rule("ion", "", _after_st),
    *_rules("ou> ism> ate> iti> ous> ive> ize>", _several),
)
