import pytest

from loomwork.evals.scorers.numbers import numbers_in, numeric
from loomwork.evals.scoring import Score
from loomwork.kernel.errors.evals import BadScorer
from tests.evals.scorers.lab import rows


def value(score: bool | Score) -> float | None:
    return score.value if isinstance(score, Score) else float(score)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,234 apples", ["1234"]),
        ("1,2,3", ["1", "2", "3"]),
        ("1，234", ["1", "234"]),
        ("-$5.20 or $-5.20", ["-5.20", "-5.20"]),
        ("10-5", ["10", "5"]),
        ("(-3)", ["-3"]),
        ("−7", ["-7"]),
        ("1.5e3", ["1.5E+3"]),
        ("3/4 on 12/11/2020", ["0.75", "12", "11", "2020"]),
        ("3 million", ["3E+6"]),
        ("1.2亿元", ["1.2E+8"]),
        ("三百二十", ["320"]),
        ("一万二千零三", ["12003"]),
        ("负三点五", ["-3.5"]),
        ("百分之十二", ["12"]),
        ("２０２６年", ["2026"]),
        ("price is .5", ["0.5"]),
        ("no number", []),
        ("", []),
    ],
)
def test_numbers_are_read_in_both_languages(text: str, found: list[str]):
    assert [str(each.value) for each in numbers_in(text)] == found


@pytest.mark.parametrize(
    ("text", "expected", "right"),
    [
        ("It costs $1,234.00.", 1234, True),
        ("12%", 0.12, True),
        ("12%", 12, True),
        ("0.12", "12%", True),
        ("12", "0.12", False),
        ("共三百元", 300, True),
        ("9007199254740993", "9007199254740992", False),
        ("4 or 5", 5, True),
        ("4 or 5", 4, False),
        ("half", 0.5, False),
        ("7", [6, 7], True),
        ("#### 8\nThat was step 3.", 8, True),
        ("so \\boxed{9}, in 2 steps", 9, True),
    ],
)
def test_the_last_number_is_compared_or_the_one_that_is_marked(text: str, expected: object, right: bool):
    assert value(numeric(text, expected)) == right


def test_a_tolerance_is_absolute_or_a_share():
    assert value(numeric("3.14", 3.1416, tolerance=0.01)) == 1
    assert value(numeric("0.3", 0.1, tolerance=0.2)) == 1
    assert value(numeric("105", 100, relative=0.05)) == 1
    assert value(numeric("106", 100, relative=0.05)) == 0


def test_which_of_several_numbers_is_taken_can_be_said():
    assert value(numeric("4 or 5", 4, take="first")) == 1
    assert value(numeric("4 or 5 or 6", 5, take="any")) == 1
    assert value(numeric("4 or 5", 5, take="only")) == 0
    assert value(numeric("5, that is 5", 5, take="only")) == 1


def test_the_worked_answers_of_gsm8k_are_right_and_another_number_is_not():
    known = rows("gsm8k.jsonl")
    for row in known:
        final = row["answer"].split("####")[1].strip()
        assert numeric(row["answer"], final) is True
        assert value(numeric(row["answer"] + "1", final)) == 0
    assert len(known) == 38


def test_without_a_number_there_is_no_score_or_a_wrong_one():
    assert value(numeric("5", None)) is None
    assert value(numeric("5", "five")) is None
    assert value(numeric("", 5)) == 0
    assert value(numeric("5", float("nan"))) is None


def test_wrong_settings_are_refused():
    with pytest.raises(BadScorer):
        numeric("5", 5, tolerance=-1)
    with pytest.raises(BadScorer):
        numeric("5", 5, take="second")  # pyright: ignore[reportArgumentType] -- what a person may type


@pytest.mark.parametrize("text", ["1" * 1_000_000, "1," * 500_000, "三" * 300_000, "-" * 1_000_000, "(1" * 300_000])
def test_a_long_text_is_read(text: str):
    assert value(numeric(text, -1)) in (0, 1)
