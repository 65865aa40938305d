"""`loomwork serve` and `loomwork release`, typed as people type them, while requests come."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loomwork.store import open_store
from tests.gateway.releases.conftest import until

TOML = """
[models.smart]
driver = "scripted"
temperature = 0
rules = [{ text = "{last}" }]
[models.spare]
driver = "scripted"
temperature = 0
rules = [{ text = "spare" }]
[models.either]
route = "fallback"
models = ["smart", "spare"]
[serve.answer]
step = "app:answer"
"""
APP = """
from loomwork import Prompt, model, step

reply = Prompt("prompts/reply.md")

@step
async def answer(question: str) -> str:
    if "bad" in question and BAD:
        raise ValueError("a planted failure")
    return await model("smart").ask(reply, question=question)

BAD = False
"""


class Project:
    """A project with a running server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("loomwork.toml", TOML)
        self.write("app.py", APP)
        self.write("prompts/reply.md", "first {{ question }}")
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("LOOMWORK_")}
        self.server = self._popen("serve", "--port", "0", "--json")
        assert self.server.stdout is not None
        self.first: dict[str, Any] = json.loads(self.server.stdout.readline())
        self.port = int(self.first["url"].rpartition(":")[2])

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def _popen(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "loomwork.cli.main", *words, "--project", str(self.folder)]
        said = (self.folder / f"{words[0]}.said").open("a")  # a file: nobody reads along, and a full pipe would stop it
        with said:
            return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, env=self._env)

    def type(self, *words: str, code: int = 0) -> Any:
        """Type a command with --json and return its object."""
        done = self._popen(*words, "--json")
        out, _ = done.communicate(timeout=60)
        assert done.returncode == code, (out, self.said(words[0]))
        return json.loads(out)

    def said(self, command: str) -> str:
        """Return what commands of a name have told people."""
        return (self.folder / f"{command}.said").read_text()

    def ask(self, text: str, *, served: str = "answer", user: str = "") -> tuple[int, str, str, str]:
        """Ask once; return the status, the answer (or the error's code), the release and the trace."""
        body = {"model": served, "messages": [{"role": "user", "content": text}], "user": user}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
            response = line.getresponse()
            said = json.loads(response.read())
        finally:
            line.close()
        text = said["choices"][0]["message"]["content"] if response.status == 200 else said["error"]["code"]
        return response.status, text, response.headers["x-loomwork-release"], response.headers["x-loomwork-trace"]

    def release_of(self, trace: str) -> str:
        """Return the release that a trace names."""
        store = open_store(f"sqlite:///{self.folder}/.loomwork/store.db")
        try:
            spans = until(lambda: store.spans.trace(trace))
            root = next(span for span in spans if not span.parent)
            row = until(lambda: store.requests.get(trace))
            assert row.release == root.attributes["loomwork.release"]
            return row.release
        finally:
            store.close()

    def close(self) -> int:
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
        self.server.communicate(timeout=60)
        return self.server.returncode


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    found = Project(tmp_path)
    yield found
    found.close()


def test_edits_while_serving_change_nothing_until_they_are_promoted_and_rollback_undoes_it(project: Project):
    first = project.first["release"]
    assert project.ask("a")[:3] == (200, "first a", first)
    project.write("prompts/reply.md", "second {{ question }}")
    project.write("app.py", "this is no Python")
    project.write("loomwork.toml", TOML.replace("temperature = 0", "temperature = 1"))
    assert project.ask("b")[:3] == (200, "first b", first)
    refused = project.type("release", "promote", code=1)
    assert "error" in refused
    assert project.ask("c")[:3] == (200, "first c", first)
    project.write("app.py", APP)
    project.write("loomwork.toml", TOML)
    second = project.type("release", "promote", "--why", "better")["release"]
    status, text, release, trace = project.ask("a")
    assert (status, text, release) == (200, "second a", second)
    assert project.release_of(trace) == second
    differ = project.type("release", "diff", first, second)["differences"]
    assert [(each["kind"], each["name"]) for each in differ] == [("prompt", "prompts/reply.md")]
    back = project.type("release", "rollback")
    assert (back["release"], back["took_s"] < 5) == (first, True)
    assert project.ask("a")[:3] == (200, "first a", first)
    listed = {each["release"]: each for each in project.type("release", "list")["releases"]}
    assert (listed[first]["share"], listed[second]["share"], listed[second]["warm"]) == (1.0, 0.0, True)


def test_after_a_planted_bad_release_who_was_affected_is_exact(project: Project):
    first = project.first["release"]
    seen: list[tuple[int, str, str, str, str]] = []
    ending = threading.Event()

    def asking(name: int) -> None:
        count = 0
        while not ending.is_set():
            user = f"user-{name}-{count % 3}"
            text = f"bad {count}" if count % 2 else f"good {count}"
            seen.append((*project.ask(text, user=user), user))
            count += 1

    threads = [threading.Thread(target=asking, args=(name,)) for name in range(3)]
    for each in threads:
        each.start()

    def more() -> None:
        count = len(seen)
        until(lambda: len(seen) > count + 30)

    more()
    project.write("app.py", APP.replace("BAD = False", "BAD = True"))
    bad = project.type("release", "promote")["release"]
    more()
    project.type("release", "rollback", "--why", "it fails")
    more()
    ending.set()
    for each in threads:
        each.join()
    assert {status for status, _, release, *_ in seen if release == first} == {200}
    assert {status for status, _, release, *_ in seen if release == bad} == {200, 500}
    until(lambda: project.type("release", "affected")["requests"] == len(seen))
    found = project.type("release", "affected", bad[:6])
    assert sorted(found["traces"]) == sorted(trace for _, _, release, trace, _ in seen if release == bad)
    assert found["users"] == sorted({user for _, _, release, _, user in seen if release == bad})
    failed = project.type("release", "affected", bad, "--where", "status=failed")
    assert sorted(failed["traces"]) == sorted(trace for status, _, _, trace, _ in seen if status == 500)
    assert project.release_of(failed["traces"][0]) == bad


def test_promote_and_rollback_under_load_fail_no_request_on_kept_connections_and_streams(project: Project):
    first = project.first["release"]
    said = {first: "first"}
    seen: list[tuple[str, str]] = []
    failed: list[object] = []
    ending = threading.Event()

    def asking(name: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", project.port, timeout=30)
        count = 0
        while not ending.is_set():
            count += 1
            messages = [{"role": "user", "content": f"{name} {count % 7}"}]
            body = json.dumps({"model": "answer", "messages": messages, "stream": name % 2 == 0})
            try:
                line.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
                response = line.getresponse()
                text, release = response.read().decode(), response.headers["x-loomwork-release"]
                if response.status != 200 or (name % 2 == 0 and "[DONE]" not in text):
                    failed.append((response.status, text))
                seen.append((release, text))
            except (OSError, http.client.HTTPException) as error:
                failed.append(error)
                line.close()
        line.close()

    threads = [threading.Thread(target=asking, args=(name,)) for name in range(4)]
    for each in threads:
        each.start()
    for turn in range(4):
        count = len(seen)
        until(lambda count=count: len(seen) > count + 30)
        if turn % 2 == 0:
            project.write("prompts/reply.md", f"turn{turn} {{{{ question }}}}")
            said[project.type("release", "promote")["release"]] = f"turn{turn}"
        else:
            assert project.type("release", "rollback")["took_s"] < 5
    ending.set()
    for each in threads:
        each.join()
    assert failed == []
    assert {release for release, _ in seen} == said.keys()
    assert [each for each in seen if said[each[0]] not in each[1]] == []


def test_what_is_switched_off_is_off_within_a_second(project: Project):
    assert project.ask("a", served="either")[1] == "a"
    assert project.ask("a")[:2] == (200, "first a")
    assert project.type("release", "kill", "model:smart", "--why", "it is wrong")["known"]
    killed = time.monotonic()
    until(lambda: project.ask("a")[:2] == (503, "switched_off"), seconds=1.0)
    assert time.monotonic() - killed < 1.0
    assert project.ask("b", served="either")[1] == "spare"
    assert project.type("release", "list")["off"][0]["why"] == "it is wrong"
    project.type("release", "revive", "model:smart")
    until(lambda: project.ask("a")[:2] == (200, "first a"), seconds=1.0)
    assert not project.type("release", "kill", "step:answr")["known"]
    project.type("release", "kill", "step:answer")
    until(lambda: project.ask("a")[:2] == (503, "switched_off"), seconds=1.0)
    assert project.type("release", "kill", "everything", code=2)["error"]


def test_a_canary_gets_a_share_and_can_be_taken_back(project: Project):
    project.write("prompts/reply.md", "second {{ question }}")
    canary = project.type("release", "promote", "--share", "40%")["canary"]
    answers = {user: project.ask("a", user=user)[1:3] for user in map(str, range(40))}
    assert {text for text, _ in answers.values()} == {"first a", "second a"}
    assert all((text == "second a") == (release == canary) for text, release in answers.values())
    assert answers == {user: project.ask("a", user=user)[1:3] for user in answers}
    assert project.type("release", "rollback")["canary"] == ""
    assert {project.ask("a", user=user)[1] for user in answers} == {"first a"}


def test_served_calls_are_made_once_more_with_a_changed_prompt(project: Project):
    traces = [project.ask(f"q{number}", user="mei")[3] for number in range(4)]
    until(lambda: project.type("release", "affected")["requests"] == 4)
    project.write("new.md", "{% if question == 'q2' %}other{% else %}first{% endif %} {{ question }}")
    words = (
        "run",
        "app:answer",
        "--traces",
        "served=answer user=mei",
        "--set",
        f"prompt:reply={project.folder}/new.md",
    )
    found = project.type(*words)
    assert (found["items"], found["same"], found["changed"]) == (4, 3, 1)
    assert [(each["trace"], each["before"], each["after"]) for each in found["differing"]] == [
        (traces[2], "first q2", "other q2")
    ]
    assert found["model_calls"] == 1  # the other requests are as they were: what the prompt came to is unchanged
    assert project.type(*words, "--no-changes", code=1)["changed"] == 1
    assert project.type("run", "app:answer", "--traces", "user=nobody", code=2)["error"]
    assert project.type("run", "app:answer", "--traces", "nonsense", code=2)["error"]
    assert project.type("run", "app:answer", code=2)["error"]


def test_served_calls_become_rows_without_what_is_personal_and_failing_ones_cases(project: Project):
    project.write("app.py", APP.replace("BAD = False", "BAD = True"))
    bad = project.type("release", "promote")["release"]
    project.ask("write to ada@example.org", user="mei")
    project.ask("bad one", user="li")
    project.ask("hello", served="smart", user="li")
    until(lambda: project.type("release", "affected")["requests"] == 3)
    out = project.folder / "rows.jsonl"
    found = project.type("data", "from-traces", "--where", f"release={bad[:5]}", "--out", str(out))
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert found["rows"] == 3
    assert rows[0]["input"] == "hello"
    assert [row.get("question") for row in rows[1:]] == ["bad one", "write to [email]"]
    assert "ada@example.org" not in out.read_text()
    words = ("data", "from-traces", "--where", "user=mei", "--exact", "--force", "--out", str(out))
    assert project.type(*words)["rows"] == 1
    assert json.loads(out.read_text())["question"] == "write to ada@example.org"
    again = project.type("run", "app:answer", "--traces", "status=failed", code=1)
    assert (again["items"], again["same"], again["failed"]) == (1, 0, 1)
    case = project.type("case", "from", again["run"])["cases"][0]
    assert "planted" in case["title"]
    project.write("app.py", APP)
    mended = project.type("run", "app:answer", "--traces", "status=failed", "--no-changes")
    assert (mended["changed"], mended["recovered"], mended["failed"]) == (0, 1, 0)
    assert "planted" in mended["differing"][0]["error_before"]


def test_a_server_can_be_started_with_a_release_of_before(project: Project):
    first = project.first["release"]
    project.write("prompts/reply.md", "second {{ question }}")
    project.type("release", "promote")
    assert project.close() == 0
    again = project._popen("serve", "--port", "0", "--json", "--release", first[:6])  # pyright: ignore[reportPrivateUsage] # a second server
    assert again.stdout is not None
    assert json.loads(again.stdout.readline())["release"] == first
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=60)
    assert again.returncode == 130
    assert project.said("serve").count("The server has ended.") == 2
    assert project.type("release", "promote", code=2)["error"]
