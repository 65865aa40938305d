"""What the page says is so: jumps in a trace, items counted from 0, names in the reader's language, broken settings."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Opener, Project, Served

pytestmark = pytest.mark.browser


def opened(tab: Opener, url: str, query: str = "") -> Page:
    page = tab(f"{url}/traces{query}")
    expect(page.locator("[role=row][aria-rowindex='2']")).to_be_visible()
    page.locator("[role=grid]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tree-row").first).to_be_visible()
    expect(page.locator(".panel .section").first).to_be_visible()
    return page


def test_the_first_press_goes_to_the_slowest_span_and_nothing_to_find_is_said(tab: Opener, read_url: str):
    page = opened(tab, read_url, "?status=ok")
    trace = page.evaluate("fetch('/api/traces/' + location.pathname.split('/').pop()).then((a) => a.json())")
    page.keyboard.press("s")
    expect(page.locator(".tree-row.at")).to_have_attribute("data-place", str(trace["slowest"][0]))
    expect(page.locator(".tree-count")).to_contain_text(f"1 of {len(trace['slowest'])}")
    page.keyboard.press("s")
    expect(page.locator(".tree-row.at")).to_have_attribute("data-place", str(trace["slowest"][1]))
    if not trace["failed"]:
        page.keyboard.press("f")
        expect(page.locator(".tree-count")).to_have_text("No span failed")
    item = trace["head"]["item"]
    expect(page.get_by_text(re.compile(rf"· item {item}$"))).to_be_visible()


def test_broken_settings_are_said_on_every_page_until_they_are_mended(tab: Opener, served: Served, project: Project):
    page = tab(served.url + "/runs")
    settings = project.folder / "loomwork.toml"
    whole = settings.read_text("utf-8")
    settings.write_text("[run]\nconcurency = 2\n", "utf-8")
    banner = page.locator(".gone", has_text="loomwork.toml:2")
    expect(banner).to_be_visible()
    page.goto(served.url + "/playground")
    expect(banner).to_be_visible()
    expect(page.locator(".play-line .wrong")).to_contain_text("cannot be read")
    settings.write_text(whole, "utf-8")
    expect(banner).to_have_count(0)
    expect(page.locator(".play-line .wrong")).to_have_count(0)
