"""What is under way, as people watch it: an answer being written, one run in two tabs, one tab's state in another."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Opener, Project, Served, environment

pytestmark = pytest.mark.browser
ANSWER = " ".join(f"word-{n}" for n in range(60))
"""What the loopback double of a model server writes, a few letters at a time."""
WRITES = '''"""A model's answer, passed on as it comes."""

from loomwork import model, step
from loomwork.kernel.messages import Message, Request
from loomwork.kernel.stream import TextDelta


@step
async def tell(topic: str):
    async for event in model("slow").stream(Request(messages=(Message.user(topic),))):
        if isinstance(event, TextDelta):
            yield event.text


@step
async def write(topic: str) -> str:
    return "".join([text async for text in tell(topic)])
'''
SLOW = '''"""A step that takes its time."""

import asyncio

from loomwork import step


@step
async def slow(number: int) -> str:
    await asyncio.sleep(0.4)
    return f"thought {number}"
'''


@pytest.fixture
def double(tmp_path: Path) -> Iterator[str]:
    """A model server on loopback that drips; it is no model and its answers are a script."""
    script = tmp_path / "script.json"
    drip: dict[str, Any] = {"kind": "drip", "seconds": 0.05}
    script.write_text(json.dumps({"rules": [{"text": ANSWER}], "faults": [drip], "chunk": 4}))
    command = [sys.executable, "-m", "loomwork.testing.double", "--port", "0", "--script", str(script)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    assert process.stdout is not None
    yield process.stdout.readline().split()[-1]
    process.kill()
    process.wait(20)
    process.stdout.close()


def begin(page: Page, target: str, data: str) -> None:
    """Start a run from the page."""
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Target").fill(target)
    dialog.get_by_label("Data").fill(data)
    dialog.get_by_role("button", name="Start the run").click()
    page.wait_for_url("**/runs/r*")


def test_an_answer_is_read_while_it_is_written(tab: Opener, project: Project, served: Served, double: str):
    with (project.folder / "loomwork.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[models.slow]\ndriver = "openai"\nmodel = "double"\nbase_url = "{double}"\n')
    (project.folder / "writes.py").write_text(WRITES, "utf-8")
    data = project.rows("topics.jsonl", [{"topic": "looms"}])
    page = tab(served.url + "/runs")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    begin(page, "writes:write", data)
    writing = page.locator(".grid-space .writing").first
    expect(writing).to_contain_text("word-1", timeout=30_000)
    early = writing.inner_text()
    expect(writing).to_contain_text("word-12", timeout=20_000)
    assert "word-59" not in early
    expect(page.locator(".bar .chip")).to_have_text("done", timeout=60_000)
    expect(page.locator(".writing")).to_have_count(0)
    page.locator("[role=row][aria-rowindex='2'] > [data-column='3']").click()
    expect(page.get_by_role("complementary")).to_contain_text("word-59")


def test_two_tabs_watch_one_run_fill(tab: Opener, project: Project, served: Served):
    (project.folder / "slow.py").write_text(SLOW, "utf-8")
    data = project.rows("numbers.jsonl", [{"number": n} for n in range(16)])
    first = tab(served.url + "/runs")
    expect(first.get_by_role("heading", name="No runs yet")).to_be_visible()
    running = project.start("--concurrency", "1", target="slow:slow", data=data)
    first.get_by_role("link", name="slow:slow").click()
    expect(first.locator(".grid-space").get_by_text("thought 0", exact=True)).to_be_visible()
    first.locator("[role=row][aria-rowindex='2'] > [data-column='2']").click()
    expect(first.get_by_role("complementary")).to_contain_text("thought 0")
    second = tab(first.url, context=first.context)
    expect(second.get_by_role("complementary")).to_contain_text("thought 0")
    assert second.locator(".bar .chip").inner_text() == "running"
    for page in (first, second):
        expect(page.locator(".grid-space").get_by_text("thought 15", exact=True).first).to_be_visible(timeout=60_000)
        expect(page.locator(".bar .chip")).to_have_text("done")
        expect(page.get_by_role("complementary")).to_contain_text("thought 0")
    running.wait(30)
