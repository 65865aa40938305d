"""SQuAD's F1 and exact match as its official script (Rajpurkar et al. 2018) defines them, and answers to plant.

Written down a second time, apart from the scorers: what is compared with them must not be made of them.
"""

from __future__ import annotations

import random
import re
import string
from collections import Counter


def official(text: str) -> list[str]:
    """Lower case; then without ASCII punctuation; then without articles; then by white space."""
    lowered = "".join(each for each in text.lower() if each not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", lowered).split()


def official_f1(said: str, gold: str) -> float:
    """The shared words, as the harmonic mean of both shares; where one has none, whether both have none."""
    one, other = official(said), official(gold)
    if not one or not other:
        return float(one == other)
    same = sum((Counter(one) & Counter(other)).values())
    return 0.0 if not same else 2 * (same / len(one)) * (same / len(other)) / (same / len(one) + same / len(other))


def official_em(said: str, gold: str) -> float:
    """Whether both come to the same words."""
    return float(official(said) == official(gold))


def planted(answers: list[str], question: str, seed: int) -> list[str]:
    """Answers that are right, nearly right, half right, wrong and empty."""
    drawn = random.Random(seed)
    words = answers[0].split()
    kept = [each for each in words if drawn.random() < 0.6]
    return [
        answers[0], f"The {answers[0].upper()}.", " ".join(kept), f"{answers[0]} and {drawn.choice(question.split())}",
        question, "", "“" + answers[0] + "” – a-b", " ".join(reversed(words)),
    ]  # fmt: skip
