"""Tell whether text is English, Chinese or both, by its scripts and its smallest words. Knows no other language."""

import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][a-z]+)?")
_OTHER = re.compile(r"[\u0370-\u1fff\u3041-\u30ff\uac00-\ud7af]")
_KANA = re.compile(r"[\u3041-\u30fa]")
_SMALL = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "a",
        "in",
        "is",
        "it",
        "you",
        "that",
        "he",
        "was",
        "for",
        "on",
        "are",
        "as",
        "with",
        "his",
        "they",
        "at",
        "be",
        "this",
        "have",
        "from",
        "or",
        "one",
        "had",
        "by",
        "but",
        "not",
        "what",
        "all",
        "were",
        "we",
        "when",
        "your",
        "can",
        "said",
        "there",
        "use",
        "an",
        "each",
        "which",
        "she",
        "do",
        "how",
        "their",
        "if",
        "will",
        "up",
        "other",
        "about",
        "out",
        "many",
        "then",
        "them",
        "these",
        "so",
        "some",
        "her",
        "would",
        "make",
        "like",
        "him",
        "into",
        "time",
        "has",
        "look",
        "two",
        "more",
        "no",
        "way",
        "could",
        "my",
        "than",
        "been",
        "who",
        "its",
        "now",
        "did",
        "get",
        "our",
        "please",
        "dear",
        "hi",
        "hello",
        "thanks",
        "regards",
        "test",
        "new",
        "page",
        "see",
        "only",
        "over",
        "also",
    ]
)
_SAMPLE = 20_000


def language_of(text: str) -> str:
    """Return `en`, `zh`, `mixed`, or nothing for text without words or in another language.

    A Chinese character counts as much as half a word. Text with less than a tenth of the other language is not mixed.

    >>> language_of("The backup of the database"), language_of("数据库的备份"), language_of("La sauvegarde des données")
    ('en', 'zh', '')
    """
    sample = _spread(text)
    chinese = len(_HAN.findall(sample)) / 2
    if chinese and len(_KANA.findall(sample)) > chinese / 5:
        return ""
    words = [word.lower() for word in _WORD.findall(sample)]
    other = len(_OTHER.findall(sample)) / 4
    total = chinese + len(words) + other
    if not total or other > total / 2:
        return ""
    if chinese / total >= 0.9:
        return "zh"
    english = _is_english(words)
    if chinese / total >= 0.1:
        return "mixed" if english or chinese / total < 0.5 else "zh"
    return "en" if english else ""


def _is_english(words: list[str]) -> bool:
    """Small words make a third of English prose; a few words or a table have few, but then only plain letters."""
    small = sum(word in _SMALL for word in words)
    plain = sum(word.isascii() for word in words)
    if len(words) < 12:
        return bool(words) and plain == len(words)
    return small / len(words) > 0.12 or (small / len(words) > 0.04 and plain / len(words) > 0.995)


def _spread(text: str) -> str:
    """Return the beginning, the middle and the end of a long text."""
    if len(text) <= _SAMPLE:
        return text
    third = _SAMPLE // 3
    middle = len(text) // 2
    return "\n".join((text[:third], text[middle : middle + third], text[-third:]))
