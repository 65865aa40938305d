"""What is written and not saved comes back in every editor, and is thrown away only when somebody says so."""

import re

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Project, Served

pytestmark = pytest.mark.browser
FULL = "() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }"


def append(page: Page, text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)
    expect(page.locator(".cm-content")).to_contain_text(text)


def test_a_prompt_beside_the_grid_comes_back_after_escape(tab: Opener, read_url: str):
    page = tab(f"{read_url}/runs/last?prompt=prompts/draft.md")
    append(page, "Mine, unsaved.")
    page.keyboard.press("Escape")
    expect(page.locator(".toast")).to_contain_text("kept in this browser")
    expect(page.locator(".cm-content")).to_have_count(0)
    page.go_back()
    page.goto(f"{read_url}/prompts/draft")
    expect(page.locator(".cm-content")).to_contain_text("Mine, unsaved.")
    expect(page.get_by_text("This is what you wrote here before")).to_be_visible()
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator(".cm-content")).not_to_contain_text("Mine, unsaved.")
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("Question:")
    expect(page.locator(".cm-content")).not_to_contain_text("Mine, unsaved.")


def test_a_prompt_that_cannot_be_saved_is_not_lost_and_its_fault_is_said_once(
    tab: Opener, served: Served, complaints: Complaints
):
    complaints.allowed = ("400", "422")
    page = tab(f"{served.url}/prompts/draft")
    append(page, "{{ broken")
    expect(page.locator(".prompt-check.problem")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator(".prompt-check[role=alert]")).to_be_visible()
    expect(page.locator(".problem")).to_have_count(1)
    page.get_by_role("navigation").get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
    page.go_back()
    expect(page.locator(".cm-content")).to_contain_text("{{ broken")


def test_a_draft_stands_beside_a_file_that_changed_meanwhile(tab: Opener, served: Served, project: Project):
    page = tab(f"{served.url}/prompts/draft")
    append(page, "Mine, unsaved.")
    page.goto(f"{served.url}/runs")
    project.edit("prompts/draft.md", "one or two sentences", "three sentences")
    page.goto(f"{served.url}/prompts/draft")
    conflict = page.get_by_role("alert")
    expect(conflict.locator("ins").last).to_contain_text("Mine")
    expect(conflict.locator("del").first).to_contain_text("three")


def test_a_row_comes_back_after_escape(tab: Opener, read_url: str):
    page = tab(f"{read_url}/datasets/data/questions.jsonl?line=1")
    page.get_by_role("button", name="Edit").click()
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('{"question": "mine, unsaved"}')
    page.keyboard.press("Escape")
    note = page.get_by_text("You wrote another text here before")
    expect(note).to_be_visible()
    page.reload()
    expect(note).to_be_visible()
    page.get_by_role("button", name="Go on with it").click()
    expect(page.locator(".cm-content")).to_contain_text("mine, unsaved")
    page.get_by_role("button", name="Throw it away").click()
    expect(note).to_have_count(0)
    page.reload()
    expect(page.get_by_role("complementary")).to_contain_text('"question"')
    expect(note).to_have_count(0)


def test_the_browser_asks_before_a_draft_goes_with_the_tab(tab: Opener, read_url: str):
    asked: list[str] = []
    page = tab(f"{read_url}/prompts/draft")
    page.evaluate(FULL)
    append(page, "Mine, kept nowhere.")

    def heard(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", heard)
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("Question:")
    assert asked == ["beforeunload"]


def test_answers_stay_with_the_draft_they_answer(tab: Opener, read_url: str):
    page = tab(f"{read_url}/playground?prompt=draft")
    page.get_by_label("question").fill("Where is it kept?")
    page.keyboard.press("Control+Enter")
    answer = page.get_by_role("group", name="Answer A")
    expect(answer).to_contain_text("Where is it kept?")
    expect(page.locator(".variant .span-chips .chip").first).to_contain_text("ms")
    page.get_by_role("navigation").get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
    page.go_back()
    expect(answer).to_contain_text("Where is it kept?")
    page.reload()
    expect(answer).to_contain_text("Where is it kept?")
    expect(page.get_by_label("question")).to_have_value(re.compile("Where is it kept"))
