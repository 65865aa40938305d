"""Datasets in a real browser: rows by the page, edits that lose nothing, checks, splits, runs."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Project, Served

pytestmark = pytest.mark.browser
QUESTIONS = "/datasets/data/questions.jsonl"
LONG = 12345678901234567890


def opened(tab: Opener, address: str, **options: object) -> Page:
    page = tab(address, **options)
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    """Replace what an editor holds."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def rows_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("rest", ["?line=2", "?tab=checks&check=1", "?tab=history", "?only=bad"])
def test_axe_finds_nothing(tab: Opener, read_url: str, rest: str, scheme: str):
    page = tab(read_url + QUESTIONS + rest, color_scheme=scheme)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    place = {"?line=2": ".panel pre", "?only=bad": ".empty"}.get(rest, ".page-scroll section")
    expect(page.locator(place).first).to_be_visible()
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


def test_a_dataset_opens_from_the_list_with_its_keys_as_columns(tab: Opener, read_url: str):
    page = opened(tab, read_url + "/datasets")
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    heads = page.get_by_role("columnheader")
    expect(heads).to_have_text(["Line", "question", "locale"])
    page.get_by_role("grid").focus()
    page.keyboard.press("j")
    expect(page.get_by_role("complementary")).to_contain_text('"question"')
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)


def test_a_million_rows_are_listed_by_the_page_and_reached_by_line(tab: Opener, served: Served, project: Project):
    path = project.folder / "data" / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f'{{"n": {n}, "text": "row {n}"}}\n' for n in range(1_000_000))
    page = opened(tab, served.url + "/datasets/data/many.jsonl")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "1000001")
    page.keyboard.press("g")
    page.keyboard.type("987654")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary")).to_contain_text('"row 987653"')
    expect(page.locator("[role=row][aria-rowindex='987655']")).to_contain_text("row 987653")
    page.get_by_role("grid").focus()
    page.keyboard.press("Control+End")
    expect(page.locator("[role=row][aria-rowindex='1000001']")).to_contain_text("row 999999")
    assert page.locator("[role=row]").count() < 100


def test_a_row_is_edited_and_its_long_numbers_stay(tab: Opener, served: Served, project: Project):
    project.rows("long.jsonl", [{"id": LONG, "text": "a"}, {"id": 2, "text": "b"}])
    page = opened(tab, served.url + "/datasets/data/long.jsonl?line=1")
    expect(page.get_by_role("complementary")).to_contain_text(str(LONG))
    page.keyboard.press("e")
    write(page, f'{{\n  "id": {LONG},\n  "text": "c"\n}}')
    page.keyboard.press("Control+s")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_contain_text("c")
    assert rows_of(project.folder / "data/long.jsonl") == [{"id": LONG, "text": "c"}, {"id": 2, "text": "b"}]


def test_what_is_no_row_cannot_be_saved_and_says_why(tab: Opener, served: Served):
    page = opened(tab, served.url + QUESTIONS + "?line=1", locale="zh-CN")
    page.get_by_role("button", name="修改").click()
    write(page, "[1, 2]")
    expect(page.get_by_role("complementary").get_by_role("status")).to_contain_text("一行是一个 JSON 对象")
    expect(page.get_by_role("button", name="保存")).to_be_disabled()


def test_a_file_that_changed_meanwhile_shows_both_and_loses_nothing(
    tab: Opener, served: Served, project: Project, complaints: Complaints
):
    complaints.allowed = ("409",)
    path = project.folder / "data/questions.jsonl"
    page = opened(tab, served.url + QUESTIONS + "?line=1")
    page.get_by_role("button", name="Edit").click()
    write(page, '{"question": "mine", "locale": "en"}')
    project.edit("data/questions.jsonl", "How do I rotate", "theirs: how do I rotate")
    page.get_by_role("button", name="Save").click()
    conflict = page.get_by_role("alert")
    expect(conflict.locator("ins").first).to_have_text("mine")
    expect(conflict.locator("del").first).to_contain_text("theirs")
    page.get_by_role("button", name="Add mine as a new row").click()
    expect(conflict).to_have_count(0)
    expect(page.get_by_role("complementary")).to_contain_text("mine")
    found = rows_of(path)
    assert str(found[0]["question"]).startswith("theirs")
    assert found[-1] == {"question": "mine", "locale": "en"}


def test_a_row_is_added_and_removed_by_keys(tab: Opener, served: Served, project: Project):
    path = project.folder / "data/questions.jsonl"
    before = rows_of(path)
    page = opened(tab, served.url + QUESTIONS)
    page.keyboard.press("n")
    expect(page.get_by_role("dialog").locator(".cm-content")).to_contain_text('"question": ""')
    write(page, '{"question": "new?", "locale": "en"}')
    page.keyboard.press("Control+s")
    expect(page.get_by_role("complementary")).to_contain_text("new?")
    assert rows_of(path) == [*before, {"question": "new?", "locale": "en"}]
    page.get_by_role("grid").focus()
    page.keyboard.press("Delete")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(len(before) + 1))
    assert rows_of(path) == before


def test_bad_lines_are_shown_with_their_reason(tab: Opener, served: Served, project: Project):
    path = project.folder / "data/bad.jsonl"
    path.write_text('{"a": 1}\n{"a": \n[1]\n{"a": 2}\n', "utf-8")
    page = opened(tab, served.url + "/datasets/data/bad.jsonl")
    page.get_by_role("button", name="2 bad").click()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "3")
    expect(page.locator("[role=row][aria-rowindex='2'] .error")).not_to_be_empty()
    assert "only=bad" in page.url
    page.get_by_role("button", name="中文").click()
    expect(page.locator("[role=row][aria-rowindex='2'] .error")).to_have_text(re.compile("[一-鿿]"))


def test_repeats_and_leaks_are_found_and_gone_to(tab: Opener, served: Served, project: Project):
    project.rows("train.jsonl", [{"q": "How do I rotate a key?"}, {"q": "Is it safe?"}, {"q": "how do i rotate a key"}])
    project.rows("test.jsonl", [{"q": "Is it safe?"}, {"q": "Quite another thing"}])
    page = tab(served.url + "/datasets/data/test.jsonl?tab=checks")
    page.get_by_label("Against").select_option("data/train.jsonl")
    page.get_by_role("button", name="Check").last.click()
    found = page.get_by_role("row").filter(has_text="Is it safe?")
    expect(found).to_contain_text("equal")
    found.get_by_role("link", name="2").click()
    expect(page.get_by_role("complementary")).to_contain_text("Is it safe?")
    page.get_by_role("button", name="Checks").click()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="nearly")).to_contain_text("1 equal but for case")
    page.get_by_role("button", name="3", exact=True).click()
    expect(page.get_by_role("complementary")).to_contain_text("how do i rotate a key")


def test_a_dataset_is_split_and_nothing_leaks(tab: Opener, served: Served, project: Project):
    project.rows("all.jsonl", [{"q": f"question number {n}"} for n in range(40)])
    page = opened(tab, served.url + "/datasets/data/all.jsonl")
    page.get_by_role("button", name="Split").click()
    page.get_by_role("dialog").get_by_role("button", name="Split").click()
    page.get_by_role("link", name="Check that nothing leaks").click()
    expect(page.get_by_role("group", name="Checks").get_by_role("status")).to_be_visible()
    parts = [rows_of(project.folder / f"data/all-{name}.jsonl") for name in ("train", "test")]
    assert sum(len(part) for part in parts) == 40
    assert all(parts)


def test_a_dataset_is_run_and_its_history_names_the_run(tab: Opener, served: Served):
    page = opened(tab, served.url + QUESTIONS)
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Data", exact=True)).to_have_value("data/questions.jsonl")
    dialog.get_by_label("Target").fill("app:answer")
    dialog.get_by_role("button", name="Start the run").click()
    page.wait_for_url("**/runs/*")
    run = page.url.rpartition("/")[2].partition("?")[0]
    page.goto(served.url + QUESTIONS + "?tab=history")
    expect(page.get_by_role("row").filter(has_text=run)).to_contain_text("as they are now")


def test_a_new_dataset_says_what_to_do_and_what_a_row_says_is_text(tab: Opener, served: Served):
    page = opened(tab, served.url + "/datasets")
    page.keyboard.press("n")
    page.get_by_role("dialog").get_by_label("File").fill("data/fresh.jsonl")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This dataset has no rows yet")).to_be_visible()
    page.goto(served.url + QUESTIONS + "?q=onerror")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_contain_text("<img src=x")
    assert page.evaluate("window.__xss") is None


def test_a_missing_dataset_is_said_in_the_person_s_language(tab: Opener, read_url: str, complaints: Complaints):
    complaints.allowed = ("404", "400")
    page = tab(read_url + "/datasets/data/nonesuch.jsonl", locale="zh-CN")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("[一-鿿]"))
