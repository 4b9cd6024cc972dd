"""The map on a phone 360 pixels wide."""

from collections.abc import Callable
from itertools import combinations

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.country import LONELY
from tests.browser.pages import count_shown, press_middle, wait_for_card, wait_for_map

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}
PARTS = ("#panel", ".maplibregl-ctrl-top-right", ".site-header", ".maplibregl-ctrl-bottom-right")


def overlap(one: FloatRect, other: FloatRect) -> bool:
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_nothing_overlaps_and_nothing_is_wider_than_the_screen(
    open_page: Callable[..., Page], language: str
) -> None:
    page = open_page(f"/?lang={language}", **PHONE)
    wait_for_map(page)
    count_shown(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    boxes = {part: page.locator(part).bounding_box() for part in PARTS}
    touching = [(a, b) for a, b in combinations(PARTS, 2) if overlap(boxes[a], boxes[b])]  # type: ignore[arg-type]
    assert touching == []


def test_the_sheet_has_three_heights(open_page: Callable[..., Page]) -> None:
    page = open_page("/?lang=en", **PHONE, reduced_motion="reduce")
    wait_for_map(page)
    panel, handle = page.locator("#panel"), page.locator("#sheet-handle")
    expect(panel).to_have_attribute("data-sheet", "low")
    handle.focus()
    page.keyboard.press("ArrowUp")
    expect(panel).to_have_attribute("data-sheet", "half")
    page.keyboard.press("ArrowUp")
    expect(panel).to_have_attribute("data-sheet", "full")
    expect(page.locator("#filter-category")).to_be_visible()
    handle.click()
    expect(panel).to_have_attribute("data-sheet", "low")

    handle.hover()  # waits until it is where it stays
    page.mouse.down()
    page.mouse.move(180, 400, steps=5)
    page.mouse.up()
    expect(panel).to_have_attribute("data-sheet", "half")


def test_a_card_leaves_its_place_in_sight(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/?lang=en#map=14/{LONELY[1]}/{LONELY[0]}", **PHONE)
    wait_for_map(page)
    press_middle(page)
    wait_for_card(page)
    expect(page.locator("#panel")).to_have_attribute("data-sheet", "half")
    page.locator("#view-card").get_by_role("button", name="Back").click()
    expect(page.locator("#panel")).to_have_attribute("data-sheet", "low")
    expect(page.locator("#view-card")).to_be_hidden()


def test_the_search_has_room_for_its_results(open_page: Callable[..., Page]) -> None:
    page = open_page("/?lang=kk", **PHONE, reduced_motion="reduce")
    wait_for_map(page)
    page.locator("#search-input").tap()
    expect(page.locator("#panel")).to_have_attribute("data-sheet", "full")
    page.locator("#search-input").press_sequentially("Алматы")
    first = page.get_by_role("option").first
    expect(first).to_be_visible(timeout=10_000)
    box = first.bounding_box()
    assert box
    # In the upper half, which a keyboard leaves free.
    assert box["y"] + box["height"] < PHONE["height"] / 2
    first.tap()
    expect(page.locator("#panel")).to_have_attribute("data-sheet", "low")
