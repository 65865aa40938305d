"""The try page in a real browser: chat and form, both languages, a phone, keyboard, links, ratings, sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from loomwork.store.sqlite.store import SqliteStore
from tests.gateway.trying.served import QUOTE, Place
from tests.studio.browser.conftest import Complaints

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
KINDS: dict[str, dict[str, Any]] = {
    "dark, English, desk": {"color_scheme": "dark", "locale": "en-GB"},
    "light, Chinese, phone": {"color_scheme": "light", "locale": "zh-CN", **PHONE},
    "dark, Chinese, phone": {"color_scheme": "dark", "locale": "zh-CN", **PHONE},
    "light, English, phone": {"color_scheme": "light", "locale": "en-GB", **PHONE},
}
WORDS = {
    "en": {
        "question": "Your question",
        "send": "Send",
        "made": "Show how this was made",
        "run": "Run",
        "close": "Close",
    },
    "zh": {"question": "您的问题", "send": "发送", "made": "查看生成过程", "run": "运行", "close": "关闭"},
}


def ask(page: Page, question: str, words: dict[str, str] = WORDS["en"]) -> None:
    page.get_by_label(words["question"]).fill(question)
    page.get_by_role("button", name=words["send"], exact=True).click()


def violations(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found]


def is_too_wide(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_of_the_page_is_accessible_and_fits(place: Place, tab: Opener, kind: str):
    options = KINDS[kind]
    words = WORDS["zh" if options["locale"] == "zh-CN" else "en"]
    page = tab(f"{place.url}/try/answer", **options)
    title = "退款问题" if words is WORDS["zh"] else "Refund questions"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert violations(page) == []
    place.serves.script["refunds"] = ["x" * 400 + " ", "| a | b |\n|---|---|\n| " + "wide " * 40 + "| c |"]
    ask(page, "refunds", words)
    expect(page.locator(".source")).to_be_visible()
    page.locator(".icon").first.click()
    assert (violations(page), is_too_wide(page)) == ([], False)
    page.locator(".source").click()
    expect(page.locator("mark")).to_have_text(QUOTE)
    assert (violations(page), is_too_wide(page)) == ([], False)
    page.get_by_role("button", name=words["close"]).click()
    page.get_by_role("button", name=words["made"]).click()
    expect(page.locator(".made li")).to_have_count(3)
    assert (violations(page), is_too_wide(page)) == ([], False)
    page.keyboard.press("Escape")
    page.goto(f"{place.url}/try/letter")
    expect(page.get_by_role("button", name=words["run"])).to_be_visible()
    page.get_by_role("button", name=words["run"]).click()  # what is missing is said
    assert (violations(page), is_too_wide(page)) == ([], False)


def test_the_page_follows_the_browsers_language_and_can_be_switched(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/double", locale="zh-CN")
    expect(page.get_by_label("您的问题")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(page.get_by_text("测试替身")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Your question")).to_be_visible()
    page.reload()
    expect(page.get_by_text("A scripted test double answers here")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_an_answer_streams_and_a_conversation_is_one_session(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/double")
    ask(page, "wait")
    expect(page.locator(".answer strong")).to_have_text("double")  # while it is still being answered
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    place.serves.goes_on.set()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    expect(page.get_by_role("status").last).to_contain_text("The answer: A scripted double answers: wait")
    ask(page, "and then")
    expect(page.locator(".answer")).to_have_count(2)
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    first, second = (asked for _, asked, _ in place.serves.asked)
    assert first.session == second.session
    assert [turn.role for turn in second.turns] == ["user", "assistant", "user"]


def test_stop_cancels_the_call_and_the_page_goes_on(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/answer")
    ask(page, "wait")
    expect(page.locator(".answer strong")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    assert place.serves.cancelled.wait(5)
    expect(page.get_by_role("alert")).to_have_text("Stopped.")
    expect(page.get_by_label("Your question")).to_be_focused()
    ask(page, "hello")
    expect(page.locator(".answer").last).to_contain_text("answers: hello")


def test_escape_stops_and_enter_sends(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/answer")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("wait")
    page.keyboard.press("Enter")
    expect(page.locator(".answer strong")).to_be_visible()
    page.keyboard.press("Escape")
    assert place.serves.cancelled.wait(5)


def test_trying_again_asks_anew_in_the_place_of_the_answer(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/answer")
    ask(page, "hello")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    expect(page.locator(".answer")).to_have_count(1)
    assert [(asked.turns[-1].text, asked.fresh) for _, asked, _ in place.serves.asked] == [
        ("hello", False), ("hello", True),
    ]  # fmt: skip


def test_a_thumb_and_a_comment_are_kept(place: Place, tab: Opener, store: SqliteStore):
    page = tab(f"{place.url}/try/answer")
    ask(page, "hello")
    page.get_by_role("button", name="Bad answer").click()
    expect(page.get_by_text("Thank you: noted.")).to_be_visible()
    page.get_by_label("What was good, what was not?").fill("Too short <b>")
    with page.expect_response("**/feedback"):
        page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    (kept,) = store.feedback.list()
    assert (kept.trace, kept.rating, kept.comment) == (place.serves.traces[0], -1, "Too short <b>")


def test_a_source_opens_its_passage_with_the_quote_marked(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/answer")
    ask(page, "refunds")
    page.get_by_role("button", name="Open the passage 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("mark")).to_have_text(QUOTE)
    expect(dialog).to_contain_text("Public holidays delay them.")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Open the passage 1")).to_be_focused()


def test_a_reader_without_permission_is_told_and_shown_nothing(closed: Place, tab: Opener, complaints: Complaints):
    complaints.allowed = ("404",)
    page = tab(closed.link(groups=("guests",)))
    ask(page, "refunds")
    page.locator(".source").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This passage cannot be opened")
    expect(dialog.locator("mark")).to_have_count(0)


def test_a_link_signs_in_once_and_leaves_no_token_in_the_address(closed: Place, tab: Opener, complaints: Complaints):
    complaints.allowed = ("401",)
    link = closed.link()
    page = tab(link)
    expect(page.get_by_text("Signed in as Ada")).to_be_visible()
    assert page.url == f"{closed.url}/try/answer"
    assert page.evaluate("document.cookie") == ""
    page.reload()
    expect(page.get_by_text("Signed in as Ada")).to_be_visible()
    other = tab(link)
    expect(other.get_by_role("alert")).to_contain_text("This link was used before")
    assert closed.trying.store.links.revoke("l1", 5) is not None
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("This page is for people who were sent a link")


def test_an_expired_link_is_told_in_chinese(closed: Place, tab: Opener, complaints: Complaints):
    complaints.allowed = ("401",)
    page = tab(closed.link(days=-1), locale="zh-CN")
    expect(page.get_by_role("alert")).to_contain_text("此链接已过期")


def test_without_the_scopes_there_is_nothing_to_rate_or_to_look_into(closed: Place, tab: Opener):
    page = tab(closed.link(scopes=()))
    ask(page, "hello")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_role("button", name="Good answer")).to_have_count(0)
    expect(page.get_by_role("button", name="Show how this was made")).to_have_count(0)


def test_a_form_asks_for_what_the_step_takes(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/letter")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_label("Subject")).to_be_focused()
    expect(page.get_by_text("Please fill this in.")).to_be_visible()
    page.get_by_label("Subject").fill("Refunds")
    page.get_by_label("Words").fill("12")
    page.get_by_label("Notes").fill("one\ntwo\n")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".answer")).to_contain_text("A scripted double answers")
    (name, asked, _) = place.serves.asked[0]
    assert name == "letter"
    assert asked.values == {"topic": "Refunds", "tone": "kind", "words": 12, "notes": ["one", "two"]}


def test_an_error_is_told_in_words_and_the_question_can_be_asked_again(place: Place, tab: Opener):
    page = tab(f"{place.url}/try/answer")
    ask(page, "busy")
    expect(page.get_by_role("alert")).to_contain_text("Too many people are asking right now.")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
