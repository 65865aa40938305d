"""The monitor of a running server in a real browser: it is there before anybody asks, and marked once it has ended."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from loomwork.kernel.clock import SystemClock
from loomwork.store.keys import KeyRow, SecretRow
from loomwork.store.sqlite.store import SqliteStore
from tests.studio.browser.conftest import Opener, Project, Served
from tests.studio.browser.served_calls import serving
from tests.studio.browser.test_monitor import plant

pytestmark = pytest.mark.browser


def test_a_server_is_shown_before_it_was_asked_and_marked_when_it_has_ended(
    tab: Opener, project: Project, served: Served
):
    with serving(project):
        page = tab(f"{served.url}/monitor")
        processes = page.get_by_role("region", name="Processes")
        expect(processes.locator(".mon-alert")).to_contain_text("Live")
        for name in ("Processor", "Memory", "Event loop late"):  # one chart a unit
            expect(page.get_by_role("slider", name=re.compile(f"^{name}"))).to_be_visible()
        assert Axe().run(page).response["violations"] == []
    page.reload()
    expect(processes.locator(".mon-alert")).to_contain_text("ended")


def legend(chart: Locator) -> str:
    return chart.locator(".mon-legend").inner_text().replace("\n", " ")


@pytest.mark.parametrize(
    ("locale", "first", "whole"), [("en-GB", "first token", "in all"), ("zh-CN", "首个词元", "合计")]
)
def test_axes_show_whole_labels_and_the_legend_says_what_its_numbers_are(
    tab: Opener, project: Project, served: Served, locale: str, first: str, whole: str
):
    plant(project)
    store = SqliteStore(project.folder / ".loomwork" / "store.db", clock=SystemClock())
    secret = SecretRow(key="k1", digest=b"d" * 32, ending="1234", made_ns=1)
    store.keys.create(KeyRow(id="k1", name="the billing service", made_ns=1), secret)
    store.close()
    page = tab(f"{served.url}/monitor?live=off&by=key", locale=locale)
    expect(page.get_by_role("button", name=first)).to_be_visible()
    chart = page.locator(".mon-chart").first
    expect(chart.locator("canvas")).to_be_visible()
    assert legend(chart).startswith(f"{whole} ")
    numbers = [int(each) for each in re.findall(r" (\d+)", legend(chart))]
    assert sum(numbers) == 101  # every request of the time, not those of the last minute
    chart.locator(".mon-plot").hover()
    assert re.match(r"\d\d:\d\d ", legend(chart))
    cost = page.locator(".mon-chart").filter(has_text="USD")
    expect(cost.locator(".mon-legend")).to_contain_text("the billing service")
    left = page.evaluate("""() => [...document.querySelectorAll('.mon-plot .u-over')].map(each => each.offsetLeft)""")
    assert max(left) > min(left)  # each axis takes what its own labels need
    expect(page.get_by_label("密钥" if locale == "zh-CN" else "Key", exact=True).locator("option")).to_contain_text(
        ["the billing service"]
    )
