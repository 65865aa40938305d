"""What counts as a leak and what does not, for each kind and source."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from loomwork.evals.data.lineage import Origin, row_id, with_origin
from loomwork.evals.data.reading import Placed
from loomwork.evals.leaks import Leak, Rows, Source, Text, Texts, find_leaks, project_sources
from loomwork.evals.leaks.values import Where

QUESTION = "How many interceptions are the Panthers defense credited with in the 2015 season?"
ANSWER = "24 interceptions"
TEST = {"question": QUESTION, "expected": ANSWER}
CHINESE = {"question": "如何把数据库的备份迁移到另一台机器而不停止服务？", "expected": "使用在线复制"}


class Given:
    """A source of texts that are at hand."""

    name = "given"

    def __init__(self, where: Where, *texts: Text) -> None:
        self.where = where
        self._texts = texts

    def texts(self) -> Iterable[Text]:
        return iter(self._texts)


def rows(*questions: str | dict[str, Any], answer: str = ANSWER) -> Rows:
    made = [each if isinstance(each, dict) else {"question": each, "expected": answer} for each in questions]
    return Rows("train", [Placed(line, row) for line, row in enumerate(made, start=1)])


def found(test: dict[str, Any], *sources: Any, **options: Any) -> list[tuple[str, str]]:
    return [(leak.kind, leak.place) for leak in find_leaks([test], sources, **options)]


def test_the_same_question_is_found_however_it_is_written():
    assert found(TEST, rows("Something else?", QUESTION)) == [("exact", "2")]
    assert found(TEST, rows(QUESTION.upper().replace(" ", "  "))) == [("normalised", "1")]
    assert found(CHINESE, rows("如何把　数据库的备份，迁移到另一台机器；而不停止服务")) == [("normalised", "1")]


def test_nearly_the_same_words_are_near_in_both_languages():
    assert found(TEST, rows(QUESTION.replace("credited with", "credited for"))) == [("near", "1")]
    near = {"question": CHINESE["question"].replace("另一台机器", "另一台新机器"), "expected": "使用在线复制"}
    assert found(CHINESE, rows(near)) == [("near", "1")]


def test_the_same_template_with_other_numbers_is_no_leak():
    assert found(TEST, rows(QUESTION.replace("2015", "2016"), answer="19")) == []
    text = "Tom has 12 apples and gives 5 of them to Ann, how many apples are left for Tom?"
    other = text.replace("12", "31").replace("5", "9")
    assert found({"question": text, "expected": "7"}, rows(other, answer="22")) == []
    assert found({"question": text, "expected": "7"}, rows(text.replace("12", "31"), answer="7")) == []


def test_thousands_written_with_a_comma_are_the_same_number():
    text = "A ship carries 1,200 boxes from the harbour to the island every week; how many boxes in all?"
    assert found({"question": text, "expected": "5"}, rows(text.replace("1,200", "1200") + " Really?", answer="5")) == [
        ("near", "1")
    ]


def test_two_questions_with_different_answers_are_two():
    one = {"question": "When did the UK formally subscribe to the Agreement on Social Policy?", "expected": "in 1997"}
    other = "Why did the UK formally subscribe to the Agreement on Social Policy?"
    assert found(one, rows(other, answer="a change of government")) == []
    assert found(one, rows(other, answer="1997")) != []


def test_a_question_within_a_longer_text_is_contained_and_the_other_way_round():
    long = Texts(
        "corpus", lambda: [("a", f"Many words before it that say nothing. {QUESTION} And many after it, too.")]
    )
    assert found(TEST, long) == [("contained", "a")]
    within = {"question": f"{'Read this text first and then think about it. ' * 3}{QUESTION}", "expected": ANSWER}
    assert found(within, rows(QUESTION)) == [("contained", "1")]


def test_a_short_question_is_not_found_in_every_text():
    long = Texts("corpus", lambda: [("a", "So what is it, he asked, and went on to tell them all about the weather.")])
    assert found({"question": "What is it?", "expected": "rain"}, long) == []


def test_a_row_made_from_a_train_row_is_found_by_its_lineage_alone():
    parent = {"question": "Who led the defense?", "expected": "Kuechly"}
    child = with_origin(TEST, Origin(parent=row_id(parent), by="model"))
    sibling = with_origin({"question": "A third one", "expected": "x"}, Origin(parent=row_id(parent), by="model"))
    assert found(child, rows(parent)) == [("synthetic", "1")]
    assert found(child, rows(sibling)) == [("synthetic", "1")]
    assert found(TEST, rows(with_origin(parent, Origin(parent=row_id(TEST), by="model")))) == [("synthetic", "1")]
    assert found(with_origin(TEST, Origin(parent="0" * 40)), rows(parent)) == []


def test_rows_made_from_one_passage_are_kin_and_from_two_are_not():
    def made(question: str, start: int) -> dict[str, Any]:
        origin = Origin(knowledge="k", doc="a.md", start=start, end=start + 10, by="smart")
        return with_origin({"question": question, "expected": "1"}, origin)

    assert found(made("One thing?", 5), rows(made("Quite another?", 10))) == [("synthetic", "1")]
    assert found(made("One thing?", 5), rows(made("Quite another?", 50))) == []


def test_a_passage_that_answers_is_no_leak_but_question_and_answer_together_are():
    passage = f"The Panthers defense gave up 308 points. It is credited with {ANSWER} in the 2015 season."
    assert found(TEST, Given("index", Text("a.md:0", passage))) == []
    assert found(TEST, Given("index", Text("a.md:0", f"{QUESTION}\n\nNobody knows."))) == []
    assert found(TEST, Given("index", Text("faq.md:0", f"Q: {QUESTION}\nA: {ANSWER}"))) == [("index", "faq.md:0")]
    cut = Text("faq.md:0", f"Q: {QUESTION}", beyond=f"A: {ANSWER}")
    assert found(TEST, Given("index", cut)) == [("index", "faq.md:0")]


def test_a_heading_is_no_leak_for_the_row_that_was_made_from_it():
    made = with_origin(TEST, Origin(knowledge="k", doc="faq.md", by="heading"))
    chunk = Text("faq.md:0", f"# {QUESTION}\n\n{ANSWER}", doc="faq.md")
    assert found(made, Given("index", chunk)) == []
    assert found(made, Given("index", chunk._replace(doc="other.md"))) == [("index", "faq.md:0")]


def test_a_step_that_works_on_the_row_may_see_it_and_one_that_works_on_another_may_not():
    shown = f"Question: {QUESTION}\nAnswer: {ANSWER}\n\nQuestion: Who won?\nAnswer:"
    assert found(TEST, Given("memo", Text("r 0 s", shown, about="Who won?"))) == [("memo", "r 0 s")]
    assert found(TEST, Given("memo", Text("r 0 s", shown, about=QUESTION))) == []
    assert found(TEST, Given("memo", Text("r 0 s", f"Question: {QUESTION}\nAnswer:", about="Who won?"))) == []


def test_a_synonym_or_two_are_found_by_rare_words():
    test = {
        "question": "What is the name of the quarterback who was 38 in Super Bowl XXXIII?",
        "expected": "John Elway",
    }
    other = "Which title has the quarterback who was aged 38 in Super Bowl XXXIII?"
    many = [f"What did person {chr(97 + n)} do in place {chr(98 + n)} with thing {chr(99 + n)}?" for n in range(20)]
    tests = [test, *({"question": each, "expected": "x"} for each in many)]
    leaks = find_leaks(tests, [rows(other, answer="John Elway")])
    assert [(leak.row, leak.kind) for leak in leaks] == [(0, "paraphrase")]


def test_a_translation_is_found_by_names_code_and_numbers():
    english = (
        "FastAPI 0.95 added Annotated, so that `Depends` and `Query` keep the defaults of Pydantic v2 and PEP 593."
    )
    other = "FastAPI 0.95 增加了 Annotated，这样 `Depends` 和 `Query` 保留 Pydantic v2 和 PEP 593 的默认值。"
    wrong = other.replace("0.95", "0.99").replace("593", "484")
    assert found({"question": other}, rows({"question": english})) == [("translated", "1")]
    assert found({"question": wrong}, rows({"question": english})) == []


def test_only_the_kinds_asked_for_are_told():
    assert found(TEST, rows(QUESTION), kinds=("near", "contained")) != []
    assert [kind for kind, _ in found(TEST, rows(QUESTION.upper()), kinds=("exact", "index"))] == []


def test_a_context_that_many_rows_share_is_not_what_is_compared():
    context = "One long paragraph about the season that every question of this file is asked about, word for word."
    tests = [{"context": context, "q": f"What about matter {chr(97 + n)} of the season?"} for n in range(9)]
    train = [Placed(1, {"context": context, "q": "Who wrote it, and when was that, and why?"})]
    assert find_leaks(tests, [Rows("train", train)]) == []


def test_each_row_and_source_is_told_once_with_its_surest_kind_and_the_number_of_other_places():
    (leak,) = find_leaks([TEST], [rows(QUESTION.lower(), QUESTION, QUESTION + " Say.")])
    assert (leak.kind, leak.place, leak.more, leak.similarity) == ("exact", "2", 2, 1.0)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    write("loomwork.toml", "")
    write("data/q.test.jsonl", json.dumps(TEST))
    write("data/q.train.jsonl", json.dumps(TEST) + "\nnot a row\n")
    write("data/training_notes.jsonl", json.dumps(TEST))
    write(".venv/train.jsonl", json.dumps(TEST))
    write("prompts/few.jsonl", json.dumps({"question": QUESTION.lower(), "output": ANSWER}))
    write("prompts/a.md", "---\nexamples: few.jsonl\n---\n## user\n{{ question }}\n")
    write(
        "prompts/b.md", f"## system\nFor example: {QUESTION} The answer is {ANSWER}.\n\n## user\n{{{{ question }}}}\n"
    )
    write("prompts/broken.md", "## user\n{{ x\n")
    return tmp_path


def test_a_project_is_looked_through_for_what_is_learnt_from(project: Path):
    sources: list[Source] = project_sources(project, test=project / "data/q.test.jsonl")
    leaks: list[Leak] = find_leaks([TEST], sources)
    assert {(leak.source, leak.kind) for leak in leaks} == {
        ("data/q.train.jsonl", "exact"), ("data/training_notes.jsonl", "exact"), ("prompt a", "normalised"),
        ("prompt b (text)", "contained"),
    }  # fmt: skip
    against = project_sources(project, against=[project / "data/q.test.jsonl"])
    assert "data/q.test.jsonl" in [source.name for source in against]
