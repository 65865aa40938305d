"""A request to a server becomes a case: from the list of requests, from a question, from a conversation's turn."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Project, Served
from tests.studio.browser.scored import loomwork
from tests.studio.browser.served_calls import ask, post, serving

pytestmark = pytest.mark.browser
FAILS, FINE = "What is E-4012?", "How do I rotate keys?"


def plant(project: Project) -> None:
    with serving(project) as url:
        ask(url, FAILS)
        trace = ask(url, FINE, user="ada", metadata={"session": "s1"})
        post(url, "/v1/feedback", {"trace": trace, "rating": -1, "comment": "That is the old way."})


def violations(page: Page) -> list[str]:
    return [each["id"] for each in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(
    ("locale", "make", "grid"), [("en-GB", "Make a case", "Requests"), ("zh-CN", "建问题单", "请求")]
)
def test_a_failed_request_is_a_case_of_its_error_by_keys_alone(
    tab: Opener, project: Project, served: Served, locale: str, make: str, grid: str
):
    plant(project)
    page = tab(f"{served.url}/monitor/requests?status=failed", locale=locale)
    page.get_by_role("grid", name=grid).focus()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name=make)
    expect(dialog.get_by_role("checkbox")).not_to_be_checked()
    assert violations(page) == []
    page.keyboard.type("exports fail")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases\?case=1$"), timeout=30_000)
    expect(page.locator(".case-title")).to_have_text("exports fail")
    shown = loomwork(project.folder, "case", "show", "1")
    assert (shown["target"], bool(shown["error"]), shown["title"]) == ("app:answer", True, "exports fail")


def test_a_disliked_answer_is_a_case_with_what_was_said_of_it_until_a_person_ends_it(
    tab: Opener, project: Project, served: Served, complaints: Complaints
):
    complaints.allowed = ("400 (Bad Request)",)  # of the second case
    plant(project)
    page = tab(f"{served.url}/monitor/requests?rated=down")
    page.get_by_role("button", name="Make a case").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox")).to_be_checked()
    dialog.get_by_role("button", name="Make a case").click()
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text("no run decides about it", timeout=30_000)
    expect(panel).to_contain_text("That is the old way.")
    expect(panel).to_contain_text(FINE)
    page.go_back()
    page.get_by_role("button", name="Make a case").click()
    dialog.get_by_role("button", name="Make a case").click()
    expect(dialog.get_by_role("alert")).to_contain_text("is in case 1 already", timeout=30_000)


def test_a_question_and_a_trace_lead_to_a_case(tab: Opener, project: Project, served: Served):
    plant(project)
    page = tab(f"{served.url}/monitor")
    topic = page.locator(".mon-topic").filter(has_text=FINE)
    expect(topic).to_be_visible(timeout=60_000)
    topic.locator("summary").click()
    topic.get_by_role("button", name=f"Make a case of “{FINE}”").click()
    expect(page.get_by_role("dialog", name="Make a case")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"{served.url}/monitor/requests?rated=down")
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Make a case").click()
    expect(page.get_by_role("dialog", name="Make a case")).to_be_visible()
    assert violations(page) == []
