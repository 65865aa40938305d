"""Pages in windows of several widths: no sideways scroll, no figure cut, nothing covered."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import PROJECT, Opener, Served
from tests.studio.browser.scored import evaluate, loomwork, prepare

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
_ROW = "[role=row][aria-rowindex='2']"
_SCORES = re.compile("Scores do not count here")
_INSIDE = """(root) => {
  const box = root.getBoundingClientRect();
  return [...root.querySelectorAll("td, th")]
    .filter((each) => {
      const { left, right, width } = each.getBoundingClientRect();
      const range = document.createRange();
      range.selectNodeContents(each);
      const end = Math.max(right, range.getBoundingClientRect().right - 1);
      return width > 1 && (left < box.left - 1 || right > box.right + 1 || end > right);
    })
    .map((each) => each.textContent);
}"""
_COVERED = """(tools) => {
  const end = tools.getBoundingClientRect().bottom;
  return [...tools.querySelectorAll("button, select, input, [role=status]")]
    .filter((each) => {
      const { left, top, width, height, bottom } = each.getBoundingClientRect();
      const there = document.elementFromPoint(left + width / 2, top + height / 2);
      return bottom > end + 1 || !(there === each || each.contains(there));
    })
    .map((each) => each.textContent || each.tagName);
}"""
_CUT = """(root) => [...root.querySelectorAll("button")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1)
  .map((each) => each.textContent)"""


@dataclass(frozen=True)
class Pages:
    """Three scored runs, two of them a matrix."""

    url: str
    first: str
    second: str
    third: str
    matrix: str

    def of(self, name: str) -> str:
        paths = {
            "grid": f"/runs/{self.first}",
            "matrix": f"/matrix/{self.matrix}",
            "comparison": f"/compare?a={self.first}&b={self.second}",
            "several": f"/compare?a={self.first}&b={self.second}&b={self.third}",
            "cell": f"/runs/{self.first}?item=0&step=app:draft",
        }
        return self.url + paths[name]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder = tmp_path_factory.mktemp("narrow") / "support"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(".loomwork", "__pycache__"))
    prepare(folder)
    told = evaluate(folder, "--models", "smart=smart,deaf")
    first, second = (each["run"] for each in told["variants"])
    third = evaluate(folder)["run"]
    loomwork(folder, "case", "from", third, "--below", "terse=0.5")
    served = Served(folder=folder)
    served.start()
    yield Pages(served.url, first, second, third, told["matrix"])
    served.stop()


def opened(tab: Opener, address: str, **options: object) -> Page:
    page = tab(address, **options)
    expect(page.locator(_ROW)).to_be_visible()
    return page


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("name", ["grid", "matrix", "comparison", "several"])
def test_on_a_phone_no_page_scrolls_sideways_and_its_tools_are_there(tab: Opener, pages: Pages, name: str, locale: str):
    page = opened(tab, pages.of(name), viewport=PHONE, locale=locale)
    wide = "[...document.querySelectorAll('html, body, .frame, .main, .content')].map((each) => each.scrollWidth)"
    assert max(page.evaluate(wide)) <= PHONE["width"]
    tools = page.locator(".grid-tools, .list-tools")
    tools.scroll_into_view_if_needed()
    assert tools.evaluate(_COVERED) == []
    assert tools.evaluate(_CUT) == []
    assert page.get_by_role("grid").evaluate("each => each.clientHeight") > 200


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_figure_of_a_comparison_is_cut(tab: Opener, pages: Pages, width: int, locale: str):
    page = opened(tab, pages.of("comparison"), viewport={"width": width, "height": 860}, locale=locale)
    for part in (".compare-figures", ".compare-slices"):
        assert page.locator(part).evaluate(_INSIDE) == []


@pytest.mark.parametrize("width", [390, 1440])
def test_a_panels_title_stands_in_one_line(tab: Opener, pages: Pages, width: int):
    page = opened(tab, pages.of("cell"), viewport={"width": width, "height": 860})
    panel = page.get_by_role("complementary")
    expect(panel.locator(".section").first).to_be_visible()
    title = panel.get_by_role("heading", level=2, name="draft")
    assert title.evaluate("each => each.clientHeight / parseFloat(getComputedStyle(each).lineHeight)") < 1.5
    assert title.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_the_first_card_of_the_board_is_whole_below_its_columns_name(tab: Opener, pages: Pages):
    page = tab(f"{pages.url}/cases")
    card = page.locator(".card").first
    expect(card).to_be_focused()
    head = page.locator(".board-head").first.bounding_box()
    box = card.bounding_box()
    assert head is not None
    assert box is not None
    assert box["y"] - 2 >= head["y"] + head["height"]  # its ring stands two pixels outside


def test_rows_read_alike_in_the_grid_and_in_a_comparison_and_errors_are_called_errors(tab: Opener, pages: Pages):
    page = opened(tab, pages.of("comparison"))
    row = page.locator(_ROW)
    expect(row).to_contain_text("How do I rotate an API key")
    assert "{" not in row.inner_text()
    expect(page.get_by_role("button", name=re.compile("^New errors"))).to_have_attribute("title", _SCORES)
    expect(page.get_by_role("button", name=re.compile("^Errors gone"))).to_have_attribute("title", _SCORES)
    page = opened(tab, pages.of("grid"))
    expect(page.locator("[role=row][aria-rowindex='13'] .theirs").first).to_have_text(re.compile("please: we have"))
    assert [
        text for text in page.locator("[role=rowheader] .line").all_inner_texts() if text.startswith("question:")
    ] == []
