"""`loomwork eval` and `loomwork compare` as a person and a program meet them."""

import json

import pytest

from loomwork.evals.statistics import adjusted
from loomwork.telling.scoring import between
from loomwork.telling.words import cells
from tests.cli.conftest import Shell

APP = """
from loomwork import step
from loomwork.evals.scoring import Score, scorer

RIGHT = 4

@step
def answer(question: str) -> str:
    n = int(question)
    if n == 13:
        raise ValueError("unlucky")
    return str(2 * n if n % 10 < RIGHT else n)

@scorer
def brief(text, *, most: int = 2):
    "Whether the text is short."
    return Score(value=float(len(text) <= most), reason=f"{len(text)} characters")

@scorer(range=(0, 10))
def broken(text):
    return 11 if text == "8" else len(text)
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write("loomwork.toml", "")
    shell.write("app.py", APP)
    shell.rows(*({"question": str(n), "expected": str(2 * n), "kind": "even" if n % 2 else "odd"} for n in range(60)))
    return shell


def evaluated(shell: Shell, *words: str, code: int = 0) -> dict:
    done = shell("eval", *words, "--json")
    assert done.code == code, done
    return done.json


def whole(shell: Shell, *words: str, code: int = 1) -> dict:
    return evaluated(shell, "app:answer", "--data", "data.jsonl", *words, code=code)


def test_an_evaluation_tells_means_with_intervals_the_floor_and_gates(project: Shell):
    found = whole(project, "--scorer", "exact", "--gate", "exact>=0.3", "--gate", "exact.low>=0.9")
    assert {"run", "scores", "leaks", "gates"} <= set(found)
    (score,) = found["scores"]
    assert {"scorer", "mean", "low", "high", "p5", "worst", "n", "slices"} <= set(score)
    right = sum(n == 0 or (n % 10 < 4 and n != 13) for n in range(60))
    assert (score["n"], score["mean"]) == (60, pytest.approx(right / 60))
    assert score["low"] < score["mean"] < score["high"]
    assert (score["p5"], score["worst"], score["failed"]) == (0.0, 0.0, 1)  # what failed has the worst score
    assert [(each["rule"], each["met"]) for each in found["gates"]] == [("exact>=0.3", True), ("exact.low>=0.9", False)]
    assert {(each["key"], each["value"], each["n"]) for each in score["slices"]} == {
        ("kind", "even", 30),
        ("kind", "odd", 30),
    }


def test_a_new_scorer_on_a_scored_run_runs_no_step_again(project: Shell):
    first = whole(project, "--scorer", "exact")
    second = evaluated(
        project, "--run", first["run"], "--scorer", "app:brief", "--scorer", "app:brief,most=3,as=longer"
    )
    assert second["run"] == first["run"]
    assert "model_calls" not in second  # nothing was run
    assert [(each["scorer"], each["n"]) for each in second["scores"]] == [("brief", 60), ("longer", 60)]
    assert second["scores"][0]["mean"] < second["scores"][1]["mean"]
    again = project("eval", "app:answer", "--data", "data.jsonl", "--scorer", "app:brief", "--json")
    steps = project("run", "app:answer", "--data", "data.jsonl", "--json").json["steps"]
    assert again.json["run"] != first["run"]
    assert steps[0]["hits"] == 59


def test_scores_are_made_again_when_the_scorer_has_changed(project: Shell):
    run = whole(project, "--scorer", "app:brief")["run"]
    before = evaluated(project, "--run", run, "--scorer", "app:brief")["scores"][0]["mean"]
    project.write("app.py", APP.replace("most: int = 2", "most: int = 1"))
    after = evaluated(project, "--run", run, "--scorer", "app:brief")["scores"][0]["mean"]
    assert after < before


def test_two_runs_are_compared_row_by_row(project: Shell):
    a = whole(project, "--scorer", "exact", "--scorer", "app:brief")["run"]
    project.write("app.py", APP.replace("RIGHT = 4", "RIGHT = 8"))
    b = whole(project, "--scorer", "exact")["run"]
    found = project("compare", a, b, "--json").json
    assert (found["a"], found["b"], found["rows"], found["missing"]) == (a, b, 60, ["brief"])
    ok, exact = found["scores"]
    assert {"scorer", "a", "b", "delta", "low", "high", "p", "wins", "losses", "ties"} <= set(exact)
    assert (ok["scorer"], ok["ties"]) == ("ok", 60)
    assert (exact["wins"], exact["losses"], exact["ties"]) == (24, 0, 36)
    assert exact["delta"] == pytest.approx(24 / 60)
    assert exact["low"] > 0
    assert exact["p"] < 0.001
    told = project("compare", a, b)
    assert "exact: b is better, beyond doubt." in told.out
    assert "only one of the runs is scored by brief" in told.out
    assert "exact：b 确实更好。" in project("compare", a, b, "--lang", "zh").out
    assert "exact: b is worse, beyond doubt." in project("compare", b, a).out


def test_scorers_of_one_name_that_are_set_differently_are_not_compared(project: Shell):
    a = whole(project, "--scorer", "app:brief")["run"]
    b = whole(project, "--scorer", "app:brief,most=1")["run"]
    found = project("compare", a, b, "--json").json
    assert found["unlike"] == ["brief"]
    assert [each["scorer"] for each in found["scores"]] == ["ok"]


def test_a_scorer_that_fails_is_named_and_does_not_stop_the_others(project: Shell):
    found = whole(project, "--scorer", "app:broken", "--scorer", "exact")
    assert [(each["scorer"], each["n"], each["errors"]) for each in found["scores"]] == [
        ("broken", 59, 1),  # 8 is answered with 8
        ("exact", 60, 0),
    ]
    told = project("eval", "--run", found["run"], "--scorer", "app:broken")
    assert told.code == 1
    assert "the scorer 'broken' gave 11, outside its range (0.0 to 10.0)" in told.err


def test_scorers_are_set_up_in_loomwork_toml(project: Shell):
    project.write("loomwork.toml", '[scorers.close]\nuse = "numeric"\ntolerance = 3\n')
    found = whole(project)
    assert [each["scorer"] for each in found["scores"]] == ["close"]
    run = next(iter(project("eval", "--run", "last", "--scorer", "close,tolerance=1000", "--json").json["scores"]))
    assert run["mean"] > found["scores"][0]["mean"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--scorer", "exactly"], "there is no scorer 'exactly'"),
        (["--scorer", "exact,sharp=1"], "it has no setting 'sharp'"),
        (["--scorer", "numeric,tolerance=much"], "setting 'tolerance': expected `float`, got `str`"),
        (["--scorer", "regex,pattern=5"], "setting 'pattern': expected `str`, got `int`"),
        (["--scorer", "exact,sharp"], "'sharp' is not setting=value"),
        (["--scorer", "app:answer"], "'app:answer' is not a scorer"),
        (["--scorer", "exact", "--scorer", "exact"], "two scorers are called 'exact'"),
        (["--scorer", "exact", "--gate", "exact"], "it has no comparison with a number"),
        (["--scorer", "exact", "--gate", "brief>1"], "there is no score 'brief' here; there are: exact"),
        (["--scorer", "exact", "--gate", "exact.median>1"], "there is no 'median'"),
        (["--scorer", "exact", "--stop-early"], "there is nothing to decide"),
        ([], "no scorer was chosen"),
    ],
)
def test_wrong_words_are_told_before_anything_is_run(project: Shell, words: list[str], told: str):
    done = project("eval", "app:answer", "--data", "data.jsonl", *words)
    assert done.code == 2
    assert told in done.err
    assert project("compare", "last", "last").code == 2  # there is no run


def test_what_is_scored_must_be_said(project: Shell):
    assert "it is not clear what is scored" in project("eval", "--scorer", "exact").err
    assert "it is not clear what is scored" in project("eval", "app:answer", "--scorer", "exact").err
    assert "no run is called" in project("eval", "--run", "r1", "--scorer", "exact").err


def test_an_evaluation_stops_as_soon_as_its_gates_are_decided(project: Shell):
    project.rows(*({"question": str(n), "expected": str(2 * n)} for n in range(20, 1020)))
    project.write("app.py", APP.replace("RIGHT = 4", "RIGHT = 10"))
    found = whole(project, "--scorer", "exact", "--gate", "exact>=0.5", "--stop-early", code=0)
    assert found["stopped_early"] == "decided"
    assert found["scores"][0]["n"] < 100
    assert found["gates"] == [{"rule": "exact>=0.5", "met": True, "value": 1.0}]
    rows = [json.loads(line)["question"] for line in (project.folder / "data.jsonl").read_text().splitlines()]
    assert found["ok"] < len(rows)


def test_trials_of_a_row_belong_together(project: Shell):
    found = whole(project, "--scorer", "exact", "--trials", "3", "--limit", "12", code=0)
    (score,) = found["scores"]
    alone = whole(project, "--scorer", "exact", "--limit", "12", code=0)["scores"][0]
    assert score["n"] == 36
    assert score["high"] - score["low"] > 0.8 * (alone["high"] - alone["low"])  # three times the same says no more


def test_the_scorers_that_there_are_can_be_listed(shell: Shell):
    names = {each["name"] for each in shell("eval", "--scorers", "--json").json["scorers"]}
    assert {"exact", "numeric", "token_f1", "regex"} <= names
    assert "token_f1" in shell("eval", "--scorers").out


def test_a_scorer_that_scored_nothing_is_no_success(project: Shell):
    done = project("eval", "app:answer", "--data", "data.jsonl", "--limit", "5", "--scorer", "exact,expected=answre")
    assert done.code == 1
    assert "exact: scored nothing at all (the row has no 'answre')." in done.out
    project.write("data.jsonl", "")
    assert "(the data holds no row)" in project("eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact").out


def test_the_worst_rows_are_named_with_their_reasons(project: Shell):
    found = whole(project, "--scorer", "app:brief", "--scorer", "exact")
    brief, exact = found["scores"]
    assert next((each["row"], each["value"]) for each in brief["lowest"]) == (13, 0.0)
    assert brief["lowest"][1]["reason"].endswith("characters")
    assert [each["row"] for each in exact["lowest"]] == [4, 5, 6, 7, 8]
    told = project("eval", "--run", found["run"], "--scorer", "exact")
    assert "exact, row 13: 0.000 ValueError" in told.out or "exact: worst rows 4, 5, 6, 7, 8" in told.out


def test_rows_that_each_stand_alone_can_be_put_together(project: Shell):
    project.rows(
        *({"question": str(n), "expected": str(2 * n), "doc": str(n // 4), "lang": "abcd"[n % 4]} for n in range(40))
    )
    found = whole(project, "--scorer", "exact", "--cluster", "doc")["scores"][0]
    assert found["low"] < found["mean"] < found["high"]
    assert any(each["key"] == "lang" for each in found["slices"])


def test_trials_that_are_copies_are_told(project: Shell):
    done = project("eval", "app:answer", "--data", "data.jsonl", "--limit", "5", "--trials", "3", "--scorer", "exact")
    assert "they are copies and say nothing of how answers vary" in done.out


def test_whether_items_fail_does_not_cost_the_scorers_their_certainty(project: Shell):
    a = whole(project, "--scorer", "exact")["run"]
    project.write("app.py", APP.replace("RIGHT = 4", "RIGHT = 5"))
    b = whole(project, "--scorer", "exact")["run"]
    ok, exact = project("compare", a, b, "--json").json["scores"]
    assert ok["scorer"] == "ok"
    assert exact["p_adjusted"] == exact["p"]


def test_an_evaluation_that_could_not_be_decided_early_says_so(project: Shell):
    done = project(
        "eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact", "--gate", "exact>=0.4", "--stop-early"
    )
    assert "Not every gate is decided" in done.out


PACES = """
import asyncio, threading, time
from loomwork import step
from loomwork.evals.scoring import scorer

THREADS = set()

@step
def answer(question: str) -> str:
    return question

@scorer
def quick(output):
    THREADS.add(threading.get_ident())
    return asyncio.run(one())  # right in a thread, refused where a loop runs

async def one() -> float:
    return 1.0

@scorer
def slow(output):
    time.sleep(0.06 if int(output) in (1, 20) else 0)
    return 0.5

@scorer
def sudden(output):
    time.sleep(0.06 if int(output) == 30 else 0)
    return 0.25
"""


def test_quick_and_slow_scorers_of_a_project_score_each_row_once(shell: Shell):
    shell.write("loomwork.toml", "")
    shell.write("app.py", PACES)
    shell.rows(*({"question": str(n)} for n in range(40)))
    scorers = [word for name in ("quick", "slow", "sudden") for word in ("--scorer", f"app:{name}")]
    found = evaluated(shell, "app:answer", "--data", "data.jsonl", *scorers)
    assert [(each["scorer"], each["mean"], each["n"]) for each in found["scores"]] == [
        ("quick", 1.0, 40),
        ("slow", 0.5, 40),
        ("sudden", 0.25, 40),
    ]
    assert found["scoring"]["calls"] == 120


def test_several_runs_are_held_against_one_and_p_is_corrected_for_all_of_them(project: Shell):
    a = whole(project, "--scorer", "exact", "--scorer", "app:brief")["run"]
    found = {}
    for right in (5, 8):
        project.write("app.py", APP.replace("RIGHT = 4", f"RIGHT = {right}"))
        found[right] = whole(project, "--scorer", "exact", "--scorer", "app:brief")["run"]
    told = project("compare", a, found[5], found[8], "--json").json
    assert told["a"] == a
    five, eight = told["comparisons"]
    alone = [project("compare", a, run, "--json").json for run in found.values()]
    asked = [(each["b"], score["scorer"], score["p"]) for each in alone for score in each["scores"][1:]]
    together = {(each["b"], one["scorer"]): one["p_adjusted"] for each in (five, eight) for one in each["scores"]}
    for (run, scorer, _), p in zip(asked, adjusted([p for _, _, p in asked]), strict=True):
        assert together[run, scorer] == pytest.approx(p)
    assert alone[1]["scores"][1]["p_adjusted"] < together[found[8], "exact"]
    assert {**alone[1], "scores": []} == {**eight, "scores": []}
    shown = project("compare", a, found[5], found[8])
    assert shown.out.count(found[5]) == shown.out.count(found[8]) == 1  # in the legend; a letter in the table
    for language in ("en", "zh"):
        narrow = project("compare", a, found[5], found[8], "--lang", language, COLUMNS="80").out
        for run in (five, eight):
            for score in run["scores"]:
                assert between(score["low"], score["high"], signed=True) in narrow
                assert f"{score['wins']}/{score['losses']}/{score['ties']}" in narrow
        assert "…" not in narrow.replace(" … ", "")
        assert all(cells(line) <= 80 for line in narrow.splitlines() if "/" in line)
    assert f"loomwork compare {a} {found[5]}" in shown.err
    assert "候选" in project("compare", a, found[5], found[8], "--lang", "zh").out
    assert project("compare", a, found[5], "nothing").code == 2


def test_a_key_that_no_row_has_is_told_before_anything_is_run(project: Shell):
    words = ("eval", "app:answer", "--data", "data.jsonl", "--scorer", "exact", "--cluster", "nope")
    refused = project(*words)
    assert (refused.code, "there are: question, kind" in refused.err) == (2, True)
    assert project("trace", "list", "--runs", "--json").json["runs"] == []
    a = whole(project, "--scorer", "exact")["run"]
    b = whole(project, "--scorer", "exact", "--limit", "30")["run"]
    for words in (("compare", a, b), ("eval", "--run", "last", "--scorer", "exact")):
        assert project(*words, "--cluster", "nope", "--json").json["error"]["kind"] == "NoSuchCluster"
        assert "没有哪一行带有取值简短的键“nope”" in project(*words, "--cluster", "nope", "--lang", "zh").err
    assert project("compare", a, b, "--cluster", "kind").code == 0


def test_a_pattern_that_stands_nowhere_is_missed_before_anything_is_run(project: Shell):
    refused = project("eval", "app:answer", "--data", "data.jsonl", "--scorer", "regex")
    assert (refused.code, "it needs pattern=..., or rows with the key 'pattern'" in refused.err) == (2, True)
    assert project("trace", "list", "--runs", "--json").json["runs"] == []
    project.rows({"question": "1", "pattern": "2"}, {"question": "2", "pattern": "4"})
    assert evaluated(project, "app:answer", "--data", "data.jsonl", "--scorer", "regex")["scores"][0]["mean"] == 1
