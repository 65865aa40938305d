"""Prompts in a real browser: texts checked as they are written, versions, what used them, what a model would get."""

import re
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Project, Served, environment

pytestmark = pytest.mark.browser
DRAFT = "/prompts/draft"


def opened(tab: Opener, address: str, **options: object) -> Page:
    page = tab(address, **options)
    expect(page.locator(".cm-content")).to_be_visible()
    return page


def append(page: Page, text: str) -> None:
    """Write at the end of the prompt's text."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def commit(folder: Path, message: str) -> None:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "prompts"], [*who, "commit", "-q", "-m", message]):
        subprocess.run(["git", *words], cwd=folder, check=True, env=environment())


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("rest", ["", "?tab=calls", "?tab=try"])
def test_axe_finds_nothing(tab: Opener, read_url: str, rest: str, scheme: str):
    page = opened(tab, read_url + DRAFT + rest, color_scheme=scheme)
    expect(page.locator(".panel .section").first).to_be_visible()
    expect(page.get_by_text("This text can be used")).to_be_visible()
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


def test_the_list_says_how_often_each_was_used(tab: Opener, read_url: str):
    page = tab(read_url + "/prompts")
    row = page.locator("[role=row][aria-rowindex='2']")
    expect(row).to_contain_text("draft")
    expect(row).to_contain_text("passages, question, tone")
    told = row.locator("[role=gridcell]").all_inner_texts()
    assert told[3:6] == ["2", "24", "2"], "two runs, twelve calls each, of which one failed"
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("draft")


def test_an_error_is_said_at_its_line_as_one_writes(tab: Opener, read_url: str):
    page = opened(tab, read_url + DRAFT, locale="zh-CN")
    append(page, "\n{{ question")
    note = page.locator(".prompt-check")
    expect(note).to_have_class(re.compile("problem"))
    expect(note).to_contain_text(re.compile(r"第 1\d 行"))
    expect(page.locator(".cm-fault")).to_contain_text("question")
    append(page, " }}")
    expect(note).to_contain_text("这段文本可以使用")
    expect(page.locator(".cm-fault")).to_have_count(0)


def test_a_text_is_saved_by_keys_and_only_when_it_can_be_used(
    tab: Opener, served: Served, project: Project, complaints: Complaints
):
    complaints.allowed = ("400", "422")
    path = project.folder / "prompts/draft.md"
    before = path.read_text("utf-8")
    page = opened(tab, served.url + DRAFT)
    append(page, "{{ broken")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_be_visible()
    assert path.read_text("utf-8") == before
    append(page, " }}")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("not saved")).to_have_count(0)
    assert path.read_text("utf-8") == before + "{{ broken }}"


def test_an_edit_from_outside_is_shown_beside_ones_own(
    tab: Opener, served: Served, project: Project, complaints: Complaints
):
    complaints.allowed = ("409",)
    path = project.folder / "prompts/draft.md"
    page = opened(tab, served.url + DRAFT)
    append(page, "My own line.")
    project.edit("prompts/draft.md", "one or two sentences", "three sentences")
    conflict = page.get_by_role("alert")
    expect(conflict.locator("ins").last).to_contain_text("My own")
    expect(conflict.locator("del").first).to_contain_text("three")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_role("button", name="Write mine over it").click()
    expect(conflict).to_have_count(0)
    text = path.read_text("utf-8")
    assert "My own line." in text
    assert "one or two sentences" in text


def test_versions_name_their_commits_and_runs_and_differ_word_by_word(tab: Opener, served: Served, project: Project):
    commit(project.folder, "First words")
    project.run()
    project.edit("prompts/draft.md", "one or two sentences", "one short sentence")
    project.run()
    page = opened(tab, served.url + DRAFT)
    panel = page.get_by_role("complementary")
    versions = panel.locator("li.section")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("in the file")
    expect(versions.last).to_contain_text("First words")
    expect(versions.last).to_contain_text("11 items ok, 1 failed")
    versions.last.get_by_role("button", name=re.compile("Compare from")).click()
    versions.first.get_by_role("button", name=re.compile("Compare to")).click()
    change = page.get_by_role("group", name=re.compile("What changed"))
    assert "before=" in page.url
    assert "after=" in page.url
    expect(change.locator("del").first).to_have_text("or")
    expect(change.locator("ins").first).to_contain_text("short")
    page.keyboard.press("Escape")
    versions.last.get_by_role("button", name="Read").click()
    page.get_by_role("button", name="Take this text").click()
    expect(page.locator(".cm-content")).to_contain_text("one or two sentences")
    expect(page.get_by_text("not saved")).to_be_visible()


def test_the_calls_that_used_it_lead_to_their_traces(tab: Opener, read_url: str):
    page = opened(tab, read_url + DRAFT + "?tab=calls")
    panel = page.get_by_role("complementary")
    expect(panel.locator(".call")).to_have_count(24)
    panel.get_by_label("Only failed").check()
    expect(panel.locator(".call")).to_have_count(2)
    assert "only=failed" in page.url
    panel.locator(".call").first.get_by_role("link").first.click()
    page.wait_for_url("**/traces/*")


def test_what_a_model_would_get_is_filled_in_as_one_types_and_is_text_alone(tab: Opener, read_url: str):
    page = opened(tab, read_url + DRAFT)
    page.keyboard.press("3")
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text("Still needed: passages, question")
    panel.get_by_label(re.compile("^question")).fill("<img src=x onerror=window.__xss=1>?")
    panel.get_by_label(re.compile("^passages")).fill('["one", "two"]')
    expect(panel.locator(".try-message").last).to_contain_text("Question: <img src=x")
    expect(panel.locator(".try-message").first).to_contain_text("friendly")
    panel.get_by_label(re.compile("^tone")).fill("dry")
    expect(panel.locator(".try-message").first).to_contain_text("in a dry tone")
    assert page.evaluate("window.__xss") is None


def test_it_opens_in_the_playground(tab: Opener, read_url: str):
    page = opened(tab, read_url + DRAFT)
    page.keyboard.press("p")
    page.wait_for_url("**/playground?prompt=draft")
    expect(page.locator(".cm-content").first).to_contain_text("You answer support questions")


def test_a_missing_prompt_is_said_in_the_person_s_language(tab: Opener, read_url: str, complaints: Complaints):
    complaints.allowed = ("404", "400")
    page = tab(read_url + "/prompts/nonesuch", locale="zh-CN")
    expect(page.get_by_role("alert")).to_contain_text("没有")
