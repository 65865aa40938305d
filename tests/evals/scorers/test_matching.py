import pytest

from loomwork.evals.scorers.matching import contains, exact, normalised, regex
from loomwork.evals.scoring import Score
from loomwork.kernel.errors import BadPattern, NotAChoice


def value(score: object) -> float | None:
    return score.value if isinstance(score, Score) else float(score)  # pyright: ignore[reportArgumentType] -- a truth value


@pytest.mark.parametrize(
    ("text", "expected", "right"),
    [
        ("The  Eiffel Tower!", "eiffel tower", True),
        ("ＡＢＣ１２", "abc12", True),
        ("“巴黎”。", "巴黎", True),
        ("今天 天气，很好！", "今天天气很好", True),
        ("U.S.A.", "USA", True),
        ("well-known", "well known", True),
        ("-5", "5", False),
        ("3.14", "314", False),
        ("5%", "5", False),
        ("Paris", ["London", "paris"], True),
        ("", "Paris", False),
        ("", "", True),
        ("Cafe\u0301", "café", True),
        ("Straße", "STRASSE", True),
    ],
)
def test_what_seldom_matters_does_not_count_and_what_matters_does(text: str, expected: object, right: bool):
    assert value(normalised(text, expected)) == right


def test_case_punctuation_and_articles_can_be_made_to_count():
    assert not normalised("paris", "Paris", case=True)
    assert not normalised("Paris!", "Paris", punctuation=True)
    assert not normalised("the Beatles", "Beatles", articles=True)


def test_where_nothing_is_expected_there_is_no_score():
    for scorer in (normalised, contains):
        for nothing in (None, [], [None]):
            score = scorer("text", nothing)
            assert isinstance(score, Score)
            assert score.value is None


def test_exact_takes_an_objects_text():
    assert exact({"answer": "42"}, "42")
    assert not exact({"answer": "42"}, 43)


@pytest.mark.parametrize(
    ("text", "expected", "right"),
    [
        ("The capital is Paris, of course.", "paris", True),
        ("Parisian life", "Paris", False),
        ("concatenate", "cat", False),
        ("我住在北京市朝阳区", "北京市", True),
        ("答案是42。", "42", True),
        ("It is 142.", "42", False),
        ("a.b", "a.b", True),
    ],
)
def test_contains_looks_for_whole_words_and_for_chinese_anywhere(text: str, expected: str, right: bool):
    assert value(contains(text, expected)) == right


def test_contains_can_ask_for_all_and_says_what_is_lacking():
    score = contains("red and green", ["red", "blue"], match="all")
    assert isinstance(score, Score)
    assert (score.value, score.parts, score.reason) == (0.0, {"share": 0.5}, "it lacks 'blue'")
    assert value(contains("concatenate", "cat", inside=True)) == 1


def test_a_pattern_comes_from_the_setting_or_the_row():
    assert regex("order AB-12", {}, pattern=r"[A-Z]{2}-\d+")
    assert regex("order AB-12", {"pattern": r"\d{2}$"})
    assert not regex("order AB-12", {}, pattern=r"[A-Z]{2}-\d+", match="full")
    assert regex("ORDER", {}, pattern="order", case=False)
    assert value(regex("x", {})) is None


def test_wrong_settings_are_named():
    with pytest.raises(BadPattern, match="cannot read the pattern"):
        regex("x", {}, pattern="(")
    with pytest.raises(NotAChoice, match="match is one of: any, all"):
        contains("x", "y", match="some")  # pyright: ignore[reportArgumentType] -- what a person may type


def test_a_megabyte_is_compared():
    assert not normalised("a, " * 350_000, "b")
    assert not value(contains("ab " * 350_000, "b"))
