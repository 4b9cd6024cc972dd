"""An open map follows the database, and nothing on it goes away meanwhile."""

import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints, Portal
from tests.browser.country import LONELY, LONELY_TITLE
from tests.browser.pages import (
    card,
    count_shown,
    number_beside,
    press_middle,
    wait_for_card,
    wait_for_figures,
    wait_for_map,
)

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
ASKED = "**/api/v1/changes/"
TILES = "**/tiles/problems/**"
# Of the same place, a few pixels further east at zoom 14.
ADD = """
    INSERT INTO layers_feature (kind, jurisdiction_id, geom, oblast, rayon, title, text, language,
        address, category_id, status, received_at, source, is_demo)
    SELECT kind, jurisdiction_id, ST_Translate(geom, 0.004, 0), oblast, rayon, 'Just now', text, language,
        address, category_id, status, received_at, 'test', false
    FROM layers_feature WHERE title = %s RETURNING id"""
# The picture stays readable, and of each frame is kept how much of it had the colour of problems.
WATCH = """
    const plain = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (type, options) {
      const kept = type.startsWith("webgl") ? { ...options, preserveDrawingBuffer: true } : options;
      return plain.call(this, type, kept);
    };
    window.problemPixels = () => {
      const map = document.querySelector("#map canvas");
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [map.width, map.height];
      const context = copy.getContext("2d");
      context.drawImage(map, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      let found = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue] = data.subarray(at, at + 3);
        found += Number(Math.abs(red - 194) < 12 && Math.abs(green - 65) < 12 && blue < 30);
      }
      return found;
    };
    window.watchFrames = () => {
      window.frames_seen = [];
      const look = () => {
        window.frames_seen.push(window.problemPixels());
        requestAnimationFrame(look);
      };
      look();
    };
"""
HIDE = """
    (isHidden) => {
      Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""


@pytest.fixture
def added(portal: Portal) -> Iterator[None]:
    """Takes out again what a test added."""
    yield
    portal.sql("DELETE FROM layers_feature WHERE source = 'test' RETURNING 1")
    # For the next test: by then every web process has heard of it.
    time.sleep(1)


def hasten(page: Page) -> None:
    """Asks three times a second instead of every ten seconds."""

    def served(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        assert '"changes_seconds": 10' in text
        route.fulfill(response=answer, body=text.replace('"changes_seconds": 10', '"changes_seconds": 0.3'))

    page.route(lambda url: urlsplit(url).path == "/", served)


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("zoom", [14, 5])
def test_a_new_problem_appears_without_a_reload_and_the_map_is_never_empty(
    open_page: Open, portal: Portal, zoom: int
) -> None:
    page = open_page("/privacy/?lang=en")
    page.add_init_script(WATCH)
    hasten(page)
    with page.expect_response(ASKED):
        page.goto(f"{portal.url}/?lang=en&layers=problems#map={zoom}/{LONELY[1]}/{LONELY[0]}")
    wait_for_map(page)
    wait_for_figures(page)
    before, new = count_shown(page), int(number_beside(page, "status", "new").text_content() or "")
    drawn = page.evaluate("problemPixels()")
    assert drawn > 50
    page.evaluate("watchFrames()")

    portal.sql(ADD, LONELY_TITLE)
    with page.expect_response(TILES):
        pass
    expect(page.locator("#summary")).to_have_attribute("data-count", str(before + 1))
    expect(number_beside(page, "status", "new")).to_have_text(str(new + 1))
    wait_for_map(page)
    page.wait_for_timeout(1000)
    frames = page.evaluate("frames_seen")
    assert len(frames) > 10
    assert min(frames) >= drawn
    assert frames[-1] > drawn


def test_what_failed_is_asked_for_again_with_the_next_change(
    open_page: Open, portal: Portal, complaints: Complaints
) -> None:
    complaints.expected += ["503"]
    page = open_page("/privacy/?lang=en")
    hasten(page)
    change = {"problems": {"change": "one"}}
    page.route(ASKED, lambda route: route.fulfill(json={"collections": change}))
    with page.expect_response(ASKED):
        page.goto(f"{portal.url}/?lang=en&layers=problems#map=14/{LONELY[1]}/{LONELY[0]}")
    wait_for_map(page)
    page.route(TILES, lambda route: route.fulfill(status=503))
    change["problems"] = {"change": "two"}
    expect(page.locator("#notice")).to_contain_text("Part of the map")
    wait_for_map(page)
    page.unroute(TILES)
    with page.expect_response(TILES):
        change["problems"] = {"change": "three"}
    # It is drawn a moment after it came.
    for _attempt in range(50):
        press_middle(page)
        if card(page).is_visible():
            break
        page.wait_for_timeout(200)
    wait_for_card(page)


def test_nobody_looking_nothing_is_asked(open_page: Open, portal: Portal, complaints: Complaints) -> None:
    complaints.expected += ["ERR_INTERNET_DISCONNECTED"]  # one may be on its way when the network goes
    page = open_page("/privacy/?lang=en")
    hasten(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/changes/" in request.url else None)
    page.goto(f"{portal.url}/?lang=en")
    wait_for_map(page)
    wait_for_figures(page)
    page.wait_for_timeout(1000)
    assert len(asked) > 2

    page.evaluate(HIDE, True)
    page.wait_for_timeout(300)
    asked.clear()
    page.wait_for_timeout(1000)
    assert asked == []
    with page.expect_request(ASKED):
        page.evaluate(HIDE, False)

    page.context.set_offline(True)
    page.wait_for_timeout(300)
    asked.clear()
    page.wait_for_timeout(1000)
    assert asked == []
    with page.expect_request(ASKED):
        page.context.set_offline(False)


def test_what_is_not_known_changes_nothing(open_page: Open, portal: Portal) -> None:
    page = open_page("/privacy/?lang=en")
    hasten(page)
    answers = iter(["one", None, "one", None])
    page.route(
        ASKED,
        lambda route: route.fulfill(json={"collections": {"problems": {"change": next(answers, None)}}}),
    )
    page.goto(f"{portal.url}/?lang=en")
    wait_for_map(page)
    wait_for_figures(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert {url.removeprefix(portal.url) for url in asked} == {"/api/v1/changes/"}
