"""Pages of somebody else in a real browser, paths that lead out of the project, bodies without end: all refused."""

import http.client
import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from loomwork.studio.api import ENDPOINTS
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.page import STATIC
from tests.studio.browser.conftest import Project, Served, copied

pytestmark = pytest.mark.browser
SECRET = "the-neighbour-s-secret"
OUT = (
    "../secret.jsonl",
    "..%2fsecret.jsonl",
    "%2e%2e/secret.jsonl",
    "data/../../secret.jsonl",
    "data/%2e%2e%2f%2e%2e%2fsecret.jsonl",
    "..%5csecret.jsonl",
    "%2fetc%2fpasswd",
    "//etc/passwd",
    "%00",
    "data/questions.jsonl%00.txt",
    "data/linked.jsonl",
    "linked/secret.jsonl",
    ".loomwork/store.db",
    "." * 5000,
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = copied(tmp_path_factory.mktemp("safe") / "support")
    (project.folder.parent / "secret.jsonl").write_text(json.dumps({"question": SECRET}) + "\n")
    (project.folder / "data/linked.jsonl").symlink_to(project.folder.parent / "secret.jsonl")
    (project.folder / "linked").symlink_to(project.folder.parent)
    project.run("--limit", "2")
    return project


@pytest.fixture(scope="module")
def studio(place: Project) -> Iterator[Served]:
    served = Served(folder=place.folder)
    served.start()
    yield served
    served.stop()


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Another server on this machine, as any page that a person has open."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "index.html").write_text("<!doctype html><title>elsewhere</title><link rel=icon href=data:,><p>hello")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["127.0.0.1", "localhost"])
def stranger(request: pytest.FixtureRequest, browser: Browser, elsewhere: str) -> Iterator[Page]:
    """A page of the other server: of the same site as the studio by its address, of another by its name."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://{elsewhere.replace('127.0.0.1', request.param)}/")
    yield page
    context.close()


_TEXT = "r => r.text(), () => 'refused'"
_TRIES = {
    "fetch": f"u => fetch(u + '/api/runs').then({_TEXT})",
    "fetch without an answer": f"u => fetch(u + '/api/runs', {{mode: 'no-cors'}}).then({_TEXT})",
    "a run begun": "u => fetch(u + '/api/runs', {method: 'POST', mode: 'no-cors',"
    " headers: {'content-type': 'text/plain'},"
    f" body: JSON.stringify({{target: 'app:answer', data: 'data/questions.jsonl'}})}}).then({_TEXT})",
    "a prompt written": f"u => fetch(u + '/api/prompts/draft', {{method: 'PUT', body: '{{}}'}}).then({_TEXT})",
    "a picture": "u => new Promise(done => { const i = new Image(); i.onload = () => done('shown');"
    " i.onerror = () => done('refused'); i.src = u + '/assets/" + next(STATIC.glob("assets/*.svg")).name + "' })",
    "a stream": "u => new Promise(done => { const s = new EventSource(u + '/api/events');"
    " s.onopen = () => done('open'); s.onerror = () => { s.close(); done('refused') } })",
    "a script": "u => new Promise(done => { const s = document.createElement('script'); s.onload = () => done('ran');"
    " s.onerror = () => done('refused'); s.src = u + '/api/openapi.json'; document.body.append(s) })",
    "a socket": "u => new Promise(done => { const s = new WebSocket(u.replace('http', 'ws') + '/api/events');"
    " s.onopen = () => done('open'); s.onerror = () => done('refused') })",
}


@pytest.mark.parametrize("name", _TRIES)
def test_a_page_of_another_server_gets_nothing(stranger: Page, studio: Served, name: str):
    codes: list[int] = []
    log = stranger.context.new_cdp_session(stranger)
    log.send("Network.enable")  # it also tells of answers that the browser keeps from the page
    log.on("Network.responseReceivedExtraInfo", lambda event: codes.append(int(event["statusCode"])))
    got = stranger.evaluate(_TRIES[name], studio.url)
    assert got in {"refused", ""}
    assert set(codes) == (set() if name == "a socket" else {403})


def test_a_form_of_another_server_begins_nothing(stranger: Page, studio: Served, place: Project):
    before = len(asked(studio, "GET", "/api/runs")[1]["runs"])
    with stranger.expect_navigation() as went:
        stranger.evaluate(
            """u => { const form = document.createElement('form'); form.method = 'POST'; form.enctype = 'text/plain';
            form.action = u + '/api/runs'; const input = document.createElement('input');
            input.name = '{"target": "app:answer", "data": "data/questions.jsonl", "x": "'; input.value = '"}';
            form.append(input); document.body.append(form); form.submit() }""",
            studio.url,
        )
    assert went.value is not None
    assert went.value.status == 403
    assert len(asked(studio, "GET", "/api/runs")[1]["runs"]) == before


def test_the_studio_stands_in_no_frame(stranger: Page, studio: Served):
    stranger.evaluate(
        "u => { const f = document.createElement('iframe'); f.src = u; document.body.append(f) }", studio.url
    )
    frame = stranger.wait_for_selector("iframe")
    assert frame is not None
    inner = frame.content_frame()
    assert inner is not None
    inner.wait_for_load_state()
    assert inner.locator("main").count() == 0


def test_a_name_that_is_led_here_is_no_name_of_ours(browser: Browser, studio: Served):
    page = browser.new_page()
    answer = page.goto(f"http://rebound.localhost:{studio.port}/api/runs")
    assert answer is not None
    assert answer.status == 403
    told = answer.json()
    assert told["kind"] == "ForeignRequest"
    assert "rebound.localhost" in told["en"]["what"]
    page.close()


def asked(studio: Served, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
    """Ask for a path as it is, which clients would tidy up; return the status and the answer."""
    wire = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=60)
    wire.request(method, path, body)
    answer = wire.getresponse()
    text = answer.read().decode("utf-8", "replace")
    kind = answer.headers.get_content_type()
    wire.close()
    return answer.status, json.loads(text) if kind == "application/json" else text


def placed() -> list[Endpoint]:
    """Return the endpoints whose path holds a name that the client gives."""
    return [each for each in ENDPOINTS if "{" in each.path and each.form != "stream"]


def test_there_are_paths_to_try():
    assert {"get_dataset", "put_prompt", "get_run", "get_trace", "get_document"} <= {each.name for each in ENDPOINTS}
    assert len(placed()) > 15


@pytest.mark.parametrize("endpoint", placed(), ids=lambda each: each.name)
def test_no_path_leads_out_of_the_project(studio: Served, place: Project, endpoint: Endpoint):
    before = _files(place.folder.parent)
    for out in OUT:
        path = re.sub(r"\{[^}]+\}", lambda _, out=out: out, endpoint.path, count=1)
        path = re.sub(r"\{[^}]+\}", "0", path) + "?doc=../../secret.jsonl"
        status, told = asked(studio, endpoint.method, path, None if endpoint.body is None else b"{}")
        assert SECRET not in str(told)
        assert "root:" not in str(told)
        assert status < 500, (path[:200], told)
        if status >= 400:
            assert told["en"]["what"]
            assert told["zh"]["what"]
    assert _files(place.folder.parent) == before


def _files(folder: Path) -> dict[str, bytes]:
    """Return what the files of a folder hold, without the store."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".loomwork" not in path.parts)
    return {str(path): path.read_bytes() for path in found}


@pytest.mark.parametrize("body", [{"path": "../new.jsonl"}, {"path": "/tmp/new.jsonl"}, {"path": "linked/new.jsonl"}])
def test_no_dataset_is_made_elsewhere(studio: Served, place: Project, body: dict[str, str]):
    before = _files(place.folder.parent)
    status, told = asked(studio, "POST", "/api/datasets", json.dumps(body).encode())
    assert 400 <= status < 500
    assert told["kind"] == "OutsideProject"
    assert _files(place.folder.parent) == before


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.body is not None], ids=lambda each: each.name)
def test_a_body_that_is_too_large_is_refused_with_its_limit(studio: Served, endpoint: Endpoint):
    path = re.sub(r"\{[^}]+\}", "1", endpoint.path)
    status, told = asked(studio, endpoint.method, path, b" " * (endpoint.limit + 1))
    assert (status, told["kind"]) == (413, "RequestTooLarge")
    assert told["zh"]["todo"]
