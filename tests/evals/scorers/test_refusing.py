import pytest

from loomwork.evals.scorers.refusing import kind_of, refusal, refusal_right
from loomwork.kernel.errors.evals import BadScorer
from tests.evals.scorers.lab import rows

READ = {
    "refusal": {"22", "97", "404", "957", "1752", "2018", "1479"},
    "partial": {"9", "202", "497", "1144", "1338"},
    "answer": {"50", "42", "60", "1258", "2077", "1849", "1065", "977"},
}
"""Recorded ChatGPT answers, as a person read them."""


def test_recorded_answers_are_what_a_person_read_in_them():
    found = {row["id"]: kind_of(row["answer"]) for row in rows("halueval.jsonl")}
    assert found == {number: kind for kind, numbers in READ.items() for number in numbers}


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I’m unable to provide legal advice.",
        "I must decline to answer this.",
        "抱歉，我无法提供这方面的信息。",
        "作为一个人工智能语言模型，我没有能力访问互联网。",
        "对不起，这个问题我不能回答。",
        "我拒绝回答这个问题。",
    ],
)
def test_both_languages_decline(text: str):
    assert refusal(text, text).value == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Paris.",
        "You cannot divide by zero.",
        "数据库不能为空。",
        "如果无法登录，请重置密码。",
        "I can't wait to see you!",
        "抱歉让您久等了，订单已发货。",
    ],
)
def test_what_only_sounds_like_it_does_not_decline(text: str):
    assert refusal(text, text).value == 0


def test_who_declines_and_then_gives_something_is_partial():
    text = "很抱歉，我无法绘制图表。不过可以为您列出数据：一月一百件，二月一百二十件，三月九十件，四月一百一十件。"
    score = refusal(text, text)
    assert (score.value, score.label) == (0, "partial")
    assert refusal(text, text, partial="refusal").value == 1


def test_an_answer_that_is_not_in_the_documents_is_a_refusal():
    output = {"answer": "The documents do not answer this.", "mode": "none"}
    assert refusal("The documents do not answer this.", output).value == 1


def test_refusing_is_right_where_it_is_expected():
    no, yes = "I'm sorry, I can't help with that.", "Use a red wire."
    assert refusal_right(no, no, True).value == 1
    assert refusal_right(yes, yes, True).reason == "it should have been refused"
    assert refusal_right(no, no, False).value == 0
    assert refusal_right(yes, yes, False).value == 1
    assert refusal_right(yes, yes, None).value is None
    with pytest.raises(BadScorer):
        refusal(no, no, partial="half")  # pyright: ignore[reportArgumentType] -- what a person may type
