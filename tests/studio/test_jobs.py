"""Runs and plans are made by commands in processes of their own, and can be stopped."""

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.store.liveness import is_gone
from loomwork.studio.app import build_app
from loomwork.studio.jobs.jobs import Jobs
from loomwork.studio.safety import Door
from loomwork.studio.studio import Studio
from tests.studio.conftest import HERE
from tests.studio.running import project

SLOW = """
import time
from loomwork import step

@step
def main(text: str) -> str:
    time.sleep(0.05)
    return text
"""
BODY = {"target": "app:main", "data": "data.jsonl"}


@pytest.fixture(autouse=True)
def small(studio: Studio) -> None:
    project(studio.folder)


def followed(client: TestClient, job: dict[str, Any], until: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """Ask for a job until it is as wanted."""
    limit = time.monotonic() + 30
    while not until(job):
        assert time.monotonic() < limit, job
        job = client.get(f"/api/jobs/{job['id']}").json()
    return job


def ended(job: dict[str, Any]) -> bool:
    return job["ended_ms"] is not None


def test_a_run_is_started_and_leads_to_its_row(client: TestClient) -> None:
    job = client.post("/api/runs", json={**BODY, "limit": 2, "trials": 2}).json()
    assert (job["kind"], job["run"], job["exit_code"]) == ("run", "", None)
    job = followed(client, job, ended)
    assert (job["status"], job["exit_code"], job["problem"]) == ("done", 0, None)
    head = client.get(f"/api/runs/{job['run']}").json()
    assert (head["status"], head["items"], head["ok"], head["trials"]) == ("done", 4, 4, 2)
    assert head["data"] == "data.jsonl"


def test_a_run_with_failed_items_was_carried_out(client: TestClient) -> None:
    job = followed(client, client.post("/api/runs", json=BODY).json(), ended)
    assert (job["status"], job["exit_code"], job["problem"]) == ("done", 1, None)


def test_what_a_wrong_command_says_is_passed_on_in_both_languages(client: TestClient) -> None:
    job = followed(client, client.post("/api/runs", json={**BODY, "target": "app:nothing"}).json(), ended)
    assert (job["status"], job["run"]) == ("failed", "")
    assert job["problem"]["kind"] == "NoSuchName"
    assert "app:nothing" in job["problem"]["en"]["what"]
    assert "app:nothing" in job["problem"]["zh"]["what"]
    assert job["problem"]["en"] != job["problem"]["zh"]


@pytest.mark.parametrize("wrong", [{"target": "--out=x"}, {"data": "--out=x"}, {"refresh": ["--out=x"]}])
def test_no_value_is_taken_for_an_option(client: TestClient, studio: Studio, wrong: dict[str, Any]) -> None:
    answer = client.post("/api/plan", json=BODY | wrong)
    assert not (studio.folder / "x").exists()
    assert "out" not in answer.json().get("kind", "").lower()


def test_a_plan_says_what_would_run_and_writes_nothing(client: TestClient, studio: Studio) -> None:
    plan = client.post("/api/plan", json={**BODY, "limit": 2}).json()
    assert (plan["target"], plan["items"]) == ("app:main", 2)
    assert {step["name"] for step in plan["steps"]} >= {"app:main"}
    assert studio.store.runs.list() == []


def test_a_wrong_plan_is_refused_with_the_command_s_words(client: TestClient) -> None:
    answer = client.post("/api/plan", json={**BODY, "data": "nowhere.jsonl"})
    assert answer.status_code == 400
    assert answer.json()["kind"] == "NoSuchFile"
    assert "nowhere.jsonl" in answer.json()["zh"]["what"]


def test_a_body_with_a_key_that_nobody_knows_is_refused(client: TestClient) -> None:
    assert client.post("/api/runs", json={**BODY, "trails": 3}).json()["kind"] == "BodyUnreadable"


def test_why_names_the_constant_that_was_edited(client: TestClient, studio: Studio) -> None:
    followed(client, client.post("/api/runs", json={**BODY, "limit": 2}).json(), ended)
    app = studio.folder / "app.py"
    app.write_text(app.read_text().replace('STYLE = "!"', 'STYLE = "?"'))
    job = followed(client, client.post("/api/runs", json={**BODY, "limit": 2}).json(), ended)
    why = client.get(f"/api/runs/{job['run']}/why", params={"row": 1}).json()
    assert [(cause["kind"], cause["name"]) for cause in why["causes"]] == [("constant", "app.STYLE")]
    assert why["nearest"]["run"]
    assert client.get("/api/runs/none/why").json()["kind"] == "NoSuchRun"


def test_a_job_that_is_not_there_is_said_to_be(client: TestClient) -> None:
    answer = client.get("/api/jobs/none")
    assert (answer.status_code, answer.json()["kind"]) == (404, "NoSuchJob")


def test_a_stopped_run_keeps_what_it_has_and_says_so(client: TestClient, studio: Studio) -> None:
    project(studio.folder, app=SLOW, rows=[{"text": f"row {n}"} for n in range(2000)])
    job = client.post("/api/runs", json={**BODY, "concurrency": 2}).json()
    job = followed(client, job, lambda job: job["run"])
    assert job["status"] == "running"
    limit = time.monotonic() + 20
    while not client.get(f"/api/runs/{job['run']}").json()["done"]:
        assert time.monotonic() < limit
    client.post(f"/api/jobs/{job['id']}/stop")
    job = followed(client, job, ended)
    assert (job["status"], job["exit_code"]) == ("stopped", 130)
    head = client.get(f"/api/runs/{job['run']}").json()
    assert (head["status"], head["stopped_by"]) == ("stopped", "interrupted")
    assert 0 < head["done"] < 2000


def test_a_command_ends_with_the_server(studio: Studio, door: Door) -> None:
    project(studio.folder, app=SLOW, rows=[{"text": f"row {n}"} for n in range(2000)])
    with TestClient(build_app(studio, door), base_url=HERE) as client:
        job = followed(client, client.post("/api/runs", json=BODY).json(), lambda job: job["run"])
        pid = studio.part(Jobs).find(job["id"]).command.process.pid
        assert not is_gone(pid, "")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    found = studio.store.runs.get(job["run"])
    assert found is not None
    assert found.status == "stopped"


def test_so_many_commands_are_started_at_once_and_no_more(
    client: TestClient, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loomwork.studio.jobs.jobs._AT_ONCE", 2)
    project(studio.folder, app=SLOW, rows=[{"text": f"row {n}"} for n in range(2000)])
    answers = [client.post("/api/runs", json=BODY) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_why_is_read_off_the_store_without_a_process(
    client: TestClient, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = followed(client, client.post("/api/runs", json=BODY).json(), ended)

    def refused(*_words: object, **_more: object) -> None:
        raise AssertionError

    monkeypatch.setattr("loomwork.studio.api.jobs.ask", refused)
    why = client.get(f"/api/runs/{job['run']}/why", params={"row": 1}).json()
    assert why["nearest"]["run"] == ""
    assert [cause["kind"] for cause in why["causes"]] in ([], ["input"])
    again = followed(client, client.post("/api/runs", json=BODY).json(), ended)
    found = client.get(f"/api/runs/{again['run']}/why", params={"row": 1, "step": "main"}).json()
    assert found["kind"] == "NothingRan"


def test_what_to_do_is_said_for_a_page_and_not_for_a_command_line(client: TestClient) -> None:
    job = followed(client, client.post("/api/runs", json={**BODY, "data": "none.jsonl"}).json(), ended)
    assert job["problem"]["en"]["todo"] == "check the path; it is taken from the project's folder"
    run = followed(client, client.post("/api/runs", json={**BODY, "limit": 1}).json(), ended)["run"]
    told = client.get(f"/api/runs/{run}/why", params={"row": 7}).json()
    assert told["kind"] == "NoSuchRow"
    assert "--row" not in told["en"]["todo"] + told["zh"]["todo"]


def test_the_steps_of_the_sources_are_listed_without_running_them(client: TestClient, studio: Studio) -> None:
    (studio.folder / "more").mkdir()
    (studio.folder / "more" / "part.py").write_text(
        "import loomwork as lw\nfrom loomwork import step as s\nraise SystemExit\n"
        "@s\ndef a(): ...\n@lw.step(cache=False)\nasync def b(): ...\n@other\ndef c(): ...\n"
    )
    (studio.folder / "broken.py").write_text("@step\ndef (")
    found = client.get("/api/targets").json()
    assert [each["name"] for each in found["targets"]] == [
        "app:clean", "app:shout", "app:main", "more.part:a", "more.part:b",
    ]  # fmt: skip
    assert (found["more"], found["targets"][0]["file"]) == (False, "app.py")


def test_a_wrong_step_is_answered_with_those_of_its_module(client: TestClient) -> None:
    job = followed(client, client.post("/api/runs", json={**BODY, "target": "app:nothing"}).json(), ended)
    assert "clean, main, shout" in job["problem"]["en"]["what"]
    assert "clean, main, shout" in job["problem"]["zh"]["what"]


def test_broken_settings_are_told_with_their_line_until_they_are_mended(client: TestClient, studio: Studio) -> None:
    settings = studio.folder / "loomwork.toml"
    settings.write_text("[run]\nconcurency = 2\n")
    problem = client.get("/api/status").json()["problem"]
    assert "loomwork.toml:2" in problem["en"]["what"]
    assert "concurency" in problem["zh"]["what"]
    settings.write_text("")
    assert client.get("/api/status").json()["problem"] is None
