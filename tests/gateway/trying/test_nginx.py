"""A real nginx with the configuration of the guide: answers arrive piece by piece, hanging up reaches the step.

With `gzip on` in the place of `gzip off` the first test never ends its first piece: compression gathers.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.store.requests import RequestFilter
from loomwork.store.sqlite.store import SqliteStore
from tests.gateway.trying.asking import get, opened, post
from tests.gateway.trying.test_live import PROJECT
from tests.studio.browser.conftest import environment

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[3]
GUIDES = (ROOT / "docs/serve/nginx.md", ROOT / "docs/serve/nginx.zh-CN.md")
_BLOCK = re.compile(r"```nginx\n(.*?)```", re.DOTALL)
_MAIN = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    gzip on;
    gzip_types *;
{server}
}}
"""


def nginx() -> str:
    """Return where nginx is; where there is none, skip, or fail where LOOMWORK_CI is 1."""
    found = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").is_file() else None)
    if found is None:
        why = "no nginx is installed"
        if os.environ.get("LOOMWORK_CI") == "1":
            pytest.fail(why)
        pytest.skip(why)
    return found


def shown() -> str:
    """Return the configuration that the guide shows."""
    found = _BLOCK.search(GUIDES[0].read_text("utf-8"))
    assert found is not None
    return found[1]


def configured(server: str, upstream: str, port: int, folder: Path) -> str:
    """Return the guide's configuration for this machine: other ports, no certificate."""
    server = server.replace("127.0.0.1:5720", upstream).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    kept = [line for line in server.splitlines() if "ssl_certificate" not in line]
    return _MAIN.format(user="user root;" if os.getuid() == 0 else "", folder=folder, server="\n".join(kept))


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("nginx") / "project"
    shutil.copytree(PROJECT, made, ignore=shutil.ignore_patterns(".loomwork", "__pycache__"))
    return made


@pytest.fixture(scope="module")
def upstream(folder: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "loomwork.cli.main", "serve", "--port", "0", "--json"], cwd=folder, text=True,
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    yield json.loads(process.stdout.readline())["url"].removeprefix("http://")
    process.terminate()
    process.wait(30)
    process.stdout.close()


@pytest.fixture(scope="module")
def front(upstream: str, folder: Path) -> Iterator[str]:
    port = free_port()
    place = folder.parent
    (place / "nginx.conf").write_text(configured(shown(), upstream, port, place), "utf-8")
    process = subprocess.Popen([nginx(), "-p", str(place), "-c", str(place / "nginx.conf")], stderr=subprocess.DEVNULL)
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            break
        except ConnectionRefusedError:
            continue
    assert process.poll() is None, (place / "error.log").read_text("utf-8")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)


def question(path: str, text: str) -> dict[str, Any]:
    if path == "/v1/chat/completions":
        return {"model": "gated", "stream": True, "messages": [{"role": "user", "content": text}]}
    return {"session": "nginx", "turns": [{"role": "user", "text": text}]}


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/try/gated/ask"])
def test_a_piece_arrives_before_the_next_one_is_made(front: str, tmp_path: Path, path: str):
    with opened(
        "POST", front + path, json=question(path, str(tmp_path)), headers={"accept-encoding": "gzip"}
    ) as answer:
        seen = b""
        for number in range(4):
            while f"word{number}".encode() not in seen:
                seen += answer.read1()
            assert f"word{number + 1}".encode() not in seen
            (tmp_path / f"{number}").touch()
    assert answer.headers.get("content-encoding") is None


def test_hanging_up_reaches_the_step_through_nginx(front: str, folder: Path):
    body = {"session": "left", "turns": [{"role": "user", "text": "count"}]}
    with opened("POST", f"{front}/try/slowly/ask", json=body) as answer:
        seen = b""
        while b'"3 "' not in seen:
            seen += answer.read1()
    store = SqliteStore(folder / ".loomwork/store.db", clock=SystemClock())
    statuses: list[int] = []
    for _ in range(300):  # each request gives the server the time; a trace that nobody has makes it write its rows
        post(f"{front}/v1/feedback", json={"trace": "ef" * 16})
        statuses = [row.status for row in store.requests.list(RequestFilter(session="left"))]
        if statuses:
            break
    store.close()
    assert statuses == [499]


def test_a_try_page_without_keys_does_not_open_under_a_name_of_the_network(front: str):
    refused = get(f"{front}/try/answer/about", headers={"host": "ai.example.com"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "foreign_request")


def test_figures_of_the_server_are_not_for_the_network(front: str):
    assert get(f"{front}/healthz").status_code == 200
    assert get(f"{front}/metrics").status_code == 403


def test_both_guides_show_the_same_configuration():
    assert len({tuple(_BLOCK.findall(guide.read_text("utf-8"))) for guide in GUIDES}) == 1
