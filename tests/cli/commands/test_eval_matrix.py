"""`loomwork eval --models ... --prompts ...`: combinations side by side. The models are doubles that follow rules."""

import pytest

from tests.cli.conftest import Shell

TOML = """
[models.one]
driver = "scripted"
rules = [{ text = "yes" }]

[models.two]
driver = "scripted"
rules = [{ when = "row 1[. ]", text = "no" }, { text = "yes" }]
"""
APP = """
from loomwork import Prompt, model, step

reply = Prompt("prompts/reply.md")

@step
def clean(text: str) -> str:
    return text.strip()

@step
async def answer(text: str) -> str:
    return await model("one").ask(reply, text=clean(text))
"""


MARK = """
from loomwork.evals.scoring import scorer

@scorer(range=(-1, 1))
def mark(text):
    return 1 if text == "yes" else -1
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write("loomwork.toml", TOML)
    shell.write("app.py", APP)
    shell.write("prompts/reply.md", "Is it so? {{ text }}\n")
    shell.write("prompts/other.md", "row 1 always. {{ text }}\n")
    shell.rows(
        *({"text": f"row {n}", "expected": "yes", "kind": "ab"[n % 2]} for n in range(20, 30)),
        {"text": "row 1.", "expected": "yes"},
    )
    return shell


def matrix(shell: Shell, *words: str, code: int = 0) -> dict:
    done = shell("eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact", *words, "--json")
    assert done.code == code, done
    return done.json


def test_every_combination_is_a_run_and_is_held_against_the_first(project: Shell):
    found = matrix(project, "--models", "one,two", "--prompts", "prompts/reply.md,prompts/other.md")
    assert [each["label"] for each in found["variants"]] == [
        "one · prompts/reply.md",
        "one · prompts/other.md",
        "two · prompts/reply.md",
        "two · prompts/other.md",
    ]
    assert [each["scores"][0]["mean"] for each in found["variants"]] == pytest.approx([1.0, 1.0, 10 / 11, 0.0])
    assert found["run"] == found["variants"][0]["run"]
    assert [each["scores"][1]["losses"] for each in found["comparisons"]] == [0, 1, 11]
    assert len({each["run"] for each in found["variants"]}) == 4


def test_what_does_not_depend_on_the_variant_is_made_once(project: Shell):
    matrix(project, "--models", "one,two")
    steps = {
        each["name"]: each for each in project("run", "app:answer", "--data", "data.jsonl", "--json").json["steps"]
    }
    assert steps["app:answer"]["hits"] == 11


def test_rows_that_break_under_one_variant_are_named(project: Shell):
    found = matrix(project, "--models", "one,two")
    assert found["broken"] == [{"row": 10, "scorer": "exact", "passes": ["one"], "fails": ["two"]}]
    words = ("eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact", "--models", "one,two")
    assert "exact: row 10 passes with one and fails with two." in project(*words).out
    assert "exact：第 10 行在 one 下通过，在 two 下不通过。" in project(*words, "--lang", "zh").out


def test_gates_hold_for_every_variant(project: Shell):
    found = matrix(project, "--models", "one,two", "--gate", "exact>=0.95", code=1)
    assert [each["gates"][0]["met"] for each in found["variants"]] == [True, False]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--models", ","], "it names no candidate"),
        (["--models", "one,one"], "a candidate stands in it twice"),
        (["--models", "one,three"], "three"),
        (["--prompts", "prompts/none.md"], "there is no file prompts/none.md"),
    ],
)
def test_wrong_candidates_are_told(project: Shell, words: list[str], told: str):
    done = project("eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact", *words)
    assert done.code == 2
    assert told in done.err


def test_which_alias_is_meant_must_be_said_where_it_is_not_clear(project: Shell):
    project.write("app.py", APP.replace('model("one")', '(model("one") if len(text) > 5 else model("two"))'))
    done = project("eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact", "--models", "one,two")
    assert done.code == 2
    assert "the application uses: one, two" in done.err
    found = matrix(project, "--models", "one=one,two")
    assert [each["models"] for each in found["variants"]] == [{"one": "one"}, {"one": "two"}]


def test_the_summary_names_the_variants(project: Shell):
    matrix(project, "--models", "one,two", "--summary", "summary.md")
    text = (project.folder / "summary.md").read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## one", "## two"]


def test_wrong_names_are_told_before_any_variant_is_run(project: Shell):
    for words in (("--models", "one=one,cloude"), ("--models", "one,two", "--gate", "nothing>1")):
        done = project("eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact", *words)
        assert done.code == 2
        assert "variant" not in done.err.partition("error:")[0]


def test_a_matrix_in_which_nothing_was_scored_is_no_success(project: Shell):
    done = project(
        "eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact,expected=answre", "--models", "one,two"
    )
    assert done.code == 1


def test_rows_break_only_on_scales_that_say_where_they_pass(project: Shell):
    project.write("app.py", APP + MARK)
    found = matrix(project, "--scorer", "app:mark", "--models", "one,two")
    assert {each["scorer"] for each in found["broken"]} == {"exact"}
