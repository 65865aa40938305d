"""Find what the handbook says."""

import functools
import json
import re
from pathlib import Path

from app.compat import fold
from app.settings import LIMITS, TOP_K, WEIGHTS
from app.shapes import Passage
from app.words import *
from loomwork import step
from ticketwords import stem

ROOT = Path(__file__).resolve().parent.parent
WORD = re.compile(r"[A-Za-z]+")


@functools.cache
def articles() -> tuple[dict[str, str], ...]:
    """The handbook, read once a process."""
    with open(ROOT / "data" / "articles.json", encoding="utf-8") as file:
        return tuple(json.load(file))


@functools.lru_cache(maxsize=1000)
def vocabulary(text: str) -> frozenset[str]:
    """The words of a text that a search goes by."""
    return frozenset(stem(fold(word)) for word in WORD.findall(text) if not is_stop(word.lower()))


def score(article: dict[str, str], words: frozenset[str]) -> int:
    """How well an article fits."""
    return sum(weight * len(vocabulary(article[part]) & words) for part, weight in WEIGHTS.items())


@step
def retrieve(text: str, k: int = TOP_K) -> list[Passage]:
    """The articles that fit a ticket best."""
    words = vocabulary(text)
    ranked = sorted(articles(), key=lambda article: (-score(article, words), article["id"]))
    fitting = [article for article in ranked[:k] if score(article, words) >= 3]
    return [Passage(id=article["id"], text=article["body"][: LIMITS.quote_chars]) for article in fitting]
