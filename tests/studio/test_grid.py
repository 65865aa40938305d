"""A run as a table: what was called, found, failed, and what lies beneath what was found."""

import os
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.store.rows import RunRow
from loomwork.studio.grid.grids import Grids
from loomwork.studio.studio import Studio
from tests.studio.running import XSS, loomwork, project

MANY = """
from loomwork import step

calls = []

@step
def part(text: str, n: int) -> str:
    if text == "bad" and n == 1:
        raise ValueError("no part 1")
    return f"{text}.{n}"

@step
def join(parts: list) -> str:
    return "+".join(parts)

@step
def main(text: str) -> str:
    found = []
    for n in range(3):
        try:
            found.append(part(text, n))
        except ValueError:
            found.append("-")
    return join(found)
"""
FLAKY = """
from pathlib import Path
from loomwork import step

@step(retries=2, cache="off")
def flaky(text: str) -> str:
    tries = Path(f"tries-{text}")
    count = len(tries.read_text()) if tries.exists() else 0
    tries.write_text("x" * (count + 1))
    if count < (9 if text == "never" else 1):
        raise OSError("not yet")
    return text

@step
def main(text: str) -> str:
    return flaky(text)
"""


def run(studio: Studio, *words: str) -> str:
    return loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl", *words)["run"]


def grid(client: TestClient, name: str = "last", **asked: Any) -> Any:
    answer = client.get(f"/api/runs/{name}/grid", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def cells(found: Any, row: int) -> dict[str, Any]:
    """A row's cells by the names of their steps."""
    given = found["rows"][row][7]
    return {each["name"]: given[each["cell"]] if each["cell"] < len(given) else None for each in found["columns"]}


def edit(studio: Studio, before: str, after: str) -> None:
    app = studio.folder / "app.py"
    app.write_text(app.read_text().replace(before, after))


def test_a_cold_run_shows_what_every_step_did(client: TestClient, studio: Studio) -> None:
    project(studio.folder)
    name = run(studio)
    found = grid(client)
    assert found["run"]["id"] == name
    assert (found["total"], found["matching"], len(found["rows"])) == (4, 4, 4)
    assert [column["name"] for column in found["columns"]] == ["clean", "shout", "main"]
    index, trial, state, given, ms, trace, error, _ = found["rows"][0]
    assert (index, trial, state, given, error) == (0, 0, 2, "text:  row 0", "")
    assert ms > 0
    assert len(trace) == 32
    state, ms, preview, count = cells(found, 0)["shout"]
    assert (state, preview, count) == (2, "ROW 0!", 1)
    assert ms > 0


def test_a_failed_cell_says_why_and_what_came_after_it_is_not_there(client: TestClient, studio: Studio) -> None:
    project(studio.folder)
    run(studio)
    found = grid(client)
    assert found["rows"][2][2] == 3
    assert "<b>no</b> good text" in found["rows"][2][6]
    row = cells(found, 2)
    assert row["clean"][0] == 3
    assert "<b>no</b> good text" in row["clean"][2]
    assert row["shout"] is None
    columns = {column["name"]: column for column in found["columns"]}
    assert (columns["clean"]["calls"], columns["clean"]["ran"], columns["clean"]["failed"]) == (4, 4, 1)
    assert columns["shout"]["calls"] == 3


def test_the_figures_are_those_of_run_json(client: TestClient, studio: Studio) -> None:
    project(studio.folder)
    told = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl", "--trials=2")
    found = grid(client)
    head = found["run"]
    steps = {step["name"]: step for step in told["steps"]}
    for column in found["columns"]:
        assert {key: column[key] for key in ("calls", "hits", "ran", "failed")} == {
            key: steps[column["step"]][key] for key in ("calls", "hits", "ran", "failed")
        }
    assert head["calls"] == sum(step["calls"] for step in told["steps"])
    assert (head["items"], head["ok"], head["failed"], head["trials"]) == (8, 6, 2, 2)
    assert "no</b> good text" in head["first_error"]
    assert [(row[0], row[1]) for row in found["rows"]] == [(n, trial) for n in range(4) for trial in range(2)]


def test_what_lies_beneath_a_hit_is_shown_and_not_counted(client: TestClient, studio: Studio) -> None:
    project(studio.folder, rows=[{"text": f" row {n}"} for n in range(3)])
    run(studio)
    run(studio)
    found = grid(client)
    assert (found["run"]["calls"], found["run"]["hits"]) == (3, 3)
    assert {column["name"]: column["calls"] for column in found["columns"]} == {"clean": 0, "shout": 0, "main": 3}
    row = cells(found, 1)
    assert [row[name][0] for name in ("clean", "shout", "main")] == [1, 1, 1]
    assert row["shout"][2] == "ROW 1!"
    assert found["rows"][1][2] == 1


def test_only_the_step_that_changed_has_a_badge_that_names_the_cause(client: TestClient, studio: Studio) -> None:
    project(studio.folder, rows=[{"text": f" row {n}"} for n in range(3)])
    run(studio)
    assert not any(column["changed"] for column in grid(client)["columns"])
    edit(studio, 'STYLE = "!"', 'STYLE = "?"')
    run(studio)
    found = grid(client)
    columns = {column["name"]: column for column in found["columns"]}
    assert {name: column["changed"] for name, column in columns.items()} == {
        "clean": False, "shout": True, "main": False,
    }  # fmt: skip
    assert columns["shout"]["causes"] == ["constant: app.STYLE"]
    assert cells(found, 0)["clean"][0] == 1
    assert cells(found, 0)["shout"][::2] == [2, "ROW 0?"]
    assert grid(client, only="changed")["matching"] == 3


def test_a_prompt_file_that_changed_is_named(client: TestClient, studio: Studio) -> None:
    app = (
        "from pathlib import Path\nfrom loomwork import step\n\n"
        "@step\ndef ask(text: str) -> str:\n    return Path('prompt.md').read_text() + text\n\n"
        "@step\ndef main(text: str) -> str:\n    return ask(text)\n"
    )
    project(studio.folder, app=app, rows=[{"text": "a"}])
    (studio.folder / "prompt.md").write_text("before ")
    run(studio)
    (studio.folder / "prompt.md").write_text("after ")
    run(studio)
    columns = {column["name"]: column for column in grid(client)["columns"]}
    assert columns["ask"]["causes"] == ["file: prompt.md"]
    assert not columns["main"]["changed"]


def test_calls_of_one_step_share_a_cell(client: TestClient, studio: Studio) -> None:
    project(studio.folder, app=MANY, rows=[{"text": "a"}, {"text": "bad"}])
    run(studio)
    found = grid(client)
    assert cells(found, 0)["part"][::2] == [2, "a.2"]
    assert cells(found, 0)["part"][3] == 3
    state, _, preview, count = cells(found, 1)["part"]
    assert (state, count) == (3, 3)
    assert "no part 1" in preview
    assert found["rows"][1][2] == 2
    assert grid(client, only="failed")["matching"] == 1
    run(studio)
    assert cells(grid(client), 0)["part"] == [1, 0.0, "a.2", 3]


def test_an_attempt_that_another_followed_is_no_failure(client: TestClient, studio: Studio) -> None:
    project(studio.folder, app=FLAKY, rows=[{"text": "once"}, {"text": "never"}])
    told = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")
    found = grid(client)
    once, never = (cells(found, row)["flaky"] for row in range(2))
    assert (once[0], once[2], once[3]) == (2, "once", 1)
    assert (never[0], never[3]) == (3, 1)
    step = next(step for step in told["steps"] if step["name"] == "app:flaky")
    column = next(column for column in found["columns"] if column["name"] == "flaky")
    assert {key: column[key] for key in step if key in column and key != "name"} == {
        key: step[key] for key in step if key in column and key != "name"
    }


@pytest.fixture
def sorted_run(studio: Studio) -> Studio:
    project(studio.folder, rows=[{"text": text} for text in ("pear", "apple", "bad", XSS, "Fig")])
    run(studio)
    return studio


@pytest.mark.parametrize(
    ("asked", "indexes"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"offset": 1, "limit": 2}, [1, 2]),
        ({"offset": 9}, []),
        ({"offset": -5, "limit": 1}, [0]),
        ({"limit": 0}, []),
        ({"q": "APPLE"}, [1]),
        ({"q": "pear!"}, [0]),
        ({"q": "<script>"}, [3]),
        ({"q": "good text"}, [2]),
        ({"q": "nowhere"}, []),
        ({"only": "failed"}, [2]),
        ({"only": "ran", "q": "fig"}, [4]),
        ({"sort": "input"}, [3, 4, 1, 2, 0]),
        ({"sort": "-input"}, [0, 2, 1, 4, 3]),
        ({"sort": "output", "only": "ran"}, [2, 3, 1, 4, 0]),
        ({"sort": "-state", "limit": 1}, [2]),
        ({"sort": "input", "offset": 1, "limit": 2}, [4, 1]),
    ],
)
def test_rows_are_found_and_ordered(
    client: TestClient, sorted_run: Studio, asked: dict[str, Any], indexes: list[int]
) -> None:
    del sorted_run
    found = grid(client, **asked)
    assert found["total"] == 5
    assert [row[0] for row in found["rows"]] == indexes


def test_an_order_that_nobody_knows_is_refused(client: TestClient, sorted_run: Studio) -> None:
    del sorted_run
    assert client.get("/api/runs/last/grid?sort=colour").json()["kind"] == "ParameterWrong"
    assert client.get("/api/runs/none/grid").json()["kind"] == "NoSuchRun"


def test_a_second_look_reads_no_row_again(
    client: TestClient, sorted_run: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = grid(client)
    reads: list[object] = []
    monkeypatch.setattr(sorted_run.store.spans, "at", lambda places: reads.append(places) or {})
    assert grid(client) == before
    assert reads == []


def test_a_run_that_is_removed_while_it_is_watched_is_over(
    client: TestClient, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.store.runs.start(RunRow(id="r9", target="app:main", started_ns=1, items=2, pid=os.getpid()))
    assert grid(client, "r9")["run"]["status"] == "running"
    held = studio.part(Grids).open(studio.part(Grids).run("r9"))
    monkeypatch.setattr(studio.store.runs, "get", lambda _name: None)
    held.refresh()
    assert held.head().status == "crashed"


def test_a_project_s_classes_are_read_without_their_module(client: TestClient, studio: Studio) -> None:
    app = (
        "from dataclasses import dataclass\nfrom loomwork import step\n\n"
        "@dataclass\nclass Verdict:\n    good: bool\n    why: str\n\n"
        "@step\ndef main(text: str) -> Verdict:\n    return Verdict(True, text)\n"
    )
    project(studio.folder, app=app, rows=[{"text": "a"}])
    run(studio)
    (studio.folder / "app.py").write_text("raise SystemExit('nobody imports me')")
    item = client.get("/api/runs/last/items/0").json()
    assert item["output"]["good"] is True
    assert item["output"]["why"] == "a"
