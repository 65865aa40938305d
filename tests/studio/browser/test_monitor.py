"""The monitor in a real browser: points open their requests without a mouse; both languages; axe finds nothing."""

from __future__ import annotations

import os
import re
import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize, expect

from loomwork.kernel.clock import SystemClock
from loomwork.store.people import EventRow, FeedbackRow
from loomwork.store.requests import AlertRow, ProcessSample, RequestScore
from loomwork.store.rows import RequestRow
from loomwork.store.sqlite.store import SqliteStore
from tests.store.contract_of_requests import a_request
from tests.store.rowmaking import a_span
from tests.studio.browser.conftest import VIEWPORT, Opener, Project, Served
from tests.studio.running import XSS

pytestmark = pytest.mark.browser
MINUTE_NS = 60_000_000_000


def plant(project: Project) -> None:
    """Requests of the last half hour: made up, as are the answers that they stand for."""
    settings = project.folder / "loomwork.toml"
    alerts = "\n[alerts.errors]\nabove = 0.05\n\n[alerts.burn]\nobjective = 0.999\n"
    settings.write_text(settings.read_text("utf-8") + alerts, "utf-8")
    store = SqliteStore(project.folder / ".loomwork" / "store.db", clock=SystemClock())
    now = time.time_ns()
    then = now - MINUTE_NS
    rows = [served_at(number, then - number * MINUTE_NS // 4) for number in range(100)]
    rows.append(a_request("hostile", at_ns=now - 2 * MINUTE_NS, served=XSS, user=XSS, error=XSS, status=500))
    store.requests.put(rows)
    texts = ("How do I return it?", "Can I return my order", "怎么退货？", "我想退货", XSS)
    store.spans.write(
        [
            a_span(f"m{n}", trace=row.trace, start_ns=row.at_ns, end_ns=row.at_ns + 10**9, preview_in=texts[n % 5])
            for n, row in enumerate(rows[:40])
        ]
    )
    said = '{"of":"errors","value":0.2,"limit":0.05}'
    store.watched.fire(AlertRow(name="errors", since_ns=now - 3 * MINUTE_NS, said=said))
    store.watched.score([RequestScore(trace=row.trace, scorer="grounded", at_ns=row.at_ns, value=0.8) for row in rows])
    store.feedback.write(FeedbackRow(trace=rows[0].trace, at_ns=then, user="u1", rating=-1))
    store.events.write([EventRow(at_ns=then, name="sale", session="s1", value_micros=5_000_000, currency="EUR")])
    gpus = '[{"name":"0 card","used":0.4,"memory":10,"memory_of":80}]'
    store.watched.sample(ProcessSample(at_ns=then, pid=7, cpu=0.2, rss=90_000_000, fds=30, lag_ns=10**6, gpus=gpus))
    store.close()


def served_at(number: int, at_ns: int) -> RequestRow:
    failed, hit = number % 20 == 3, number % 5 == 0
    return a_request(
        f"q{number}",
        at_ns=at_ns,
        key=f"k{number % 3}",
        model=("fast", "smart")[number % 2],
        user=f"u{number % 7}",
        session=f"s{number % 11}",
        status=503 if failed else 200,
        error="ModelDown" if failed else "",
        cached="exact" if hit else "",
        saved_micros=30 if hit else 0,
        flags=4 if number % 9 == 0 else 0,
    )


def test_a_point_opens_its_requests_and_they_their_trace_by_keys(tab: Opener, project: Project, served: Served):
    plant(project)
    page = tab(f"{served.url}/monitor")
    requests = page.get_by_role("slider", name=re.compile("^Requests"))
    requests.focus()
    page.keyboard.press("End")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(requests).to_have_attribute("aria-valuetext", re.compile(r"answered [1-9]"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/monitor/requests\?since=\d+&until=\d+$"))
    expect(page.get_by_role("grid", name="Requests")).to_be_visible()
    assert 2 <= page.locator("[role=row]").count() <= 7  # a minute of four requests, and the heads
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/traces/[0-9a-f]{32}$"))


def test_errors_are_filtered_and_the_filter_taken_off(tab: Opener, project: Project, served: Served):
    plant(project)
    page = tab(f"{served.url}/monitor/requests?status=failed")
    expect(page.locator("[role=row]")).to_have_count(7)
    expect(page.get_by_role("grid")).to_contain_text(XSS)
    page.get_by_role("button", name=re.compile("status: failed")).click()
    expect(page).to_have_url(re.compile(r"/monitor/requests$"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Monitor")).to_be_visible()


def test_keys_change_time_and_dimension_and_the_table_follows(tab: Opener, project: Project, served: Served):
    plant(project)
    page = tab(f"{served.url}/monitor?live=off")
    expect(page.get_by_role("region", name="By model")).to_contain_text("smart")
    page.keyboard.press("b")
    expect(page.get_by_role("region", name="By step")).to_be_visible()
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("range=6h"))
    page.get_by_label("Key", exact=True).select_option("k1")
    expect(page).to_have_url(re.compile("key=k1"))
    page.keyboard.press("t")
    expect(page).not_to_have_url(re.compile("live=off"))


def test_alerts_topics_and_business_are_shown(tab: Opener, project: Project, served: Served):
    plant(project)
    page = tab(f"{served.url}/monitor")
    alerts = page.get_by_role("region", name="Alerts")
    expect(alerts).to_contain_text("firing")
    expect(alerts).to_contain_text("0.2, limit 0.05")
    expect(alerts).to_contain_text("never fired")
    expect(alerts).to_contain_text("failed requests")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("region", name="告警")).to_contain_text("失败的请求")
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.get_by_role("region", name="What people ask about")).to_contain_text("return", timeout=60_000)
    page.get_by_role("button", name="not answered", exact=True).click()
    expect(page.get_by_role("region", name="Asked, but not answered")).to_contain_text("newest")
    business = page.get_by_role("region", name="Business")
    expect(business).to_contain_text("sale")
    expect(business).to_contain_text("€5.00")
    expect(page.get_by_role("slider", name=re.compile("^GPU"))).to_be_visible()
    expect(page.get_by_role("slider", name=re.compile("^Quality"))).to_be_visible()


@pytest.mark.parametrize(("scheme", "locale"), [("dark", "en-GB"), ("light", "zh-CN")])
def test_axe_finds_nothing(browser: Browser, project: Project, served: Served, scheme: Any, locale: str):
    plant(project)
    look: dict[str, Any] = {"color_scheme": scheme, "locale": locale, "viewport": VIEWPORT}
    context = browser.new_context(**look)
    context.set_default_timeout(20_000)
    page = context.new_page()
    for path in ("/monitor", "/monitor/requests"):
        page.goto(served.url + path)
        expect(page.locator(".mon-plot canvas, [role=grid]").first).to_be_visible()
        found = Axe().run(page)
        assert found.response["violations"] == [], found.generate_report()
    context.close()
    folder = os.environ.get("LOOMWORK_PICTURES")
    if folder:
        for width in (1440, 390):
            context = browser.new_context(
                color_scheme=scheme, locale=locale, viewport=ViewportSize(width=width, height=1100)
            )
            page = context.new_page()
            page.goto(served.url + "/monitor")
            page.locator(".mon-topic").first.wait_for()
            page.locator(".mon-plot canvas").nth(6).wait_for()
            page.screenshot(path=f"{folder}/monitor-{locale}-{width}.png")
            context.close()
