"""SQuAD's measures, held against its official definition, which bench/known writes down a second time."""

import pytest

from bench.known.squad import official_em, official_f1, planted
from loomwork.evals.scorers.words import squad_em, token_f1, tokens
from loomwork.evals.scoring import Score
from loomwork.kernel.errors.evals import BadScorer
from tests.evals.scorers.lab import rows


def value(score: bool | Score) -> float | None:
    return score.value if isinstance(score, Score) else float(score)


def test_f1_and_exact_match_are_the_official_ones_over_planted_answers():
    seen = 0
    for number, row in enumerate(rows("xquad.en.jsonl")):
        for said in planted(row["answers"], row["question"], number):
            wanted = max(official_f1(said, gold) for gold in row["answers"])
            exactly = max(official_em(said, gold) for gold in row["answers"])
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
