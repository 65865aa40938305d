import pytest

from loomwork.evals.scorers.toxic import toxicity
from loomwork.kernel.errors import NotAChoice


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You are an idiot.", "insult"),
        ("You’re so stupid", "insult"),
        ("I'll kill you", "threat"),
        ("你这个白痴，去死吧", "insult"),
        ("The class assassinated the classic Scunthorpe shitake recipe.", ""),
        ("I am killing time", ""),
        ("他不会放弃", ""),
        ("", ""),
    ],
)
def test_words_of_the_list_are_found_as_words(text: str, kind: str):
    score = toxicity(text)
    assert (score.value, score.label) == (float(bool(kind)), kind)


def test_only_some_kinds_can_count():
    assert toxicity("You idiot", kinds=["threat"]).value == 0
    with pytest.raises(NotAChoice, match="kinds=rude"):
        toxicity("x", kinds=["rude"])


def test_a_megabyte_is_looked_through():
    assert toxicity("shut " * 200_000).value == 0
