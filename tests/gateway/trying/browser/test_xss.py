"""What models, documents and steps say stays text on the try page: the studio's whole corpus, in every place."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from loomwork.store.sqlite.store import SqliteStore
from tests.gateway.trying.served import Place, serving
from tests.studio.browser.hostile import corpus
from tests.studio.browser.watching import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def hostile(store: SqliteStore) -> Iterator[Place]:
    with serving(store) as place:
        yield place


def test_no_text_of_the_corpus_does_anything(browser: Browser, hostile: Place):
    texts = [each.text for each in corpus()]
    assert len(texts) >= 100
    with Watch(browser=browser, own=hostile.url.partition("//")[2]) as watch:
        page = watch.page
        page.goto(f"{hostile.url}/try/double")
        for start in range(0, len(texts), 20):
            some = texts[start : start + 20]
            question = f"some {start}"
            hostile.serves.script[question] = [piece for text in some for piece in (text[:9], text[9:], "\n\n")]
            page.get_by_label("Your question").fill(question)
            page.keyboard.press("Enter")
            expect(page.locator(".answer .tools").last).to_be_visible()
            expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
            watch.sweep()
        assert watch.noticed == []


def test_no_text_does_anything_as_a_source_a_note_a_label_or_an_error(browser: Browser, hostile: Place):
    with Watch(browser=browser, own=hostile.url.partition("//")[2]) as watch:
        page = watch.page
        for each in [each.text for each in corpus()][:40]:
            hostile.serves.said = each
            page.goto(f"{hostile.url}/try/hostile")
            page.get_by_label("Your question").fill("hostile")
            page.keyboard.press("Enter")
            expect(page.locator(".answer .tools")).to_be_visible()
            page.locator(".source").click()
            expect(page.get_by_role("dialog")).to_be_visible()
            watch.sweep()
            page.keyboard.press("Escape")
            page.get_by_role("button", name="Show how this was made").click()
            expect(page.locator(".made li").first).to_be_visible()
            watch.sweep()
        assert watch.noticed == []
