"""The edit matrix as a test: after an edit nothing stale is shown, and little more runs than has to.

The application, the edits and their ideal counts are data of `bench/edits`. A fixed sample runs by default, each edit
in processes of its own; all of them run at night.
"""

from pathlib import Path

import pytest

from bench.edits.edits import load, make
from bench.edits.ideal import check_ideals
from bench.edits.judge import Verdict
from bench.edits.matrix import run_matrix
from bench.edits.report import Result, line_of, summary_of
from bench.edits.systems import SYSTEMS

SAMPLE = (
    "cached-helper",
    "circular-import-constant",
    "closure-cell",
    "constant-enum-value",
    "constant-number-same-result",
    "constant-str",
    "data-file-of-the-last-step",
    "decorator-argument",
    "default-argument-of-a-method",
    "environment-read-for-one-row",
    "few-shot-file-same-values",
    "helper-moved",
    "helper-nested-package",
    "lambda-second-on-a-line",
    "lines-shifted",
    "model-base-url-same-answers",
    "model-temperature-last",
    "override-changed",
    "package-version",
    "prompt-comment",
    "pydantic-description",
    "re-export-redirected",
    "same-size-and-time",
)
NOT_IDEAL = {
    "data-file-no-row": "a step with a computed name takes over what every cached helper has read",
    "data-file-one-row": "as data-file-no-row",
    "prompt-renamed": "a prompt's constant counts with its path; no call is made",
    "step-renamed": "its callers run again; no call is made",
}
"""All edits of the matrix that run more than the ideal, and why; none may send a model call too many."""
PLAN_OPEN = {
    "default-argument-by-constant": "a step is called with arguments it never met: the bound is open",
    "default-argument-of-a-step": "as default-argument-by-constant",
}
WHY_MORE = {
    "model-alias-switched": "the settings of both aliases are named beside the code that switched",
    "row-changed": "the inputs of the steps below are named, too",
}
KINDS = (
    *("constant", "literal", "helper", "method", "override", "decorator", "closure", "partial", "lambda", "default"),
    *("class", "pydantic", "prompt", "few-shot", "data", "environment", "model", "package", "rename", "move"),
    *("re-export", "star", "conditional", "circular", "functools.cache", "typing", "async", "free"),
)
HARNESS_SAMPLE = ("nothing", "constant-str", "data-file-no-row")
EDITS = {edit.name: edit for edit in load()}


@pytest.fixture(scope="module")
def sampled() -> dict[str, Verdict]:
    """The sample on loomwork, run once for all tests below."""
    edits = [EDITS[name] for name in SAMPLE]
    return {verdict.edit: verdict for verdict in run_matrix(SYSTEMS["loomwork"], edits)}


@pytest.mark.parametrize("name", SAMPLE)
def test_an_edit_runs_again_what_it_touches_and_nothing_else(name: str, sampled: dict[str, Verdict]) -> None:
    verdict = sampled[name]
    assert verdict.status in {"ideal", "allowed"}, line_of(EDITS[name], verdict)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_plan_before_an_edit_is_run_tells_the_truth(name: str, sampled: dict[str, Verdict]) -> None:
    assert sampled[name].plan == ()


@pytest.mark.parametrize("name", SAMPLE)
def test_why_names_the_edit_and_nothing_else(name: str, sampled: dict[str, Verdict]) -> None:
    assert sampled[name].why == ()


@pytest.mark.nightly
def test_no_edit_of_all_shows_a_stale_answer_and_nearly_all_are_ideal() -> None:
    verdicts = run_matrix(SYSTEMS["loomwork"], load())
    told = "\n".join(line_of(EDITS[each.edit], each) for each in verdicts if not fine(each))
    assert not [each for each in verdicts if each.status in {"stale", "broken", "below"}], told
    assert not [each for each in verdicts if each.surplus_calls], told
    assert sum(each.status == "ideal" for each in verdicts) >= len(verdicts) * 57 / 60, told
    assert {each.edit for each in verdicts if each.status != "ideal"} <= NOT_IDEAL.keys(), told
    assert {each.edit for each in verdicts if each.plan} <= PLAN_OPEN.keys(), told
    assert {each.edit for each in verdicts if each.why} <= WHY_MORE.keys(), told


def fine(verdict: Verdict) -> bool:
    """Whether there is nothing to say of it."""
    return verdict.status == "ideal" and not verdict.plan and not verdict.why


def harness(system: str) -> dict[str, Verdict]:
    """A cache with a known fault on a few edits."""
    edits = [EDITS[name] for name in HARNESS_SAMPLE]
    return {verdict.edit: verdict for verdict in run_matrix(SYSTEMS[system], edits)}


def test_the_bench_sees_that_no_cache_repeats_everything_and_is_never_stale() -> None:
    verdicts = harness("no cache")
    assert [each.stale_rows for each in verdicts.values()] == [0, 0, 0]
    assert sum(verdicts["nothing"].surplus_calls.values()) == 18
    assert verdicts["data-file-no-row"].surplus_runs["normalise"] == 6


def test_the_bench_sees_that_a_cache_by_arguments_is_stale() -> None:
    verdicts = harness("by arguments")
    assert verdicts["nothing"].status == "ideal"
    assert (verdicts["constant-str"].status, verdicts["constant-str"].stale_rows) == ("stale", 6)


def test_the_ideal_counts_follow_from_what_each_edit_touches() -> None:
    assert check_ideals([EDITS[name] for name in SAMPLE]) == []


@pytest.mark.nightly
def test_all_ideal_counts_follow_from_what_each_edit_touches() -> None:
    assert check_ideals(load()) == []


def test_every_kind_of_edit_is_there_often_enough() -> None:
    kinds = {edit.kind.partition(":")[0] for edit in EDITS.values()}
    missing = [word for word in KINDS if not any(kind.startswith(word) for kind in kinds)]
    assert (missing, len(EDITS) >= 60) == ([], True)


def test_a_summary_counts_each_outcome() -> None:
    verdict = Verdict(edit="nothing", kind="free", status="surplus", surplus_calls={"draft": 2})
    said = summary_of(Result(system="no cache", verdicts=[verdict], wall_s=1.0))
    assert said == "no cache: 1 edits: 1 surplus; surplus 2 calls and 0 step runs; 1 s"


def test_an_edit_that_no_longer_fits_its_file_is_refused(tmp_path: Path) -> None:
    settings = tmp_path / "app" / "settings.py"
    settings.parent.mkdir()
    settings.write_text("SHOP = 'another'\n")
    with pytest.raises(ValueError, match="occurs 0 times"):
        make(EDITS["constant-str"], tmp_path)
