"""The gateway's page in a real browser: keys made, rotated and ended by keyboard; the log; releases; axe; a phone."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize, expect

from loomwork.gateway.admission import secret
from loomwork.gateway.admission.making import By, Wanted, create
from loomwork.kernel.clock import SystemClock
from loomwork.store.releases import KillRow, PromotionRow, ReleaseRow
from loomwork.store.sqlite.store import SqliteStore
from tests.studio.browser.conftest import Complaints, Opener, Project, Served
from tests.studio.running import XSS

pytestmark = pytest.mark.browser


def opened(project: Project) -> SqliteStore:
    return SqliteStore(project.folder / ".loomwork" / "store.db", clock=SystemClock())


def plant(project: Project) -> str:
    """Keys, one of them half spent, and releases; return the id of the half-spent one."""
    store = opened(project)
    now = By(actor="shell:mei", now_ns=time.time_ns())
    create(store, Wanted(name=XSS, owner=XSS, models=[XSS]), now)
    made = create(store, Wanted(name="shop", owner="mei", budgets=["10USD"], owner_budgets=["50USD/month"]), now)
    budget = store.budgets.list(f"key:{made.row.id}")[0]
    lease = store.budgets.lease(budget.n, "", least=5_000_000, most=5_000_000).lease
    assert lease is not None
    store.budgets.fold(lease, spent=5_000_000, returned=0, ends=True)
    for number, name in enumerate(("aaaa1111", "bbbb2222")):
        store.releases.keep(ReleaseRow(id=name, made_ns=now.now_ns + number, manifest=b"{}", note=XSS), {})
    store.releases.promote(PromotionRow(at_ns=now.now_ns, release="aaaa1111", why=XSS))
    store.releases.promote(PromotionRow(at_ns=now.now_ns, release="bbbb2222", share=0.25))
    store.releases.kill(KillRow(what="tool:mail", at_ns=now.now_ns, by="mei", why=XSS))
    store.close()
    return made.row.id


def test_a_key_is_made_by_keyboard_and_its_secret_shown_once(
    tab: Opener, project: Project, served: Served, complaints: Complaints
) -> None:
    complaints.allowed = ("400 (Bad Request)",)  # what is no budget is refused
    page = tab(f"{served.url}/gateway")
    expect(page.get_by_role("heading", name="No key yet")).to_be_visible()
    page.keyboard.press("n")
    page.get_by_label("Name", exact=True).fill("phone")
    page.get_by_label("Budgets", exact=True).fill("much")
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("much")
    page.get_by_label("Budgets", exact=True).fill("5USD/day\n100tokens")
    page.get_by_label("Name", exact=True).press("Enter")
    shown = page.get_by_label("The secret").input_value()
    assert secret.is_whole(shown)
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Key")).to_contain_text("0 USD of $5.00 a day")
    assert shown not in page.content()
    assert shown not in page.url
    page.reload()
    expect(page.get_by_role("complementary", name="Key")).to_contain_text("phone")
    assert shown not in page.content()
    assert page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})").find(shown) < 0
    store = opened(project)
    (row,) = store.keys.list()
    assert (row.name, [each.most for each in store.budgets.list()]) == ("phone", [5_000_000, 100])
    store.close()


def test_a_key_is_rotated_its_budget_set_and_it_ends_only_when_confirmed(
    tab: Opener, project: Project, served: Served
) -> None:
    key = plant(project)
    page = tab(f"{served.url}/gateway?key={key}")
    panel = page.get_by_role("complementary", name="Key")
    expect(panel.get_by_role("meter").first).to_have_attribute("aria-valuenow", "50")
    panel.get_by_role("button", name="New secret").click()
    page.get_by_label("The old one is good for").fill("1h")
    page.keyboard.press("Enter")
    assert secret.is_whole(page.get_by_label("The secret").input_value())
    page.get_by_role("button", name="I have it").click()
    expect(panel).to_contain_text("good until")
    panel.get_by_role("button", name="Set budgets").click()
    page.get_by_label("Of this key").fill("20USD")
    page.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("meter").first).to_have_attribute("aria-valuenow", "25")
    panel.get_by_role("button", name="Revoke").click()
    page.keyboard.press("Escape")
    expect(panel).to_contain_text("active")
    panel.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke for good").click()
    expect(panel).to_contain_text("revoked")
    page.get_by_label("with ended ones (1)").check()
    expect(page.get_by_role("grid", name="Keys")).to_contain_text("shop")


def test_the_log_is_filtered_and_says_where_it_is_broken(tab: Opener, project: Project, served: Served) -> None:
    key = plant(project)
    page = tab(f"{served.url}/gateway/audit?object=key:{key}")
    expect(page.locator("[role=row]")).to_have_count(2)
    expect(page.get_by_text("The chain of 2 entries is whole.")).to_be_visible()
    page.get_by_label("Action").select_option("release.")
    expect(page).to_have_url(re.compile(r"action=release\."))
    expect(page.get_by_text("No entry fits.")).to_be_visible()
    store = opened(project)
    store.pool.rows("UPDATE audit SET actor = 'nobody' WHERE n = 1")
    store.close()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("broken at entry 1")).to_be_visible()


def test_releases_lead_to_whom_they_answered(tab: Opener, project: Project, served: Served) -> None:
    plant(project)
    page = tab(f"{served.url}/gateway")
    expect(page.get_by_role("grid", name="Keys")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_text("is whole")).to_be_visible()
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile("/gateway/releases$"))
    row = page.get_by_role("row", name=re.compile("bbbb2222"))
    expect(row).to_contain_text("canary")
    expect(row).to_contain_text("25")
    expect(page.get_by_text("tool:mail")).to_be_visible()
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/monitor/requests\?release=bbbb2222"))


@pytest.mark.parametrize(("scheme", "locale"), [("dark", "en-GB"), ("light", "zh-CN")])
def test_axe_finds_nothing_and_a_phone_shows_it_all(
    browser: Browser, project: Project, served: Served, scheme: Any, locale: str
) -> None:
    key = plant(project)
    context = browser.new_context(color_scheme=scheme, locale=locale, viewport=ViewportSize(width=390, height=844))
    context.set_default_timeout(20_000)
    page = context.new_page()
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    for path, seen in (
        ("/gateway", "[role=grid]"),
        (f"/gateway?key={key}", ".panel [role=meter]"),
        ("/gateway?new=1", "dialog[open]"),
        ("/gateway/audit", ".gate-hash"),
        ("/gateway/releases", ".table"),
    ):
        page.goto(served.url + path)
        expect(page.locator(seen).first).to_be_visible()
        found = Axe().run(page)
        assert found.response["violations"] == [], found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert alerts == []
    context.close()
