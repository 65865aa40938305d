"""Several runs beside one in a real browser: chosen by keys, figures by candidate, a row with all its answers."""

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import PROJECT, Opener, Served
from tests.studio.browser.scored import evaluate, prepare

pytestmark = pytest.mark.browser
ROWS = 12


@dataclass(frozen=True)
class Three:
    """A baseline and two candidates: one with a shorter prompt, one whose model does not answer everything."""

    url: str
    base: str
    short: str
    deaf: str

    def path(self, rest: str = "") -> str:
        return f"{self.url}/compare?a={self.base}&b={self.short}&b={self.deaf}{rest}"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Three]:
    folder = tmp_path_factory.mktemp("several") / "support"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(".loomwork", "__pycache__"))
    prepare(folder)
    base = evaluate(folder)["run"]
    prompt = folder / "prompts" / "draft.md"
    prompt.write_text(prompt.read_text("utf-8").replace("one or two sentences", "one sentence"), "utf-8")
    short = evaluate(folder)["run"]
    settings = folder / "app.py"
    text = settings.read_text("utf-8")
    assert 'model("smart")' in text
    settings.write_text(text.replace('model("smart")', 'model("deaf")'), "utf-8")
    deaf = evaluate(folder)["run"]
    served = Served(folder=folder)
    served.start()
    yield Three(served.url, base, short, deaf)
    served.stop()


def opened(tab: Opener, address: str, **options: object) -> Page:
    page = tab(address, **options)
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    return page


def rows(page: Page) -> int:
    return int(page.get_by_role("grid").get_attribute("aria-rowcount") or 0) - 1


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_axe_finds_nothing(tab: Opener, three: Three, scheme: str, locale: str):
    page = opened(tab, three.path("&sort=score.terse"), color_scheme=scheme, locale=locale)
    page.keyboard.press("j")
    expect(page.get_by_role("complementary").locator(".section").nth(3)).to_be_visible()
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    page.keyboard.press("c")
    expect(page.locator(".notice .button.primary")).to_be_visible()
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


def test_each_candidate_has_its_difference_interval_p_and_wins(tab: Opener, three: Three):
    page = opened(tab, three.path())
    figures = page.get_by_role("region", name="Figures")
    line = figures.get_by_role("row").filter(has_text=re.compile("^terse"))
    expect(line.get_by_role("img")).to_have_count(2)
    expect(line.get_by_role("img").last).to_have_attribute("aria-label", re.compile("95% interval from"))
    expect(line.get_by_role("cell").last).to_contain_text(re.compile(r"p (<0\.001|\d\.\d{3}) · \d+ / \d+ / \d+"))
    expect(figures).to_contain_text("all 2 candidates together")
    heads = page.get_by_role("grid").get_by_role("columnheader")
    expect(heads).to_have_text([re.compile(each) for each in ("#", "sample", "^A · Baseline", "^B · ", "^C · ")])
    chinese = opened(tab, three.path(), locale="zh-CN")
    expect(chinese.get_by_role("region", name="指标")).to_contain_text("全部 2 个候选")


def test_rows_are_those_that_any_candidate_changed_or_one_and_the_address_says_so(tab: Opener, three: Three):
    page = opened(tab, three.path())
    assert rows(page) == ROWS
    page.get_by_role("button", name=re.compile(r"^Changed \d+")).click()
    expect(page).to_have_url(re.compile("only=changed"))
    page.get_by_role("grid").focus()
    page.keyboard.press("v")
    expect(page).to_have_url(re.compile(f"on={three.short}"))
    shown = page.get_by_role("button", name=re.compile(r"^Changed \d+"))
    wanted = int(re.sub(r"\D", "", shown.inner_text()))
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(wanted + 1))
    page.get_by_label("Order").select_option("score.terse")
    address = page.url
    page.reload()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(wanted + 1))
    assert page.url == address
    expect(page.get_by_label("By which candidate")).to_have_value(three.short)


def test_a_row_opens_with_every_answer_by_keys_alone_and_again_from_its_address(tab: Opener, three: Three):
    page = opened(tab, three.path())
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary")
    heads = panel.get_by_role("heading", level=3)
    expect(heads).to_have_text(["A · Baseline", "B · Candidate", "C · Candidate", "Input"])
    expect(panel.locator("ins").first).to_be_visible()
    assert panel.locator("del").count() == 0
    panel.get_by_role("button", name="As one text").click()
    expect(panel.locator("del").first).to_be_visible()
    expect(panel.get_by_role("link", name=re.compile("^Trace, C"))).to_have_attribute("href", re.compile("^/traces/"))
    page.reload()
    expect(panel.locator("del").first).to_be_visible()
    before = page.url
    page.get_by_role("grid").focus()
    page.keyboard.press("j")
    expect(page).not_to_have_url(before)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_candidates_are_added_to_two_runs_by_keys_and_taken_out_again(tab: Opener, three: Three):
    page = opened(tab, f"{three.url}/compare?a={three.base}&b={three.short}")
    expect(page.get_by_role("region", name="Worst slices")).to_be_visible()
    page.keyboard.press("c")
    page.get_by_role("grid").focus()
    page.keyboard.press("b")  # the newest run stands first
    expect(page.get_by_role("button", name="Compare with 2 candidates")).to_be_enabled()
    page.keyboard.press("c")
    expect(page).to_have_url(three.path())
    page.get_by_role("button", name="Take B out").click()
    expect(page).to_have_url(f"{three.url}/compare?a={three.base}&b={three.deaf}")
    expect(page.get_by_role("region", name="Worst slices")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="B alone beside the baseline").click()
    expect(page).to_have_url(f"{three.url}/compare?a={three.base}&b={three.short}")


def test_the_table_is_saved_whole(tab: Opener, three: Three):
    page = opened(tab, three.path("&only=changed"))
    shown = rows(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export CSV").click()
    head, *lines = csv.reader(Path(saved.value.path()).read_text("utf-8-sig").splitlines())
    assert len(lines) == shown
    assert head[:7] == ["trial", "index", "input", f"a {three.base}", "a_trace", f"b {three.short}", "b_state"]
    assert all(len(line) == len(head) for line in lines)
