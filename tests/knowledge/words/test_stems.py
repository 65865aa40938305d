"""Stems are those of Snowball's English stemmer, over words of every shape that its rules know."""

import random

import pytest
import snowballstemmer

from loomwork.knowledge.words.stems import stem

ENDINGS = [
    "sses", "ied", "ies", "us", "ss", "s", "eed", "eedly", "ed", "edly", "ing", "ingly", "y", "tional", "ational",
    "alism", "ation", "ization", "izer", "ator", "iveness", "fulness", "ousness", "ogist", "anci", "enci", "ogi",
    "li", "bli", "abli", "alli", "fulli", "lessli", "ousli", "entli", "aliti", "biliti", "iviti", "icate", "ative",
    "alize", "iciti", "ical", "ful", "ness", "ic", "ance", "ence", "able", "ible", "ate", "ive", "ize", "iti", "al",
    "ism", "ion", "er", "ous", "ant", "ent", "ment", "ement", "e", "l", "at", "bl", "iz", "bb", "dd", "tt", "ly",
]  # fmt: skip
BEGINNINGS = [
    "a", "e", "i", "o", "u", "y", "b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "w", "x", "ll", "succ",
    "proc", "exc", "even", "cann", "inn", "out", "herr", "earr", "past", "gener", "commun", "later", "inter",
    "univers", "arsen", "emerg", "organ", "add", "egg", "off", "hop", "fit",
]  # fmt: skip
WORDS = [
    "skis", "skies", "sky", "dying", "lying", "idly", "gently", "ugly", "early", "only", "singly", "news", "howe",
    "atlas", "cosmos", "bias", "andes",
]  # fmt: skip
KNOWN = snowballstemmer.stemmer("english").stemWord


@pytest.mark.parametrize("seed", range(8))
def test_stems_of_made_up_words_are_those_of_snowball(seed: int) -> None:
    rolls = random.Random(seed)
    for _ in range(2_000):
        word = "".join(rolls.choices(BEGINNINGS, k=rolls.randint(1, 5)))
        word += "".join(rolls.choices(ENDINGS, k=rolls.randint(0, 3)))
        assert stem(word) == KNOWN(word), word


@pytest.mark.parametrize("word", [*WORDS, *ENDINGS, *BEGINNINGS, "naïvely", "über", "yyyy", "sayyed", "utf8s", "2nd"])
def test_stems_of_words_with_rules_of_their_own_are_those_of_snowball(word: str) -> None:
    assert stem(word) == KNOWN(word)
