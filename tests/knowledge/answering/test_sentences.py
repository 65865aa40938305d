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


def lines_of(text: str) -> list[str]:
    found = sentences_of(passage(text))
    assert [text[each.start : each.end] for each in found] == [each.text for each in found]
    return [each.text for each in found]


def test_short_lines_without_marks_are_sentences_of_their_own():
    assert lines_of("Capital Bern\nOfficial languages German French\nCurrency Swiss franc\n") == [
        "Capital Bern", "Official languages German French", "Currency Swiss franc",
    ]  # fmt: skip
    assert lines_of("首都 北京\n货币 人民币\n官方语言 汉语") == ["首都 北京", "货币 人民币", "官方语言 汉语"]
    assert lines_of("Name | Size\nalpha | 12\nbeta | 7") == ["Name | Size", "alpha | 12", "beta | 7"]


def test_a_line_left_well_before_the_others_end_is_one():
    wide = "the service is restarted every night by the operator who is on duty and who writes down"
    assert lines_of(f"Restart\nFirst of all {wide}\nthat it was done") == [
        "Restart", f"First of all {wide}\nthat it was done",
    ]  # fmt: skip


def test_wrapped_lines_go_on_whatever_they_begin_with():
    text = "The backups are kept by the office in\nZurich, and a copy is sent to the\nVienna office once a week."
    assert lines_of(text) == [text]
    assert lines_of("备份由苏黎世的办公室保管，\n每周寄一份副本给维也纳。") == [
        "备份由苏黎世的办公室保管，\n每周寄一份副本给维也纳。"
    ]


def test_a_sentence_without_end_is_cut_at_semicolons_then_commas_then_between_words():
    clause = "the first copy is kept in the cellar, the second one is kept in the tower of the old house"
    cut = lines_of("; ".join([clause] * 9))
    assert cut == [f"{'; '.join([clause] * 4)};"] * 2 + [clause]
    assert all(each.endswith(",") for each in lines_of(", ".join(["one more thing of many"] * 60))[:-1])
    words = lines_of(" ".join(["word"] * 300))
    assert " ".join(words) == " ".join(["word"] * 300)
    assert max(map(len, words)) <= 400
    chinese = lines_of("数据库每天凌晨两点备份；" * 40)
    assert all(each.endswith("备份；") for each in chinese)
    assert max(map(len, chinese)) <= 200
