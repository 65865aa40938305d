"""Fold words, forgiving."""


def fold(word: str) -> str:
    """Upper and lower case are one."""
    return word.lower()
