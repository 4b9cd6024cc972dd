"""What a newcomer sees after `make run`: the demonstration country. The README's picture is taken here."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Portal
from tests.browser.pages import count_shown, wait_for_map

pytestmark = pytest.mark.browser
PICTURE = ROOT / "docs" / "images" / "map.png"
PREVIEW = ROOT / "geoportal" / "static" / "geoportal" / "images" / "preview.png"
HIDE = "names => names.forEach((name) => { document.querySelector(name).style.display = 'none'; })"
# The map follows the size of its place with the next frames.
SETTLING_MS = 1_000
# What a picture of one colour, or of an empty map, would stay below.
LEAST_BYTES = 100_000


def test_the_first_map_is_full_and_says_that_it_is_invented(
    demo: Portal, open_page: Callable[..., Page]
) -> None:
    page = open_page("/?lang=en", of=demo)
    wait_for_map(page)
    public = "SELECT count(*) FROM layers_feature WHERE status NOT IN ('hidden', 'draft')"
    assert count_shown(page) == demo.sql(public) > 20_000
    expect(page.locator(".demo-banner")).to_contain_text("invented")
    picture = page.screenshot()
    assert len(picture) > LEAST_BYTES
    if os.environ.get("TAKE_PICTURES"):
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_bytes(picture)


def test_the_preview_of_links_is_a_map_without_words(demo: Portal, open_page: Callable[..., Page]) -> None:
    """One picture for readers of three languages."""
    page = open_page("/?lang=kk&layers=problems,initiatives#map=4/48.4/67", of=demo, width=1200, height=630)
    wait_for_map(page)
    page.locator("#panel-toggle").click()
    page.evaluate(HIDE, [".site-header", ".demo-banner", ".panel-toggle", ".maplibregl-control-container"])
    wait_for_map(page)
    page.wait_for_timeout(SETTLING_MS)
    picture = page.screenshot()
    assert len(picture) > LEAST_BYTES
    if os.environ.get("TAKE_PICTURES"):
        PREVIEW.parent.mkdir(exist_ok=True)
        PREVIEW.write_bytes(picture)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("address", ["/problems/", "/needs/", "/initiatives/"])
def test_a_list_and_its_first_feature_fit_a_phone(
    demo: Portal, open_page: Callable[..., Page], address: str, language: str
) -> None:
    page = open_page(f"{address}?lang={language}", of=demo, width=360, height=740)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("main article a, main li h2 a, main li a").first.click()
    expect(page.locator(".feature-page")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
