"""The real server, as `loomwork studio` starts it: streams over a socket, and a clean end at Ctrl-C."""

import http.client
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from loomwork.store import open_store
from tests.cli.conftest import environment
from tests.studio.running import command, loomwork, project

SLOW = """
import time
from loomwork import step

@step(cache="off")
def main(text: str) -> str:
    time.sleep(0.05)
    return text
"""


class Served(NamedTuple):
    """A studio in a process of its own."""

    folder: Path
    url: str
    process: subprocess.Popen[str]
    place: str
    opened: list[http.client.HTTPConnection | http.client.HTTPResponse]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self.place, timeout=20)
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        self.opened.extend((connection, answer))
        return answer


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    project(tmp_path)
    url = f"sqlite:///{tmp_path / 'store.db'}"
    process = subprocess.Popen(
        command(tmp_path, url, "studio", "--no-open", "--port=0"),
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    found = json.loads(process.stdout.readline())["url"]
    made = Served(tmp_path, url, process, urlsplit(found).netloc, [])
    yield made
    for each in made.opened:
        each.close()
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate()


def messages(answer: http.client.HTTPResponse) -> Iterator[tuple[str, str, Any]]:
    """Yield a stream's messages: name, mark, data."""
    name = mark = ""
    for line in answer:
        key, _, value = line.decode().rstrip("\n").partition(": ")
        if key == "event":
            name = value
        elif key == "id":
            mark = value
        elif key == "data":
            yield name, mark, json.loads(value)


def test_a_browser_that_returns_is_sent_what_it_missed(served: Served) -> None:
    run = loomwork(served.folder, served.url, "run", "app:main", "--data=data.jsonl")["run"]
    first = list(messages(served.ask("GET", f"/api/runs/{run}/live")))
    assert [name for name, _, _ in first] == ["batch", "end"]
    assert first[0][2]["event"] == "batch"
    assert len(first[0][2]["rows"]) == 4
    again = list(messages(served.ask("GET", f"/api/runs/{run}/live", **{"Last-Event-ID": first[-1][1]})))
    assert again[0][2]["rows"] == []
    assert again[-1][2]["head"]["id"] == run


def test_ctrl_c_ends_open_streams_and_commands_without_a_word_of_python(served: Served) -> None:
    project(served.folder, app=SLOW, rows=[{"text": f"row {n}"} for n in range(2000)])
    body = {"target": "app:main", "data": "data.jsonl"}
    job = json.loads(served.ask("POST", "/api/runs", body).read())
    while not job["run"]:
        job = json.loads(served.ask("GET", f"/api/jobs/{job['id']}").read())
    live = served.ask("GET", f"/api/runs/{job['run']}/live")
    heard = served.ask("GET", "/api/events")
    assert next(messages(live))[0] == "batch"
    assert next(messages(heard))[0] == "runs"
    served.process.send_signal(signal.SIGINT)
    _, said = served.process.communicate(timeout=20)
    assert "Traceback" not in said
    assert "rror" not in said
    store = open_store(served.url)
    found = store.runs.get(job["run"])
    store.close()
    assert found is not None
    assert found.status == "stopped"
