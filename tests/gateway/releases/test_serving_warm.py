"""`loomwork serve --warm`, typed as people type it: every release answers ahead for itself."""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.releases.conftest import until
from tests.gateway.releases.test_serving import Project

LINES = [
    '{"ask": "answer", "question": "tide"}',
    '{"ask": "nobody", "question": "tide"}',
    '{"ask": "smart", "question": "x"}',
]


class Warmed(Project):
    """A project whose server answers ahead."""

    def _popen(self, *words: str) -> subprocess.Popen[str]:
        if words[0] == "serve":
            self.write("faq.jsonl", "\n".join(LINES))
            words = (*words, "--warm", str(self.folder / "faq.jsonl"))
        return super()._popen(*words)

    def cached(self, text: str, served: str) -> tuple[str, str]:
        body = {"model": served, "messages": [{"role": "user", "content": text}]}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
            response = line.getresponse()
            said = json.loads(response.read())
        finally:
            line.close()
        return response.headers["x-loomwork-cache"], said["choices"][0]["message"]["content"]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Warmed]:
    found = Warmed(tmp_path)
    yield found
    found.close()


def test_a_new_release_answers_ahead_for_itself_and_nothing_of_the_old_one_is_given(project: Warmed) -> None:
    until(lambda: "Answered ahead: 2 of 3 requests." in project.said("serve"))
    assert "Not answered ahead, line 2: nothing is served as 'nobody'" in project.said("serve")
    assert project.cached("tide", "answer") == ("warm", "first tide")
    assert project.cached("x", "smart") == ("warm", "x")
    project.write("prompts/reply.md", "second {{ question }}")
    project.type("release", "promote")
    until(lambda: project.said("serve").count("Answered ahead: 2 of 3 requests.") == 2)
    assert project.cached("tide", "answer") == ("warm", "second tide")


def test_a_wrong_line_keeps_the_server_from_starting_and_is_named(project: Warmed) -> None:
    project.write("wrong.jsonl", LINES[0] + "\nnothing\n")
    command = ("serving", "--port", "0", "--warm", str(project.folder / "wrong.jsonl"))
    done = Project._popen(project, "serve", *command[1:])  # pyright: ignore[reportPrivateUsage] # a second server
    done.communicate(timeout=60)
    assert done.returncode == 2
    assert "wrong.jsonl, line 2" in project.said("serve")
