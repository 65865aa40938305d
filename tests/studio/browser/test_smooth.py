"""A thousand samples of six steps: filled as fast as they come, without a stall, and scrolled as smoothly."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Opener

pytestmark = pytest.mark.browser
FEED = Path(__file__).parent / "feed.js"
LONGEST_TASK_MS = 200
MEDIAN_FRAME_MS = 33
FLOOR_RATIO = 1.4
SCROLL = """async () => {
  const grid = document.querySelector('[role=grid]');
  const times = [];
  let last = performance.now();
  for (let i = 0; i < 200; i += 1) {
    grid.scrollTop += 140;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times.sort((a, b) => a - b)[100];
}"""


def fed(tab: Opener, url: str) -> Page:
    """Open the page on the feed: its own address is asked for once the feed stands in fetch's place."""
    page = tab(url + "/runs")
    page.add_init_script(path=FEED)
    page.goto(url + "/runs/feed")
    return page


def test_two_thousand_cells_a_second_fill_the_grid_without_a_stall(tab: Opener, read_url: str):
    page = fed(tab, read_url)
    expect(page.locator(".bar .chip")).to_have_text("done", timeout=30_000)
    taken = page.evaluate("(performance.now() - window.__feed.began) / window.__feed.floor")
    expect(page.locator(".figure-value").first).to_have_text("6000")
    longest = max([0, *page.evaluate("window.__long")])
    assert taken <= FLOOR_RATIO, f"{taken:.2f} of the floor"
    assert longest <= LONGEST_TASK_MS
    assert page.locator(".grid-row").count() < 80
    median = page.evaluate(SCROLL)
    assert median <= MEDIAN_FRAME_MS
    assert page.evaluate("document.querySelector('[role=grid]').scrollTop") > 20_000


@pytest.mark.parametrize(("motion", "flashes"), [("no-preference", True), ("reduce", False)])
def test_only_cells_that_changed_on_screen_flash(tab: Opener, read_url: str, motion: str, flashes: bool):
    page = tab(read_url + "/runs", reduced_motion=motion)
    page.add_init_script(path=FEED)
    page.add_init_script("""
      window.__flashed = 0;
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (...given) { window.__flashed += 1; return animate.apply(this, given); };
    """)
    page.goto(read_url + "/runs/feed")
    expect(page.locator(".bar .chip")).to_have_text("done", timeout=30_000)
    flashed = page.evaluate("window.__flashed")
    assert (0 < flashed < 600) if flashes else flashed == 0


def test_text_appears_in_its_cell_as_it_is_written(tab: Opener, read_url: str):
    page = tab(read_url + "/runs")
    page.add_init_script(path=FEED.with_name("writing.js"))
    page.goto(read_url + "/runs/writing")
    cell = page.locator(".grid-row [data-column='2']")
    expect(cell.get_by_text("running")).to_have_count(1)
    for text in ["To", "To do this", "To do this, <b>open</b>"]:
        page.evaluate("(text) => window.__say(text)", text)
        expect(cell.locator(".writing")).to_have_text(text)
    page.evaluate("window.__end('To do this, open Settings')")
    expect(cell).to_contain_text("To do this, open Settings")
    expect(cell.locator(".writing")).to_have_count(0)
