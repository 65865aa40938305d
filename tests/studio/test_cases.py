"""Cases over the web API: the board, one case, what people may do with it, rows for a regression test."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.store.people import FeedbackRow
from loomwork.studio.studio import Studio
from tests.studio.running import XSS, loomwork, project

APP = """
from loomwork import step

@step
def read(text: str) -> str:
    if "bad" in text:
        raise ValueError("no good text")
    return text

@step
def main(text: str) -> str:
    return read(text)
"""


def run(studio: Studio, *rows: str) -> str:
    project(studio.folder, app=APP, rows=[{"text": each, "expected": each.upper()} for each in rows])
    words = ("eval", "app:main", "--data=data.jsonl", "--scorer=exact")
    return loomwork(studio.folder, studio.store_url, *words)["run"]


def post(client: TestClient, path: str, code: int = 200, /, **body: Any) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code == code, answer.text
    return answer.json()


def columns(client: TestClient, **asked: Any) -> dict[str, list[int]]:
    told = client.get("/api/cases", params=asked).json()
    return {each["status"]: [case["number"] for case in each["cases"]] for each in told["columns"] if each["cases"]}


def test_a_failed_row_becomes_a_case_with_the_step_that_it_came_from(client: TestClient, studio: Studio) -> None:
    name = run(studio, "GOOD", f"bad {XSS}")
    made = post(client, "/api/cases", run=name, row=1)
    case = made["case"]
    assert (case["status"], case["step"], case["error"], case["rows"], case["failing"]) == (
        "open", "app:read", "ValueError", 1, 1,
    )  # fmt: skip
    assert made["rows"][0]["row"]["text"] == f"bad {XSS}"
    assert made["runs"] == [name]
    assert columns(client) == {"open": [case["number"]]}
    again = post(client, "/api/cases", 400, run=name, row=1)
    assert str(case["number"]) in again["en"]["what"]


def test_a_row_with_a_low_score_becomes_a_case_by_the_rule_that_is_given(client: TestClient, studio: Studio) -> None:
    name = run(studio, "GOOD", "low")
    post(client, "/api/cases", 400, run=name, row=0, passes="exact>=0.5")
    case = post(client, "/api/cases", run=name, row=1, passes="exact>=0.5", title=f"low {XSS}")["case"]
    assert (case["scorer"], case["passes"], case["title"], case["error"]) == ("exact", ">= 0.5", f"low {XSS}", "")


def test_a_trace_becomes_a_case_of_the_row_that_it_was(client: TestClient, studio: Studio) -> None:
    name = run(studio, "GOOD", "bad")
    traces = {each.index: each.trace for each in studio.store.runs.items(name)}
    post(client, f"/api/traces/{traces[0]}/case", 400)  # it does not fail
    failed = post(client, f"/api/traces/{traces[1]}/case", title=f"t {XSS}", note=f"n {XSS}")["case"]
    assert (failed["error"], failed["judged"], failed["title"], failed["note"]) == (
        "ValueError", False, f"t {XSS}", f"n {XSS}",
    )  # fmt: skip
    said = FeedbackRow(trace=traces[0], at_ns=1, user="ada", rating=-1, comment=f"wrong {XSS}")
    studio.store.feedback.write(said)
    judged = post(client, f"/api/traces/{traces[0]}/case", wrong=True)["case"]
    assert (judged["error"], judged["judged"], judged["note"]) == ("", True, f"wrong {XSS}")
    post(client, f"/api/traces/{traces[0]}/case", 400, wrong=True)  # a case has it already
    post(client, "/api/traces/--help/case", 400)
    answer = client.post(f"/api/traces/{traces[0]}/case", json={}, headers={"origin": "http://elsewhere.example"})
    assert answer.status_code == 403


def test_people_triage_note_assign_close_and_open_again_and_all_of_it_is_kept(
    client: TestClient, studio: Studio
) -> None:
    name = run(studio, "bad")
    number = post(client, "/api/cases", run=name, row=0)["case"]["number"]
    path = f"/api/cases/{number}"
    assert post(client, f"{path}/owner", owner=" Ada ")["case"]["owner"] == "Ada"
    assert columns(client) == {"triaged": [number]}
    assert columns(client, owner="Ada") == {"triaged": [number]}
    assert columns(client, owner="Bob") == {}
    assert post(client, f"{path}/note", text="seen")["case"]["note"] == "seen"
    assert post(client, f"{path}/status", status="closed", text="done")["case"]["status"] == "closed"
    assert post(client, f"{path}/status", status="open")["case"]["status"] == "open"
    history = client.get(path).json()["history"]
    assert [(each["what"], each["text"]) for each in history][1:] == [
        ("owner", "Ada"), ("note", "seen"), ("status", "done"), ("status", ""),
    ]  # fmt: skip
    assert post(client, f"{path}/status", 400, status="open")["kind"] == "CaseIsNot"
    post(client, f"{path}/status", 422, status="fixed")


def test_a_run_fixes_a_case_and_the_board_says_so(client: TestClient, studio: Studio) -> None:
    number = post(client, "/api/cases", run=run(studio, "bad"), row=0)["case"]["number"]
    app = studio.folder / "app.py"
    app.write_text(app.read_text().replace('"bad" in text', "False"))
    fixing = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]
    assert columns(client) == {"fixed": [number]}
    told = client.get(f"/api/cases/{number}").json()
    assert (told["history"][-1]["run"], told["case"]["failing"], told["runs"][0]) == (fixing, 0, fixing)


def test_cases_are_exported_as_rows_of_a_regression_test(client: TestClient, studio: Studio) -> None:
    name = run(studio, "bad one", "bad two")
    numbers = [post(client, "/api/cases", run=name, row=row)["case"]["number"] for row in (0, 1)]
    answer = client.get("/api/case-rows", params={"numbers": str(numbers[1])})
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["text"] for row in rows] == ["bad two"]
    assert rows[0]["_origin"]["case"] == str(numbers[1])
    assert len(client.get("/api/case-rows").text.splitlines()) == 2
    assert client.get("/api/case-rows?numbers=x").status_code == 422


@pytest.mark.parametrize("path", ["/api/cases/99", "/api/case-rows?numbers=99"])
def test_a_case_that_is_not_there_is_told(client: TestClient, studio: Studio, path: str) -> None:
    assert studio.store.cases.list() == []
    assert client.get(path).json()["kind"] == "NoSuchCase"
