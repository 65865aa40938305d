"""The pytest plugin as a user's CI meets it: a pytest of its own over a project of its own."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

APP = """
from loomwork import step

@step
def double(n: int) -> str:
    return str(2 * n if n < 8 else n)
"""
TESTS = """
def test_most_are_right(evaluation):
    found = evaluation("app:double", data="data.jsonl", scorers=["exact"], gates=["exact>=0.7"])
    assert found.scores[0].n == 10

def test_all_are_right(evaluation):
    evaluation("app:double", data="data.jsonl", scorers=["exact"], gates=["exact>=0.95"])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "loomwork.toml").write_text("")
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "data.jsonl").write_text("".join(f'{{"n": {n}, "expected": "{2 * n}"}}\n' for n in range(10)))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_quality.py").write_text(TESTS)
    return tmp_path


def pytested(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_a_gate_that_is_not_met_fails_the_test_with_the_figures(project: Path):
    done = pytested(project)
    assert done.returncode == 1, done
    assert "1 failed, 1 passed" in done.stdout
    assert "GateNotMet" in done.stdout
    assert "gate exact>=0.95: NOT met (0.800)" in done.stdout
    assert re.search(r"exact  0\.800  \(0\.\d+ … 0\.\d+\)  n = 10", done.stdout)


def test_figures_stand_in_the_junit_report_and_in_a_markdown_summary(project: Path):
    pytested(project, "--junitxml", "report.xml", "--loomwork-summary", "summary.md", "--loomwork-lang", "zh")
    cases = ET.parse(project / "report.xml").getroot().iter("testcase")
    properties = {each.get("name"): each.get("value") for each in next(cases).iter("property")}
    assert properties["exact.mean"] == "0.8"
    assert properties["gate exact>=0.7"] == "met"
    summary = (project / "summary.md").read_text("utf-8")
    assert summary.count("| exact | 0.800 | 0.") == 2
    assert "门槛 `exact>=0.95`：未满足（0.800）" in summary


def test_a_session_without_evaluations_says_nothing_of_them(project: Path):
    (project / "tests" / "test_quality.py").write_text("def test_nothing(): pass\n")
    done = pytested(project)
    assert done.returncode == 0
    assert "loomwork" not in done.stdout


@pytest.mark.parametrize(
    ("app", "asked", "told"),
    [
        (
            APP.replace("return", "if n == 3: raise ValueError('no')\n    return"),
            'scorers=["exact"]',
            "1 of 10 items failed",
        ),
        (APP, 'scorers=["exact,expected=answre"]', "scored nothing at all (the row has no 'answre')"),
    ],
)
def test_what_the_command_ends_with_1_for_fails_the_test(project: Path, app: str, asked: str, told: str):
    (project / "app.py").write_text(app)
    test = f'def test_it(evaluation):\n    evaluation("app:double", data="data.jsonl", {asked})\n'
    (project / "tests" / "test_quality.py").write_text(test)
    done = pytested(project)
    assert done.returncode == 1
    assert "NotWhole" in done.stdout
    assert told in done.stdout
