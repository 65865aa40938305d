"""A newcomer's path, in both languages, by mouse and without one: run, read what broke, edit, compare, keep a row.

The project's models are scripted doubles; one of them fails at one row.
"""

import json
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.studio.browser.conftest import Opener, Project, Served

pytestmark = pytest.mark.browser
WORDS = {
    "en": {
        "Run": "Run",
        "Target": "Target",
        "Data": "Data",
        "Start": "Start the run",
        "Runs": "Runs",
        "done": "done",
        "Trace": "Open the trace",
        "Edit": "Edit the prompt",
        "Save": "Save",
        "Comparison": "Comparison",
        "Baseline": "Baseline",
        "Candidate": "Candidate",
        "Traces": "Traces",
        "AddRow": "Add to dataset",
        "Add": "Add",
        "changed": "changed",
        "none yet": "No runs yet",
        "added": "Added to data/questions.jsonl, line 13",
    },
    "zh": {
        "Run": "运行",
        "Target": "目标",
        "Data": "数据",
        "Start": "开始运行",
        "Runs": "运行",
        "done": "完成",
        "Trace": "打开调用链",
        "Edit": "编辑提示词",
        "Save": "保存",
        "Comparison": "对比",
        "Baseline": "基线",
        "Candidate": "候选",
        "Traces": "调用链",
        "AddRow": "加入数据集",
        "Add": "加入",
        "changed": "已改",
        "none yet": "还没有运行",
        "added": "已加入 data/questions.jsonl 第 13 行",
    },
}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
HOMES = {"Runs": "/runs", "Comparison": "/compare", "Traces": "/traces"}
STEPS = ("rewrite", "retrieve", "rerank", "draft", "answer")
FAILS = 3
"""Which row of the data fails, at `draft`."""


@dataclass(kw_only=True)
class Person:
    """Somebody at the page, who reads one language and uses a mouse, or none."""

    page: Page
    words: dict[str, str]
    has_mouse: bool

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def do(self, what: Locator) -> None:
        """Use a button or a link."""
        if self.has_mouse:
            what.click()
        else:
            self.reach(what)
            self.press("Enter")

    def reach(self, what: Locator) -> None:
        """Come to an element with the Tab key alone."""
        expect(what).to_be_visible()
        for _ in range(120):
            if what.evaluate(
                "element => element === document.activeElement || element.contains(document.activeElement)"
            ):
                return
            self.press("Tab")
        raise AssertionError(f"the Tab key never comes to {what}")

    def go(self, place: str) -> None:
        """Go to a page of the studio."""
        if self.has_mouse:
            self.page.get_by_role("navigation").get_by_role("link", name=self.words[place], exact=True).click()
        else:
            self.press("Control+k")
            self.page.keyboard.type(self.words[place])
            self.press("Enter")
        self.page.wait_for_url(f"**{HOMES[place]}*")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.words[place])

    def write(self, label: str, text: str) -> None:
        """Write into a field of the dialog."""
        field = self.page.get_by_role("dialog").get_by_label(self.words[label], exact=True)
        if self.has_mouse:
            field.click()
        else:
            self.reach(field)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=self.words[name], exact=True)


@pytest.mark.parametrize("has_mouse", [True, False], ids=["mouse", "keyboard"])
@pytest.mark.parametrize("language", WORDS)
def test_a_newcomer_s_path(tab: Opener, project: Project, served: Served, language: str, has_mouse: bool):
    page = tab(served.url, locale=LOCALES[language])
    person = Person(page=page, words=WORDS[language], has_mouse=has_mouse)
    expect(page.get_by_role("heading", name=person.words["none yet"])).to_be_visible()
    begin_a_run(person)
    read_what_broke(person)
    edit_the_prompt(person)
    assert "Be brief." in (project.folder / "prompts/draft.md").read_text("utf-8")
    see_that_only_the_end_ran(person)
    compare(person)
    keep_a_row(person)
    row = json.loads((project.folder / "data/questions.jsonl").read_text("utf-8").splitlines()[-1])
    assert row["question"].startswith("What does “rotate” mean")
    assert row["_origin"]["run"]


def begin_a_run(person: Person) -> None:
    if person.has_mouse:
        person.button("Run").click()
    else:
        person.press("r")
    person.write("Target", "app:answer")
    person.write("Data", "data/questions.jsonl")
    start(person)


def start(person: Person) -> None:
    page = person.page
    before = page.url.split("?")[0]
    person.do(page.get_by_role("dialog").get_by_role("button", name=person.words["Start"], exact=True))
    page.wait_for_url(lambda url: "/runs/r" in url and url.split("?")[0] != before)
    expect(page.locator(".bar .chip")).to_have_text(person.words["done"])
    expect(page.locator("[role=grid] [role=rowheader]")).to_have_count(12)


def cell(person: Person, row: int, step: str) -> Locator:
    return person.page.locator(f"[role=row][aria-rowindex='{row + 2}'] > [data-column='{STEPS.index(step) + 2}']")


def open_cell(person: Person, row: int, step: str) -> None:
    """Open a cell of the grid."""
    if person.has_mouse:
        cell(person, row, step).click()
    else:
        person.reach(person.page.get_by_role("grid"))
        person.press("Control+Home", *["ArrowDown"] * row, *["ArrowRight"] * (STEPS.index(step) + 2), "Enter")
    expect(person.page.get_by_role("complementary").get_by_role("heading", name=step, exact=True)).to_be_visible()


def read_what_broke(person: Person) -> None:
    page = person.page
    expect(page.locator(".grid-cell.error")).to_have_count(2)
    open_cell(person, FAILS, "draft")
    expect(page.get_by_role("complementary")).to_contain_text("ServerError")
    person.do(page.get_by_role("link", name=person.words["Trace"]))
    expect(page.locator(".tree-row.failed").first).to_be_visible()
    expect(page.locator(".panel .span-error")).to_contain_text("the script says so")


def edit_the_prompt(person: Person) -> None:
    page = person.page
    person.go("Runs")
    if person.has_mouse:
        page.get_by_role("link", name="app:answer").click()
    else:
        person.reach(page.get_by_role("grid"))
        person.press("Enter")
    expect(page.locator("[role=grid] [role=rowheader]")).to_have_count(12)
    open_cell(person, 0, "draft")
    person.do(person.button("Edit"))
    editor = page.get_by_role("textbox", name="prompts/draft.md")
    expect(editor).to_contain_text("one or two sentences")
    if person.has_mouse:
        editor.get_by_text("one or two sentences").click()
    else:
        person.reach(editor)
        person.press("Control+Home", *["ArrowDown"] * 6)
    person.press("End")
    page.keyboard.type(" Be brief.")
    if person.has_mouse:
        person.button("Save").click()
    else:
        person.press("Control+s")
    expect(page.locator(".toast")).to_be_visible()
    if person.has_mouse:
        page.get_by_role("complementary").get_by_role("button", name=person.words["Run"], exact=True).click()
    else:
        person.press("Escape", "r")
    start(person)


def see_that_only_the_end_ran(person: Person) -> None:
    page = person.page
    expect(page.locator(".grid-cell .is-hit")).to_have_count(3 * 12)
    for step in STEPS[:3]:
        expect(page.locator(f".grid-space [data-column='{STEPS.index(step) + 2}'] .is-hit")).to_have_count(12)
    badge = page.get_by_role("columnheader").filter(has=page.get_by_text(person.words["changed"], exact=True))
    expect(badge).to_have_count(1)
    expect(badge).to_contain_text("draft")


def compare(person: Person) -> None:
    page = person.page
    person.go("Comparison")
    expect(page.locator("[role=row][aria-rowindex='3']")).to_be_visible()
    if person.has_mouse:
        for row, side in [(3, "Baseline"), (2, "Candidate")]:
            if page.locator(f"[role=row][aria-rowindex='{row}'] button").count():
                line = page.locator(f"[role=row][aria-rowindex='{row}']")
                line.get_by_role("button", name=person.words[side], exact=True).click()
    else:
        person.press("b", "ArrowDown", "a")
    expect(page.locator(".pair-changed")).to_have_count(11)
    expect(page.locator(".pair-both_failed")).to_have_count(1)


def keep_a_row(person: Person) -> None:
    page = person.page
    person.go("Traces")
    first = page.locator("[role=row][aria-rowindex='2']")
    expect(first).to_be_visible()
    if person.has_mouse:
        first.locator("[data-column='1']").click()
    else:
        person.press("j")
    expect(page.get_by_role("complementary").locator(".section").first).to_be_visible()
    person.do(page.get_by_role("complementary").get_by_role("button", name=person.words["AddRow"], exact=True))
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".cm-content")).to_contain_text("question")
    person.do(dialog.get_by_role("button", name=person.words["Add"], exact=True))
    expect(dialog).to_contain_text(person.words["added"])
