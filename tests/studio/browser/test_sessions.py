"""Conversations in a real browser: list, turns, feedback beside them, trace, dataset, keys, a hostile text, axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from loomwork.kernel.clock import SystemClock
from loomwork.store.people import FeedbackRow
from loomwork.store.sqlite.store import SqliteStore
from tests.studio.browser.conftest import Project, Served
from tests.studio.test_sessions import NOW_NS, a_request, spans

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]
HOSTILE = "<img src=x onerror=window.__xss=1> [you](javascript:alert(1))"


@pytest.fixture
def talk(project: Project) -> Iterator[SqliteStore]:
    store = SqliteStore(project.folder / ".loomwork/store.db", clock=SystemClock())
    store.requests.put([a_request(1), a_request(2), a_request(3, session="other", user="bo")])
    store.spans.write([*spans(1, "How much?", "Ten **coins**."), *spans(2, HOSTILE, HOSTILE), *spans(3, "Hi", "Hello")])
    store.feedback.write(FeedbackRow(trace=f"{2:032x}", at_ns=NOW_NS, user="ada", rating=-1, comment=HOSTILE))
    yield store
    store.close()


def violations(page: Page) -> list[object]:
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found]


@pytest.mark.parametrize(("locale", "title", "says"), [("en-GB", "Sessions", "badly"), ("zh-CN", "会话", "差评")])
def test_a_conversation_is_shown_as_turns_with_feedback_beside(
    talk: SqliteStore, served: Served, tab: Opener, locale: str, title: str, says: str
):
    page = tab(f"{served.url}/sessions", locale=locale, color_scheme="light" if locale == "zh-CN" else "dark")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator(".session-button")).to_have_count(2)
    page.locator(".session-button").nth(1).click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(
        page.get_by_role("heading", level=2, name="How much?")
    ).to_be_visible()  # what it began with, and whose it is
    expect(page.locator(".conversation")).to_contain_text("ada")
    expect(page.locator(".turn").first.locator("strong")).to_have_text("coins")
    expect(page.locator(".turn").last.locator(".turn-feedback")).to_contain_text(says)
    expect(page.locator(".turn").last.locator(".turn-feedback")).to_contain_text(HOSTILE)
    assert page.evaluate("window.__xss") is None
    assert page.locator("a[href^=javascript]").count() == 0
    assert violations(page) == []
    assert len(talk.sessions.list()) == 2


def test_a_turn_leads_to_its_trace_and_into_a_dataset(talk: SqliteStore, served: Served, tab: Opener):
    page = tab(f"{served.url}/sessions?session=talk")
    first = page.locator(".turn").first
    first.get_by_role("button", name="Trace").click()
    expect(page.locator(".panel .tree-row").first).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_have_count(0)
    first.get_by_role("button", name="Add to dataset").click()
    expect(page.get_by_role("dialog").locator(".cm-content")).to_contain_text("How much?")


def test_a_turn_can_become_a_case(talk: SqliteStore, served: Served, tab: Opener):
    page = tab(f"{served.url}/sessions?session=talk")
    page.locator(".turn").first.get_by_role("button", name="Make a case").click()
    expect(page.get_by_role("dialog", name="Make a case").get_by_role("checkbox")).to_be_checked()
    assert violations(page) == []


def test_conversations_are_walked_by_keys_and_filtered_by_rating(talk: SqliteStore, served: Served, tab: Opener):
    page = tab(f"{served.url}/sessions")
    expect(page.locator(".session-button")).to_have_count(2)
    page.keyboard.press("j")
    expect(page.locator(".turn")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.locator(".turn")).to_have_count(2)
    assert "session=talk" in page.url
    page.get_by_label("Rated").select_option("down")
    expect(page.locator(".session-button")).to_have_count(1)
    page.get_by_label("Rated").select_option("up")
    expect(page.get_by_text("No conversation is rated so")).to_be_visible()


def test_rated_traces_are_found_by_what_is_typed(talk: SqliteStore, served: Served, tab: Opener):
    page = tab(f"{served.url}/traces")
    expect(page.get_by_role("row")).to_have_count(4)
    page.keyboard.press("/")
    page.keyboard.type("rated:down")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").last).to_contain_text("badly")
    assert talk.feedback.list(rating=-1)[0].trace == f"{2:032x}"
