"""Pictures of every page for docs/studio, taken from the real examples: dark in English, light in Chinese.

The nightly run takes them anew; every run sees that the guide shows each of them and that none is heavy.
"""

import http.client
import io
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.studio.browser.conftest import Project, Served, environment

ROOT = Path(__file__).resolve().parents[3]
PICTURES = ROOT / "docs/studio"
HEAVIEST = 150_000
GUIDES = {"en": PICTURES / "README.md", "zh": PICTURES / "README.zh-CN.md"}
_COMMON: dict[str, Any] = {"viewport": {"width": 1400, "height": 860}, "reduced_motion": "reduce"}
KINDS: dict[str, dict[str, Any]] = {
    "en": {"color_scheme": "dark", "locale": "en-GB", **_COMMON},
    "zh": {"color_scheme": "light", "locale": "zh-CN", **_COMMON},
}
QUESTION = "For+how+many+seconds+do+browsers+cache+CORS+responses+by+default"
_MODEL_CALLS = "/traces?run=last&name=review"
_FINE = "text=/This text can be used|这段文本可以使用/"
_TRIED = ".answer >> text=scripted"
_ROW = "[role=row][aria-rowindex='2']"


CLEAN = 'regex,pattern="broken": ?\\[\\]'
"""Whether a conversation broke none of the rules."""
SERVED = """
[serve.answer]
step = "app:answer"
"""
TIDES = ["When is high tide?", "And low tide?", "Does the moon matter?"]


class Picture(NamedTuple):
    """One page: the example that it shows, its address, what is there when it is, and keys pressed then."""

    example: str
    path: str
    seen: str
    keys: tuple[str, ...] = ()
    then: str = ""


SHOWN = {
    "grid": Picture("airline", "/runs/last", ".grid-space .is-hit"),
    "why": Picture("airline", "/runs/last?only=changed&item={item}&step=app:check_policy&why=1", ".panel ins"),
    "plan": Picture("airline", "/runs/last", _ROW, ("p",), "dialog[open] .table"),
    "trace": Picture("chain", "/traces?run=last", _ROW, ("j", "Enter", "End"), ".said-one"),
    "traces": Picture("airline", "/traces?run=last", _ROW, ("j",), ".panel .section"),
    "compare": Picture(
        "airline", "/compare?a={first}&b={last}&only=changed", _ROW, ("ArrowDown", "Enter"), ".panel .section"
    ),
    "datasets": Picture("chain", "/datasets/data/questions.jsonl?line=2", ".panel .section"),
    "prompts": Picture("chain", "/prompts/review", ".cm-content", (), _FINE),
    "playground": Picture("chain", _MODEL_CALLS, _ROW, ("Enter", "End", "p", "Control+Enter"), _TRIED),
    "knowledge": Picture("docs", f"/knowledge/docs?tab=search&q={QUESTION}", "main ol li, main .passage"),
    "scores": Picture(
        "scored", "/runs/{run}?sort=score&by=regex", ".grid-space", ("ArrowDown", "Enter"), ".panel .section"
    ),
    "cases": Picture("scored", "/cases?case=1", ".panel .section"),
    "review": Picture("scored", "/review/{review}?at=1", "[aria-label=Left], [aria-label=左]"),
    "matrix": Picture("candidates", "/matrix/{matrix}", "main .table"),
    "monitor": Picture("traffic", "/monitor?live=off", ".uplot canvas"),
    "gateway": Picture("traffic", "/gateway", _ROW),
    "sessions": Picture("traffic", "/sessions?session=tides", ".turn:nth-of-type(3)"),
    "document": Picture("docs", "/knowledge/docs?tab=documents&dq=cors", _ROW, ("Enter",), ".panel .section"),
}


class Example(NamedTuple):
    """An example that was copied and run."""

    project: Project
    values: dict[str, object]


def copied(name: str, folder: Path) -> Project:
    shutil.copytree(ROOT / "examples" / name, folder, ignore=shutil.ignore_patterns(".loomwork", "__pycache__"))
    return Project(folder=folder)


def airline(folder: Path) -> Example:
    """Run 200 recorded conversations, edit a rule as `loomwork demo` does, and run them again."""
    project = copied("airline", folder)
    whole = {"target": "app:review", "data": "data/conversations.jsonl.xz"}
    first = project.run(**whole)["run"]
    project.edit("rules.json", '"hours": 24', '"hours": 400')
    last = project.run(**whole)["run"]
    project.edit("rules.json", '"hours": 400', '"hours": 48')  # not run yet: what Plan speaks of
    return Example(project, {"first": first, "last": last, "item": 0})


def chain(folder: Path) -> Example:
    """Run ten questions over the scripted double, edit a prompt, and run them again."""
    project = copied("chain", folder)
    first = project.run()["run"]
    project.edit("prompts/review.md", "tone: friendly", "tone: formal")
    return Example(project, {"first": first, "last": project.run()["run"]})


def docs(folder: Path) -> Example:
    """Build the knowledge base over FastAPI's documentation."""
    project = copied("docs", folder)
    command = [sys.executable, "-m", "loomwork.cli.main", "knowledge", "build", "docs"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment())
    return Example(project, {})


def loomwork(folder: Path, *words: str) -> Any:
    """Carry a command out and return its JSON."""
    command = [sys.executable, "-m", "loomwork.cli.main", *words, "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def scored(folder: Path) -> Example:
    """Score 200 recorded conversations by whether a rule was broken, make cases of those, and a review of two runs."""
    project = copied("airline", folder)
    what = ("eval", "app:review", "--data", "data/conversations.jsonl.xz")
    scorers = ("--scorer", CLEAN, "--scorer", "length")
    run = loomwork(folder, *what, *scorers)["run"]
    loomwork(folder, "case", "from", run, "--below", "regex=1")
    project.edit("rules.json", '"hours": 24', '"hours": 400')
    other = loomwork(folder, *what, *scorers)["run"]
    review = loomwork(folder, "review", "new", run, other, "--by", "diverse", "--title", "24 or 400 hours")["review"]
    return Example(project, {"run": run, "review": review})


def candidates(folder: Path) -> Example:
    """Answer ten questions with two prompts, and score what the scripted double says to each, side by side."""
    project = copied("chain", folder)
    prompt = (folder / "prompts/review.md").read_text("utf-8")
    (folder / "prompts/brief.md").write_text(prompt.replace("Question: {{ question }}\n", ""), "utf-8")
    prompts = "prompts/review.md=prompts/review.md,prompts/brief.md"
    told = loomwork(
        folder, "eval", "app:answer", "--data", "data/questions.jsonl", "--prompts", prompts,
        "--scorer", "regex,pattern=How", "--scorer", "length", "--scorer", "output_tokens",
    )  # fmt: skip
    return Example(project, {"matrix": told["matrix"]})


def traffic(folder: Path) -> Example:
    """Serve the chain's model and its step, and ask it as clients do."""
    project = copied("chain", folder)
    settings = folder / "loomwork.toml"
    settings.write_text(settings.read_text("utf-8") + SERVED, "utf-8")
    command = [sys.executable, "-m", "loomwork.cli.main", "serve", "--port", "0", "--json"]
    server = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
    )
    assert server.stdout is not None
    try:
        place = json.loads(server.stdout.readline())["url"]
        questions = (folder / "data/questions.jsonl").read_text("utf-8")
        connection = http.client.HTTPConnection(place.removeprefix("http://"), timeout=60)
        with closing(connection):
            talk(connection, [json.loads(line)["question"] for line in questions.splitlines()])
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        server.stdout.close()
    shop = ("--owner", "mei", "--budget", "5USD/day", "--owner-budget", "50USD/month", "--expires", "90d")
    loomwork(folder, "key", "create", "shop", *shop)
    loomwork(folder, "key", "create", "batch", "--scope", "step:answer", "--limit", "requests=60")
    loomwork(folder, "key", "create", "phone", "--scope", "chat", "--model", "main", "--budget", "100000tokens/day")
    loomwork(folder, "key", "revoke", "phone")
    return Example(project, {})


def post(connection: http.client.HTTPConnection, path: str, body: object, session: str = "") -> Any:
    """Ask the gateway; return the status, the answer and the trace."""
    headers = {"Content-Type": "application/json"} | ({"x-loomwork-session": session} if session else {})
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read()), answer.headers["x-loomwork-trace"]


def talk(connection: http.client.HTTPConnection, questions: list[str]) -> None:
    """Hold three conversations of some turns, rate an answer each way, and ask for a model that is not there."""
    chat, traces = "/v1/chat/completions", list[str]()
    sessions = (("units", "ada", questions[:4]), ("more", "bo", questions[4:8]), ("tides", "ada", TIDES))
    for session, user, asked in sessions:
        said: list[dict[str, str]] = []
        for question in asked:
            said.append({"role": "user", "content": question})
            sent: dict[str, object] = {"model": "main", "messages": said, "user": user}
            if session == "units":
                sent |= {"model": "answer", "messages": said[-1:]}
            status, answer, trace = post(connection, chat, sent, session)
            assert status == 200, answer
            said.append(answer["choices"][0]["message"])
            traces.append(trace)
    for trace, rating in ((traces[-1], 1), (traces[0], -1)):
        status, answer, _ = post(connection, "/v1/feedback", {"trace": trace, "rating": rating})
        assert status < 300, answer
    assert post(connection, chat, {"model": "none", "messages": TIDES})[0] >= 400


EXAMPLES = (airline, chain, docs, scored, candidates, traffic)


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda make: make.__name__)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Serve an example; return its name and its address."""
    made: Example = request.param(tmp_path_factory.mktemp("pictures") / request.param.__name__)
    served = Served(folder=made.project.folder)
    served.start()
    _VALUES.clear()
    _VALUES.update(made.values)
    yield request.param.__name__, served.url
    served.stop()


_VALUES: dict[str, object] = {}


def shown(page: Page, url: str, picture: Picture) -> None:
    """Open what a picture shows, and wait until it stands."""
    page.goto(url + picture.path.format(**_VALUES))
    expect(page.locator(picture.seen).first).to_be_visible()
    for key in picture.keys:
        if key == "Enter":
            page.get_by_role("grid").focus()
        page.keyboard.press(key)
        if key == "Enter" and "/traces" in picture.path:
            expect(page.locator(".tree-row").first).to_be_visible()
        if key == "End":
            expect(page.locator(".said-one").first).to_be_visible()
        if key == "p" and "/traces" in picture.path:
            expect(page.locator(".cm-content").first).to_be_visible()
    if picture.then:
        expect(page.locator(picture.then).first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.evaluate("document.fonts.ready")


def smaller(png: bytes) -> bytes:
    """Return a picture with a palette of its own colours."""
    image = pytest.importorskip("PIL.Image", reason="pictures are made small with Pillow")
    told = io.BytesIO()
    image.open(io.BytesIO(png)).convert("RGB").quantize(128, dither=0).save(told, "PNG", optimize=True)
    return told.getvalue()


@pytest.mark.nightly
@pytest.mark.browser
@pytest.mark.parametrize("language", KINDS)
def test_pictures_are_taken_from_the_examples(browser: Browser, example: tuple[str, str], language: str):
    name, url = example
    context = browser.new_context(**KINDS[language])
    context.set_default_timeout(30_000)
    said: list[str] = []
    PICTURES.mkdir(exist_ok=True)
    for title, picture in SHOWN.items():
        if picture.example != name:
            continue
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        shown(page, url, picture)
        png = smaller(page.screenshot(animations="disabled"))
        assert len(png) < HEAVIEST, f"{title} has {len(png)} bytes"
        (PICTURES / f"{title}.{language}.png").write_bytes(png)
        page.close()
    context.close()
    assert said == []


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_shows_every_page(language: str):
    guide = GUIDES[language].read_text("utf-8")
    for title in SHOWN:
        assert f"]({title}.{language}.png)" in guide
        assert (PICTURES / f"{title}.{language}.png").stat().st_size < HEAVIEST


def test_the_guide_names_every_page_of_the_navigation():
    pages = sorted((ROOT / "studio/src/pages").glob("*/page.ts"))
    assert len(pages) >= 7
    for language, guide in GUIDES.items():
        text = guide.read_text("utf-8")
        for page in pages:
            label = next(line for line in page.read_text("utf-8").splitlines() if "label:" in line)
            said = label.split(f'{language}: "')[1].split('"')[0]
            assert f"## {said}" in text, f"{guide.name} has no part about {said}"


def test_both_guides_have_the_same_parts():
    english, chinese = (
        [len(line) - len(line.lstrip("#")) for line in guide.read_text("utf-8").splitlines() if line.startswith("#")]
        for guide in GUIDES.values()
    )
    assert english == chinese
