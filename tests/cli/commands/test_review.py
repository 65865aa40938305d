"""`loomwork review` as a person and a program meet it; answers are written as the studio writes them."""

import json
from collections.abc import Mapping

import pytest

from loomwork.evals.review.asking import left_side
from loomwork.evals.review.queue import read_queue
from loomwork.store import open_store
from loomwork.store.rows import AnswerRow
from tests.cli.conftest import Shell

APP = """
from loomwork import step

STYLE = "!"

@step
def answer(question: str) -> str:
    return f"{question}{STYLE}" if question != "q3" else "the same"
"""
JUDGES = """
[models.asking]
driver = "scripted"
rules = [
  { when = '(?s)<first>[^<]*[?][^<]*</first>', text = '{"reasoning": "it asks", "better": "first"}' },
  { text = '{"reasoning": "it asks", "better": "second"}' },
]

[models.mute]
driver = "scripted"
rules = [{ text = "no" }]
"""
ROWS = 20


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write("loomwork.toml", "")
    shell.write("app.py", APP)
    shell.rows(*({"question": f"q{n}", "expected": f"q{n}?" if n % 2 else f"q{n}!"} for n in range(ROWS)))
    return shell


def run(shell: Shell) -> str:
    return shell("run", "app:answer", "--data", "data.jsonl", "--json").json["run"]


def two_runs(shell: Shell) -> tuple[str, str]:
    first = run(shell)
    shell.write("app.py", APP.replace('"!"', '"?"'))
    return first, run(shell)


def answer(shell: Shell, review: str, reviewer: str, said: Mapping[int, object]) -> None:
    """Answer as a person does: the runs' letters for pairs, else marks."""
    store = open_store(f"sqlite:///{shell.folder}/.loomwork/store.db")
    row = store.reviews.get(review)
    assert row is not None
    seed = read_queue(row.said).seed
    for place, each in said.items():
        left = left_side(seed, reviewer, place)
        kept = AnswerRow(
            review=row.id, place=place, reviewer=reviewer, made_ns=place + 1, comment="because", spent_ms=9
        )
        fields = {name: getattr(kept, name) for name in kept.__struct_fields__}
        if isinstance(each, dict):
            fields["marks"] = each
        else:
            sides = {"a": "left" if left == "a" else "right", "b": "right" if left == "a" else "left"}
            fields |= {"verdict": sides.get(str(each), each), "left_side": left}
        store.reviews.answer(AnswerRow(**fields))
    store.close()


def test_a_review_of_two_runs_leaves_out_what_both_say(project: Shell):
    a, b = two_runs(project)
    made = project("review", "new", a, b, "--title", "nicer", "--json").json
    assert (made["kind"], made["items"], made["same"]) == ("pairs", ROWS - 1, 1)
    shown = project("review", "new", a, b, "--sample", "4")
    assert "4 items" in shown.out
    listed = project("review", "list", "--json").json["reviews"]
    assert [each["items"] for each in listed] == [4, ROWS - 1]


def test_who_is_preferred_is_told_with_its_interval(project: Shell):
    a, b = two_runs(project)
    review = project("review", "new", a, b, "--json").json["review"]
    answer(project, review, "ada", {place: "b" if place < 15 else "a" for place in range(18)})
    found = project("review", "show", review, "--json").json
    assert (found["preference"]["a"], found["preference"]["b"]) == (3, 15)
    assert found["preference"]["share_b"]["low"] > 0.5
    assert "more than chance would do" in project("review", "show", review).out
    assert "不像是偶然" in project("review", "show", review, "--lang", "zh").out
    ranked = project("review", "rank", review, "--json").json
    assert [each["run"] for each in ranked["runs"]] == [b, a]
    assert ranked["runs"][0]["low"] < ranked["runs"][0]["strength"]


def test_agreement_of_two_people_and_of_a_scorer_with_them(project: Shell):
    a = run(project)
    review = project("review", "new", a, "--criteria", "correct:yes/no", "--json").json["review"]
    right = {place: {"correct": int(place % 2 == 0 and place != 3)} for place in range(ROWS)}
    answer(project, review, "ada", dict(right))
    answer(project, review, "bo", right | {0: {"correct": 0}})
    project("eval", "--run", a, "--scorer", "exact", "--json")
    found = project("review", "agree", review, "--scorer", "exact", "--json").json
    assert found["agreement"][0]["kappa"]["value"] == pytest.approx(0.9)
    assert found["judge"]["table"]["agreement"]["value"] == 1.0
    assert found["judge"]["split"] == 1
    shown = project("review", "agree", review, "--scorer", "exact")
    assert "Krippendorff's" in shown.out
    assert "split: 1." in shown.out


def test_what_cannot_be_asked_is_said(project: Shell):
    a = run(project)
    assert "there is no review 'nothing'" in project("review", "show", "nothing").err
    assert "is no criterion" in project("review", "new", a, "--criteria", "tone:1-99").err
    assert "cannot be chosen by" in project("review", "new", a, "--by", "mood").err
    review = project("review", "new", a, "--json").json["review"]
    assert "nothing to rank" in project("review", "rank", review).err
    assert "says nothing" in project("review", "agree", review, "--scorer", "exact").err
    wrong = project("review", "agree", review, "--scorer", "exact", "--criterion", "mood", "--lang", "zh")
    assert "没有标准“mood”" in wrong.err


def test_answers_are_written_out_with_the_run_that_they_prefer(project: Shell):
    a, b = two_runs(project)
    review = project("review", "new", a, b, "--json").json["review"]
    answer(project, review, "ada", {0: "b", 1: "tie", 2: "skip"})
    done = project("review", "export", review, "--out", "answers.jsonl")
    assert "3 answers" in done.out
    rows = [json.loads(line) for line in (project.folder / "answers.jsonl").read_text("utf-8").splitlines()]
    assert [(row["item"], row["prefers"], row["reviewer"]) for row in rows] == [
        (1, b, "ada"),
        (2, "tie", "ada"),
        (3, None, "ada"),
    ]
    assert {row["left"] for row in rows} <= {a, b}
    assert project("review", "export", review, "--out", "answers.jsonl").code == 2
    nameless = project("review", "export", review, "--without-names").out
    assert "ada" not in nameless
    assert json.loads(nameless.splitlines()[0])["reviewer"] == "reviewer 1"


def test_nobody_has_answered_is_said(project: Shell):
    a = run(project)
    review = project("review", "new", a, "--json").json["review"]
    assert f"/review/{review}" in project("review", "show", review).out
    assert project("review", "show", review, "--json").json["people"] == []


def test_a_model_that_prefers_is_laid_beside_people(project: Shell):
    """The model is a scripted double: the output with a question mark is better, wherever it stands."""
    project.write("loomwork.toml", JUDGES)
    a, b = two_runs(project)
    review = project("review", "new", a, b, "--json").json["review"]
    answer(project, review, "ada", {place: "b" if place < 5 else "a" if place < 7 else "tie" for place in range(8)})
    found = project("review", "agree", review, "--judge", "asking", "--json").json
    assert (found["failed"], found["judge"]["items"]) == (0, 8)
    assert found["judge"]["table"]["labels"] == ["a", "b", "tie"]
    assert found["judge"]["table"]["counts"] == [[0, 2, 0], [0, 5, 0], [0, 1, 0]]
    assert project("review", "agree", review, "--judge", "mute").code == 2
    assert project("review", "agree", review, "--judge", "nobody").code == 2
