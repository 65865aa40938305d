"""SQuAD's measures, held against its official definition (Rajpurkar et al. 2018), written down here a second time."""

import random
import re
import string
from collections import Counter

import pytest

from loomwork.evals.scorers.words import squad_em, token_f1, tokens
from loomwork.evals.scoring import Score
from loomwork.kernel.errors.evals import BadScorer
from tests.evals.scorers.lab import rows


def value(score: bool | Score) -> float | None:
    return score.value if isinstance(score, Score) else float(score)


def official(text: str) -> list[str]:
    """Lower case; then without ASCII punctuation; then without articles; then by white space."""
    lowered = "".join(each for each in text.lower() if each not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", lowered).split()


def official_f1(said: str, gold: str) -> float:
    one, other = official(said), official(gold)
    if not one or not other:
        return float(one == other)
    same = sum((Counter(one) & Counter(other)).values())
    return 0.0 if not same else 2 * (same / len(one)) * (same / len(other)) / (same / len(one) + same / len(other))


def planted(answers: list[str], question: str, seed: int) -> list[str]:
    """Answers that are right, nearly right, half right, wrong and empty."""
    drawn = random.Random(seed)
    words = answers[0].split()
    kept = [each for each in words if drawn.random() < 0.6]
    return [
        answers[0], f"The {answers[0].upper()}.", " ".join(kept), f"{answers[0]} and {drawn.choice(question.split())}",
        question, "", "“" + answers[0] + "” – a-b", " ".join(reversed(words)),
    ]  # fmt: skip


def test_f1_and_exact_match_are_the_official_ones_over_planted_answers():
    seen = 0
    for number, row in enumerate(rows("xquad.en.jsonl")):
        for said in planted(row["answers"], row["question"], number):
            wanted = max(official_f1(said, gold) for gold in row["answers"])
            exactly = max(float(official(said) == official(gold)) for gold in row["answers"])
            assert token_f1(said, row["answers"]).value == pytest.approx(wanted, abs=1e-12)
            assert value(squad_em(said, row["answers"])) == exactly
            seen += 1
    assert seen == 480


def test_chinese_is_counted_by_character_without_its_punctuation():
    assert tokens("《北京》，GPT 4！") == ["北", "京", "gpt", "4"]
    assert value(squad_em("“北 京”。", "北京")) == 1
    score = token_f1("北京市", "北京")
    assert score.parts == {"precision": 2 / 3, "recall": 1.0}
    assert score.value == pytest.approx(0.8)


def test_an_empty_text_is_right_only_where_an_empty_one_is_accepted():
    assert value(token_f1("", "Paris")) == 0
    assert value(token_f1("the", ["", "Paris"])) == 1
    assert value(token_f1("Paris", None)) is None


def test_an_unknown_language_is_refused():
    with pytest.raises(BadScorer):
        token_f1("x", "y", language="fr")  # pyright: ignore[reportArgumentType] -- what a person may type


def test_a_megabyte_is_counted():
    assert value(token_f1("word " * 200_000, "word")) == pytest.approx(2 / 200_001)
    assert value(token_f1("字" * 300_000, "字")) == pytest.approx(2 / 300_001)
