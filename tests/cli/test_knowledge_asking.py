"""What may be asked of a knowledge base on the command line, and how answers are told."""

import pytest

from tests.cli.conftest import Shell

SETTINGS = """
[knowledge.handbook]
sources = ["docs/", "rows.jsonl"]
embedder = "none"
"""
OLD = "---\ntitle: Old canteen rules\neffective_from: 2020-01-01\neffective_to: 2022-12-31\n---\nLunch costs 4 euros.\n"
NEW = "---\ntitle: Canteen rules\neffective_from: 2023-01-01\n---\nLunch costs 6 euros.\n"
PARKING = "---\nteam: red\neffective_to: 2019-12-31\n---\nParking costs 3 euros a day.\n"


@pytest.fixture
def docs(shell: Shell) -> Shell:
    shell.write("loomwork.toml", SETTINGS)
    shell.write("docs/old.md", OLD)
    shell.write("docs/new.md", NEW)
    shell.write("docs/parking.md", PARKING)
    shell.write("docs/休假.md", "婚假为十天。\n")
    shell.write("rows.jsonl", '{"id": "r1", "title": "Badge rules", "text": "Visitors wear a badge."}\n')
    assert shell("knowledge", "build", "handbook").code == 0
    return shell


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("said", "english", "chinese"),
    [
        (["  "], "the question is empty", "问题是空的"),
        (["x" * 50_000], "at most 10,000 are taken", "最多 10,000 个"),
        (["lunch", "--day", "yesterday"], "'yesterday' is no day", "“yesterday”不是一个日期"),
        (["lunch", "--day", "2024-02-30"], "'2024-02-30' is no day", "“2024-02-30”不是一个日期"),
        (["lunch", "--filter", "langauge=zh"], "did you mean 'language'?", "“langauge”"),
        (["lunch", "--filter", "language"], "'language' is no filter", "“language”不是筛选条件"),
        (["lunch", "--filter", "year={from: 2022}"], "'year={from: 2022}' is no filter", "不是筛选条件"),
    ],
)
def test_what_cannot_be_asked_is_said(docs: Shell, command: str, said: list[str], english: str, chinese: str):
    for language, wanted in (("en", english), ("zh", chinese)):
        ran = docs("knowledge", command, "handbook", *said, "--lang", language)
        assert ran.code == 2
        assert wanted in ran.err


def test_a_field_that_only_a_hidden_document_has_is_as_unknown_as_any(docs: Shell):
    docs.write("docs/secret.md", "---\nreaders: [legal]\nbudget: 7\n---\nThe merger closes in July.\n")
    docs.write("loomwork.toml", SETTINGS + 'readers = {front_matter = "readers", otherwise = "everyone"}\n')
    assert docs("knowledge", "build", "handbook").code == 0
    hidden = docs("knowledge", "search", "handbook", "merger", "--filter", "budget=7")
    assert hidden.code == 2
    assert "'budget'" in hidden.err
    assert docs("knowledge", "search", "handbook", "merger", "--filter", "budget=7", "--as", "legal").code == 0


def test_the_rule_of_the_day_comes_first(docs: Shell):
    asked = ("knowledge", "search", "handbook", "What does lunch cost?", "--json")
    assert [hit["doc"] for hit in docs(*asked, "--day", "2021-05-01").json["hits"]][:2] == [
        "docs/old.md",
        "docs/new.md",
    ]
    now = docs(*asked, "--lang", "zh").json["hits"]
    assert [hit["doc"] for hit in now][:2] == ["docs/new.md", "docs/old.md"]
    assert now[1]["notes"] == ["自 2022-12-31 起不再有效"]
    answer = ("knowledge", "ask", "handbook", "What does lunch cost?", "--json")
    assert docs(*answer, "--day", "2021-05-01").json["answer"] == "Lunch costs 4 euros. [1]"
    assert docs(*answer).json["answer"].startswith("Lunch costs 6 euros.")


def test_an_answer_from_a_rule_that_no_longer_holds_says_so_in_the_reader_s_language(docs: Shell):
    asked = ("knowledge", "ask", "handbook", "What does parking cost?")
    assert "parking.md: no longer in force since 2019-12-31" in docs(*asked).out
    chinese = docs(*asked, "--lang", "zh").out
    assert "parking.md：自 2019-12-31 起不再有效" in chinese
    assert "这不是模型写的" in chinese
    assert "No model wrote this" in docs("knowledge", "ask", "handbook", "婚假几天？", "--lang", "en").out


def test_an_explanation_is_told_in_the_reader_s_language(docs: Shell):
    asked = ("knowledge", "search", "handbook", "What does lunch cost?", "--explain", "--lang", "zh")
    told = docs(*asked).out
    assert "sparse：第 1 位" in told
    assert "词“lunch”：" in told
    assert "place" not in told


def test_an_answer_can_be_filtered(docs: Shell):
    asked = ("knowledge", "ask", "handbook", "What does parking cost?", "--filter")
    assert docs(*asked, "team=red", "--json").json["mode"] == "quoted"
    assert docs(*asked, "title=Canteen rules", "--json").json["mode"] == "none"


def test_a_preview_shows_no_front_matter_and_a_row_its_title(docs: Shell):
    told = docs("knowledge", "search", "handbook", "What does lunch cost?").out
    assert "effective_from" not in told
    assert "Lunch costs 6 euros." in told
    assert "rows.jsonl > Badge rules" in docs("knowledge", "search", "handbook", "Who wears a badge?").out


def test_notes_are_in_the_language_of_the_question_unless_another_is_asked_for(docs: Shell, monkeypatch):
    monkeypatch.delenv("LOOMWORK_LANG", raising=False)
    assert "这不是模型写的" in docs("knowledge", "ask", "handbook", "婚假几天？").out
    assert "No model wrote this" in docs("knowledge", "ask", "handbook", "婚假几天？", "--lang", "en").out


def test_a_hit_is_shown_with_the_lines_that_were_asked_for(docs: Shell):
    docs.write("docs/long.md", "One.\n\nTwo.\n\nThree.\n\nFour.\n\nBicycles are kept in the cellar.\n")
    docs("knowledge", "build", "handbook")
    shown = docs("knowledge", "search", "handbook", "bicycles cellar", "-k", "1").out
    assert "Bicycles are kept in the cellar." in shown
    assert "One." not in shown


def test_an_explanation_names_the_word_that_a_synonym_stands_for(docs: Shell):
    docs.write("words.toml", 'synonyms = [["lunch", "repast"]]\n')
    docs.write("loomwork.toml", SETTINGS + 'dictionary = "words.toml"\n')
    docs("knowledge", "build", "handbook")
    asked = ("knowledge", "search", "handbook", "repast", "--explain", "-k", "1")
    assert "term lunch, a synonym of repast" in docs(*asked, "--lang", "en").out
    assert "同义词" in docs(*asked, "--lang", "zh").out


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("search = {weights = {dens = 1}}", "did you mean 'dense'?"),
        ('index = {driver = "milvus"}', "[knowledge.handbook.index] lacks 'uri'"),
        ('answer = {model = "nomodel"}', "no model is called 'nomodel'"),
    ],
    ids=["weights", "milvus", "model"],
)
def test_a_build_refuses_what_would_do_nothing_or_fail_later(docs: Shell, said: str, told: str):
    docs.write("loomwork.toml", SETTINGS + said + "\n")
    ran = docs("knowledge", "build", "handbook", "--lang", "en")
    assert ran.code == 2
    assert told in ran.err
