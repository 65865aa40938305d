"""A scored run's grid: a column a scorer, sorted and filtered by score, brought up to date as scores come in."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.store.rows import ScoreRow
from loomwork.studio.grid.grids import Grids
from loomwork.studio.studio import Studio
from tests.studio.running import XSS, loomwork, project
from tests.studio.written import add, make, score

SCORERS = """
from loomwork.evals.scoring import Score, scorer

@scorer(range=(0, 1))
def short(output, row):
    text = row["text"]
    if text.endswith("1"):
        raise RuntimeError("<i>no</i> idea")
    if text.startswith("<"):
        return None
    return Score(value=1 - len(output) / 10, reason=f"{len(output)} characters", label="terse", parts={"length": 6})
"""


def grid(client: TestClient, run: str = "last", **asked: Any) -> Any:
    answer = client.get(f"/api/runs/{run}/grid", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def order(found: Any) -> list[int]:
    return [row[0] for row in found["rows"]]


def test_an_evaluated_run_shows_what_every_scorer_said_of_every_item(client: TestClient, studio: Studio) -> None:
    project(studio.folder)
    (studio.folder / "scorers.py").write_text(SCORERS)
    words = ("eval", "app:main", "--data=data.jsonl", "--scorer=scorers:short", "--scorer=latency")
    told = loomwork(studio.folder, studio.store_url, *words)
    found = grid(client)
    assert found["run"]["scorers"] == ["short", "latency"]
    short, latency = found["scorers"]
    assert (short["name"], short["better"], short["least"], short["most"]) == ("scorers:short", "higher", 0, 1)
    said = {each["scorer"]: each for each in told["scores"]}
    for column in (short, latency):
        same = ("n", "mean", "low", "high", "p5", "worst", "worst_row", "skipped", "failed", "errors")
        assert {key: column[key] for key in same} == {key: said[column["scorer"]][key] for key in same}
    states = [scores[0][0] for scores in found["scores"]]
    assert states == [1, 4, 2, 3], "a value, a scorer that failed, an item that failed, a scorer that does not apply"
    assert found["scores"][0][0][1:] == [pytest.approx(0.4), "terse", "6 characters", ""]
    assert found["scores"][1][0][4].startswith("RuntimeError: <i>no</i> idea")
    item = client.get("/api/runs/last/items/0").json()["scores"][0]
    assert (item["reason"], item["parts"], item["label"]) == ("6 characters", {"length": 6}, "terse")
    trace = client.get(f"/api/traces/{item['trace']}").json()["head"]
    assert (trace["run"], trace["kind"]) == (f"score-{told['run']}", "scoring")


def test_a_run_that_nobody_scored_has_no_columns_of_scores(client: TestClient, studio: Studio) -> None:
    make(studio, "a", [({"q": 1}, "x")])
    found = grid(client, "a")
    assert (found["scorers"], found["scores"], found["run"]["scored"]) == ([], [], "")


def test_rows_are_sorted_worst_first_by_the_scorers_own_direction(client: TestClient, studio: Studio) -> None:
    make(studio, "a", [({"q": n}, "x") for n in range(5)])
    score(studio, "a", "exact", {0: 0.9, 1: 0.1, 2: None, 3: 0.5})
    score(studio, "a", "wait", {0: 10, 1: 30, 3: 20, 4: 5}, low=0.0, high=None, better="lower")
    assert order(grid(client, "a", sort="score", by="exact")) == [1, 3, 0, 2, 4]
    assert order(grid(client, "a", sort="-score", by="exact")) == [0, 3, 1, 2, 4]
    assert order(grid(client, "a", sort="score", by="wait")) == [1, 3, 0, 4, 2]
    assert order(grid(client, "a", sort="score")) == [1, 3, 0, 2, 4], "the first scorer, where none is named"
    assert order(grid(client, "a", sort="score", by="none such")) == [0, 1, 2, 3, 4]


def test_rows_are_chosen_by_their_scores(client: TestClient, studio: Studio) -> None:
    make(studio, "a", [({"q": n}, "x") for n in range(40)])
    score(studio, "a", "exact", {**{n: 1.0 for n in range(36)}, 36: 0.0, 37: 0.5, 38: None})
    scores = studio.store.scores
    scores.put([ScoreRow(run="a", scorer="exact", index=39, trial=0, made_ns=1, value=None, error="no")])
    score(studio, "a", "wait", {n: float(n) for n in range(40)}, low=0.0, high=None, better="lower")
    assert order(grid(client, "a", score="imperfect", scorer="exact")) == [36, 37]
    assert order(grid(client, "a", score="none", scorer="exact")) == [38]
    assert order(grid(client, "a", score="error", scorer="exact")) == [39]
    assert order(grid(client, "a", score="floor", scorer="wait")) == [38, 39]
    assert order(grid(client, "a", score="imperfect", scorer="wait", only="failed")) == []
    assert grid(client, "a", score="imperfect", scorer="exact", sort="-score")["matching"] == 2


def test_scores_that_come_in_are_seen_and_those_made_anew_replace_the_old(client: TestClient, studio: Studio) -> None:
    make(studio, "a", [({"q": n}, "x") for n in range(4)])
    make(studio, "b", [({"q": n}, "x") for n in range(4)])
    before = grid(client, "a")["run"]["scored"]
    score(studio, "a", "exact", {0: 0.0})
    first = grid(client, "a")
    add(studio, "b", "exact", {3: 1.0})
    add(studio, "a", "exact", {1: 1.0, 0: 0.25})
    second = grid(client, "a")
    assert len({before, first["run"]["scored"], second["run"]["scored"]}) == 3
    assert [row[0] and row[0][1] for row in second["scores"]] == [0.25, 1.0, None, None]
    assert second["scorers"][0]["n"] == 2
    head = client.get("/api/runs/a").json()
    assert head["scored"] == second["run"]["scored"], "the list tells those who look at the grid that there is more"
    score(studio, "a", "exact", {2: 0.5, 3: 0.5})
    third = grid(client, "a")
    assert [row[0] and row[0][1] for row in third["scores"]] == [None, None, 0.5, 0.5]
    assert third["scorers"][0]["mean"] == 0.5


def test_scores_that_were_removed_are_gone(client: TestClient, studio: Studio) -> None:
    make(studio, "a", [({"q": n}, "x") for n in range(3)])
    score(studio, "a", "exact", {0: 0.0, 1: 1.0})
    assert grid(client, "a")["scorers"][0]["n"] == 2
    studio.store.care.prune(runs=["a"], tables=("scores",))
    assert grid(client, "a")["scores"] == [[None], [None], [None]]


def test_the_traces_of_scorers_are_left_out_until_one_asks_for_them(client: TestClient, studio: Studio) -> None:
    project(studio.folder, rows=[{"text": "one"}, {"text": XSS}])
    (studio.folder / "scorers.py").write_text(SCORERS)
    words = ("eval", "app:main", "--data=data.jsonl", "--scorer=scorers:short")
    run = loomwork(studio.folder, studio.store_url, *words)["run"]

    def kinds(**asked: str) -> list[str]:
        return sorted(each["kind"] for each in client.get("/api/traces", params=asked).json()["traces"])

    assert kinds() == ["step", "step"]
    assert kinds(scoring="yes") == ["scoring", "scoring", "step", "step"]
    assert kinds(run=f"score-{run}") == ["scoring", "scoring"]
    assert kinds(kind="scoring") == ["scoring", "scoring"]


@pytest.mark.nightly
def test_ten_thousand_rows_with_ten_scorers_are_shown_in_two_seconds(client: TestClient, studio: Studio) -> None:
    import time

    make(studio, "a", [({"q": n}, "x") for n in range(10_000)])
    for number in range(10):
        score(studio, "a", f"s{number}", {n: (n * 7919 % 101) / 100 for n in range(10_000)})
    began = time.perf_counter()
    found = grid(client, "a", sort="score", limit=200)
    took = time.perf_counter() - began
    began = time.perf_counter()
    grid(client, "a", sort="score", offset=200, limit=200)
    again = time.perf_counter() - began
    assert found["scorers"][9]["n"] == 10_000
    assert studio.part(Grids) is not None
    assert took < 2
    assert again < 0.2
