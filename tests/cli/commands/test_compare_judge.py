"""`loomwork compare --judge`: the judges here are scripted doubles that follow rules."""

import pytest

from tests.cli.conftest import Shell

TOML = """
[models.fair]
driver = "scripted"
rules = [
  { when = "(?s)<first>.*long.*</first>", text = '{"reasoning": "says more", "better": "first"}' },
  { when = "(?s)long", text = '{"reasoning": "says more", "better": "second"}' },
  { text = '{"reasoning": "both say it", "better": "tie"}' },
]

[models.first]
driver = "scripted"
rules = [{ text = '{"reasoning": "it stands first", "better": "first"}' }]

[models.mute]
driver = "scripted"
rules = [{ text = "no" }]
"""
APP = """
from loomwork import step

LONG = 3

@step
def answer(question: str) -> str:
    n = int(question)
    if n == 9:
        return "the same"
    return f"long answer {n}" if n < LONG else f"answer {n}"
"""


@pytest.fixture
def runs(shell: Shell) -> tuple[Shell, str, str]:
    shell.write("loomwork.toml", TOML)
    shell.write("app.py", APP)
    shell.rows(*({"question": str(n)} for n in range(10)))
    a = shell("run", "app:answer", "--data", "data.jsonl", "--json").json["run"]
    shell.write("app.py", APP.replace("LONG = 3", "LONG = 8"))
    b = shell("run", "app:answer", "--data", "data.jsonl", "--json").json["run"]
    return shell, a, b


def test_a_judge_is_asked_of_rows_that_differ_in_both_orders(runs: tuple[Shell, str, str]):
    shell, a, b = runs
    judged = shell("compare", a, b, "--judge", "fair", "--json").json["judge"]
    assert (judged["wins"], judged["losses"], judged["ties"], judged["same"]) == (5, 0, 5, 5)
    assert (judged["delta"], judged["agreement"], judged["position_bias"]) == (0.5, 1.0, 0.0)
    assert judged["low"] > 0
    told = shell("compare", b, a, "--judge", "fair", "--lang", "zh").out
    assert "评审 fair：0 行更喜欢 b，5 行更喜欢 a" in told
    assert "第 3 行，更喜欢 a：says more" in told


def test_a_judge_that_prefers_a_place_decides_nothing(runs: tuple[Shell, str, str]):
    shell, a, b = runs
    judged = shell("compare", a, b, "--judge", "first", "--json").json["judge"]
    assert (judged["wins"], judged["losses"], judged["ties"]) == (0, 0, 10)
    assert (judged["agreement"], judged["position_bias"], judged["p"]) == (0.0, 1.0, 1.0)


def test_a_judge_that_cannot_be_understood_is_told(runs: tuple[Shell, str, str]):
    shell, a, b = runs
    done = shell("compare", a, b, "--judge", "mute")
    assert done.code == 1
    assert "judge:" in done.err
    assert shell("compare", a, b, "--judge", "nobody").code == 2
