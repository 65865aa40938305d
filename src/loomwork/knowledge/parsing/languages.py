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
# Addresses, names of anchors and pieces of code are no language.
_NO_WORDS = re.compile(
    r"https?://[^\s)\u3000-\u9fff]+|\]\([^)\n]*\)|\{[^{}\n]{0,80}\}|`[^`\n]{1,200}`|<[^<>\n]{1,300}>"
)
_SAMPLE = 20_000
_WORDS_FOR_A_SMALL_ONE = 4
_FEW = 12
_FEW_SMALL = 0.04
"""The share of small words that is enough where all words are of plain letters."""


def language_of(text: str) -> str:
    """Return `en`, `zh`, `mixed`, or nothing for text without words or in another language.

    A Chinese character counts as half a word. English counts as much as its small words say that there is of running
    text, so that Chinese with English terms is Chinese. Less than a tenth of the other language is not mixed.

    >>> language_of("The backup of the database"), language_of("数据库的备份"), language_of("La sauvegarde des données")
    ('en', 'zh', '')
    >>> language_of("用 FastAPI 和 Pydantic 写 REST API")
    'zh'
    """
    sample = _NO_WORDS.sub(" ", _spread(text))
    if sample.isascii():
        words = _WORD.findall(sample)
        return "en" if words and (len(words) < _FEW or _small(words) > _FEW_SMALL * len(words)) else ""
    chinese = len(_HAN.findall(sample)) / 2
    if chinese and len(_KANA.findall(sample)) > chinese / 5:
        return ""
    words = _WORD.findall(sample)
    other = len(_OTHER.findall(sample)) / 4
    if other >= (chinese + len(words) + other) / 2:
        return ""
    if chinese < 0.1 * (chinese + len(words)):
        return "en" if _is_english(words) else ""
    running = min(len(words), _WORDS_FOR_A_SMALL_ONE * _small(words))
    return "zh" if chinese >= 0.9 * (chinese + running + other) else "mixed"


def main_language(text: str) -> str:
    """Return the language that most of a text is in, where it mixes two; else as `language_of`.

    >>> main_language("Visitors sign in at the front desk and wear a badge. 访客须登记。")
    'en'
    >>> main_language("访客必须在前台登记并佩戴胸牌，离开时交还给前台。Please wear it at all times and see the rules.")
    'zh'
    """
    language = language_of(text)
    if language != "mixed":
        return language
    sample = _NO_WORDS.sub(" ", _spread(text))
    return "zh" if len(_HAN.findall(sample)) / 2 > len(_WORD.findall(sample)) else "en"


def _is_english(words: list[str]) -> bool:
    """Small words make a third of English prose; a few words or a table have few, but then only plain letters."""
    small = _small(words)
    plain = sum(map(str.isascii, words))
    if len(words) < _FEW:
        return bool(words) and plain == len(words)
    return small / len(words) > 0.12 or (small / len(words) > _FEW_SMALL and plain / len(words) > 0.995)


def _small(words: list[str]) -> int:
    return sum(map(_SMALL.__contains__, map(str.lower, words)))


def _spread(text: str) -> str:
    """Return the beginning, the middle and the end of a long text."""
    if len(text) <= _SAMPLE:
        return text
    third = _SAMPLE // 3
    middle = len(text) // 2
    return "\n".join((text[:third], text[middle : middle + third], text[-third:]))
