"""Two runs side by side: the same inputs are paired, a difference is told with its interval, doubt is told as doubt."""

import json
import random
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.kernel import codecs
from loomwork.kernel.bodies import refer
from loomwork.store.rows import ItemRow, RunRow, SpanRow
from loomwork.studio.studio import Studio

MS = 1_000_000
XSS = "<script>alert(1)</script>\u202e"
Row = tuple[dict[str, Any], Any]
"""An input, and an output; an exception stands for a failure."""


def make(studio: Studio, run: str, rows: list[Row], *, trials: int = 1, **spans: Any) -> None:
    """Write a run as the runner does; row by row, trial by trial."""
    store = studio.store
    meta = json.dumps({"data": "data/q.jsonl"}).encode()
    store.runs.start(RunRow(id=run, target="app:answer", started_ns=len(store.runs.list()) + 1, meta=meta))
    for number, (given, output) in enumerate(rows):
        index, trial = divmod(number, trials)
        bodies: list[bytes] = []
        failed = isinstance(output, Exception)
        store.runs.put_item(
            ItemRow(
                run=run,
                index=index,
                trial=trial,
                status="failed" if failed else "ok",
                input=refer(codecs.encode(given), bodies),
                output=None if failed else refer(codecs.encode(output), bodies),
                error=str(output) if failed else None,
                trace=f"{number:032x}",
                started_ns=0,
                ended_ns=(10 + number) * MS,
            ),
            bodies,
        )
        if spans:
            known: dict[str, Any] = {"name": "answer", "kind": "step", "start_ns": 1, "end_ns": 2, **spans}
            span = f"{int(run, 36) % 1000:08x}{number:08x}"
            store.spans.write([SpanRow(trace=f"{number:032x}", span=span, run=run, item=index, trial=trial, **known)])
    store.runs.finish(
        RunRow(id=run, target="app:answer", started_ns=1, ended_ns=2, status="done", items=len(rows), meta=meta)
    )


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
        ("twice", "changed"), ('{"q":"new","n":1}', "only_b"),
    ]  # fmt: skip
    assert (told["pairs"], told["only_a"], told["only_b"], told["fixed"], told["broken"], told["changed"]) == (
        5, 1, 1, 1, 1, 3,
    )  # fmt: skip
    broken = told["rows"][1]
    assert (broken["a"]["index"], broken["b"]["index"], broken["b"]["error"]) == (1, 1, f"boom {XSS}")
    assert broken["deltas"]["ok"] == -1
    assert [row["input"] for row in compare(client, only="changed")["rows"]] == ["二", "bad", "twice"]
    assert [row["input"] for row in compare(client, only="unpaired")["rows"]] == ["gone", '{"q":"new","n":1}']
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
    assert (ok["up"], ok["down"], ok["difference"]["method"], ok["a"]["method"]) == (0, 25, "newcombe10", "wilson")
    assert ok["difference"]["high"] < -0.15
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
    assert score["difference"]["method"] == "bca"
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
    assert (told["pairs"], ok["pairs"], ok["clustered"], ok["difference"]["method"]) == (120, 120, True, "paired_t")
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


def test_the_surest_loss_is_the_first_slice_and_small_ones_say_so(client: TestClient, studio: Studio) -> None:
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
    assert told["slices_looked_at"] == 4, "neither the question, of which there are too many, nor what never varies"
    first = told["slices"][0]
    assert (first["key"], first["value"], first["pairs"], first["a"], first["b"]) == ("language", "zh", 50, 1.0, 0.5)
    assert (first["verdict"], first["small"]) == ("worse", False)
    tiny = next(each for each in told["slices"] if each["value"] == "yes")
    assert (tiny["pairs"], tiny["b"], tiny["small"]) == (2, 0.0, True)


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
