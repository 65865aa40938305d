"""What others wrote stays text: nothing of it is executed, fetched, followed, or turns what stands beside it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.studio.browser import hostile
from tests.studio.browser.conftest import Project, Served
from tests.studio.browser.hostile import corpus
from tests.studio.browser.watching import Watch

pytestmark = pytest.mark.browser
GRID = "[role=grid]"
LOOKED_AT = ("markdown", "address", "bidi", "look-alike", "breakout")
"""Families that could make links or turn texts; that the others do nothing, the browser says by itself."""
ROW = f"{GRID} [role=row][aria-rowindex='2']"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return hostile.written(tmp_path_factory.mktemp("hostile") / "project")


@pytest.fixture(scope="module")
def url(place: Project) -> Iterator[str]:
    served = Served(folder=place.folder)
    served.start()
    yield served.url
    served.stop()


@pytest.fixture(scope="module")
def watched(browser: Browser, url: str) -> Iterator[Watch]:
    with Watch(browser=browser, own=url.partition("//")[2]) as watch:
        yield watch


@pytest.fixture
def watch(watched: Watch) -> Iterator[Watch]:
    watched.noticed.clear()
    yield watched
    watched.sweep()
    assert watched.noticed == []


def opened(watch: Watch, address: str, seen: str = ROW) -> Page:
    watch.page.goto(address)
    expect(watch.page.locator(seen).first).to_be_visible()
    watch.sweep()
    return watch.page


def through(watch: Watch) -> None:
    """Look at all rows of a table, a screen at a time; further ones come as the end comes into sight."""
    page = watch.page
    page.locator(GRID).focus()
    page.keyboard.press("Control+Home")
    for _ in corpus():
        page.keyboard.press("PageDown")
        watch.sweep()
        last = int(page.locator(GRID).get_attribute("aria-rowcount") or 0)
        if last > len(corpus()) and page.locator(f"[role=row][aria-rowindex='{last}'] .at").count():
            return
    raise AssertionError("the table's end was never reached")


def test_the_texts_are_armed_and_the_watch_sees_it(browser: Browser):
    assert len(corpus()) >= 100
    with Watch(browser=browser, own="") as watch:
        watch.page.set_content("<p id=at></p>")
        armed = 0
        for each in corpus():
            if "<iframe" in each.text or "refresh" in each.text:  # these take the page itself away
                continue
            watch.noticed.clear()
            watch.page.evaluate(
                "text => { delete window.__xss; const at = document.createElement('div');"
                " document.body.append(at); try { at.innerHTML = text } catch {} }",
                each.text,
            )
            watch.sweep()
            armed += bool(watch.noticed)
            watch.page.evaluate("document.body.replaceChildren()")
        assert armed > 60
    with Watch(browser=browser, own="") as watch:
        watch.page.set_content("<button>5 USD to \N{RIGHT-TO-LEFT OVERRIDE}<b>example</b></button>")
        watch.sweep()
        assert any("turns" in each for each in watch.noticed)


def test_what_the_page_s_policy_refuses_is_seen(watched: Watch, url: str):
    page = watched.page
    page.goto(url + "/runs")
    watched.noticed.clear()
    page.evaluate("at => document.body.insertAdjacentHTML('beforeend', at)", hostile.IMAGE)
    expect(page.locator("img[src=x]")).to_have_count(1)
    while not any("script-src" in each for each in watched.noticed):
        page.wait_for_event("console", lambda said: "Content Security Policy" in said.text)
    watched.sweep()
    assert any("handler" in each for each in watched.noticed)
    assert page.evaluate("window.__xss") is None


@pytest.mark.parametrize("target", [hostile.RUN, hostile.REFUSED])
def test_a_grid_shows_texts(watch: Watch, url: str, target: str):
    page = opened(watch, f"{url}/runs")
    page.get_by_role("link", name=target).click()
    expect(page.get_by_role("heading", name=target)).to_be_visible()
    expect(page.locator(ROW)).to_be_visible()
    through(watch)


def test_every_answer_is_shown_as_markdown_as_json_and_as_text(watch: Watch, url: str):
    page = opened(watch, f"{url}/runs?q={quote(hostile.RUN)}")
    page.get_by_role("link", name=hostile.RUN).click()
    expect(page.locator(ROW)).to_be_visible()
    page.goto(f"{page.url}?item=0&step={quote(hostile.STEP)}&why=1")
    panel = page.get_by_role("complementary")
    for form in ("JSON", "Text", "Markdown"):
        panel.get_by_role("button", name=form, exact=True).click()
        watch.sweep()
    page.locator(GRID).focus()
    for n in range(1, len(corpus())):
        page.keyboard.press("ArrowDown")
        expect(panel.get_by_role("button", name=f"item {n}", exact=True)).to_be_visible()
        expect(panel.get_by_role("button", name="Markdown", exact=True)).to_have_attribute("aria-pressed", "true")
        if corpus()[n].family in LOOKED_AT:
            watch.sweep()


def test_an_error_and_an_item_show_texts(watch: Watch, url: str):
    page = opened(watch, f"{url}/runs?q={quote(hostile.REFUSED)}")
    page.get_by_role("link", name=hostile.REFUSED).click()
    expect(page.locator(ROW)).to_be_visible()
    page.locator(GRID).focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary")
    for n in range(0, len(corpus()), 4):
        expect(panel.get_by_role("heading", name=f"item {n}", exact=True)).to_be_visible()
        expect(panel.locator(".problem")).to_be_visible()
        watch.sweep()
        for _ in range(4):
            page.keyboard.press("ArrowDown")


def test_spans_are_called_as_they_please(watch: Watch, url: str):
    opened(watch, f"{url}/traces")
    through(watch)
    page = opened(watch, f"{url}/traces/{hostile.TRACE}", ".tree-row")
    page.get_by_role("tree").focus()
    panel = page.locator(".panel")
    for _ in range(0, len(corpus()), 3):
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        expect(page.locator(".tree-row.at")).to_be_visible()
        expect(panel.locator("[aria-busy=false] .span-error")).to_be_visible()
    watch.sweep()


def test_a_word_that_fills_many_lines_is_laid_out_at_once(watch: Watch, url: str):
    place = next(n for n, each in enumerate(corpus(), 1) if each.text == "x" * 30_000)
    page = opened(watch, f"{url}/traces/{hostile.TRACE}?span={place:016x}", ".panel .span-error")
    page.evaluate("for (const each of document.querySelectorAll('.panel details')) each.open = true")
    took = page.evaluate(
        "() => { const box = document.querySelector('.panel-body'); box.hidden = true; document.body.offsetHeight;"
        " box.hidden = false; const began = performance.now(); box.offsetHeight; return performance.now() - began }"
    )
    assert took < 2_000


def test_a_model_call_opens_in_the_playground_with_its_texts(watch: Watch, url: str):
    page = opened(watch, f"{url}/traces?{urlencode({'kind': 'model', 'q': 'onerror'})}")
    page.locator(GRID).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tree-row").first).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator(".said-one").first).to_be_visible()
    watch.sweep()
    for key in ("a", "r"):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog").locator("input, .cm-content").first).to_be_visible()
        watch.sweep()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("p")
    page.wait_for_url("**/playground**")
    expect(page.locator(".cm-content").first).to_be_visible()


@pytest.mark.parametrize("prompt", [hostile.PROMPT, hostile.BROKEN])
def test_a_prompt_is_edited_as_text(watch: Watch, url: str, prompt: str):
    page = opened(watch, f"{url}/runs")
    page.get_by_role("link", name=hostile.RUN).click()
    expect(page.locator(ROW)).to_be_visible()
    page.goto(f"{page.url}?prompt={quote(prompt)}")
    expect(page.locator(".panel .cm-content")).to_contain_text("onerror")


@pytest.mark.parametrize(
    "address",
    [
        "/runs/{}",
        "/runs?q={}",
        "/runs/last?item=0&step={}",
        "/runs/last?prompt={}",
        "/runs/last?sort={}&only={}",
        "/traces/{}",
        "/traces?q={}&model={}&peek={}&status={}",
        "/traces/" + hostile.TRACE + "?span={}",
        "/playground?trace={}&span={}&prompt={}",
        "/compare?a={}&b={}",
        "/{}",
        "//evil.test/{}",
        "/runs#{}",
    ],
)
def test_an_address_is_text(watch: Watch, url: str, address: str):
    for text in ('"><script>window.__xss=1</script>', "javascript:window.__xss=1"):
        watch.page.goto(url + address.replace("{}", quote(text, safe="")))
        expect(watch.page.locator("main .bar, main .empty").first).to_be_visible()
        expect(watch.page.locator(".loading")).to_have_count(0)
        watch.sweep()


def test_two_runs_are_compared_as_text(watch: Watch, url: str):
    runs = watch.context.request.get(f"{url}/api/runs").json()["runs"]
    a, b = (next(run["id"] for run in runs if run["target"] == target) for target in (hostile.RUN, hostile.REFUSED))
    page = opened(watch, f"{url}/compare")
    page.goto(f"{url}/compare?a={a}&b={b}")
    expect(page.locator(ROW)).to_be_visible()
    through(watch)
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    for _ in range(0, len(corpus()), 20):
        expect(page.get_by_role("complementary")).to_be_visible()
        watch.sweep()
        page.keyboard.press("PageDown")


@pytest.mark.parametrize("name", [hostile.PLAIN, hostile.DATASET])
def test_rows_of_a_dataset_are_text(watch: Watch, url: str, name: str):
    opened(watch, f"{url}/datasets")
    page = opened(watch, f"{url}/datasets/{quote(name)}")
    through(watch)
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary")
    for _ in range(0, len(corpus()), 20):
        expect(panel.locator(".section").first).to_be_visible()
        watch.sweep()
        page.keyboard.press("PageDown")
    for rest in ("?tab=checks&check=1", "?tab=history", "?q=onerror"):
        page.goto(f"{url}/datasets/{quote(name)}{rest}")
        expect(page.locator("table, [role=row], .problem, .empty").first).to_be_visible()
        watch.sweep()


def test_prompts_are_listed_read_and_tried_as_text(watch: Watch, url: str):
    page = opened(watch, f"{url}/prompts")
    for prompt in (hostile.PROMPT, hostile.BROKEN):
        name = quote(prompt.removeprefix("prompts/").removesuffix(".md"))
        for rest in ("", "?tab=calls", "?tab=try"):
            page.goto(f"{url}/prompts/{name}{rest}")
            expect(page.locator(".cm-content").first).to_contain_text("onerror")
            watch.sweep()


def test_documents_are_read_searched_and_quoted_as_text(watch: Watch, url: str):
    opened(watch, f"{url}/knowledge", "main .table, [role=row]")
    base = f"{url}/knowledge/{hostile.BASE}"
    page = opened(watch, base, "main .section, main .facts, main .table")
    for doc in (f"{hostile.IMAGE}.md", "plain.txt"):
        page.goto(f"{base}?tab=documents&doc={quote(doc)}")
        expect(page.get_by_role("complementary")).to_contain_text("onerror")
        watch.sweep()
    asked = urlencode({"q": "window.__xss evil.test script onerror img {{7*7}} " + hostile.IMAGE, "k": "50"})
    page.goto(f"{base}?tab=search&{asked}")
    expect(page.locator("main")).to_contain_text("passages in")
    watch.sweep()
    page.goto(f"{base}?tab=ask&{asked}")
    expect(page.locator("main")).not_to_contain_text("Asking")


def test_a_report_opened_from_the_disk_asks_for_nothing(browser: Browser, watch: Watch, url: str, tmp_path: Path):
    runs = watch.context.request.get(f"{url}/api/runs").json()["runs"]
    for run in runs:
        report = tmp_path / f"{run['id']}.html"
        report.write_bytes(watch.context.request.get(f"{url}/api/runs/{run['id']}/export?format=html").body())
        with Watch(browser=browser, own="") as apart:
            apart.page.goto(report.as_uri())
            expect(apart.page.locator("tbody tr")).to_have_count(len(corpus()))
            apart.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
            apart.sweep()
            assert apart.noticed == []
