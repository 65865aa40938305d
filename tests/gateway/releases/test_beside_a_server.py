"""Commands beside a running server: they find it, say what it says, and leave nothing unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.releases.conftest import until
from tests.gateway.releases.test_serving import APP, Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    found = Project(tmp_path)
    yield found
    found.close()


def test_a_link_leads_to_the_running_server_and_else_to_where_the_settings_say(project: Project):
    url = project.first["url"]
    link = project.type("link", "new", "answer", "--to", "Ada")["link"]
    assert link.startswith(f"{url}/try/answer#")
    project.close()
    assert project.type("link", "new", "answer", "--to", "Ada")["link"].startswith("http://127.0.0.1:5720/try/answer#")


def test_who_asked_for_a_step_that_is_switched_off_is_known(project: Project):
    project.type("release", "kill", "step:answer")
    until(lambda: project.ask("a", user="mei")[0] == 503)
    trace = project.ask("b", user="li")[3]
    words = ("release", "affected", "--where", "served=answer error=Killed")
    until(lambda: trace in project.type(*words)["traces"])
    assert project.type(*words)["users"] == ["li", "mei"]


def test_a_release_that_does_not_start_says_why(project: Project):
    project.write("app.py", "def answer(:\n")
    refused = project.type("release", "promote", code=1)["error"]
    assert "app.py" in refused["what"]
    assert "answer(:" in refused["what"] or "invalid syntax" in refused["what"]


def test_going_back_twice_goes_one_further_back(project: Project):
    first = project.first["release"]
    names: list[str] = [first]
    for turn in ("second", "third"):
        project.write("prompts/reply.md", turn + " {{ question }}")
        names.append(project.type("release", "promote")["release"])
    assert project.type("release", "rollback")["release"] == names[1]
    assert project.type("release", "rollback")["release"] == first
    assert project.ask("a")[1] == "first a"
    assert project.type("release", "rollback", code=2)["error"]["kind"] == "NoReleaseBefore"
    project.write("app.py", APP + "\n# new\n")
    fourth = project.type("release", "promote")["release"]
    assert project.type("release", "rollback")["release"] == first
    assert fourth != first
