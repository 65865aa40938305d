"""The grid as a person reads it: hits, changes, errors, cells in full, and an address for every state."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.studio.browser.conftest import Complaints, Opener

pytestmark = pytest.mark.browser
XSS = "<img src=x onerror=window.__xss=1>"


def cell(page: Page, row: int, column: str) -> Locator:
    heads = page.locator("[role=columnheader]").all_inner_texts()
    place = next(i for i, text in enumerate(heads) if text.strip().startswith(column))
    return page.locator(f"[role=row][aria-rowindex='{row + 2}'] > [data-column='{place}']")


def opened(tab: Opener, url: str, path: str = "/runs/last", **options: object) -> Page:
    page = tab(url + path, **options)
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    return page


def test_a_reused_cell_is_dim_and_says_hit(tab: Opener, read_url: str):
    page = opened(tab, read_url)
    reused, made = cell(page, 0, "rewrite"), cell(page, 0, "draft")
    expect(reused.locator(".is-hit")).to_have_text("hit")
    expect(made.locator(".is-hit")).to_have_count(0)
    expect(made).to_contain_text("ms")
    colours = [each.locator(".line").evaluate("e => getComputedStyle(e).color") for each in (reused, made)]
    assert colours[0] != colours[1]


def test_the_changed_step_is_badged_with_its_causes_on_focus(tab: Opener, read_url: str):
    page = opened(tab, read_url)
    badge = page.get_by_role("button", name="changed", exact=True)
    expect(badge).to_have_count(1)
    expect(page.get_by_role("columnheader").filter(has=badge)).to_contain_text("draft")
    badge.focus()
    expect(page.get_by_role("tooltip")).to_contain_text("prompts/draft.md")


def test_an_error_is_red_with_its_message(tab: Opener, read_url: str):
    page = opened(tab, read_url)
    failed = cell(page, 3, "draft")
    expect(failed).to_have_class(re.compile(r"\berror\b"))
    expect(failed).to_contain_text("ServerError")
    page.get_by_role("button", name="Failed").click()
    expect(page.locator("[role=grid] [role=rowheader]")).to_have_count(1)
    assert "only=failed" in page.url


def test_enter_opens_a_cell_in_full_and_escape_closes_it(tab: Opener, read_url: str):
    page = opened(tab, read_url)
    grid = page.get_by_role("grid")
    grid.focus()
    for key in ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"]:
        page.keyboard.press(key)
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name="draft")).to_be_visible()
    expect(panel).to_contain_text("退款多久可以到账")
    expect(panel).to_contain_text("You answer support questions in a friendly tone, in one sentence.")
    expect(panel.get_by_role("link", name="Open the trace")).to_have_attribute("href", re.compile(r"^/traces/\w+"))
    page.keyboard.press("ArrowDown")
    expect(panel).to_contain_text("Which plan includes SSO")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(grid).to_be_focused()


def test_a_click_opens_the_item_with_its_input_and_steps(tab: Opener, read_url: str):
    page = opened(tab, read_url)
    cell(page, 3, "sample").click()
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text("the script says so")
    expect(panel).to_contain_text('"locale": "en"')
    panel.get_by_role("button", name="retrieve").click()
    expect(panel.get_by_role("heading", name="retrieve")).to_be_visible()
    expect(panel).to_contain_text("Made in")


def test_why_names_the_prompt_and_the_words_that_changed(tab: Opener, read_url: str):
    page = opened(tab, read_url)
    cell(page, 0, "draft").click()
    page.keyboard.press("w")
    part = page.locator(".section").filter(has_text="Why it ran")
    expect(part).to_contain_text("prompts/draft.md")
    expect(part.locator("del")).to_contain_text("or two sentences")
    expect(part.locator("ins")).to_contain_text("sentence")


def test_an_address_brings_back_what_was_seen(tab: Opener, read_url: str):
    page = opened(tab, read_url)
    page.get_by_label("Filter samples").fill("cap monthly spend")
    expect(page.locator("[role=grid] [role=rowheader]")).to_have_count(1)
    cell(page, 0, "rerank").click()
    expect(page.get_by_role("complementary")).to_contain_text("limits.md")
    again = opened(tab, read_url, page.url.removeprefix(read_url))
    expect(again.get_by_label("Filter samples")).to_have_value("cap monthly spend")
    expect(again.locator("[role=grid] [role=rowheader]")).to_have_count(1)
    expect(again.get_by_role("complementary")).to_contain_text("limits.md")
    page.go_back()
    expect(page.get_by_role("complementary")).to_have_count(0)


def test_rows_are_sorted_where_a_person_asks(tab: Opener, read_url: str):
    page = opened(tab, read_url)
    page.get_by_label("Order").select_option("-state")
    expect(cell(page, 0, "draft")).to_have_class(re.compile(r"\berror\b"))
    page.get_by_role("button", name="sample").click()
    expect(page.get_by_role("columnheader", name="sample")).to_have_attribute("aria-sort", "ascending")
    expect(cell(page, 0, "sample")).to_contain_text("<img")


def test_what_a_model_wrote_is_text_and_nothing_else(tab: Opener, read_url: str):
    page = opened(tab, read_url, "/runs/last?item=10&step=app:draft")
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text(XSS)
    for form in ["Markdown", "JSON", "Text"]:
        panel.get_by_role("button", name=form, exact=True).click()
        expect(panel).to_contain_text("onerror")
    assert page.evaluate("window.__xss") is None
    assert page.locator("img[src=x]").count() == 0


def test_a_run_is_saved_as_a_file(tab: Opener, read_url: str):
    page = opened(tab, read_url)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="CSV").click()
    assert saved.value.suggested_filename.endswith(".csv")


def test_an_unknown_run_is_said_in_the_person_s_language(tab: Opener, read_url: str, complaints: Complaints):
    complaints.allowed = ("404", "400")
    page = tab(read_url + "/runs/r1nonesuch", locale="zh-CN")
    expect(page.get_by_role("alert")).to_contain_text("没有")
