"""The case board in a real browser, by keyboard alone: from a failed row to a case, to its owner, to its end."""

from __future__ import annotations

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Opener, Project, Served
from tests.studio.browser.scored import evaluate, loomwork, prepare

pytestmark = pytest.mark.browser


def open_two(project: Project) -> tuple[str, int]:
    """Make a case of what failed, one of what scored low; return the run and how many there are."""
    prepare(project.folder)
    run = evaluate(project.folder)["run"]
    loomwork(project.folder, "case", "from", run, "--failed")
    made = loomwork(project.folder, "case", "from", run, "--below", "terse=0.3")
    return run, 1 + len(made["cases"])


def column(page: Page, name: str) -> str:
    return page.get_by_role("region", name=re.compile(f"^{name}, ")).inner_text()


def test_a_case_is_opened_assigned_noted_closed_and_opened_again_without_a_mouse(
    tab: Opener, project: Project, served: Served
):
    prepare(project.folder)
    run = evaluate(project.folder)["run"]
    page = tab(f"{served.url}/runs/{run}?sort=score&by=terse")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_contain_text("E-4012")
    page.keyboard.press("b")
    panel = page.get_by_role("complementary")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("It fails by")).to_have_value("")
    page.keyboard.type("E-4012 again")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/cases\?case=1$"))
    expect(panel).to_contain_text("app:draft")
    expect(page.get_by_role("region", name="open, 1")).to_contain_text("E-4012 again")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(page.locator("#case-1")).to_be_focused()

    page.keyboard.press("t")
    expect(page.get_by_role("region", name="triaged, 1")).to_be_visible()
    expect(page.locator("#case-1")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("#case-owner")).to_be_focused()
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    expect(page.locator("#case-1")).to_contain_text("Ada")
    page.keyboard.press("Tab")
    page.locator("#case-note").focus()
    page.keyboard.type("seen <b>twice</b>")
    page.keyboard.press("Enter")
    expect(panel.locator("ol")).to_contain_text("seen <b>twice</b>")
    page.locator("#case-1").focus()
    page.keyboard.press("]")
    expect(page.get_by_role("button", name="Closed (1)")).to_be_visible()
    expect(panel.locator("ol")).to_contain_text("now closed")
    shown = loomwork(project.folder, "case", "show", "1")
    assert (shown["status"], shown["owner"], shown["note"]) == ("closed", "Ada", "seen <b>twice</b>")
    assert [each["what"] for each in shown["history"]] == ["opened", "status", "owner", "note", "status"]


def test_arrows_lead_from_card_to_card_and_the_open_case_follows(tab: Opener, project: Project, served: Served):
    _, many = open_two(project)
    assert many >= 3
    page = tab(f"{served.url}/cases")
    first = page.locator(".card").first
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".card").nth(1)).to_be_focused()
    number = page.locator(".card").nth(1).get_attribute("id")
    assert number is not None
    expect(page).to_have_url(re.compile(f"case={number.removeprefix('case-')}$"))
    expect(page.get_by_role("complementary")).to_contain_text(f"Case {number.removeprefix('case-')}")
    page.reload()
    expect(page.get_by_role("complementary")).to_contain_text(f"Case {number.removeprefix('case-')}")
    page.get_by_label("Filter cases").fill("E-4012")
    expect(page.locator(".card")).to_have_count(1)
    assert "q=E-4012" in page.url


def test_only_runs_say_that_a_case_is_fixed_and_the_board_hears_of_it(tab: Opener, project: Project, served: Served):
    prepare(project.folder)
    run = evaluate(project.folder)["run"]
    loomwork(project.folder, "case", "from", run, "--failed")
    page = tab(f"{served.url}/cases")
    expect(page.locator("#case-1")).to_be_focused()
    page.keyboard.press("o")
    expect(page.get_by_text("Only a run says that a case is fixed or regressed")).to_be_visible()
    settings = project.folder / "loomwork.toml"
    settings.write_text(settings.read_text("utf-8").replace('fail = "server_error"', 'text = "mended"'), "utf-8")
    project.run()
    expect(page.get_by_role("region", name="fixed, 1")).to_be_visible()
    expect(page.locator("#case-1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary").locator("ol")).to_contain_text("now fixed")


def test_cases_are_saved_as_rows_of_a_regression_test(tab: Opener, project: Project, served: Served):
    open_two(project)
    page = tab(f"{served.url}/cases?case=1")
    expect(page.get_by_role("complementary")).to_contain_text("Case 1")
    with page.expect_download() as download:
        page.get_by_role("complementary").get_by_role("link", name="Export as regression rows").press("Enter")
    rows = [json.loads(line) for line in download.value.path().read_text("utf-8").splitlines()]
    assert [row["_origin"]["case"] for row in rows] == ["1"]


@pytest.mark.parametrize(("scheme", "locale"), [("dark", "en-GB"), ("light", "zh-CN")])
def test_axe_finds_nothing_on_the_board(tab: Opener, project: Project, served: Served, scheme: str, locale: str):
    open_two(project)
    page = tab(f"{served.url}/cases?case=1&closed=1", color_scheme=scheme, locale=locale)
    expect(page.get_by_role("complementary")).to_contain_text("app:draft")
    page.locator("summary").first.press("Enter")
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
