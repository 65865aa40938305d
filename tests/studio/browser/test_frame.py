"""The frame of every page: keys, palette, languages, colours, accessibility, and a server that goes and comes back."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Project, Served

pytestmark = pytest.mark.browser
PLACES = {
    "runs": ("/runs", ""),
    "grid": ("/runs/last", ""),
    "cell": ("/runs/last?item=0&step=app:draft&why=1", ""),
    "failed cell": ("/runs/last?item=3&step=app:draft", ""),
    "item": ("/runs/last?item=3", ""),
    "prompt": ("/runs/last?prompt=prompts/draft.md", ""),
    "plan": ("/runs/last", "p"),
    "run": ("/runs/last", "r"),
    "keys": ("/runs/last", "?"),
    "palette": ("/runs/last", "Control+k"),
}


def settled(page: Page, key: str = "") -> Page:
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    if key:
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
    return page


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing(tab: Opener, read_url: str, place: str, scheme: str):
    path, key = PLACES[place]
    page = settled(tab(read_url + path, color_scheme=scheme), key)
    if "item=" in path or "prompt=" in path:
        expect(page.locator(".panel .section").first).to_be_visible()
    if key == "p":
        expect(page.locator("dialog .table")).to_be_visible()
    found = Axe().run(page)
    told = [(each["id"], [node["html"][:160] for node in each["nodes"][:3]]) for each in found.response["violations"]]
    assert told == []


def test_the_language_turns_in_place_and_is_remembered(tab: Opener, read_url: str):
    page = settled(tab(read_url + "/runs/last?item=3"))
    expect(page.get_by_role("complementary")).to_contain_text("Error")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("complementary")).to_contain_text("错误")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.reload()
    expect(page.get_by_role("complementary")).to_contain_text("错误")
    assert tab(read_url + "/runs", locale="zh-CN").locator("html").get_attribute("lang") == "zh"


def test_colours_follow_the_system_until_a_person_chooses(tab: Opener, read_url: str):
    page = settled(tab(read_url + "/runs", color_scheme="light"))
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(251, 251, 250)"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(background) == "rgb(12, 13, 15)"
    page.get_by_role("button", name="Colours").click()
    page.emulate_media(color_scheme="light")
    assert page.evaluate(background) == "rgb(12, 13, 15)"
    page.reload()
    assert page.evaluate(background) == "rgb(12, 13, 15)"


def test_the_palette_goes_anywhere_and_does_anything(tab: Opener, read_url: str):
    page = settled(tab(read_url + "/runs/last"))
    page.keyboard.press("Control+k")
    page.keyboard.type("failed")
    page.keyboard.press("Enter")
    expect(page.locator("[role=grid] [role=rowheader]")).to_have_count(1)
    page.keyboard.press("Control+k")
    page.keyboard.type("runs")
    page.keyboard.press("Enter")
    expect(page).to_have_url(read_url + "/runs")


def test_the_question_mark_lists_the_keys_of_the_place(tab: Opener, read_url: str):
    page = settled(tab(read_url + "/runs/last"), "?")
    expect(page.get_by_role("dialog")).to_contain_text("Why")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_newcomer_needs_no_mouse(tab: Opener, read_url: str):
    page = settled(tab(read_url + "/runs"))
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/runs/r\w+"))
    expect(page.get_by_label("Filter samples")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("E-4012 on a 2 GB")
    page.keyboard.press("Enter")
    expect(page.locator("[role=grid] [role=rowheader]")).to_have_count(1)
    expect(page.get_by_role("grid")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary")).to_contain_text("the script says so")
    page.keyboard.press("w")
    expect(page.locator(".section").filter(has_text="Why it ran")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)


def test_letters_typed_into_a_field_do_nothing_else(tab: Opener, read_url: str):
    page = settled(tab(read_url + "/runs/last"))
    page.keyboard.press("/")
    page.keyboard.type("rpw?")
    expect(page.get_by_label("Filter samples")).to_have_value("rpw?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_server_that_goes_and_comes_back_costs_nothing(
    tab: Opener, project: Project, served: Served, complaints: Complaints
):
    complaints.allowed = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "ERR_CONNECTION_RESET", "ERR_EMPTY")
    project.run()
    page = settled(tab(served.url + "/runs/last?prompt=prompts/draft.md"))
    editor = page.get_by_role("textbox", name="prompts/draft.md")
    editor.get_by_text("one or two sentences").click()
    page.keyboard.press("End")
    page.keyboard.type(" Kept.")
    port = served.port
    served.stop()
    expect(page.get_by_text("The server does not answer")).to_be_visible()
    served.start(port)
    expect(page.get_by_text("The server does not answer")).to_have_count(0)
    expect(page.locator(".status-end")).to_have_text("Connected")
    expect(editor).to_contain_text("Kept.")
    project.run("--limit", "2")
    page.goto(served.url + "/runs")
    expect(page.locator("[role=grid] [role=rowheader]")).to_have_count(2)


def test_two_tabs_see_the_same_run_begin(tab: Opener, project: Project, served: Served):
    first, second = tab(served.url + "/runs"), tab(served.url + "/runs", locale="zh-CN")
    project.run("--limit", "2")
    for page in (first, second):
        expect(page.locator("[role=grid] [role=rowheader]")).to_have_count(1)


def test_a_place_that_does_not_exist_says_so(tab: Opener, read_url: str):
    page = tab(read_url + "/nowhere")
    expect(page.get_by_role("heading")).to_have_text("There is no such page")
    page.get_by_role("link", name="Go to the runs").click()
    expect(page).to_have_url(read_url + "/runs")
