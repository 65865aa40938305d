"""The try page over a reload: the conversation is there for whoever had it; titles and fields in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.gateway.trying.browser.test_page import PHONE, Opener, ask, is_too_wide, violations
from tests.gateway.trying.served import QUOTE, Place
from tests.studio.browser.conftest import Complaints

pytestmark = pytest.mark.browser


def asked(page: Page) -> list[str]:
    return page.locator(".asked .said").all_inner_texts()


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desk", "phone"])
def test_after_a_reload_the_conversation_is_there_and_goes_on(place: Place, tab: Opener, size: dict[str, Any]):
    page = tab(f"{place.url}/try/double", **size)
    ask(page, "hello")
    expect(page.locator(".answer .tools")).to_have_count(1)
    ask(page, "refunds")
    expect(page.locator(".source")).to_be_visible()
    page.locator(".answer").last.get_by_role("button", name="Bad answer").click()
    expect(page.get_by_text("Thank you: noted.")).to_be_visible()
    page.reload()
    expect(page.locator(".answer .tools")).to_have_count(2)
    assert asked(page) == ["hello", "refunds"]
    expect(page.locator(".answer").first).to_contain_text("answers: hello")
    expect(page.locator(".answer").last.get_by_role("button", name="Bad answer")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.locator(".source").click()
    expect(page.locator("mark")).to_have_text(QUOTE)
    page.keyboard.press("Escape")
    assert (violations(page), is_too_wide(page)) == ([], False)
    ask(page, "go on")
    expect(page.locator(".answer .tools")).to_have_count(3)
    sessions = {each.session for _, each, _ in place.serves.asked}
    turns = place.serves.asked[-1][1].turns
    assert (len(sessions), [each.text for each in turns][::2]) == (1, ["hello", "refunds", "go on"])


def test_a_new_conversation_forgets_the_old_one_over_a_reload(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/answer")
    ask(page, "hello")
    expect(page.locator(".answer .tools")).to_be_visible()
    assert "talk=" in page.url
    page.get_by_role("button", name="New conversation").click()
    assert "talk=" not in page.url
    page.reload()
    expect(page.get_by_label("Your question")).to_be_visible()
    assert asked(page) == []
    ask(page, "again")
    expect(page.locator(".answer .tools")).to_be_visible()
    assert len({each.session for _, each, _ in place.serves.asked}) == 2


def test_somebody_elses_conversation_is_not_shown_and_not_gone_on_with(
    closed: Place, tab: Opener, complaints: Complaints
):
    complaints.allowed = ("401",)
    page = tab(closed.link())
    ask(page, "refunds")
    expect(page.locator(".source")).to_be_visible()
    theirs = page.url
    other = tab(closed.link(name="l2"))
    expect(other.get_by_label("Your question")).to_be_visible()
    other.goto(theirs)
    expect(other.get_by_label("Your question")).to_be_visible()
    assert asked(other) == []
    ask(other, "hello")
    expect(other.locator(".answer .tools")).to_be_visible()
    first, second = (each.session for _, each, _ in closed.serves.asked)
    assert first != second


def test_what_was_stopped_or_refused_says_so_after_a_reload(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/answer")
    ask(page, "wait")
    expect(page.locator(".answer strong")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("alert")).to_have_text("Stopped.")
    ask(page, "busy")
    expect(page.get_by_role("alert")).to_have_count(2)
    page.reload()
    expect(page.get_by_role("alert")).to_have_text(["Stopped.", "Too many people are asking right now."])
    expect(page.locator(".answer strong")).to_have_text("double")


def test_title_words_and_fields_follow_the_language_and_a_form_is_filled_again(place: Place, tab: Opener):
    place.serves.script[""] = []  # the form's answer is data alone
    page = tab(f"{place.url}/try/letter", locale="zh-CN", **PHONE)
    expect(page.get_by_text("按您的语气写一封信。")).to_be_visible()
    page.get_by_label("主题").fill("rain")
    page.get_by_role("button", name="运行").click()
    expect(page.locator("pre")).to_contain_text("rain")
    page.reload()
    expect(page.locator("pre")).to_contain_text("rain")
    expect(page.get_by_label("主题")).to_have_value("rain")
    assert (violations(page), is_too_wide(page)) == ([], False)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Subject")).to_have_value("rain")
    expect(page.get_by_text("A letter in your own tone.")).to_be_visible()
    page.goto(f"{place.url}/try/answer")
    expect(page.get_by_role("heading", name="Refund questions")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="退款问题")).to_be_visible()
    assert page.title() == "退款问题"
