"""Two runs side by side in a real browser: figures with intervals, rows by loss, both outputs, a table to keep."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Served, environment

pytestmark = pytest.mark.browser
AIRLINE = Path(__file__).parents[3] / "examples" / "airline"
ROWS = 60


@dataclass(frozen=True)
class Two:
    """Two runs of recorded conversations, a rule lifted in between."""

    url: str
    a: str
    b: str

    def path(self, rest: str = "") -> str:
        return f"{self.url}/compare?a={self.a}&b={self.b}{rest}"


STEPS = ("parse", "list_actions", "check_policy", "outcome", "review")


def _run(folder: Path, *refreshed: str) -> str:
    command = [sys.executable, "-m", "loomwork.cli.main", "run", "app:review"]
    options = ["--data", "data/conversations.jsonl.xz", "--limit", str(ROWS), "--json"]
    options += [word for step in refreshed for word in ("--refresh", step)]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)["run"]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("compared") / "airline"
    shutil.copytree(AIRLINE, folder, ignore=shutil.ignore_patterns(".loomwork", "__pycache__"))
    before = _run(folder)
    rules = json.loads((folder / "rules.json").read_text("utf-8"))
    rules["rules"] = [rule for rule in rules["rules"] if "cancel_reservation" not in rule["about"]]
    (folder / "rules.json").write_text(json.dumps(rules), "utf-8")
    after = _run(folder, *STEPS)  # times are compared where nothing was reused
    served = Served(folder=folder)
    served.start()
    yield Two(served.url, before, after)
    served.stop()


def opened(tab: Opener, address: str, **options: object) -> Page:
    page = tab(address, **options)
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    return page


def rows(page: Page) -> int:
    return int(page.get_by_role("grid").get_attribute("aria-rowcount") or 0) - 1


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing(tab: Opener, two: Two, scheme: str):
    page = opened(tab, two.path("&only=changed"), color_scheme=scheme)
    page.keyboard.press("j")
    expect(page.locator(".pair")).to_be_visible()
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


def test_figures_have_a_difference_with_its_interval_and_words_for_how_sure_one_can_be(tab: Opener, two: Two):
    page = opened(tab, two.path())
    figures = page.get_by_role("region", name="Figures")
    passed = figures.get_by_role("row").filter(has_text="passed")
    expect(passed).to_contain_text("no pair differs")
    expect(passed.get_by_role("img")).to_have_attribute("aria-label", re.compile("95% interval from"))
    time = figures.get_by_role("row").filter(has_text=re.compile("^time"))
    expect(time).to_contain_text(re.compile("better|worse|chance"))
    chinese = opened(tab, two.path(), locale="zh-CN")
    expect(chinese.get_by_role("region", name="指标")).to_contain_text("每一对都相同")


def test_only_changed_rows_are_shown_where_one_asks_and_the_address_says_so(tab: Opener, two: Two):
    page = opened(tab, two.path())
    assert rows(page) == ROWS
    changed = page.get_by_role("button", name=re.compile(r"^Changed \d+"))
    wanted = int(re.sub(r"\D", "", changed.inner_text()))
    changed.click()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(wanted + 1))
    assert 0 < wanted < ROWS
    assert "only=changed" in page.url
    page.reload()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(wanted + 1))


def test_rows_are_sorted_by_their_loss(tab: Opener, two: Two):
    page = opened(tab, two.path())
    page.get_by_role("button", name=re.compile("time")).click()
    expect(page.get_by_role("columnheader", name=re.compile("time"))).to_have_attribute("aria-sort", "descending")
    first = page.locator("[role=row][aria-rowindex='2'] .mono").last
    page.get_by_role("button", name=re.compile("time")).click()
    expect(page.get_by_role("columnheader", name=re.compile("time"))).to_have_attribute("aria-sort", "ascending")
    expect(first).to_have_text(re.compile("^−"))
    assert "sort=-ms" in page.url


def test_a_row_opens_with_both_outputs_and_what_differs_by_keys_alone(tab: Opener, two: Two):
    page = opened(tab, two.path("&only=changed"))
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary")
    expect(panel.locator(".pair-side del").first).to_be_visible()
    removed = panel.locator(".pair-side").first.locator("del").count()
    assert removed > 0
    assert panel.locator(".pair-side").last.locator("del").count() == 0
    first = page.url
    page.keyboard.press("j")
    expect(page).not_to_have_url(first)
    second = page.url
    page.reload()
    expect(panel.locator(".pair-side del").first).to_be_visible()
    page.keyboard.press("k")
    expect(page).to_have_url(first)
    page.keyboard.press("j")
    expect(page).to_have_url(second)
    expect(panel.get_by_role("heading", level=2)).not_to_have_text("")
    expect(panel.locator("a[href^='/traces/']")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_a_slice_shows_its_rows_alone(tab: Opener, two: Two):
    page = opened(tab, two.path())
    slices = page.get_by_role("region", name="Worst slices")
    line = slices.get_by_role("row").filter(has_text=re.compile("reward"))
    wanted = int(re.search(r"(\d+) pairs", line.first.inner_text())[1])  # pyright: ignore[reportOptionalSubscript] - asserted by the test
    line.first.get_by_role("button").click()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(wanted + 1))
    assert 0 < wanted < ROWS
    assert "key=reward" in page.url
    page.get_by_role("button", name=re.compile("^reward: ")).click()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(ROWS + 1))


def test_the_table_is_saved_whole(tab: Opener, two: Two):
    page = opened(tab, two.path("&only=changed"))
    shown = rows(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export CSV").click()
    text = Path(saved.value.path()).read_text("utf-8-sig")
    lines = [line for line in text.splitlines() if line]
    assert len(lines) == shown + 1
    assert lines[0].startswith("trial,a_index,b_index,state,input,a,b")


def test_two_runs_are_chosen_from_the_list_of_runs_by_keys(tab: Opener, two: Two):
    page = opened(tab, two.url + "/runs")
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    expect(page.get_by_role("status").filter(has_text=two.a)).to_be_visible()
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Comparison")).to_be_visible()
    assert f"a={two.a}&b={two.b}" in page.url
    page.keyboard.press("s")
    page.wait_for_url(f"**/compare?a={two.b}&b={two.a}")


def test_a_candidate_alone_is_compared_with_the_run_before_it(tab: Opener, two: Two):
    page = opened(tab, f"{two.url}/compare?b={two.b}")
    assert f"a={two.a}" in page.url


def test_runs_are_chosen_where_none_is_given(tab: Opener, two: Two):
    page = opened(tab, two.url + "/compare")
    page.keyboard.press("b")
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    expect(page.get_by_role("region", name="Figures")).to_be_visible()
    assert f"a={two.a}" in page.url
    assert f"b={two.b}" in page.url


def test_an_unknown_run_is_said_in_the_person_s_language(tab: Opener, two: Two, complaints: Complaints):
    complaints.allowed = ("404", "400")
    page = tab(f"{two.url}/compare?a=nonesuch&b={two.b}", locale="zh-CN")
    expect(page.get_by_role("alert")).to_contain_text("没有")
