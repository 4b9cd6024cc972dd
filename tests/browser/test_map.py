"""The map page's main stories, in a real browser against the running portal."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Complaints, Portal
from tests.browser.country import LONELY, LONELY_TITLE
from tests.browser.pages import (
    accessibility_faults,
    card,
    count_shown,
    press_middle,
    wait_for_card,
    wait_for_figures,
    wait_for_map,
    zoom_of,
)

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

AT_LONELY = f"#map=14/{LONELY[1]}/{LONELY[0]}"
ABAI = "100000000"


def test_a_region_narrows_the_map_and_the_count_is_the_databases(open_page: Open, portal: Portal) -> None:
    page = open_page("/?lang=en")
    wait_for_map(page)
    everything = portal.sql("SELECT count(*) FROM layers_feature WHERE jurisdiction_id = %s", "kz")
    assert count_shown(page) == everything

    page.get_by_label("Region").select_option(ABAI)
    chip = page.locator('[data-filter="region"]')
    expect(chip).to_be_visible()
    expect(page).to_have_url(re.compile(f"region={ABAI}"))
    expect(page.locator("#summary")).not_to_have_attribute("data-count", str(everything))
    assert count_shown(page) == portal.sql("SELECT count(*) FROM layers_feature WHERE oblast = %s", ABAI)
    wait_for_map(page)

    chip.click()
    expect(page.locator("#summary")).to_have_attribute("data-count", str(everything))


def test_a_feature_opens_its_card_then_its_page_and_back_restores_the_map(open_page: Open) -> None:
    page = open_page(f"/?lang=en&status=open{AT_LONELY}")
    wait_for_map(page)
    press_middle(page)
    wait_for_card(page)
    expect(card(page).locator(".feature-title")).to_have_text(LONELY_TITLE)
    expect(page).to_have_url(re.compile(r"show=problems/\d+"))
    address = page.url

    card(page).get_by_role("link", name="Open its page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LONELY_TITLE)
    expect(page.locator(".minimap")).to_have_attribute("data-state", "ready")

    page.go_back()
    wait_for_map(page)
    wait_for_card(page)
    assert page.url == address
    expect(page.get_by_label("Status")).to_have_value("open")


def test_the_back_button_undoes_one_choice_at_a_time(open_page: Open) -> None:
    page = open_page("/?lang=en")
    wait_for_map(page)
    everything = count_shown(page)
    page.get_by_label("Status").select_option("solved")
    page.locator('[data-layer="needs"]').uncheck()
    expect(page).to_have_url(re.compile("status=solved&layers=problems,initiatives"))

    page.go_back()
    expect(page.locator('[data-layer="needs"]')).to_be_checked()
    expect(page.get_by_label("Status")).to_have_value("solved")
    page.go_back()
    expect(page.get_by_label("Status")).to_have_value("")
    expect(page.locator("#summary")).to_have_attribute("data-count", str(everything))


def test_a_press_on_a_number_comes_closer(open_page: Open) -> None:
    page = open_page("/?lang=en&layers=problems#map=6/43.25/76.93")
    wait_for_map(page)
    press_middle(page)
    expect(page).not_to_have_url(re.compile("#map=6/"))
    wait_for_map(page)
    assert zoom_of(page) > 7


def test_an_area_is_pressed_like_a_point(open_page: Open) -> None:
    page = open_page("/?lang=en#map=13/48.004/68.004")
    wait_for_map(page)
    press_middle(page)
    wait_for_card(page)
    expect(card(page).locator(".feature-title")).to_have_text("A park where the fields were")


def test_another_language_is_the_same_map(open_page: Open) -> None:
    page = open_page("/?lang=ru&status=open#map=8.5/43.25/76.93")
    wait_for_map(page)
    page.locator('.languages [data-language="kk"]').click()
    wait_for_map(page)
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    expect(page.locator("#filter-status")).to_have_value("open")
    assert page.url.endswith("/?status=open#map=8.5/43.250/76.930")


def test_a_place_is_found_however_it_is_spelt(open_page: Open) -> None:
    page = open_page("/?lang=kk")
    wait_for_map(page)
    box, options = page.locator("#search-input"), page.locator("#search-results").get_by_role("option")
    for words in ("oskemen", "Усть-Камен", "Өскемен"):
        box.fill("")
        expect(options).to_have_count(0)
        box.press_sequentially(words)
        expect(options.first).to_contain_text("Өскемен")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#map=\d+\.?\d*/(49\.[89]|50\.0)\d*/82\.[56]"))


def test_words_become_a_filter(open_page: Open, portal: Portal) -> None:
    page = open_page("/?lang=en")
    wait_for_map(page)
    page.locator("#search-input").press_sequentially("well dried")
    page.locator('[role="option"][data-type="words"]').click()
    expect(page.locator('[data-filter="q"]')).to_contain_text("well dried")
    expect(page.locator("#summary")).to_have_attribute("data-count", "1")


def test_the_keyboard_alone_reaches_everything(open_page: Open) -> None:
    page = open_page(f"/?lang=en{AT_LONELY}")
    wait_for_map(page)
    canvas = page.locator("#map canvas")
    canvas.focus()
    page.keyboard.press("Enter")
    wait_for_card(page)
    expect(card(page).locator("h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    expect(canvas).to_be_focused()
    before = page.url
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(before)

    page.locator("#search-input").focus()
    stops = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        stops.add(page.evaluate("document.activeElement.id || document.activeElement.dataset.layer"))
    assert {"problems", "needs", "initiatives", "heat", "filter-oblast", "filter-category"} <= stops


@pytest.mark.parametrize("query", ["from=2026-99-99", "from=abc", "to=2026-02-30", "region=nowhere"])
def test_a_filter_that_cannot_be_used_is_said_and_can_be_taken_away(
    open_page: Open, complaints: Complaints, query: str
) -> None:
    # The browser's own field for a day complains as well.
    complaints.expected += ["400", "does not conform to the required format"]
    page = open_page(f"/?lang=en&{query}")
    notice = page.locator("#notice")
    expect(notice).to_contain_text("cannot be used")
    notice.get_by_role("button", name="Clear filters").click()
    expect(notice).to_be_hidden()
    expect(page.locator('#summary[data-state="ready"]')).to_be_visible()


def test_nothing_found_says_so_and_offers_the_way_back(open_page: Open) -> None:
    page = open_page("/?lang=en&from=2000-01-01&to=2000-01-02")
    notice = page.locator("#notice")
    expect(notice).to_contain_text("Nothing matches these filters.")
    notice.get_by_role("button", name="Clear filters").click()
    expect(notice).to_be_hidden()
    assert count_shown(page) > 0


def test_a_wrong_address_is_explained(open_page: Open, complaints: Complaints) -> None:
    complaints.expected += ["400"]
    page = open_page("/?lang=en&category=no-such-thing")
    expect(page.locator("#notice")).to_contain_text("no-such-thing")


def test_tiles_that_fail_can_be_asked_for_again(open_page: Open, complaints: Complaints) -> None:
    complaints.expected += ["503"]
    page = open_page("/?lang=en")
    wait_for_map(page)
    page.route("**/tiles/problems/**", lambda route: route.fulfill(status=503))
    page.get_by_label("Status").select_option("solved")
    notice = page.locator("#notice")
    expect(notice).to_contain_text("Part of the map could not be loaded.")
    # Every one of them has failed by then.
    wait_for_map(page)

    page.unroute("**/tiles/problems/**")
    with page.expect_response(re.compile("/tiles/problems/")) as answer:
        notice.get_by_role("button", name="Try again").click()
    assert answer.value.status in {200, 204}
    expect(notice).to_be_hidden()


def test_without_webgl_the_lists_are_offered(open_page: Open, complaints: Complaints) -> None:
    complaints.expected += ["WebGL", "webgl"]
    page = open_page("/?lang=en&status=open", webgl=False)
    notice = page.locator("#notice")
    expect(notice).to_contain_text("WebGL")
    notice.get_by_role("link", name="Problems").click()
    expect(page).to_have_url(re.compile(r"/problems/\?status=open"))


def test_without_scripts_the_filters_still_lead_to_the_list(open_page: Open) -> None:
    page = open_page("/?lang=en", java_script_enabled=False)
    page.get_by_label("Status").select_option("solved")
    page.get_by_role("button", name="Show as a list").click()
    expect(page).to_have_url(re.compile("/problems/.*status=solved"))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_is_accessible_in_both_schemes(open_page: Open, language: str) -> None:
    page = open_page(f"/?lang={language}&status=open", color_scheme="light")
    wait_for_map(page)
    count_shown(page)
    wait_for_figures(page)
    assert accessibility_faults(page) == []
    page.emulate_media(color_scheme="dark")
    wait_for_map(page)
    assert accessibility_faults(page) == []


def test_our_own_scripts_stay_small() -> None:
    scripts: list[Path] = sorted((ROOT / "geoportal" / "static" / "geoportal" / "js").rglob("*.js"))
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 60_000
