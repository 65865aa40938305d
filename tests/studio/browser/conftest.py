"""A real studio over a copied project, and a real Chromium that opens it. What the browser complains of fails the test.

Where no Chromium is installed these tests are reported as skipped; where LOOMWORK_CI is 1 they fail instead.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

PROJECT = Path(__file__).parent / "project"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_KNOWN = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_PATIENCE_MS = 15_000
VIEWPORT = {"width": 1440, "height": 860}


def chromium() -> str | None:
    """Return where Chromium is: LOOMWORK_CHROMIUM, or where systems put it."""
    given = os.environ.get("LOOMWORK_CHROMIUM", "")
    found = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    return next((path for path in (given, *_KNOWN, *found) if path and Path(path).is_file()), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: while Playwright is in use its event loop runs, and asynchronous tests could not."""
    path = chromium()
    if path is None:
        why = "no Chromium is installed (LOOMWORK_CHROMIUM names one)"
        if os.environ.get("LOOMWORK_CI") == "1":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield made
        made.close()


@dataclass(kw_only=True)
class Project:
    """A copied project, and the commands that people give in it."""

    folder: Path

    def run(self, *options: str, target: str = "app:answer", data: str = "data/questions.jsonl") -> dict[str, Any]:
        """Run in a terminal; return what `--json` prints."""
        command = [sys.executable, "-m", "loomwork.cli.main", "run", target, "--data", data, "--json", *options]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, env=environment())
        assert done.returncode in {0, 1}, done.stderr
        return json.loads(done.stdout)

    def start(self, *options: str, target: str, data: str) -> subprocess.Popen[str]:
        """Begin a run in a terminal, and go on."""
        command = [sys.executable, "-m", "loomwork.cli.main", "run", target, "--data", data, "--json", *options]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=self.folder, stdout=quiet, stderr=quiet, text=True, env=environment())

    def edit(self, path: str, before: str, after: str) -> None:
        """Change a file as an editor outside would."""
        file = self.folder / path
        text = file.read_text("utf-8")
        assert before in text
        file.write_text(text.replace(before, after), "utf-8")

    def rows(self, name: str, rows: list[dict[str, Any]]) -> str:
        """Write a dataset; return its path in the project."""
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (self.folder / "data" / name).write_text("".join(lines), "utf-8")
        return f"data/{name}"


def environment() -> dict[str, str]:
    """Return this process's environment without what would change a command's words or settings."""
    return {key: value for key, value in os.environ.items() if not key.startswith("LOOMWORK_")}


@dataclass(kw_only=True)
class Served:
    """A studio in a process of its own."""

    folder: Path
    url: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self, port: int = 0) -> None:
        """Start it and wait until it says where it is."""
        command = [sys.executable, "-m", "loomwork.cli.main", "studio", "--no-open", "--port", str(port), "--json"]
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment(),
        )
        assert self.process.stdout is not None
        self.url = json.loads(self.process.stdout.readline())["url"]

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it as Ctrl-C does, or as `how` does."""
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])


def copied(folder: Path) -> Project:
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(".loomwork", "__pycache__"))
    return Project(folder=folder)


@pytest.fixture(scope="module")
def read_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was run, edited and run again; tests that write take `project` instead."""
    made = copied(tmp_path_factory.mktemp("read") / "support")
    made.run()
    made.edit("prompts/draft.md", "one or two sentences", "one sentence")
    made.run()
    return made


@pytest.fixture(scope="module")
def read_url(read_project: Project) -> Iterator[str]:
    served = Served(folder=read_project.folder)
    served.start()
    yield served.url
    served.stop()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return copied(tmp_path / "support")


@dataclass(kw_only=True)
class Complaints:
    """What browsers said was wrong, and what they asked of others than the studio."""

    said: list[str] = field(default_factory=list[str])
    allowed: tuple[str, ...] = ()
    is_over: bool = False
    """The test is done: what a page says of the server's end is nothing."""

    def hear(self, text: str) -> None:
        if not self.is_over:
            self.said.append(text)

    def left(self) -> list[str]:
        return [text for text in self.said if not any(each in text for each in self.allowed)]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    found = Complaints()
    yield found
    assert found.left() == []


@pytest.fixture
def served(project: Project, complaints: Complaints) -> Iterator[Served]:
    made = Served(folder=project.folder)
    made.start()
    yield made
    complaints.is_over = True
    made.stop()


Opener = Callable[..., Page]


@pytest.fixture
def tab(browser: Browser, complaints: Complaints) -> Iterator[Opener]:
    """Open addresses, each in a browser of its own unless a context is given."""
    contexts: list[BrowserContext] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.hear(message.text)

    def opened(url: str, *, context: BrowserContext | None = None, **options: Any) -> Page:
        if context is None:
            given: dict[str, Any] = {"locale": "en-GB", "color_scheme": "dark", "viewport": VIEWPORT, **options}
            context = browser.new_context(**given)
            contexts.append(context)
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        own = url.split("/")[2]
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.hear(str(error)))
        page.on("request", lambda asked: _note_foreign(asked.url, own, complaints))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()


def _note_foreign(url: str, own: str, complaints: Complaints) -> None:
    if url.split("/")[2:3] != [own] and not url.startswith(("data:", "blob:")):
        complaints.hear(f"asked of somebody else: {url}")
