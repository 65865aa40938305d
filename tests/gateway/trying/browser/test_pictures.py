"""The guide's pictures, taken from a served project with a real knowledge base and a scripted double that says so."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.gateway.trying.test_live import Live, served_project

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "docs/serve"
HEAVIEST = 150_000
SIZE: dict[str, Any] = {"reduced_motion": "reduce", "device_scale_factor": 2}
KINDS: dict[str, dict[str, Any]] = {
    "en": {"color_scheme": "dark", "locale": "en-GB", "viewport": {"width": 760, "height": 620}, **SIZE},
    "zh": {"color_scheme": "light", "locale": "zh-CN", "viewport": {"width": 390, "height": 720}, **SIZE},
}
GUIDES = {"en": FOLDER / "try.md", "zh": FOLDER / "try.zh-CN.md"}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served_project(tmp_path_factory.mktemp("pictures") / "project") as found:
        yield found


@pytest.mark.nightly
@pytest.mark.browser
@pytest.mark.parametrize("language", KINDS)
def test_the_picture_is_taken_from_a_served_project(browser: Browser, live: Live, language: str):
    image = pytest.importorskip("PIL.Image", reason="pictures are made small with Pillow")
    context = browser.new_context(**KINDS[language])
    page = context.new_page()
    page.goto(f"{live.url}/try/answer")
    page.locator("#question").fill("When do refunds arrive?" if language == "en" else "退款何时到账？")
    page.keyboard.press("Enter")
    expect(page.locator(".source").first).to_be_visible()
    page.locator(".icon").first.click()
    expect(page.locator(".comment")).to_be_visible()
    if language == "zh":
        page.locator(".source").first.click()
        expect(page.locator("mark")).to_be_visible()
    told = io.BytesIO()
    taken = image.open(io.BytesIO(page.screenshot(animations="disabled")))
    taken.convert("RGB").quantize(128, dither=0).save(told, "PNG", optimize=True)
    assert len(told.getvalue()) < HEAVIEST
    (FOLDER / f"try.{language}.png").write_bytes(told.getvalue())
    context.close()


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_shows_its_picture(language: str):
    assert f"](try.{language}.png)" in GUIDES[language].read_text("utf-8")
    assert (FOLDER / f"try.{language}.png").stat().st_size < HEAVIEST


def test_both_guides_have_the_same_parts():
    english, chinese = (
        [line.split(" ")[0] for line in guide.read_text("utf-8").splitlines() if line.startswith("#")]
        for guide in GUIDES.values()
    )
    assert english == chinese
