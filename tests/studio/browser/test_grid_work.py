"""Work begun from the grid: plan, run, a prompt edited in place, a run of another process, one that is stopped."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.studio.browser.conftest import Opener, Project, Served

pytestmark = pytest.mark.browser
SLOW = '''"""Steps that take their time."""

import asyncio

from loomwork import step


@step
async def think(number: int) -> str:
    await asyncio.sleep(0.4)
    return f"thought {number}"


@step
async def slow(number: int) -> str:
    return await think(number)
'''


def rows(page: Page) -> Locator:
    return page.locator("[role=grid] [role=rowheader]")


def hits(page: Page, column: int) -> Locator:
    return page.locator(f".grid-space [data-column='{column}'] .is-hit")


def planned(plan: Locator, step: str) -> Locator:
    return plan.locator("tr", has=plan.page.get_by_role("cell", name=step, exact=True))


def test_an_edited_prompt_re_runs_only_what_is_stale(tab: Opener, project: Project, served: Served):
    project.run()
    page = tab(served.url + "/runs/last?item=0&step=app:draft")
    page.get_by_role("button", name="Edit the prompt").click()
    editor = page.get_by_role("textbox", name="prompts/draft.md")
    editor.get_by_text("one or two sentences").click()
    page.keyboard.press("End")
    page.keyboard.type(" Be brief.")
    expect(page.get_by_text("Not saved")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator(".toast")).to_contain_text("Saved")
    assert "Be brief." in (project.folder / "prompts/draft.md").read_text("utf-8")
    page.get_by_role("complementary").get_by_role("button", name="Run", exact=True).click()
    before = page.url
    page.get_by_role("dialog").get_by_role("button", name="Start the run").click()
    page.wait_for_url(lambda url: url.split("?")[0] != before.split("?")[0])
    expect(rows(page)).to_have_count(12)
    expect(page.locator(".bar .chip")).to_have_text("done")
    for column, reused in [(2, 12), (3, 12), (4, 12), (5, 0)]:
        expect(hits(page, column)).to_have_count(reused)
    expect(page.get_by_role("columnheader").filter(has_text="changed")).to_contain_text("draft")


def test_an_edit_from_outside_is_shown_with_a_choice(tab: Opener, project: Project, served: Served):
    project.run()
    page = tab(served.url + "/runs/last?prompt=prompts/draft.md")
    editor = page.get_by_role("textbox", name="prompts/draft.md")
    expect(editor).to_contain_text("one or two sentences")
    project.edit("prompts/draft.md", "one or two sentences", "three sentences")
    expect(editor).to_contain_text("three sentences")
    editor.get_by_text("three sentences").click()
    page.keyboard.press("End")
    page.keyboard.type(" Mine.")
    project.edit("prompts/draft.md", "three sentences", "four sentences")
    choice = page.get_by_role("alert")
    expect(choice).to_contain_text("changed on disk while you were editing")
    expect(choice.locator("del")).to_have_text("four")
    expect(editor).to_contain_text("Mine.")
    choice.get_by_role("button", name="Keep mine").click()
    expect(choice).to_have_count(0)
    assert "three sentences. Mine." in (project.folder / "prompts/draft.md").read_text("utf-8")


def test_plan_says_what_will_run_and_why_before_anything_runs(tab: Opener, project: Project, served: Served):
    project.run()
    project.edit("prompts/draft.md", "one or two sentences", "one sentence")
    page = tab(served.url + "/runs/last")
    expect(rows(page)).to_have_count(12)
    page.keyboard.press("p")
    plan = page.get_by_role("dialog")
    expect(planned(plan, "app:draft")).to_contain_text("prompts/draft.md")
    expect(planned(plan, "app:rewrite").locator("td").nth(1)).to_have_text("11")
    page.keyboard.press("Escape")
    expect(plan).to_have_count(0)
    page.goto(served.url + "/runs")
    expect(rows(page)).to_have_count(1)


def test_what_cannot_be_run_is_said_in_the_dialog(tab: Opener, project: Project, served: Served):
    page = tab(served.url + "/runs")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Target").fill("app:nothing")
    dialog.get_by_label("Data").fill("data/questions.jsonl")
    dialog.get_by_role("button", name="Start the run").click()
    expect(dialog.get_by_role("alert")).to_contain_text("nothing")


def test_a_run_of_another_process_appears_and_fills_while_it_runs(tab: Opener, project: Project, served: Served):
    (project.folder / "slow.py").write_text(SLOW, "utf-8")
    data = project.rows("numbers.jsonl", [{"number": n} for n in range(24)])
    page = tab(served.url + "/runs")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    running = project.start("--concurrency", "2", target="slow:slow", data=data)
    expect(page.locator(".chip").filter(has_text="running")).to_be_visible()
    page.get_by_role("link", name="slow:slow").click()
    expect(page.locator(".bar .chip")).to_have_text("running")
    thoughts = page.locator(".grid-space").get_by_text("thought")
    expect(thoughts.nth(3)).to_be_visible()
    assert thoughts.count() < 40
    expect(page.locator(".bar .chip")).to_have_text("done", timeout=30_000)
    expect(rows(page)).to_have_count(24)
    expect(page.get_by_text("thought 23").first).to_be_visible()
    running.wait(30)


def test_a_run_is_stopped_where_it_was_begun(tab: Opener, project: Project, served: Served):
    (project.folder / "slow.py").write_text(SLOW, "utf-8")
    data = project.rows("numbers.jsonl", [{"number": n} for n in range(200)])
    page = tab(served.url + "/runs")
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Target").fill("slow:slow")
    dialog.get_by_label("Data").fill(data)
    dialog.get_by_role("button", name="Start the run").click()
    page.wait_for_url(re.compile(r"/runs/r\w+"))
    expect(rows(page).first).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".bar .chip")).to_have_text("stopped")
    assert rows(page).count() < 200


def test_a_run_whose_process_died_says_so(tab: Opener, project: Project, served: Served):
    (project.folder / "slow.py").write_text(SLOW, "utf-8")
    data = project.rows("numbers.jsonl", [{"number": n} for n in range(200)])
    running = project.start(target="slow:slow", data=data)
    page = tab(served.url + "/runs")
    page.get_by_role("link", name="slow:slow").click()
    expect(page.get_by_text("thought").first).to_be_visible()
    running.kill()
    running.wait(20)
    expect(page.locator(".bar .chip")).to_have_text("crashed", timeout=30_000)
    expect(page.get_by_text("The run's process is gone")).to_be_visible()
