"""Forms: every control has a name of its own, what is no number starts nothing, and narrow windows cut nothing off."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Opener, Project, Served
from tests.studio.browser.whole import PLACES, written

pytestmark = pytest.mark.browser
NAMELESS = """() => [...document.querySelectorAll("input, select, textarea")]
  .filter((each) => !each.hidden && each.type !== "hidden")
  .filter((each) => !each.labels?.length && !each.ariaLabel && !each.getAttribute("aria-labelledby"))
  .map((each) => each.outerHTML.slice(0, 120))"""
"""A placeholder is no name, though axe lets it pass for one."""
OVERLAPS = """() => {
  const shown = [...document.querySelectorAll(".bar-title > *, .bar > .button, .bar > .menu, .bar > .compare-pick")];
  const boxes = shown.map((each) => each.getBoundingClientRect()).filter((box) => box.width > 1 && box.height > 1);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return {
    wide: document.scrollingElement.scrollWidth,
    over: boxes.some((a, i) => boxes.slice(i + 1).some((b) => meet(a, b))),
    out: boxes.filter((box) => box.right > innerWidth + 1).length,
  };
}"""
NARROW: dict[str, Any] = {"viewport": {"width": 480, "height": 860}}
WITH_FIELDS = ("run", "filters", "comparison", "checks", "playground", "prompt tried", "search", "asked", "documents")
HEADS = ("runs", "grid", "playground", "comparison", "datasets", "dataset", "prompts", "search", "cases")
MORE = {"asked": "/knowledge/notes?tab=ask", "cases": "/cases"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, str]]:
    return written(tmp_path_factory.mktemp("whole") / "support")


@pytest.fixture(scope="module")
def url(whole: tuple[Project, dict[str, str]]) -> Iterator[str]:
    served = Served(folder=whole[0].folder)
    served.start()
    yield served.url
    served.stop()


def at(tab: Opener, url: str, runs: dict[str, str], name: str, **options: Any) -> Page:
    place = PLACES.get(name)
    page = tab(url + (place.path.format(**runs) if place else MORE[name]), **options)
    expect(page.locator(place.seen if place else "main h1").first).to_be_visible()
    for key in place.keys if place else ():
        page.keyboard.press(key)
    return page


@pytest.mark.parametrize("name", WITH_FIELDS)
def test_every_control_has_a_name(tab: Opener, url: str, whole: tuple[Project, dict[str, str]], name: str):
    page = at(tab, url, whole[1], name)
    expect(page.locator("input, select, textarea").first).to_be_attached()
    assert page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("name", HEADS)
def test_a_narrow_window_cuts_nothing_off(tab: Opener, url: str, whole: tuple[Project, dict[str, str]], name: str):
    page = at(tab, url, whole[1], name, **NARROW)
    assert page.evaluate(OVERLAPS) == {"wide": 480, "over": False, "out": 0}


def test_a_run_of_abc_rows_is_not_begun(tab: Opener, url: str):
    page = tab(f"{url}/runs/last", locale="zh-CN")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    begin = dialog.locator(".button.primary")
    expect(begin).to_be_enabled()
    limit = dialog.locator("input[inputmode=numeric]").first
    limit.fill("abc")
    expect(limit).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert")).to_have_text("这不是整数")
    expect(begin).to_be_disabled()
    limit.press("Enter")
    expect(dialog).to_be_visible()
    limit.fill("2")
    expect(begin).to_be_enabled()


def test_a_temperature_that_is_no_number_asks_nothing(tab: Opener, url: str):
    page = tab(f"{url}/playground?prompt=draft")
    page.get_by_label("Temperature").fill("warm")
    expect(page.get_by_role("alert")).to_have_text("This is not a number")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_disabled()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".answer")).to_contain_text("Nothing was asked yet")


def test_a_split_says_what_becomes_of_the_rows(tab: Opener, url: str):
    page = tab(f"{url}/datasets/data/questions.jsonl")
    page.get_by_role("button", name="Split").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Share").first.fill("3")
    dialog.get_by_label("Share").last.fill("1")
    expect(dialog.get_by_role("status")).to_contain_text("75%, about 9 rows")
    dialog.get_by_label("Seed").fill("x")
    expect(dialog.get_by_role("button", name="Split")).to_be_disabled()
    dialog.get_by_label("Seed").fill("7")
    dialog.get_by_label("Share").last.fill("none")
    expect(dialog.get_by_role("alert")).to_have_text("This is not a number")
    expect(dialog.get_by_role("button", name="Split")).to_be_disabled()


def test_a_check_with_a_threshold_that_is_none_is_not_made(tab: Opener, url: str):
    page = tab(f"{url}/datasets/data/questions.jsonl?tab=checks&check=1&threshold=abc")
    expect(page.get_by_role("alert")).to_have_text("This is not a number")
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_disabled()
    page.get_by_label("Alike from").fill("0.9")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("group", name="Checks").get_by_role("status")).to_be_visible()


def test_b_on_a_row_that_neither_fails_nor_has_a_score_says_why(tab: Opener, url: str):
    page = tab(f"{url}/runs/last?item=0")
    expect(page.locator(".panel .section").first).to_be_visible()
    page.locator("[role=grid]").focus()
    page.keyboard.press("b")
    expect(page.get_by_role("complementary").get_by_role("alert")).to_contain_text("No case can be opened")


def test_keys_are_coloured_in_a_prompt_s_settings_alone(tab: Opener, url: str):
    page = tab(f"{url}/prompts/draft")
    expect(page.locator(".tok-key").first).to_be_visible()
    before = page.locator(".tok-key").all_inner_texts()
    assert "description:" in before
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nNotes: none")
    expect(page.locator(".cm-content")).to_contain_text("Notes: none")
    assert page.locator(".tok-key").all_inner_texts() == before
    assert "Passages:" not in before


def test_the_second_question_takes_over_and_each_answer_names_its_own(tab: Opener, url: str):
    page = tab(f"{url}/knowledge/notes?tab=ask")
    held: list[Any] = []

    def hold(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)  # the first answer never comes

    page.route(re.compile("/api/knowledge/.*ask"), hold)
    field = page.get_by_label("Question")
    field.fill("Which plan has SSO?")
    field.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Which plan has SSO?")).to_be_visible()
    field.fill("How are keys rotated?")
    field.press("Enter")
    answer = page.get_by_role("article")
    expect(answer.get_by_role("heading").first).to_have_text("How are keys rotated?", timeout=60_000)
    assert "rotated" in page.url
