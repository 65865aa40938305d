import pytest

from loomwork.evals.scorers.measured import cost, input_tokens, latency, length, output_tokens
from loomwork.evals.scoring import Facts, Score
from loomwork.kernel.errors.evals import BadScorer

FACTS = Facts(
    latency_ms=12.5, input_tokens=100, output_tokens=20, cost={"USD": 0.25, "CNY": 1.0}, model_calls=2, reused=True
)


def test_what_an_answer_took_is_told_with_its_unit():
    assert latency(FACTS) == Score(value=12.5, label="reused")
    assert (input_tokens(FACTS).value, output_tokens(FACTS).value) == (100, 20)
    assert [each.scale.unit for each in (latency, input_tokens, output_tokens)] == ["ms", "tokens", "tokens"]


def test_cost_is_told_by_currency_and_what_is_not_known_is_not_nothing():
    assert cost(FACTS) == Score(value=0.25, parts={"CNY": 1.0})
    assert cost(Facts(cost={"CNY": 1.0})).value is None
    assert cost(Facts(unpriced=1)).value is None
    assert cost(Facts()).value == 0


def test_an_item_that_failed_is_left_out_of_them():
    for scorer in (latency, input_tokens, output_tokens, cost, length):
        assert scorer.scale.on_failure == "skip"


@pytest.mark.parametrize(("text", "words"), [("", 0), ("three plain words", 3), ("你好，world", 3), ("don’t 停", 2)])
def test_length_counts_words_and_chinese_characters(text: str, words: int):
    assert length(text) == words


def test_length_has_units():
    assert (length("a\nb", unit="lines"), length("ab c", unit="characters")) == (2, 4)
    with pytest.raises(BadScorer):
        length("x", unit="pages")  # pyright: ignore[reportArgumentType] -- what a person may type
