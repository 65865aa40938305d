"""Words of questions."""

import re

STOP = {"the", "a", "an", "is", "my", "do", "i", "to", "of", "it"}
MOST = 2


def tidy(text: str) -> str:
    """One line, no double spaces."""
    return re.sub(r"\s+", " ", text).strip()


def key_words(text: str) -> str:
    """The first words that say something."""
    found = [word for word in re.findall(r"\w+", text.lower()) if word not in STOP]
    return " ".join(found[:MOST])


def one_line(text: str) -> str:
    """A passage on one line."""
    return " ".join(text.split())
