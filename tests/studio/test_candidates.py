"""Several runs beside one: what each came to, corrected for all of them, and a row with an answer of each."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.evals.evaluating.comparing import compare_all
from loomwork.studio.studio import Studio
from loomwork.studio.wire.candidates import MOST_CANDIDATES
from tests.studio.written import Row, make, score

ROWS = 60
BOOM = ValueError("boom")


def ask(client: TestClient, *runs: str, **asked: Any) -> dict[str, Any]:
    answer = client.get("/api/compare/candidates", params={"a": "a", "b": list(runs), **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


def shown(told: dict[str, Any]) -> list[str]:
    return [row["input"] for row in told["rows"]]


@pytest.fixture
def three(studio: Studio) -> Studio:
    """A baseline, one that fixes every tenth row and breaks row 1, one that breaks every fourth."""
    rows: list[Row] = [({"q": f"q{n}"}, BOOM if n % 10 == 0 else str(n)) for n in range(ROWS)]
    make(studio, "a", rows)
    fixed: list[Row] = [({"q": f"q{n}", "note": "new"}, BOOM if n == 1 else str(n)) for n in range(ROWS)]
    make(studio, "b", [*reversed(fixed), ({"q": "more", "note": "new"}, "x")])
    make(studio, "c", [({"q": f"q{n}"}, BOOM if n % 4 == 0 or n % 10 == 0 else str(n)) for n in range(ROWS - 2)])
    for run, least in (("a", 0.5), ("b", 0.6), ("c", 0.1)):
        values: dict[int, float | None] = {n: least + n % 7 / 20 for n in range(ROWS - 2)}
        score(studio, run, "close", values)
        score(studio, run, "alike", dict.fromkeys(range(ROWS - 2), 1.0))
    return studio


def test_rows_of_the_baseline_stand_beside_each_candidate_s_answer(client: TestClient, three: Studio) -> None:
    assert three.store.runs.get("a") is not None
    told = ask(client, "b", "c")
    assert [each["run"]["run"] for each in told["candidates"]] == ["b", "c"]
    assert told["matching"] == ROWS
    row = told["rows"][1]
    assert (row["input"], row["a"]["preview"]) == ("q1", "1")
    assert [each["state"] for each in row["cells"]] == ["broken", "same"]
    assert (row["cells"][0]["side"]["error"], row["cells"][0]["side"]["index"]) == ("boom", ROWS - 2)
    assert (row["cells"][0]["deltas"]["ok"], row["cells"][1]["deltas"]["ok"]) == (-1, 0)
    assert told["rows"][-1]["cells"][1] is None
    b, c = told["candidates"]
    assert (b["pairs"], b["only_a"], b["only_b"], b["fixed"], b["broken"]) == (ROWS, 0, 1, 6, 1)
    assert (c["pairs"], c["only_a"], c["only_b"], c["fixed"], c["broken"]) == (ROWS - 2, 2, 0, 0, 12)
    assert (told["fixed"], told["broken"], told["complete"]) == (6, 13, True)


def test_p_is_corrected_over_all_candidates_and_says_what_compare_says(client: TestClient, three: Studio) -> None:
    told = {each["name"]: each["of"] for each in ask(client, "b", "c")["figures"]}
    same = compare_all(three.store, "a", ["b", "c"])
    for at, run in enumerate(same):
        for one in run.scores:
            figure = told["ok" if one.scorer == "ok" else f"score.{one.scorer}"][at]
            assert (figure["p"], figure["p_adjusted"]) == (one.p, one.p_adjusted)
            assert (figure["difference"]["value"], figure["difference"]["low"]) == (one.delta, one.low)
            assert (figure["up"], figure["down"]) == (one.wins, one.losses)
    alone = client.get("/api/compare", params={"a": "a", "b": "c"}).json()["figures"]
    ok = next(each for each in alone if each["name"] == "ok")
    assert ok["p_adjusted"] < told["ok"][1]["p_adjusted"]
    assert told["ok"][1]["verdict"] == "worse"


def test_rows_are_filtered_and_sorted_by_any_candidate_or_by_one(client: TestClient, three: Studio) -> None:
    assert three.store.runs.get("c") is not None
    assert shown(ask(client, "b", "c", only="broken"))[:3] == ["q1", "q4", "q8"]
    assert shown(ask(client, "b", "c", only="broken", on="b")) == ["q1"]
    assert shown(ask(client, "b", "c", only="fixed")) == [f"q{n}" for n in range(0, ROWS, 10)]
    assert shown(ask(client, "b", "c", only="fixed", on="c")) == []
    assert shown(ask(client, "b", "c", sort="ok"))[:3] == ["q1", "q4", "q8"]
    assert shown(ask(client, "b", "c", sort="ok", on="b"))[0] == "q1"
    assert shown(ask(client, "b", "c", sort="-ok"))[:2] == ["q0", "q10"]
    assert shown(ask(client, "b", "c", q="Q59")) == ["q59"]
    assert shown(ask(client, "b", "c", offset=58, limit=5)) == ["q58", "q59"]


def test_what_cannot_be_compared_is_told_by_candidate(client: TestClient, three: Studio) -> None:
    score(three, "b", "alone", {0: 1.0})
    score(three, "a", "set", {0: 1.0}, identity="one")
    score(three, "c", "set", {0: 1.0}, identity="two")
    b, c = ask(client, "b", "c")["candidates"]
    assert (b["unlike"], b["missing"]) == ([], ["alone", "set"])
    assert (c["unlike"], c["missing"]) == (["set"], [])


def test_wrong_runs_and_too_many_are_told(client: TestClient, three: Studio) -> None:
    assert three.store.runs.get("b") is not None
    address = "/api/compare/candidates"
    assert client.get(address, params={"a": "a", "b": ["b", "nope"]}).json()["kind"] == "NoSuchRun"
    for runs in ([], ["b"] * (MOST_CANDIDATES + 1)):
        answer = client.get(address, params={"a": "a", "b": runs})
        assert (answer.status_code, answer.json()["kind"]) == (422, "ParameterWrong")
    assert [each["run"]["run"] for each in ask(client, "b", "b", "a")["candidates"]] == ["b", "a"]


def test_a_parameter_that_takes_several_says_so_in_the_document(client: TestClient) -> None:
    told = client.get("/api/openapi.json").json()["paths"]["/api/compare/candidates"]["get"]["parameters"]
    b = next(each for each in told if each["name"] == "b")
    assert (b["in"], b["required"], b["schema"]["type"], b["schema"]["items"]) == (
        "query",
        True,
        "array",
        {"type": "string"},
    )
