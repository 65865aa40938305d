"""Traces in a real browser: the list with its filters, peek and live tail; one trace; rows and replays from it."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Opener, Project, Served

pytestmark = pytest.mark.browser
XSS = "<img src=x onerror=window.__xss=1>"


def listed(page: Page) -> Page:
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    return page


def opened(page: Page) -> Page:
    expect(page.locator(".tree-row").first).to_be_visible()
    expect(page.locator(".panel .section").first).to_be_visible()
    return page


def first_trace(tab: Opener, url: str, query: str = "") -> Page:
    page = listed(tab(f"{url}/traces{query}"))
    page.locator("[role=grid]").focus()
    page.keyboard.press("Enter")
    return opened(page)


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def rows(page: Page) -> int:
    return int(page.locator("[role=grid]").get_attribute("aria-rowcount") or 0) - 1


def write(page: Page, text: str) -> None:
    """Put a text in the place of what the window's editor holds."""
    page.locator("dialog .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_filters_are_typed_shown_as_chips_and_kept_in_the_address(tab: Opener, read_url: str):
    page = listed(tab(read_url + "/traces"))
    assert rows(page) == 24
    page.keyboard.press("/")
    page.keyboard.type("status:failed")
    page.keyboard.press("Enter")
    expect(page.locator(".filter-chip")).to_have_count(1)
    expect(page.locator("[role=grid]")).to_have_attribute("aria-rowcount", "3")
    assert asked(page) == {"status": ["failed"]}
    page.reload()
    expect(listed(page).locator("[role=grid]")).to_have_attribute("aria-rowcount", "3")
    page.get_by_role("button", name="Without the filter status failed").click()
    expect(page.locator("[role=grid]")).to_have_attribute("aria-rowcount", "25")


def test_words_are_looked_for_as_they_are_typed_in_any_script(tab: Opener, read_url: str):
    page = listed(tab(read_url + "/traces"))
    page.keyboard.press("/")
    page.keyboard.type("退款多久")
    expect(page.locator("[role=grid]")).to_have_attribute("aria-rowcount", "3")
    page.keyboard.type(" nowhere at all")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    expect(page.locator(".empty")).to_contain_text("24 traces were looked at")


def test_the_filter_window_sets_several_at_once(tab: Opener, read_url: str):
    page = listed(tab(read_url + "/traces"))
    page.keyboard.press("f")
    page.get_by_role("dialog").get_by_label("step", exact=True).fill("draft")
    page.get_by_label("run", exact=True).fill("last")
    page.get_by_label("status", exact=True).select_option("ok")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".filter-chip")).to_have_count(3)
    expect(page.locator("[role=grid]")).to_have_attribute("aria-rowcount", "12")


def test_views_are_kept_by_name_in_the_browser(tab: Opener, read_url: str):
    page = listed(tab(read_url + "/traces?status=failed"))
    page.keyboard.press("v")
    page.get_by_label("Name of the view").fill("what broke")
    page.keyboard.press("Enter")
    page.goto(read_url + "/traces")
    expect(listed(page).locator("[role=grid]")).to_have_attribute("aria-rowcount", "25")
    page.keyboard.press("v")
    page.get_by_role("link", name="what broke").click()
    expect(page.locator("[role=grid]")).to_have_attribute("aria-rowcount", "3")
    page.keyboard.press("v")
    page.get_by_role("button", name="Remove the view what broke").click()
    expect(page.get_by_role("link", name="what broke")).to_have_count(0)


def test_j_and_k_peek_and_enter_opens(tab: Opener, read_url: str):
    page = listed(tab(read_url + "/traces"))
    page.keyboard.press("j")
    expect(page.get_by_role("complementary", name="Trace")).to_be_visible()
    first = asked(page)["peek"]
    page.keyboard.press("j")
    expect(page.locator(".peeked").first).to_be_visible()
    second = asked(page)["peek"]
    assert first != second
    page.keyboard.press("k")
    assert asked(page)["peek"] == first
    page.reload()
    expect(page.get_by_role("complementary", name="Trace")).to_be_visible()
    page.locator("[role=grid]").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    opened(page)
    assert second[0] in page.url
    page.go_back()
    listed(page)


def test_traces_appear_as_they_end(tab: Opener, project: Project, served: Served):
    page = tab(served.url + "/traces")
    expect(page.get_by_role("heading", name="No traces yet")).to_be_visible()
    project.run("--limit", "3")
    expect(page.locator("[role=grid]")).to_have_attribute("aria-rowcount", "4")
    page.get_by_role("button", name="Live").click()
    project.run("--limit", "4")
    expect(page.get_by_role("button", name="Live")).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.locator("[role=grid]")).to_have_attribute("aria-rowcount", "8")


def test_new_traces_wait_while_one_is_looked_at(tab: Opener, project: Project, served: Served):
    project.run("--limit", "2")
    page = listed(tab(served.url + "/traces"))
    page.keyboard.press("j")
    expect(page.get_by_role("complementary")).to_be_visible()
    project.run("--limit", "2")
    page.get_by_role("button", name="2 new traces").click()
    expect(page.locator("[role=grid]")).to_have_attribute("aria-rowcount", "5")


def test_the_tree_walks_folds_and_jumps_by_keys(tab: Opener, read_url: str):
    page = first_trace(tab, read_url, "?run=last&status=failed")
    tree = page.get_by_role("tree")
    expect(tree).to_be_focused()
    expect(page.locator(".tree-row.record")).to_have_count(1)
    everything = page.locator(".tree-row").count()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".tree-row")).to_have_count(everything - 1)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tree-row")).to_have_count(everything)
    page.keyboard.press("w")
    expect(page.locator(".tree-row")).to_have_count(everything - 2)
    page.keyboard.press("f")
    expect(page.locator(".tree-row.at")).to_contain_text("model")
    expect(page.locator(".tree-row.at.failed")).to_be_visible()
    expect(page.locator(".panel .span-error")).to_contain_text("scripted failed")
    assert asked(page)["span"]
    page.keyboard.press("e")
    page.keyboard.press("c")
    expect(page.locator(".tree-row.dimmed.record")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)
    page.keyboard.press("Escape")
    listed(page)
    assert asked(page) == {"run": ["last"], "status": ["failed"]}


def test_search_within_shows_what_was_found_where_it_lies(tab: Opener, read_url: str):
    page = first_trace(tab, read_url, "?run=last&status=ok")
    page.keyboard.press("/")
    page.keyboard.type("rewrite")
    expect(page.locator(".tree-row:not(.dimmed)")).to_have_count(1)
    expect(page.locator(".tree-row.dimmed")).to_contain_text("answer")
    page.keyboard.press("Enter")
    expect(page.locator(".tree-row.at")).to_contain_text("rewrite")
    page.keyboard.press("Escape")
    expect(page.get_by_role("tree")).to_be_focused()
    expect(page.locator(".tree-row.dimmed")).to_have_count(0)


def test_a_model_call_shows_its_conversation_as_text(tab: Opener, read_url: str):
    page = first_trace(tab, read_url, "?run=last&q=onerror")
    page.keyboard.press("End")
    expect(page.locator(".said-one")).to_have_count(3)
    expect(page.locator(".said-one.user")).to_contain_text(XSS)
    expect(page.locator(".said-one.answer")).to_contain_text("(scripted)")
    assert page.evaluate("window.__xss") is None
    expect(page.locator(".panel .chip", has_text="untrusted").first).to_be_visible()
    page.get_by_text("As data").click()
    expect(page.locator(".span-raw .json-key").first).to_be_visible()


def test_what_lies_beneath_a_hit_comes_from_its_record(tab: Opener, read_url: str):
    page = first_trace(tab, read_url, "?run=last&status=ok")
    page.locator(".tree-row.record").click()
    expect(page.locator(".panel-head .chip", has_text="record")).to_be_visible()
    expect(page.locator(".said-one.answer")).to_be_visible()
    page.locator(".tree-row.hit").first.click()
    page.get_by_role("link", name="Open where it was made").click()
    expect(page.locator(".tree-row.hit")).to_have_count(0)
    expect(page.locator(".tree-row.at")).to_contain_text("rewrite")


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("place", ["list", "filters", "views", "peek", "trace", "replay", "row"])
def test_axe_finds_nothing(tab: Opener, read_url: str, place: str, scheme: str):
    page = listed(tab(read_url + "/traces?run=last", color_scheme=scheme))
    if place in {"trace", "replay", "row"}:
        page.locator("[role=grid]").focus()
        page.keyboard.press("Enter")
        opened(page)
        page.keyboard.press("End")
        expect(page.locator(".said-one").first).to_be_visible()
    keys = {"filters": "f", "views": "v", "peek": "j", "replay": "r", "row": "a"}
    if place in keys:
        page.keyboard.press(keys[place])
        expect(page.locator("dialog[open], .panel .section").last).to_be_visible()
    if place == "row":
        expect(page.locator("dialog .cm-content")).to_be_visible()
    found = Axe().run(page)
    told = [(each["id"], [node["html"][:160] for node in each["nodes"][:3]]) for each in found.response["violations"]]
    assert told == []


def test_a_step_s_other_result_is_replayed_and_the_difference_told(tab: Opener, project: Project, served: Served):
    project.run("--limit", "1")
    page = first_trace(tab, served.url)
    page.locator(".tree-row", has_text="draft").click()
    expect(page.locator(".panel-head h2")).to_have_text("draft")
    page.keyboard.press("r")
    page.get_by_label("The text of a prompt").uncheck()
    page.get_by_label("The result of a step").check()
    write(page, '"quite another answer"')
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.locator("dialog ins").first).to_be_visible()
    expect(page.locator("dialog")).to_contain_text("Changed result")
    before = page.url
    page.get_by_role("button", name="Open the new trace").click()
    opened(page)
    expect(page.locator(".panel")).to_contain_text("quite another answer")
    assert page.url != before


def test_json_that_is_none_is_not_sent(tab: Opener, project: Project, served: Served):
    project.run("--limit", "1")
    page = first_trace(tab, served.url)
    page.keyboard.press("r")
    write(page, "{")
    expect(page.get_by_role("alert")).to_have_text("This is not JSON")
    expect(page.get_by_role("button", name="Replay", exact=True)).to_be_disabled()


def test_a_span_s_input_becomes_a_row_with_its_origin(tab: Opener, project: Project, served: Served):
    project.run("--limit", "1")
    page = first_trace(tab, served.url)
    page.keyboard.press("a")
    page.get_by_label("With the output as").check()
    expect(page.locator("dialog .cm-content")).to_contain_text("expected")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("dialog")).to_contain_text("Added to data/questions.jsonl, line 13")
    row = json.loads((project.folder / "data/questions.jsonl").read_text("utf-8").splitlines()[-1])
    assert row["question"] == "How do I rotate an API key without downtime?"
    assert row["expected"]["length"] > 10
    assert row["_origin"]["trace"] in page.url
    assert re.fullmatch(r"r\w+", row["_origin"]["run"])


def test_everything_is_there_in_chinese(tab: Opener, read_url: str):
    page = listed(tab(read_url + "/traces?run=last", locale="zh-CN"))
    expect(page.get_by_role("heading", name="调用链")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("状态:失败")
    page.keyboard.press("Enter")
    expect(page.locator("[role=grid]")).to_have_attribute("aria-rowcount", "2")
    page.locator("[role=grid]").focus()
    page.keyboard.press("Enter")
    opened(page)
    expect(page.locator(".panel")).to_contain_text("错误")
    expect(page.get_by_role("button", name="从此处回放")).to_be_visible()
