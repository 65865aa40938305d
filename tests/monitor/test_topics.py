"""Questions that mean the same lie in one topic, in English and in Chinese; what was not answered is counted."""

from collections.abc import Sequence

from loomwork.knowledge.words.analysis import Words
from loomwork.monitor.topics import is_chinese, topics
from loomwork.store.requests import Question

RETURNS = ["How do I return an order?", "Can I return my order?", "return an order please", "How to return the order"]
PASSWORD = ["I forgot my password", "reset my password", "How do I reset a password?"]
RETURNS_ZH = ["怎么退货？", "我想退货，怎么办", "退货要多久", "可以退货吗"]
INVOICES_ZH = ["发票怎么开", "开发票要什么信息", "我要开发票"]


def asked(*texts: str, flags: int = 0) -> list[Question]:
    return [Question(f"{number:032x}", number, text, flags) for number, text in enumerate(texts)]


def fake(texts: Sequence[str]) -> list[list[float]]:
    """Two directions, by what a text is about: the clustering is tested here, not the model."""
    return [[1.0, 0.1] if "return" in text.lower() else [0.1, 1.0] for text in texts]


def test_chinese_questions_are_told_apart_by_their_words() -> None:
    found = topics(asked(*RETURNS_ZH, *INVOICES_ZH), terms=Words().query, embed=None)
    kinds = [{question.text for question in topic.questions} for topic in found if len(topic.questions) > 1]
    assert any(kind <= set(RETURNS_ZH) and len(kind) >= 3 for kind in kinds)
    assert any(kind <= set(INVOICES_ZH) and len(kind) >= 2 for kind in kinds)
    assert not any(kind & set(RETURNS_ZH) and kind & set(INVOICES_ZH) for kind in kinds)


def test_questions_go_to_embeddings_or_words_by_their_language() -> None:
    found = topics(asked(*RETURNS, *PASSWORD, *RETURNS_ZH), terms=Words().query, embed=fake)
    by = {question.text: topic.by for topic in found for question in topic.questions}
    assert {by[text] for text in (*RETURNS, *PASSWORD)} == {"embedding"}
    assert {by[text] for text in RETURNS_ZH} == {"words"}
    english = [{question.text for question in topic.questions} for topic in found if topic.by == "embedding"]
    assert sorted(map(sorted, english)) == sorted(map(sorted, (set(RETURNS), set(PASSWORD))))


def test_questions_that_differ_in_numbers_and_ids_alone_are_one_topic() -> None:
    english = [f"Where is my order {number}?" for number in ("A-1042/7", "88213", "no. 7", "2026-11-03", "x1@y.org")]
    chinese = [f"订单 {number} 到哪里了？" for number in range(100, 130)]
    found = topics(asked(*english, *chinese), terms=Words().query, embed=None)
    assert sorted(len(topic.questions) for topic in found) == [len(english), len(chinese)]
    assert not any(any(each.isdigit() for each in word) for topic in found for word in topic.words)
    seen: list[str] = []

    def embed(texts: Sequence[str]) -> list[list[float]]:
        seen.extend(texts)
        return fake(texts)

    assert len(topics(asked(*english), terms=Words().query, embed=embed)) == 1
    assert len(set(seen)) <= 2  # "no." is a word


def test_what_a_question_is_about_stays_where_it_is_a_code_alone() -> None:
    found = topics(asked("What is E-4012?", "What is H100?"), terms=Words().query, embed=None)
    assert len(found) == 2


def test_every_question_is_in_one_topic_and_unanswered_ones_are_counted() -> None:
    questions = [*asked(*RETURNS, *RETURNS_ZH, "", "12 34"), *asked(*PASSWORD, flags=4)]
    found = topics(questions, terms=Words().query, embed=None)
    assert sum(len(topic.questions) for topic in found) == len(questions)
    assert sum(topic.unanswered for topic in found) == len(PASSWORD)
    assert topics([], terms=Words().query, embed=None) == []


def test_a_text_is_chinese_if_a_fifth_of_its_letters_are() -> None:
    assert is_chinese("订单 ABC 怎么退")
    assert not is_chinese("Where is 北京 airport in the schedule table of flights")
