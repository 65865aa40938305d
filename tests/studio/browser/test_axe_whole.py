"""Every page, dark in English and light in Chinese: axe finds nothing, consoles are silent, motion ends where asked."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.studio.browser.conftest import VIEWPORT, Project, Served
from tests.studio.browser.whole import PLACES, written

pytestmark = pytest.mark.browser
SIZE: dict[str, Any] = {"viewport": VIEWPORT}
KINDS: dict[str, dict[str, Any]] = {
    "dark, English": {"color_scheme": "dark", "locale": "en-GB"},
    "light, Chinese": {"color_scheme": "light", "locale": "zh-CN"},
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, str]]:
    return written(tmp_path_factory.mktemp("whole") / "support")


@pytest.fixture(scope="module")
def url(whole: tuple[Project, dict[str, str]]) -> Iterator[str]:
    served = Served(folder=whole[0].folder)
    served.start()
    yield served.url
    served.stop()


@pytest.fixture(scope="module", params=KINDS)
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(**KINDS[request.param], **SIZE)
    made.set_default_timeout(20_000)
    yield made
    made.close()


@contextmanager
def opened(context: BrowserContext, url: str, name: str, runs: dict[str, str]) -> Generator[Page]:
    """Open a place of the page; what the console says against it fails."""
    said: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(message.text)

    place = PLACES[name]
    page = context.new_page()
    page.on("console", heard)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(url + place.path.format(**runs))
    expect(page.locator(place.seen).first).to_be_visible()
    for key in place.keys:
        if key == "Enter":
            page.get_by_role("grid").focus()
        page.keyboard.press(key)
        if key == "Enter" and "/traces" in place.path:
            expect(page.locator(".tree-row").first).to_be_visible()
    if place.then:
        expect(page.locator(place.then).first).to_be_visible()
    yield page
    page.close()
    assert said == []


@pytest.mark.parametrize("name", PLACES)
def test_a_page_is_accessible(context: BrowserContext, url: str, whole: tuple[Project, dict[str, str]], name: str):
    with opened(context, url, name, whole[1]) as page:
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found] == []


MOVING = """() => [
  ...document.getAnimations().filter((each) => each.playState === "running").map(() => "an animation"),
  ...[...document.querySelectorAll("*")].filter((each) => {
    const { transitionDuration, animationDuration, animationName } = getComputedStyle(each);
    const long = (text) => text.split(",").some((one) => parseFloat(one) > 0.01);
    return long(transitionDuration) || (animationName !== "none" && long(animationDuration));
  }).map((each) => each.className || each.tagName),
]"""
SLOW = '''"""A step that takes its time."""

import asyncio

from loomwork import step


@step
async def slow(number: int) -> int:
    await asyncio.sleep(0.3)
    return number
'''


def test_nothing_moves_where_motion_is_unwanted(browser: Browser, whole: tuple[Project, dict[str, str]], url: str):
    project = whole[0]
    (project.folder / "slow.py").write_text(SLOW, "utf-8")
    data = project.rows("numbers.jsonl", [{"number": n} for n in range(200)])
    running = project.start("--concurrency", "2", target="slow:slow", data=data)
    try:
        moving: dict[Any, list[str]] = {"no-preference": [], "reduce": []}
        for wanted in moving:
            page = browser.new_page(reduced_motion=wanted, **SIZE)
            page.goto(f"{url}/runs?q=slow")
            page.get_by_role("link", name="slow:slow").click()
            expect(page.locator(".grid-space .pulse").first).to_be_visible()
            moving[wanted] += page.evaluate(MOVING)
            page.keyboard.press("p")
            expect(page.get_by_role("dialog")).to_be_visible()
            moving[wanted] += page.evaluate(MOVING)
            page.close()
    finally:
        running.kill()
        running.wait(20)
    assert moving["no-preference"]
    assert moving["reduce"] == []
