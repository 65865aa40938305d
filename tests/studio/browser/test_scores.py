"""Scores in a real browser: beside the outputs, worst first, why; as they come in; in two runs; models side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Project, Served, copied
from tests.studio.browser.scored import BOTH, evaluate, loomwork, prepare

pytestmark = pytest.mark.browser
ROWS = 12


@dataclass(frozen=True)
class Scored:
    """A studio over a matrix of two models."""

    url: str
    folder: Path
    matrix: str
    smart: str
    deaf: str


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scored]:
    folder = copied(tmp_path_factory.mktemp("scored") / "support").folder
    prepare(folder)
    told = evaluate(folder, "--models=smart=smart,deaf")
    served = Served(folder=folder)
    served.start()
    smart, deaf = (each["run"] for each in told["variants"])
    yield Scored(served.url, folder, told["matrix"], smart, deaf)
    served.stop()


def opened(tab: Opener, address: str, **options: object) -> Page:
    page = tab(address, **options)
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    return page


def column(page: Page, name: str) -> list[str]:
    """The texts of a column, from the top."""
    at = page.get_by_role("columnheader", name=re.compile(f"^{name}")).get_attribute("aria-colindex")
    return page.locator(f"[role=row] > [role=gridcell][aria-colindex='{at}'] .mono").all_inner_texts()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing_in_a_scored_grid_nor_in_a_matrix(tab: Opener, scored: Scored, scheme: str):
    page = opened(tab, f"{scored.url}/runs/{scored.smart}?item=2&score_of=cites", color_scheme=scheme)
    expect(page.get_by_role("complementary")).to_contain_text("scorer failed")
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    page = opened(tab, f"{scored.url}/matrix/{scored.matrix}", color_scheme=scheme)
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


def test_a_run_shows_its_scores_and_sorts_them_worst_first_by_key_alone(tab: Opener, scored: Scored):
    page = opened(tab, f"{scored.url}/runs/{scored.smart}")
    summary = page.get_by_role("region", name="Scores")
    expect(summary).to_contain_text(re.compile(r"terse\s*0\.\d+\s*\[0\.\d+, 0\.\d+\]"))
    expect(summary).to_contain_text("1 scorer error")
    unsorted = column(page, "terse")
    head = page.get_by_role("columnheader", name=re.compile("^terse"))
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_contain_text("E-4012")
    values = [float(text) for text in column(page, "terse")]
    assert values == sorted(values)
    assert len(values) == ROWS
    assert [float(text) for text in unsorted] != values
    assert "sort=score&by=terse" in page.url
    page.reload()
    expect(page.locator("[role=row][aria-rowindex='2']")).to_contain_text("E-4012")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.locator("[role=row][aria-rowindex='2']")).not_to_contain_text("E-4012")


def test_errors_of_scorers_and_rows_that_they_do_not_apply_to_are_told_apart(tab: Opener, scored: Scored):
    page = opened(tab, f"{scored.url}/runs/{scored.smart}")
    rows = page.locator("[role=row]")
    expect(rows.filter(has_text="SSO").locator(".error")).to_contain_text("cannot read <b>this</b>")
    expect(rows.filter(has_text="退款")).to_contain_text("n/a")
    page.get_by_label("Scores shown").select_option(label="cites: scorer failed")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "2")
    page.get_by_label("Scores shown").select_option(label="cites: not applicable")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "4")


def test_a_score_opens_with_its_reason_and_the_trace_of_its_scorer(tab: Opener, scored: Scored):
    page = opened(tab, f"{scored.url}/runs/{scored.smart}?sort=score&by=terse")
    page.get_by_role("region", name="Scores").get_by_role("button", name=re.compile("^worst")).first.click()
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text("The item failed, so it has the worst score there is.")
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowDown")
    expect(panel).to_contain_text(re.compile(r"\d+ characters"))
    expect(panel).to_contain_text("higher is better")
    panel.get_by_role("link", name="Open the scorer's trace").click()
    expect(page).to_have_url(re.compile("/traces/"))
    expect(page.get_by_text("terse").first).to_be_visible()
    page.goto(f"{scored.url}/traces")
    expect(page.get_by_role("grid")).not_to_contain_text("score")
    page.goto(f"{scored.url}/traces?scoring=yes")
    expect(page.get_by_role("grid")).to_contain_text("score")


def test_scores_that_are_made_while_the_page_is_open_appear(tab: Opener, project: Project, served: Served):
    prepare(project.folder)
    run = project.run()["run"]
    page = opened(tab, f"{served.url}/runs/{run}")
    expect(page.get_by_role("region", name="Scores")).to_have_count(0)
    loomwork(project.folder, "eval", "--run", run, BOTH[0])
    expect(page.get_by_role("columnheader", name=re.compile("^terse"))).to_be_visible()
    expect(page.locator("[role=row][aria-rowindex='2']")).to_contain_text("characters")
    loomwork(project.folder, "eval", "--run", run, BOTH[1])
    expect(page.get_by_role("columnheader", name=re.compile("^cites"))).to_be_visible()
    expect(page.locator("[role=row]").filter(has_text="退款")).to_contain_text("n/a")


def test_a_comparison_says_in_words_what_the_scores_allow_to_be_said(tab: Opener, scored: Scored):
    page = opened(tab, f"{scored.url}/compare?a={scored.smart}&b={scored.deaf}")
    figures = page.get_by_role("region", name="Figures")
    cites = figures.get_by_role("row").filter(has_text=re.compile("^cites"))
    expect(cites).to_contain_text("may be chance")
    expect(cites).to_contain_text("1 / 2 / 5")
    expect(cites.get_by_role("img")).to_have_attribute("aria-label", re.compile("95% interval from"))
    page.get_by_role("button", name=re.compile("cites")).click()
    expect(page.locator("[role=row][aria-rowindex='2']")).to_contain_text("no idea")
    chinese = opened(tab, f"{scored.url}/compare?a={scored.smart}&b={scored.deaf}", locale="zh-CN")
    expect(chinese.get_by_role("region", name="指标")).to_contain_text("偶然")


def test_a_matrix_says_which_rows_break_under_another_model(tab: Opener, scored: Scored):
    page = opened(tab, f"{scored.url}/matrix")
    page.keyboard.press("Enter")
    table = page.get_by_role("region", name="Variants")
    expect(table.get_by_role("row").nth(1)).to_contain_text("baseline")
    expect(table.get_by_role("row").nth(2)).to_contain_text("may be chance")
    expect(table.get_by_role("link", name="Compare deaf with the baseline")).to_be_visible()
    page.keyboard.press("v")
    page.get_by_label("Scorer").select_option(label="cites (3)")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "3")
    broken = page.locator("[role=row][aria-rowindex='2']")
    expect(broken).to_contain_text("passes 1")
    expect(broken).to_contain_text("fails 0")
    assert f"only={scored.deaf}" in page.url
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/runs/{scored.deaf}\?item=\d+&score_of=cites"))
    expect(page.get_by_role("complementary")).to_contain_text("Scores")


def test_a_scored_grid_and_a_matrix_are_told_in_chinese(tab: Opener, scored: Scored, complaints: Complaints):
    page = opened(tab, f"{scored.url}/runs/{scored.smart}", locale="zh-CN")
    expect(page.get_by_role("region", name="评分")).to_contain_text("评分器出错 1 次")
    page = opened(tab, f"{scored.url}/matrix/{scored.matrix}", locale="zh-CN")
    expect(page.get_by_role("region", name="变体")).to_contain_text("基线")
    assert complaints.left() == []
