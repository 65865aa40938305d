"""Reviewing in a real browser, by keyboard alone: six pairs, a reload in the middle, a second person, the result."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Project, Served

pytestmark = pytest.mark.browser
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"
APP = '''
from loomwork import step

STYLE = "kindly"

@step
def reply(text: str) -> str:
    """A scripted reply: no model is asked."""
    return f"{text}, said {STYLE}"
'''
ROWS = 6


@dataclass(frozen=True)
class Two:
    """A studio over two runs of six rows that say things differently."""

    url: str
    a: str
    b: str


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("reviewed") / "replies"
    (folder / "data").mkdir(parents=True)
    (folder / "loomwork.toml").write_text("")
    (folder / "app.py").write_text(APP)
    project = Project(folder=folder)
    texts = [f"question {number}" for number in range(ROWS - 1)]
    data = project.rows("rows.jsonl", [{"text": text, "expected": f"{text}?"} for text in (*texts, XSS)])
    a = project.run(target="app:reply", data=data)["run"]
    project.edit("app.py", "kindly", "briefly")
    b = project.run(target="app:reply", data=data)["run"]
    served = Served(folder=folder)
    served.start()
    yield Two(served.url, a, b)
    served.stop()


def make(page: Page, two: Two, title: str, *, second: bool = True, criteria: str = "") -> None:
    """Make a review in the dialog, without a mouse."""
    page.goto(f"{two.url}/review?new=1&run={two.a}{f'&other={two.b}' if second else ''}")
    field = page.get_by_label("Title")
    expect(field).to_be_focused()
    page.keyboard.type(title)
    if criteria:
        for _ in range(3):
            page.keyboard.press("Tab")
        expect(page.get_by_label("Criteria")).to_be_focused()
        page.keyboard.type(criteria)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("heading", name="No. 1", exact=True)).to_be_visible()


def call_me(page: Page, name: str) -> None:
    """Answer under another name."""
    page.keyboard.press("w")
    expect(page.get_by_label("Reviewer")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reviewer")).to_have_value(name)


def choose(page: Page, number: int, style: str) -> None:
    """Press the arrow towards the side that says it in a style."""
    expect(page.get_by_role("heading", name=f"No. {number}", exact=True)).to_be_visible()
    left = page.get_by_role("region", name="Left")
    expect(left).to_be_visible()
    page.keyboard.press("ArrowLeft" if f"said {style}" in left.inner_text() else "ArrowRight")


def answered(page: Page, count: int) -> None:
    expect(page.get_by_text(f"{count} of {ROWS} answered")).to_be_visible()


def finish(page: Page) -> None:
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Show it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Result")).to_be_visible()


def fact(page: Page, table: str, row: int, column: int) -> str:
    return (
        page.get_by_role("region", name=table, exact=True)
        .locator("tbody tr")
        .nth(row)
        .locator("td")
        .nth(column)
        .inner_text()
    )


def test_six_pairs_by_keyboard_with_a_reload_in_the_middle_and_a_second_person(tab: Opener, two: Two):
    page = tab(f"{two.url}/review")
    make(page, two, "which is nicer")
    call_me(page, "ada")
    shown = page.get_by_role("main").inner_text()
    assert two.a not in shown
    assert two.b not in shown
    for number in (1, 2, 3):
        choose(page, number, "briefly")
        answered(page, number)
    expect(page.get_by_role("heading", name="No. 4", exact=True)).to_be_visible()
    page.reload()
    answered(page, 3)
    expect(page.get_by_role("heading", name="No. 4", exact=True)).to_be_visible()
    choose(page, 4, "kindly")
    answered(page, 4)
    page.keyboard.press("u")
    answered(page, 3)
    choose(page, 4, "briefly")
    expect(page.get_by_role("heading", name="No. 5", exact=True)).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_label("Comment on no. 4")).to_be_focused()
    page.keyboard.type("neither answers; left as it is")
    page.keyboard.press("Escape")
    expect(page.get_by_text("The comment on no. 4 is kept")).to_be_visible()
    page.keyboard.press("t")
    answered(page, 5)
    choose(page, 6, "briefly")
    answered(page, ROWS)
    expect(page.get_by_text("All that you are asked is answered.")).to_be_visible()
    finish(page)
    expect(page.get_by_text(f"{two.b} is preferred in 5 of 6 pairs.")).to_be_visible()
    expect(page.get_by_text("Only one person has answered.")).to_be_visible()

    call_me(page, "bo")
    for number in range(1, ROWS + 1):
        choose(page, number, "kindly" if number == 2 else "briefly")
        answered(page, number)
    finish(page)
    assert [fact(page, "Agreement", 0, column) for column in (1, 2)] == ["2", "6"]
    assert fact(page, "Agreement", 0, 3).startswith("67%")
    assert fact(page, "Agreement", 0, 4).startswith("-0.09")  # b b b b tie b, b a b b b b: 4/6 beside 25/36
    assert fact(page, "People", 0, 0) == "ada"
    assert fact(page, "People", 0, 4) == "1"


def test_the_kept_answers_are_what_was_pressed(tab: Opener, two: Two):
    page = tab(f"{two.url}/review")
    make(page, two, "kept")
    call_me(page, "cy")
    for number, key in enumerate(("ArrowLeft", "ArrowRight", "t", "b", "s"), start=1):
        expect(page.get_by_role("heading", name=f"No. {number}", exact=True)).to_be_visible()
        expect(page.get_by_role("region", name="Left")).to_be_visible()
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="No. 6", exact=True)).to_be_visible()
    review = page.url.partition("/review/")[2].partition("?")[0]
    said = [
        json.loads(page.request.get(f"{two.url}/api/reviews/{review}/items/{place}?reviewer=cy").text())["answer"]
        for place in range(5)
    ]
    assert [each["verdict"] for each in said] == ["left", "right", "tie", "bad", "skip"]
    assert all(each["spent_ms"] > 0 for each in said)


def test_marks_by_several_criteria_go_on_by_themselves(tab: Opener, two: Two):
    page = tab(f"{two.url}/review")
    make(page, two, "marked", second=False, criteria="correct:yes/no, tone:1-3")
    call_me(page, "dee")
    for number in range(1, ROWS + 1):
        expect(page.get_by_role("heading", name=f"No. {number}", exact=True)).to_be_visible()
        expect(page.get_by_role("group", name="correct")).to_have_attribute("aria-current", "true")
        page.keyboard.press("n" if number == 4 else "y")
        expect(page.get_by_role("group", name="tone")).to_have_attribute("aria-current", "true")
        page.keyboard.press("3" if number % 2 else "2")
        answered(page, number)
    finish(page)
    assert fact(page, "Marks", 0, 0) == "correct"
    assert fact(page, "Marks", 0, 2).startswith("0.83")
    assert fact(page, "Marks", 1, 2).startswith("2.50")
    assert fact(page, "Marks", 0, 3) == "No. 4: 0.00"


def test_of_two_tabs_the_last_answer_counts_and_the_page_says_so(tab: Opener, two: Two):
    page = tab(f"{two.url}/review")
    make(page, two, "twice")
    call_me(page, "eve")
    address = re.sub(r"\?.*", "?at=1", page.url)
    context: BrowserContext = page.context
    other = tab(address, context=context)
    for each in (page, other):
        expect(each.get_by_role("region", name="Left")).to_be_visible()
    page.keyboard.press("t")
    answered(page, 1)
    other.keyboard.press("b")
    expect(other.get_by_text("This item was answered elsewhere under your name")).to_be_visible()
    page.keyboard.press("k")
    page.reload()
    expect(page.get_by_text("your answer: Both bad")).to_be_visible()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing(tab: Opener, two: Two, scheme: str, complaints: Complaints):
    page = tab(f"{two.url}/review", color_scheme=scheme)
    make(page, two, f"looked at {scheme}")
    call_me(page, f"axe {scheme}")
    assert violations(page) == []
    for number in range(1, ROWS + 1):
        choose(page, number, "briefly")
        answered(page, number)
    page.keyboard.press("d")
    expect(page.locator("mark").first).to_be_visible()
    assert page.locator("ins, del").count() == 0  # red and green would take sides
    assert violations(page) == []
    finish(page)
    assert violations(page) == []
    page.goto(f"{two.url}/review")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("n")
    expect(page.get_by_label("Title")).to_be_focused()
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    return [f"{each['id']} {each['nodes'][0]['html']}" for each in Axe().run(page).response["violations"]]


def test_the_page_speaks_chinese(tab: Opener, two: Two):
    page = tab(f"{two.url}/review", locale="zh-CN")
    expect(page.get_by_role("heading", name="评审")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_label("第二次运行")).to_be_visible()
