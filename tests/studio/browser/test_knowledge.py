"""Knowledge in a real browser: what is in a base, chunks in place, searches explained, other people's eyes, answers."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.studio.browser.conftest import Complaints, Opener, Served, environment

pytestmark = pytest.mark.browser
SETTINGS = """
[knowledge.handbook]
sources = ["docs"]

[knowledge.words]
sources = ["docs/hr"]
embedder = "none"

[knowledge.lost]
sources = ["nowhere"]
embedder = "none"
"""
GUIDE = (
    "# Backup\n\nThe database is saved daily at two. \N{GRINNING FACE} The night shift keeps the tapes.\n\n"
    "# Restore\n\nAsk the night shift to restore a table.\n"
)
PART = "## Part {0}\n\nThis is part {0} of the manual of the ventilation. It says that valve {0} is opened by hand."
LONG = "# Ventilation\n\n" + "\n\n".join(PART.format(number) for number in range(1, 31))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a small base, built once."""
    made = tmp_path_factory.mktemp("known") / "handbook"
    files: dict[str, str | bytes] = {
        "loomwork.toml": SETTINGS,
        "docs/guide.md": GUIDE,
        "docs/long.md": LONG,
        "docs/hr/leave.md": "# 请假\n\n员工每年有二十天年假。\n",
        "docs/pay/.readers": "staff\n",
        "docs/pay/salary.md": "# Salaries\n\nThe database of salaries is secret. <img src=x onerror=window.__xss=1>\n",
        "docs/broken.pdf": b"%PDF-1.4 nothing",
    }
    for name, text in files.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    command = [sys.executable, "-m", "loomwork.cli.main", "knowledge", "build", "handbook"]
    done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False, env=environment())
    assert "documents" in done.stdout + done.stderr
    return made


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    served = Served(folder=folder)
    served.start()
    yield f"{served.url}/knowledge"
    served.stop()


def searched(tab: Opener, url: str, q: str, rest: str = "", **options: object) -> Page:
    page = tab(f"{url}/handbook?tab=search&q={q}{rest}", **options)
    expect(page.locator(".found-passage").first).to_be_visible()
    return page


PLACES = {
    "list": ("", "[role=row][aria-rowindex='2']"),
    "overview": ("/handbook", ".overview"),
    "documents": ("/handbook?tab=documents", "[role=row][aria-rowindex='2']"),
    "document": ("/handbook?tab=documents&doc=long.md&at=20-30", ".chunked"),
    "search": ("/handbook?tab=search&q=database&groups=staff", ".found-passage"),
    "ask": ("/handbook?tab=ask", ".ask-form"),
    "not built": ("/words", ".empty h2"),
}


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing(tab: Opener, url: str, place: str, scheme: str):
    path, shown = PLACES[place]
    page = tab(url + path, color_scheme=scheme)
    expect(page.locator(shown).first).to_be_visible()
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


def test_what_is_in_a_base_is_told_with_what_could_not_be_read(tab: Opener, url: str):
    page = tab(url)
    expect(page.locator("[role=row]").filter(has_text="handbook")).to_contain_text("built")
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    overview = page.get_by_role("group", name="Overview")
    expect(overview.locator(".base-figure").first).to_contain_text("4")
    expect(overview).to_contain_text("1 not for everyone")
    expect(overview.locator(".bars").first).to_contain_text("English")
    assert sum(int(each.split()[0]) for each in overview.locator(".lengths .unseen").all_inner_texts()) > 4
    expect(overview.locator(".troubles")).to_contain_text("broken.pdf")
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".troubles")).to_contain_text("不在索引中")


def test_a_search_says_why_each_passage_stands_where_it_does(tab: Opener, url: str):
    page = tab(url + "/handbook")
    expect(page.get_by_role("group", name="Overview")).to_be_visible()
    page.keyboard.press("3")
    expect(page.locator(".ask-form")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("When is the database saved?")
    page.keyboard.press("Enter")
    first = page.locator(".found-passage").first
    expect(first).to_contain_text("saved daily at two")
    expect(first.locator(".why-words")).to_contain_text(re.compile(r"by meaning: place \d+, score"))
    expect(first.locator(".why-words")).to_contain_text(re.compile(r"by keywords: place \d+, score"))
    expect(first.locator(".why-words")).to_contain_text(re.compile(r"joined: place 1"))
    expect(first.get_by_role("list", name="Words that count")).to_contain_text("databas")
    bars = first.locator(".why-bar i").evaluate_all("all => all.map(each => parseFloat(each.style.width))")
    assert sum(bars) == pytest.approx(100, abs=0.5)
    assert "q=When" in page.url
    page.get_by_role("combobox", name="Search").select_option("sparse")
    expect(page.locator(".found-passage .why-bar i").nth(1)).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text=re.compile("passages? in"))).not_to_contain_text("meaning")


def test_other_eyes_are_marked_against_everybody_s(tab: Opener, url: str):
    page = searched(tab, url, "database+of+salaries")
    expect(page.locator(".found-passage").filter(has_text="secret")).to_have_count(0)
    page.keyboard.press("l")
    page.keyboard.type("ann")
    page.keyboard.press("Tab")
    page.keyboard.type("staff")
    page.keyboard.press("Enter")
    only = page.locator(".found-passage").filter(has_text="secret")
    expect(only).to_contain_text("others do not get this")
    expect(page.get_by_role("status").filter(has_text="Seen as ann, staff")).to_contain_text("1 passage")
    assert "groups=staff" in page.url
    assert page.evaluate("window.__xss") is None
    page.get_by_role("button", name="Documents").click()
    expect(page.get_by_role("status").filter(has_text="sees 4 documents")).to_contain_text("everybody sees 3")
    expect(page.locator("[role=row]").filter(has_text="Salaries")).to_contain_text("not for everybody")
    page.get_by_role("button", name="See as everybody again").click()
    expect(page.locator("[role=row]").filter(has_text="Salaries")).to_contain_text("staff")


def test_what_somebody_may_not_see_is_not_there_for_them(tab: Opener, url: str, complaints: Complaints):
    complaints.allowed = ("404", "400")
    page = tab(f"{url}/handbook?tab=documents&as=bob&doc=pay/salary.md")
    expect(page.get_by_role("complementary").get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("complementary")).not_to_contain_text("secret")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "4")


def test_chunks_stand_in_their_document_and_are_walked_by_keys(tab: Opener, url: str):
    page = tab(url + "/handbook?tab=documents&dq=long")
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary")
    text = panel.locator(".chunked")
    expect(text).to_contain_text("valve 30 is opened by hand")
    written = text.evaluate("e => [...e.querySelectorAll('.piece')].map(p => p.textContent).join('')")
    assert written == LONG
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(panel.locator(".chunk-facts")).to_contain_text(re.compile(r"Chunk 2 of \d+"))
    chosen = text.evaluate("e => [...e.querySelectorAll('.piece.chosen')].map(p => p.textContent).join('')")
    start, end = (int(each) for each in re.findall(r"at=(\d+)-(\d+)", page.url)[0])
    assert chosen == LONG[start:end]
    panel.get_by_role("button", name="Chunk 3 of 3").click()
    expect(panel.locator(".chunk-facts")).to_contain_text("Chunk 3 of")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_an_answer_names_its_places_and_they_are_gone_to(tab: Opener, url: str):
    page = tab(url + "/handbook?tab=ask", locale="zh-CN")
    expect(page.locator(".ask-form")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("When is the database saved?")
    page.keyboard.press("Enter")
    answer = page.get_by_role("article", name="答案")
    expect(answer).to_contain_text("saved daily at two", timeout=60_000)
    answer.get_by_role("button", name="引用 1").click()
    mark = page.get_by_role("complementary").locator("mark")
    expect(mark.first).to_be_in_viewport()
    quote = answer.locator("blockquote").first.inner_text()
    assert "".join(mark.all_inner_texts()).split() == quote.split()


def test_a_base_is_built_here_and_a_failed_build_says_why(tab: Opener, url: str):
    page = tab(url + "/words")
    expect(page.get_by_role("heading", name="This base is not built yet")).to_be_visible()
    page.get_by_role("button", name="Build", exact=True).last.click()
    expect(page.get_by_role("group", name="Overview")).to_be_visible(timeout=60_000)
    page.goto(url + "/lost")
    page.get_by_role("button", name="Build", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("nowhere", timeout=60_000)


def test_without_a_base_the_page_says_how_one_is_made(tab: Opener, read_url: str, complaints: Complaints):
    page = tab(read_url + "/knowledge")
    expect(page.get_by_text("loomwork knowledge build docs")).to_be_visible()
    complaints.allowed = ("404", "400")
    page.goto(read_url + "/knowledge/nonesuch")
    expect(page.get_by_role("alert")).to_contain_text("nonesuch")
