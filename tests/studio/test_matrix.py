"""Models and prompts side by side: every variant a run, held against the baseline; which rows break under which."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from starlette.testclient import TestClient

from loomwork.studio.studio import Studio
from tests.studio.running import XSS, loomwork, project
from tests.studio.written import Row, make, score

APP = """
from loomwork import model, step

@step
async def main(text: str) -> str:
    return await model("fast").ask("Say: {{ text }}", text=text)
"""
TOML = """
[models.fast]
driver = "scripted"
[[models.fast.rules]]
when = "Say: (.*)"
text = "{1}"
[models.deaf]
driver = "scripted"
[[models.deaf.rules]]
when = "Say: .*(two|three).*"
text = "what?"
[[models.deaf.rules]]
when = "Say: (.*)"
text = "{1}"
"""


def member(studio: Studio, run: str, rows: list[Row], *, matrix: str, models: dict[str, str], baseline: bool) -> None:
    """Write a run of a matrix."""
    make(studio, run, rows)
    row = studio.store.runs.get(run)
    assert row is not None
    meta = {
        "data": "data/q.jsonl",
        "matrix": matrix,
        "baseline": baseline,
        "variant": {"models": models, "prompts": {}},
    }
    studio.store.runs.finish(structs.replace(row, meta=json.dumps(meta).encode()))


def ask(client: TestClient, matrix: str, **asked: Any) -> Any:
    answer = client.get(f"/api/matrices/{matrix}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_evaluated_matrix_says_what_each_model_came_to_and_which_rows_it_broke(
    client: TestClient, studio: Studio
) -> None:
    texts = ["one", "two", "three", "four", XSS]
    project(studio.folder, app=APP, rows=[{"text": each, "expected": each} for each in texts])
    Path(studio.folder / "loomwork.toml").write_text(TOML)
    words = ("eval", "app:main", "--data=data.jsonl", "--scorer=exact", "--models=fast=fast,deaf")
    told = loomwork(studio.folder, studio.store_url, *words)
    found = ask(client, told["matrix"])
    assert [each["label"] for each in found["variants"]] == ["fast", "deaf"]
    assert [each["baseline"] for each in found["variants"]] == [True, False]
    assert [each["scorer"] for each in found["scorers"]] == ["ok", "exact"]
    said = [next(one for one in each["scores"] if one["scorer"] == "exact") for each in told["variants"]]
    for variant, one in zip(found["variants"], said, strict=True):
        score_ = variant["scores"][1]
        assert {key: score_[key] for key in ("n", "mean", "low", "high")} == {
            key: one[key] for key in ("n", "mean", "low", "high")
        }
    deaf = found["variants"][1]["scores"][1]
    assert (deaf["delta"], deaf["wins"], deaf["losses"], deaf["ties"]) == (pytest.approx(-0.4), 0, 2, 3)
    assert [(each["row"], [cell["passes"] for cell in each["cells"]]) for each in found["broken"]] == [
        (1, [True, False]), (2, [True, False]),
    ]  # fmt: skip
    assert [cell["preview"] for cell in found["broken"][0]["cells"]] == ["two", "what?"]
    assert client.get("/api/matrices").json()["matrices"][0]["labels"] == ["fast", "deaf"]
    assert ask(client, "last")["matrix"] == told["matrix"]


def three(studio: Studio) -> None:
    """Write a matrix whose second variant is surely worse, and whose third is surely faster."""
    rows: list[Row] = [({"q": n}, f"answer {n}") for n in range(40)]
    for number, run in enumerate("abc"):
        models = {"smart": f"model {run}"}
        member(studio, run, rows, matrix="m1", models=models, baseline=number == 0)
        bad = {n: 0.0 if run == "b" and n < 20 else 1.0 for n in range(40)}
        score(studio, run, "exact", dict(bad))
        score(studio, run, "wait", {n: (5.0 if run == "c" else 9.0) + n for n in range(40)}, high=None, better="lower")
        score(studio, run, "grade", {n: 5.0 if run == "c" and n == 7 else 2.0 for n in range(40)}, low=1.0, high=5.0,
              better="lower")  # fmt: skip


def test_every_difference_is_corrected_for_all_that_the_matrix_asks(client: TestClient, studio: Studio) -> None:
    three(studio)
    found = ask(client, "m1")
    _, b, c = found["variants"]
    assert found["variants"][0]["scores"][1]["delta"] is None
    ok, exact, wait, _ = b["scores"]
    assert (ok["verdict"], exact["verdict"], exact["delta"], wait["verdict"]) == ("same", "worse", -0.5, "same")
    assert [each["verdict"] for each in c["scores"]] == ["same", "same", "better", "unclear"]
    alone = client.get("/api/compare", params={"a": "a", "b": "b"}).json()
    p = next(each for each in alone["figures"] if each["name"] == "score.exact")
    assert exact["p_adjusted"] > p["p_adjusted"], "two variants ask twice as much as one"


def test_rows_that_break_are_told_for_scales_with_two_ends_whichever_is_the_better(
    client: TestClient, studio: Studio
) -> None:
    three(studio)
    found = ask(client, "m1", limit=3)
    assert found["unbounded"] == ["wait"]
    assert (found["broken_total"], len(found["broken"])) == (21, 3)
    assert {name: n for name, n in found["broken_by"].items() if n} == {"exact": 20, "grade": 1}
    grade = ask(client, "m1", scorer="grade")["broken"]
    assert [(each["row"], [cell["passes"] for cell in each["cells"]]) for each in grade] == [(7, [True, True, False])]
    assert ask(client, "m1", only="b")["broken_total"] == 20
    assert ask(client, "m1", only="c", scorer="exact")["broken_total"] == 0


def test_a_scorer_that_is_set_otherwise_in_one_variant_is_not_held_against_the_others(
    client: TestClient, studio: Studio
) -> None:
    three(studio)
    score(studio, "b", "exact", dict.fromkeys(range(40), 0.0), identity="another")
    found = ask(client, "m1")
    assert found["variants"][1]["scores"][1] is None
    assert found["broken_by"]["exact"] == 0


def test_a_matrix_that_is_not_there_is_told(client: TestClient, studio: Studio) -> None:
    make(studio, "a", [({"q": 1}, "x")])
    assert client.get("/api/matrices/nope").json()["kind"] == "NoSuchMatrix"
    assert client.get("/api/matrices").json() == {"matrices": [], "complete": True}
