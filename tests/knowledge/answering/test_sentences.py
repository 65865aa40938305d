"""What is a sentence of a page, and what is not."""

from loomwork.knowledge.answering import all_sentences, sentences_of
from tests.knowledge.answering.making import passage


def test_prose_items_and_rows_are_sentences_and_code_headings_and_rules_are_not():
    assert [each.text for each in sentences_of(passage())] == [
        "The database is backed up every night at 02:00.",
        "Backups are kept for 30 days.",
        "Stop the service first.",
        "Then run `restore --last`.",
        "Ask the operator on duty.",
        "| Plan | Days |",
        "| free | 7    |",
        "数据库每天凌晨两点备份。",
        "备份保留三十天！",
    ]


def test_a_full_stop_inside_a_tag_ends_no_sentence():
    text = '定义 <dfn title="一种模式。用于搜索。">正则表达式</dfn> 参数。好。'
    assert [each.text for each in sentences_of(passage(text))] == [
        '定义 <dfn title="一种模式。用于搜索。">正则表达式</dfn> 参数。',
        "好。",
    ]


def test_a_sentence_over_two_lines_is_one():
    assert [each.text for each in sentences_of(passage("It goes\non here. Next."))] == ["It goes\non here.", "Next."]


def test_code_that_is_not_closed_ends_with_the_passage():
    assert [each.text for each in sentences_of(passage("Before.\n```python\nx = 1. y."))] == ["Before."]


def test_code_that_began_before_the_passage_is_no_sentence():
    text = "    x = 1. y.\n    z()\n```\n\nAfter it."
    assert [each.text for each in sentences_of(passage(text))] == ["After it."]
    without_fences = "note over a\n    do this. now\n    and this"
    assert sentences_of(passage(without_fences)) == ()
    assert len(sentences_of(passage("* an item\n  goes on. And\n  on."))) == 2


def test_a_place_that_two_passages_share_is_read_once():
    text = "First one. Second one. Third one."
    passages = [passage(text, 0, 22), passage(text, 11, rank=2)]
    assert [(each.passage, each.text) for each in all_sentences(passages)] == [
        (0, "First one."), (0, "Second one."), (1, "Third one."),
    ]  # fmt: skip
