"""Words that say nothing about a ticket."""

__all__ = ["STOPWORDS", "is_stop"]

STOPWORDS = frozenset("a an the is it i my for to of on at in and for please that then one has be can".split())


def is_stop(word: str) -> bool:
    """Whether a word is left out of the search."""
    return word in STOPWORDS
