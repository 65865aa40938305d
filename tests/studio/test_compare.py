"""Two runs side by side: the same inputs are paired, a difference is told with its interval, doubt is told as doubt."""

import json
import random
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.evals.evaluating.comparing import compare_runs
from loomwork.store.rows import SpanRow
from loomwork.studio.studio import Studio
from tests.studio.written import Row, add, make, score

MS = 1_000_000
XSS = "<script>alert(1)</script>\u202e"


def compare(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.get("/api/compare", params={"a": "a", "b": "b", **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


def figure(told: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in told["figures"] if each["name"] == name)


def test_rows_are_paired_by_what_they_ask_wherever_they_stand(client: TestClient, studio: Studio) -> None:
    boom = ValueError(f"boom {XSS}")
    make(studio, "a", [({"q": "one"}, "1"), ({"q": "二"}, "2"), ({"q": "gone"}, "x"), ({"q": "bad"}, boom),
                       ({"q": "twice"}, "t"), ({"q": "twice"}, "u")])  # fmt: skip
    make(studio, "b", [({"q": "new", "n": 1}, "x"), ({"q": "二", "n": 2}, boom), ({"q": "twice", "n": 3}, "t"),
                       ({"q": "twice", "n": 4}, "U"), ({"q": "bad", "n": 5, "_origin": {"run": "r"}}, "now"),
                       ({"q": "one", "n": 6}, "1")])  # fmt: skip
    told = compare(client)
    assert told["paired_by"] == ["q"]
    assert [(row["input"], row["state"]) for row in told["rows"]] == [
        ('one', "same"), ("二", "broken"), ("gone", "only_a"), ("bad", "fixed"), ("twice", "same"),
        ("twice", "changed"), ("q: new, n: 1", "only_b"),
    ]  # fmt: skip
    assert (told["pairs"], told["only_a"], told["only_b"], told["fixed"], told["broken"], told["changed"]) == (
        5, 1, 1, 1, 1, 3,
    )  # fmt: skip
    broken = told["rows"][1]
    assert (broken["a"]["index"], broken["b"]["index"], broken["b"]["error"]) == (1, 1, f"boom {XSS}")
    assert broken["deltas"]["ok"] == -1
    assert [row["input"] for row in compare(client, only="changed")["rows"]] == ["二", "bad", "twice"]
    assert [row["input"] for row in compare(client, only="unpaired")["rows"]] == ["gone", "q: new, n: 1"]
    assert [row["input"] for row in compare(client, q="BOOM")["rows"]] == ["二", "bad"]
    assert compare(client, offset=5, limit=1)["rows"][0]["state"] == "changed"
    assert compare(client, sort="ok")["rows"][0]["state"] == "broken"
    assert compare(client, sort="-ok")["rows"][0]["state"] == "fixed"


def test_a_sure_loss_is_worse_and_a_handful_of_rows_is_unclear(client: TestClient, studio: Studio) -> None:
    rows: list[Row] = [({"q": number}, "x") for number in range(100)]
    make(studio, "a", rows)
    make(studio, "b", [(given, ValueError("no") if number % 4 == 0 else "x") for number, (given, _) in enumerate(rows)])
    make(studio, "c", [(given, ValueError("no") if number < 2 else "x") for number, (given, _) in enumerate(rows)])
    ok = figure(compare(client), "ok")
    assert (ok["kind"], ok["pairs"], ok["difference"]["value"], ok["verdict"]) == ("share", 100, -0.25, "worse")
    assert (ok["up"], ok["down"], ok["difference"]["method"], ok["a"]["method"]) == (0, 25, "newcombe10", "share")
    assert ok["difference"]["high"] < -0.15
    assert (ok["test"], ok["p"]) == ("mcnemar_exact", pytest.approx(2 * 0.5**25))
    assert figure(compare(client, b="c"), "ok")["verdict"] == "unclear"
    assert figure(compare(client, b="a"), "ok")["verdict"] == "same"
    assert figure(compare(client, a="b", b="a"), "ok")["verdict"] == "better"


def test_numbers_and_truths_of_outputs_are_compared_by_field_and_nobody_says_which_is_better(
    client: TestClient, studio: Studio
) -> None:
    chance = random.Random(5)
    rows: list[Row] = [
        ({"q": number}, {"score": chance.gauss(5, 1), "passed": number % 2 == 0, "deep": {"n": number}, "text": "t"})
        for number in range(60)
    ]
    make(studio, "a", rows)
    later = [
        (given, {**old, "score": old["score"] + chance.gauss(1, 0.5), "passed": number % 10 == 0})
        for number, (given, old) in enumerate(rows)
    ]
    make(studio, "b", later)
    told = compare(client, sort="output.score")
    score, passed = figure(told, "output.score"), figure(told, "output.passed")
    assert (score["kind"], score["verdict"], score["better"]) == ("mean", "changed", "unknown")
    assert score["difference"]["method"] == "skewed"
    assert 0.7 < score["difference"]["low"] < score["difference"]["value"] < score["difference"]["high"] < 1.3
    assert (passed["kind"], passed["up"], passed["down"], passed["verdict"]) == ("share", 0, 24, "changed")
    assert figure(told, "output.deep.n")["verdict"] == "same"
    assert "output.text" not in [each["name"] for each in told["figures"]]
    deltas = [abs(row["deltas"]["output.score"]) for row in told["rows"]]
    assert deltas == sorted(deltas, reverse=True)
    assert compare(client) == compare(client)


def test_trials_of_one_input_are_not_counted_as_so_many_rows(client: TestClient, studio: Studio) -> None:
    def rows(*failing: int) -> list[Row]:
        return [({"q": n}, ValueError("no") if n in failing else "x") for n in range(6) for _ in range(20)]

    make(studio, "a", rows(), trials=20)
    make(studio, "b", rows(0), trials=20)
    told = compare(client)
    ok = figure(told, "ok")
    assert (told["pairs"], ok["pairs"], ok["clustered"], ok["difference"]["method"]) == (
        120,
        120,
        True,
        "skewed_clustered",
    )
    assert ok["verdict"] == "unclear", "one input of six fails: twenty trials of it make that no surer"
    assert {row["trial"] for row in told["rows"]} == set(range(20))


def test_time_tokens_and_money_are_of_what_was_not_answered_by_a_memo(client: TestClient, studio: Studio) -> None:
    rows: list[Row] = [({"q": number}, "x") for number in range(12)]
    model: dict[str, Any] = {"kind": "model", "model": "m", "input_tokens": 100, "output_tokens": 10, "currency": "USD",
             "attributes": {"loomwork.requests": 1}}  # fmt: skip
    make(studio, "a", rows, **model, cost_micros=3_000_000)
    make(studio, "b", rows, **{**model, "input_tokens": 50}, cost_micros=1_000_000)
    make(studio, "c", rows, cached=True)
    told = compare(client)
    assert figure(told, "ms")["pairs"] == 12
    assert told["rows"][0]["a"]["tokens"] == 110
    names = [each["name"] for each in compare(client, b="c")["figures"]]
    assert names == ["ok"]
    tokens, cost = figure(told, "input_tokens"), figure(told, "cost.USD")
    assert (tokens["difference"]["value"], tokens["verdict"]) == (-50, "better")
    assert (cost["a"]["value"], cost["b"]["value"], cost["verdict"]) == (3.0, 1.0, "better")
    assert figure(told, "output_tokens")["verdict"] == "same"


def test_an_item_of_which_a_part_was_reused_says_nothing_of_time(client: TestClient, studio: Studio) -> None:
    rows: list[Row] = [({"q": number}, "x") for number in range(6)]
    make(studio, "a", rows, kind="step")
    make(studio, "b", rows, kind="step")
    part = SpanRow(
        trace=f"{3:032x}", span="feed", run="b", item=3, name="read", kind="step", start_ns=1, end_ns=2, cached=True
    )
    studio.store.spans.write([part])
    assert figure(compare(client), "ms")["pairs"] == 5


def test_the_surest_loss_is_the_first_slice_and_a_handful_of_rows_is_none(client: TestClient, studio: Studio) -> None:
    rows: list[Row] = []
    for number in range(200):
        language = "zh" if number % 4 == 0 else "en"
        tiny = "yes" if number in (2, 3) else "no"
        rows.append(({"q": f"question {number}", "language": language, "tiny": tiny, "same": 1}, "x"))
    make(studio, "a", rows)
    make(studio, "b", [
        (given, ValueError("no") if (given["language"] == "zh" and number % 8 == 0) or given["tiny"] == "yes" else "x")
        for number, (given, _) in enumerate(rows)
    ])  # fmt: skip
    told = compare(client)
    assert told["slices_looked_at"] == 3, "not the question, of which there are too many, what never varies, two rows"
    first = told["slices"][0]
    assert (first["key"], first["value"], first["pairs"], first["a"], first["b"]) == ("language", "zh", 50, 1.0, 0.5)
    assert (first["verdict"], first["stands_out"], first["small"]) == ("worse", True, False)
    assert all(each["value"] != "yes" for each in told["slices"])


def test_runs_that_are_not_there_or_share_nothing_are_told(client: TestClient, studio: Studio) -> None:
    assert client.get("/api/compare?a=nope&b=nope").json()["kind"] == "NoSuchRun"
    make(studio, "a", [])
    make(studio, "b", [({"x": 1}, "x")])
    told = compare(client)
    assert (told["pairs"], told["only_b"], told["figures"], told["slices"]) == (0, 1, [], [])


@pytest.mark.parametrize("output", [None, [1, 2], float("nan"), 10**400, "x" * 100_000, {1: {2: {3: {4: 5}}}}, b"\xff"])
def test_any_output_can_be_compared(client: TestClient, studio: Studio, output: Any) -> None:
    make(studio, "a", [({"q": 1}, output), ({"q": 2}, "x")])
    make(studio, "b", [({"q": 1}, output), ({"q": 2}, output)])
    told = compare(client)
    assert [row["state"] for row in told["rows"]] == ["same", "changed"]
    assert len(json.dumps(told)) < 20_000


def test_what_names_a_row_is_no_slice_in_a_small_run_either(client: TestClient, studio: Studio) -> None:
    rows: list[Row] = [({"q": f"question {n}", "language": "zh" if n < 3 else "en"}, "x") for n in range(9)]
    make(studio, "a", rows)
    make(studio, "b", rows)
    assert {each["key"] for each in compare(client)["slices"]} == {"language"}


def test_scores_are_figures_with_wins_losses_and_the_words_that_compare_has(client: TestClient, studio: Studio) -> None:
    rows: list[Row] = [({"q": n, "kind": "odd" if n % 2 else "even"}, {"n": n}) for n in range(60)]
    make(studio, "a", rows)
    make(studio, "b", [(given, {"n": output["n"] + number % 3}) for number, (given, output) in enumerate(rows)])
    score(studio, "a", "exact", dict.fromkeys(range(60), 1.0))
    score(studio, "b", "exact", {n: 0.0 if n % 4 == 1 else 1.0 for n in range(60)})
    score(studio, "a", "wait", {n: 10.0 + n for n in range(60)}, high=None, better="lower", unit="ms")
    score(studio, "b", "wait", {n: 5.0 + n for n in range(60)}, high=None, better="lower", unit="ms")
    score(studio, "a", "other", {0: 1.0}, identity="one")
    score(studio, "b", "other", {0: 1.0}, identity="two")
    score(studio, "b", "alone", {0: 1.0})
    told = compare(client, sort="score.exact", by="score.exact")
    assert [each["name"] for each in told["figures"]] == ["ok", "score.exact", "score.wait", "output.n"]
    exact, wait = figure(told, "score.exact"), figure(told, "score.wait")
    assert (exact["kind"], exact["up"], exact["down"], exact["verdict"]) == ("share", 0, 15, "worse")
    assert (wait["kind"], wait["unit"], wait["better"], wait["verdict"]) == ("mean", "ms", "lower", "better")
    assert (told["unlike"], told["missing"]) == (["other"], ["alone"])
    assert [row["a"]["index"] % 4 for row in told["rows"][:15]] == [1] * 15
    odd = told["slices"][0]
    assert (odd["value"], odd["stands_out"], odd["a"], odd["b"]) == ("odd", True, 1.0, 0.5)
    same = compare_runs(studio.store, "a", "b")
    for mine, theirs in zip((figure(told, "ok"), exact, wait), same.scores, strict=True):
        interval = mine["difference"]
        assert (interval["value"], interval["low"], interval["high"]) == (theirs.delta, theirs.low, theirs.high)
        assert (mine["p"], mine["p_adjusted"], mine["effect"]) == (theirs.p, theirs.p_adjusted, theirs.effect)


def test_scores_that_come_after_a_comparison_are_compared_too(client: TestClient, studio: Studio) -> None:
    rows: list[Row] = [({"q": n}, "x") for n in range(8)]
    for run in ("a", "b"):
        make(studio, run, rows)
    assert [each["name"] for each in compare(client)["figures"]] == ["ok"]
    for run in ("a", "b"):
        score(studio, run, "exact", dict.fromkeys(range(8), 1.0))
    assert [each["name"] for each in compare(client)["figures"]] == ["ok", "score.exact"]
    add(studio, "b", "exact", {0: 0.0})
    assert figure(compare(client), "score.exact")["down"] == 1


@pytest.mark.nightly
def test_two_runs_of_ten_thousand_rows_and_ten_scorers_are_compared_in_four_seconds(
    client: TestClient, studio: Studio
) -> None:
    import time

    rows: list[Row] = [({"q": n, "kind": n % 7}, "x") for n in range(10_000)]
    for run in ("a", "b"):
        make(studio, run, rows)
        for number in range(10):
            values: dict[int, float | None] = {n: (n * 7919 + len(run) * number) % 101 / 100 for n in range(10_000)}
            score(studio, run, f"s{number}", values)
    began = time.perf_counter()
    told = compare(client)
    took = time.perf_counter() - began
    assert len(told["figures"]) == 11
    assert took < 4, took
