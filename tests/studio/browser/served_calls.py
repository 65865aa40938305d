"""Requests to a real `loomwork serve` over a project whose models are doubles: asked, answered, noted in its store."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager

from tests.studio.browser.conftest import Project, environment

SERVED = '\n[serve.answer]\nstep = "app:answer"\n'


@contextmanager
def serving(project: Project) -> Generator[str]:
    """Serve `app:answer` as `answer`; yield where."""
    settings = project.folder / "loomwork.toml"
    if SERVED not in settings.read_text("utf-8"):
        settings.write_text(settings.read_text("utf-8") + SERVED, "utf-8")
    command = [sys.executable, "-m", "loomwork.cli.main", "serve", "--port", "0", "--json"]
    with (project.folder / "serve.said").open("a") as said:
        process = subprocess.Popen(
            command, cwd=project.folder, stdout=subprocess.PIPE, stderr=said, text=True, env=environment()
        )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


def ask(url: str, question: str, **more: object) -> str:
    """Ask, and return the trace."""
    body = {"model": "answer", "messages": [{"role": "user", "content": question}], **more}
    request = urllib.request.Request(
        f"{url}/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers["x-loomwork-trace"]
    except urllib.error.HTTPError as error:
        return error.headers["x-loomwork-trace"]


def post(url: str, path: str, body: object) -> None:
    """Send JSON."""
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"content-type": "application/json"})
    urllib.request.urlopen(request, timeout=30).close()
