"""The playground in a real browser: real inputs, variants that stream, errors, saving, a run over a dataset."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Project, Served

pytestmark = pytest.mark.browser
SLOW = """
[models.slow]
driver = "scripted"
temperature = 0
[[models.slow.rules]]
when = "(?s)(.*)"
text = "late"
wait = 20
"""


def played(page: Page) -> Page:
    expect(page.locator(".variant .cm-content").first).to_be_visible()
    return page


def from_span(tab: Opener, url: str, q: str = "rotate an API key") -> Page:
    """Open the last call of the first trace that says `q`."""
    page = tab(f"{url}/traces?run=last&q={q}")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    page.locator("[role=grid]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".panel .section").first).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator(".said-one").first).to_be_visible()
    page.get_by_role("button", name="Open in playground").click()
    return played(page)


def write(page: Page, place: str, text: str) -> None:
    page.get_by_role("textbox", name=place).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def answer(page: Page, letter: str):
    return page.get_by_role("group", name=f"Answer {letter}")


def test_a_call_opens_with_its_real_inputs_and_is_asked_again(tab: Opener, read_url: str):
    page = from_span(tab, read_url, "onerror")
    expect(page.get_by_label("question")).to_have_value(re.compile("<img src=x onerror=window.__xss=1>"))
    expect(page.locator(".bar")).to_contain_text("prompts/draft.md")
    expect(page.locator(".play-field", has_text="tone")).to_contain_text("as the file says")
    page.keyboard.press("Control+Enter")
    expect(answer(page, "A")).to_contain_text("(scripted)")
    expect(answer(page, "A")).to_contain_text("<img src=x onerror=window.__xss=1>")
    assert page.evaluate("window.__xss") is None
    expect(page.locator(".variant .span-chips .chip").first).to_contain_text("ms")
    page.get_by_role("link", name="Trace", exact=True).click()
    expect(page.locator(".tree-row").first).to_be_visible()


def test_variants_answer_side_by_side_and_are_compared_word_by_word(tab: Opener, read_url: str):
    page = from_span(tab, read_url)
    page.get_by_role("button", name="Variant", exact=True).click()
    expect(page.locator(".variant")).to_have_count(2)
    expect(page.get_by_label("Model").nth(1)).to_have_value("fast")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(answer(page, "A")).to_contain_text("(scripted)")
    expect(answer(page, "B")).to_contain_text("How do I rotate")
    page.get_by_role("button", name="Difference").click()
    expect(answer(page, "B").locator("del").first).to_be_visible()
    expect(answer(page, "A").locator("del")).to_have_count(0)
    assert "show=difference" in page.url
    page.get_by_role("button", name="Remove variant A").click()
    expect(page.locator(".variant")).to_have_count(1)


def test_what_was_edited_is_there_after_a_reload_and_can_be_given_up(tab: Opener, read_url: str):
    page = played(tab(read_url + "/playground?prompt=draft"))
    write(page, "Prompt A", "## user\nIn short: {{ question }} {{ mood }}")
    page.get_by_label("mood").fill("calm")
    expect(page.locator(".variant .chip", has_text="edited")).to_be_visible()
    page.reload()
    expect(played(page).get_by_role("textbox", name="Prompt A")).to_contain_text("In short")
    expect(page.get_by_label("mood")).to_have_value("calm")
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("textbox", name="Prompt A")).to_contain_text("You answer support questions")


def test_an_error_is_told_in_both_languages(tab: Opener, read_url: str):
    page = from_span(tab, read_url)
    page.get_by_label("question").fill("Export failed with E-4012")
    page.keyboard.press("Control+Enter")
    problem = answer(page, "A").get_by_role("alert")
    expect(problem).to_contain_text("the script says so", timeout=20_000)
    english = problem.inner_text()
    page.get_by_role("button", name="中文").click()
    chinese = page.get_by_role("group", name="回答 A").get_by_role("alert")
    expect(chinese).to_contain_text(re.compile(r"[\u4e00-\u9fff]"))
    assert chinese.inner_text() != english


def test_a_text_that_is_no_prompt_says_so_while_it_is_written(tab: Opener, read_url: str):
    page = played(tab(read_url + "/playground?prompt=draft"))
    write(page, "Prompt A", "## user\n{{ question ")
    expect(page.locator(".variant .wrong")).to_be_visible()
    write(page, "Prompt A", "## user\n{{ question }}")
    expect(page.locator(".variant .wrong")).to_have_count(0)


def test_asking_is_stopped(tab: Opener, project: Project, served: Served):
    toml = project.folder / "loomwork.toml"
    toml.write_text(toml.read_text("utf-8").replace("[run]", SLOW + "\n[run]"), "utf-8")
    page = played(tab(served.url + "/playground?prompt=draft"))
    page.get_by_label("Model").select_option("slow")
    page.get_by_label("question").fill("Is it late?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".answer")).to_contain_text("Waiting")
    began = time.monotonic()
    page.locator(".variant-head h2").click()
    page.keyboard.press("Escape")
    expect(page.locator(".answer")).to_contain_text("Stopped")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_enabled()
    assert time.monotonic() - began < 10


def test_saving_writes_the_prompt_s_file(tab: Opener, project: Project, served: Served):
    page = played(tab(served.url + "/playground?prompt=draft"))
    write(page, "Prompt A", "## user\nIn short: {{ question }}\n")
    page.keyboard.press("Control+s")
    expect(page.locator("dialog ins").first).to_be_visible()
    page.locator("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Saved prompts/draft.md")
    assert (project.folder / "prompts/draft.md").read_text("utf-8") == "## user\nIn short: {{ question }}\n"
    expect(page.locator(".variant .chip", has_text="edited")).to_have_count(0)


@pytest.mark.parametrize(("choice", "left"), [("Save over it", "mine"), ("Take what is in the file", "theirs")])
def test_a_file_changed_meanwhile_is_not_overwritten_unseen(
    tab: Opener, project: Project, served: Served, choice: str, left: str, complaints: Complaints
):
    complaints.allowed = ("409",)
    page = played(tab(served.url + "/playground?prompt=draft"))
    write(page, "Prompt A", "## user\nmine {{ question }}\n")
    (project.folder / "prompts/draft.md").write_text("## user\ntheirs {{ question }}\n", "utf-8")
    page.keyboard.press("Control+s")
    page.locator("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("changed meanwhile")
    expect(page.locator("dialog del")).to_contain_text("theirs")
    assert "theirs" in (project.folder / "prompts/draft.md").read_text("utf-8")
    page.get_by_role("button", name=choice).click()
    expect(page.locator("dialog")).to_have_count(0)
    assert left in (project.folder / "prompts/draft.md").read_text("utf-8")
    expect(page.get_by_role("textbox", name="Prompt A")).to_contain_text(left)


def test_a_conversation_is_asked_and_kept_as_a_new_prompt(tab: Opener, project: Project, served: Served):
    page = played(tab(served.url + "/playground"))
    write(page, "Text of user A 2", "Question: {{ question }}")
    page.get_by_label("question").fill("what is this?")
    page.get_by_label("Model").select_option("smart")
    page.keyboard.press("Control+Enter")
    expect(answer(page, "A")).to_contain_text("what is this?")
    page.keyboard.press("Control+s")
    page.get_by_label("Name of the prompt").fill("short")
    page.locator("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Saved prompts/short.md")
    assert "Question: {{ question }}" in (project.folder / "prompts/short.md").read_text("utf-8")


def test_a_call_without_a_prompt_file_is_asked_word_for_word(tab: Opener, read_url: str):
    page = tab(read_url + "/traces?run=last&q=onerror")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    page.locator("[role=grid]").focus()
    page.keyboard.press("Enter")
    page.locator(".tree-row.record").click()
    expect(page.locator(".said-one").first).to_be_visible()
    page.keyboard.press("p")
    said = played(page).get_by_role("textbox", name="Text of user A 1")
    expect(said).to_contain_text("Rewrite as a search query. Question: <img")
    expect(page.locator(".play-inputs")).to_contain_text("word for word")
    write(page, "Text of user A 1", "Question: {{ left }} as it is")
    page.keyboard.press("Control+Enter")
    expect(answer(page, "A")).to_contain_text("{{ left }} as it is")
    page.get_by_role("button", name="Template").click()
    page.get_by_label("left").fill("filled in")
    page.keyboard.press("Control+Enter")
    expect(answer(page, "A")).to_contain_text("filled in as it is")


def test_the_prompt_is_run_over_a_dataset_and_its_grid_opens(tab: Opener, project: Project, served: Served):
    project.run("--limit", "1")
    page = played(tab(served.url + "/playground?prompt=draft"))
    write(page, "Prompt A", "## user\nAt once. Question: {{ question }}\n")
    page.get_by_role("button", name="Run on dataset").click()
    page.get_by_label("Rows").fill("2")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Step")).to_have_value("app:answer")
    expect(dialog).to_contain_text("app:answer uses prompts/draft.md")
    expect(dialog).to_contain_text("What is edited in A is not saved")
    dialog.get_by_role("button", name="Save variant A").click()
    expect(dialog.get_by_text("is not saved")).to_have_count(0)
    page.get_by_role("button", name="Start the run").click()
    page.wait_for_url("**/runs/r*", timeout=30_000)
    assert "At once" in (project.folder / "prompts/draft.md").read_text("utf-8")
    expect(page.locator("[role=row][aria-rowindex='3']")).to_be_visible()


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("place", ["file", "talk", "answered", "open", "save", "run"])
def test_axe_finds_nothing(tab: Opener, read_url: str, place: str, scheme: str):
    path = "/playground" if place == "talk" else "/playground?prompt=draft"
    page = played(tab(read_url + path, color_scheme=scheme))
    if place == "answered":
        page.get_by_label("question").fill("E-4012?")
        page.get_by_role("button", name="Variant", exact=True).click()
        page.keyboard.press("Control+Enter")
        expect(answer(page, "A")).to_contain_text("E-4012?")
        expect(answer(page, "B").get_by_role("alert")).to_be_visible(timeout=20_000)
    elif place == "save":
        page.keyboard.press("Control+s")
    elif place in {"open", "run"}:
        page.get_by_role("button", name={"open": "Open a prompt", "run": "Run on dataset"}[place]).click()
    if place in {"open", "save", "run"}:
        expect(page.get_by_role("dialog")).to_be_visible()
    found = Axe().run(page)
    told = [(each["id"], [node["html"][:160] for node in each["nodes"][:3]]) for each in found.response["violations"]]
    assert told == []
