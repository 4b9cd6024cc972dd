"""The numbers beside the choices and over time, in a real browser: each is what choosing would show."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.conftest import Complaints, Portal
from tests.browser.pages import count_shown, number_beside, wait_for_figures, wait_for_map

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
COUNT = "SELECT count(*) FROM layers_feature WHERE jurisdiction_id = 'kz'"
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}


def chart_box(page: Page) -> FloatRect:
    chart = page.locator("#histogram-chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    return box


def test_a_number_is_what_its_choice_shows(open_page: Open, portal: Portal) -> None:
    page = open_page("/?lang=en&status=open")
    wait_for_figures(page)
    is_open = "status IN ('new', 'in_progress', 'voiced', 'gathering')"
    solved = portal.sql(f"{COUNT} AND status IN ('confirmed', 'met', 'completed')")
    assert count_shown(page) == portal.sql(f"{COUNT} AND {is_open}")
    # Its own filter does not count: the other statuses say what they would show instead.
    expect(number_beside(page, "status", "solved")).to_have_text(str(solved))
    expect(number_beside(page, "status", "new")).to_have_text(str(portal.sql(f"{COUNT} AND status = 'new'")))
    # A parent has what its children have.
    both = str(portal.sql(f"{COUNT} AND {is_open} AND category_id = 'trial-potholes'"))
    expect(number_beside(page, "category", "trial-roads")).to_have_text(both)
    expect(number_beside(page, "category", "trial-potholes")).to_have_text(both)
    almaty = portal.sql(f"{COUNT} AND {is_open} AND oblast = %s", "750000000")
    expect(number_beside(page, "oblast", "750000000")).to_have_text(str(almaty))
    # What would show nothing is there all the same.
    nothing = page.locator('#filter-category option[value="heating"]')
    expect(nothing).to_have_class("is-none")
    expect(nothing).to_be_enabled()

    page.get_by_label("Status").select_option("solved")
    expect(page.locator("#summary")).to_have_attribute("data-count", str(solved))
    # Of the layers that are shown.
    page.locator('[data-layer="problems"]').uncheck()
    wait_for_figures(page)
    rest = portal.sql(f"{COUNT} AND kind <> 'problem' AND status IN ('met', 'completed')")
    expect(number_beside(page, "status", "")).to_have_text(str(portal.sql(f"{COUNT} AND kind <> 'problem'")))
    expect(number_beside(page, "status", "solved")).to_have_text(str(rest))


def test_a_status_of_one_kind_leaves_the_others_countable(open_page: Open, portal: Portal) -> None:
    page = open_page("/?lang=en&status=voiced")
    wait_for_figures(page)
    expect(number_beside(page, "status", "")).to_have_text(str(portal.sql(COUNT)))
    voiced = str(portal.sql(f"{COUNT} AND status = 'voiced'"))
    expect(number_beside(page, "category", "")).to_have_text(voiced)


def test_the_keyboard_chooses_months(open_page: Open, portal: Portal) -> None:
    page = open_page("/?lang=en")
    wait_for_figures(page)
    chart = page.get_by_role("listbox", name="Received over time")
    months = portal.sql(COUNT.replace("count(*)", "count(DISTINCT date_trunc('month', received_at))"))
    expect(chart.get_by_role("option")).to_have_count(months)
    january = portal.sql(f"{COUNT} AND received_at < '2026-01-31T19:00Z'")
    expect(chart.get_by_role("option").first).to_have_attribute("aria-label", f"January 2026: {january}")

    page.locator("#filter-to").focus()
    chart.focus()
    for key in ("Home", "ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile("from=2026-02-01&to=2026-03-31"))
    expect(page.locator("#filter-from")).to_have_value("2026-02-01")
    period = "received_at >= '2026-01-31T19:00Z' AND received_at < '2026-03-31T19:00Z'"
    expect(page.locator("#summary")).to_have_attribute("data-count", str(portal.sql(f"{COUNT} AND {period}")))
    selected = chart.get_by_role("option", selected=True)
    expect(selected).to_have_count(2)
    expect(selected.last).to_have_attribute("aria-label", re.compile("March 2026"))
    wait_for_figures(page)
    # A period is a facet as well: the other months say what they would show instead.
    expect(chart.get_by_role("option").first).to_have_attribute("aria-label", f"January 2026: {january}")

    # Once more, and there is no period.
    for key in ("Home", "ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page).not_to_have_url(re.compile("from="))


def test_a_stroke_over_the_bars_chooses_them_and_they_stay_in_place(open_page: Open) -> None:
    page = open_page("/?lang=en")
    wait_for_figures(page)
    bars = page.locator("#histogram-chart [role=option]").count()
    box = chart_box(page)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 2.5 / bars, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5 / bars, middle, steps=3)
    expect(page.locator("#histogram-readout")).to_contain_text("January 2026 – March 2026: ")
    page.mouse.up()
    expect(page).to_have_url(re.compile("from=2026-01-01&to=2026-03-31"))
    wait_for_figures(page)
    assert page.locator("#histogram-chart").bounding_box() == box


def test_a_finger_chooses_a_month_on_a_phone(open_page: Open) -> None:
    page = open_page("/?lang=kk", **PHONE, reduced_motion="reduce")
    wait_for_figures(page)
    page.locator("#sheet-handle").press("ArrowUp")
    page.locator("#sheet-handle").press("ArrowUp")
    box = chart_box(page)
    assert box["width"] > 300
    page.touchscreen.tap(box["x"] + 4, box["y"] + 10)
    expect(page).to_have_url(re.compile("from=2026-01-01&to=2026-01-31"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_the_numbers_everything_else_works(open_page: Open, complaints: Complaints) -> None:
    complaints.expected += ["503"]
    page = open_page("/privacy/?lang=en")
    page.route("**/facets/**", lambda route: route.fulfill(status=503))
    page.goto(page.url.replace("/privacy/", "/"))
    wait_for_map(page)
    expect(page.locator("body")).to_have_attribute("data-figures", "failed")
    expect(page.locator(".option-count")).to_have_count(0)
    expect(page.locator("#notice")).to_be_hidden()
    page.unroute("**/facets/**")
    page.get_by_label("Status").select_option("solved")
    wait_for_figures(page)
    expect(number_beside(page, "status", "solved")).to_have_text(str(count_shown(page)))
