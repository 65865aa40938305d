"""A small third-party library: the stem of an English word."""


def stem(word: str) -> str:
    """The word without its plural."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
