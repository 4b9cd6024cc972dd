"""Lists show what the filters mean, exactly, and page through it without losing a row."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from geoportal.pages import paging
from regions.models import Jurisdiction
from tests.geoportal.pages.html import Page
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, MIDDLE_SOUTH, WEST, add_feature

pytestmark = pytest.mark.usefixtures("world")


def test_what_other_sites_hang_on_links_is_taken_away(get: Callable[..., Any]) -> None:
    response = get("/problems/?fbclid=abc&status=open&utm_source=x")
    assert (response.status_code, response.headers["Location"]) == (302, "/problems/?status=open")


def test_days_are_those_of_the_records_own_clock(get: Callable[..., Any]) -> None:
    Jurisdiction.objects.filter(pk="kz").update(time_zone="America/New_York")
    add_feature(received_at=datetime(2026, 9, 1, 3, 57, tzinfo=UTC))
    assert "31 August 2026" in get("/problems/").text


def titles(response: Any) -> list[str]:
    return re.findall(r'<h2 class="card-title"><a [^>]*>([^<]*)</a>', response.text)


@pytest.fixture
def _five(world: None) -> None:
    add_feature(70.5, 50.5, title="west", status="new", category_id="potholes")
    add_feature(71.5, 50.2, title="middle south", status="confirmed", category_id="water")
    add_feature(71.5, 50.8, title="middle north", status="declined", category_id="roads")
    add_feature(72.5, 50.5, title="east", received_at=datetime(2025, 12, 31, 20, tzinfo=UTC))
    add_feature(70.5, 50.5, title="a need", kind="need", status="voiced", category_id="water")


@pytest.mark.usefixtures("_five")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"west", "middle south", "middle north", "east"}),
        (f"region={MIDDLE}", {"middle south", "middle north"}),
        (f"region={WEST},{EAST}", {"west", "east"}),
        (f"region={MIDDLE_SOUTH}", {"middle south"}),
        ("category=roads", {"west", "middle north", "east"}),
        ("status=open", {"west", "east"}),
        ("status=confirmed", {"middle south"}),
        # 20:00 UTC on the last day of the year is already the new year in Almaty.
        ("to=2025-12-31", set()),
        ("from=2026-01-01&to=2026-01-01", {"east"}),
        ("q=middl", {"middle south", "middle north"}),
        ("bbox=72,50,73,51", {"east"}),
        ("q=nothing+like+it", set()),
    ],
)
def test_a_list_shows_exactly_what_the_filter_means(
    get: Callable[..., Any], query: str, shown: set[str]
) -> None:
    response = get(f"/problems/?{query}")
    assert response.status_code == 200
    assert set(titles(response)) == shown
    noun = "problem" if len(shown) == 1 else "problems"
    assert f">{len(shown)} {noun}</p>" in response.text


@pytest.mark.usefixtures("_five")
def test_each_kind_has_its_own_list(get: Callable[..., Any]) -> None:
    assert titles(get("/needs/")) == ["a need"]
    assert titles(get("/initiatives/")) == []


def test_what_is_hidden_is_never_listed_nor_counted(get: Callable[..., Any]) -> None:
    add_feature(title="seen")
    add_feature(title="secret", status="hidden")
    add_feature(title="secret draft", kind="initiative", status="draft")
    assert titles(get("/problems/")) == ["seen"]
    assert ">1 problem</p>" in get("/problems/").text
    for query in ("q=secret", "region=110000000", "category=roads"):
        assert "secret</a>" not in get(f"/problems/?{query}").text
    assert ">0 initiatives</p>" in get("/initiatives/").text
    assert get("/problems/?status=hidden").status_code == 400


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("category=bogus", "category", "There is no category “bogus”."),
        ("status=bogus", "status", "There is no status “bogus”."),
        ("region=999", "region", "There is no region “999”."),
        ("from=31.12.2025", "from", "A day is written like 2026-03-31."),
        ("from=2026-02-01&to=2026-01-01", "to", "The period ends before it begins."),
    ],
)
def test_a_bad_filter_is_told_beside_its_field(
    get: Callable[..., Any], query: str, field: str, message: str
) -> None:
    response = get(f"/problems/?{query}")
    assert response.status_code == 400
    page = Page(response.text)
    assert f'id="error-{field}">{message}<' in response.text
    marked = [a for _tag, a in page.tags if a.get("aria-invalid")]
    assert [a["aria-describedby"] for a in marked] == [f"error-{field}"]


@pytest.mark.parametrize(
    "query", ["bogus=1", "next=bogus", "next=1.0", f"next={10**30}.1", "q=a&q=b", "q=%00"]
)
def test_an_address_that_means_nothing_is_a_400_that_says_so(get: Callable[..., Any], query: str) -> None:
    response = get(f"/problems/?{query}")
    assert response.status_code == 400
    assert 'role="alert"' in response.text


def test_words_of_a_reader_are_shown_as_text(get: Callable[..., Any]) -> None:
    add_feature(title="<script>alert(1)</script>")
    response = get('/problems/?category="><script>alert(2)</script>')
    assert "<script>alert" not in response.text + get("/problems/").text


@pytest.mark.parametrize(
    ("sent", "tidy"),
    [
        (f"oblast={MIDDLE}&rayon=&category=&q=", f"?region={MIDDLE}"),
        (f"oblast={MIDDLE}&rayon={MIDDLE_NORTH}&q=hole", f"?q=hole&region={MIDDLE_NORTH}"),
        # Another oblast was chosen; the rayon left over from before is not in it.
        (f"oblast={WEST}&rayon={MIDDLE_NORTH}", f"?region={WEST}"),
        (f"oblast=&rayon={MIDDLE_NORTH}", ""),
        ("oblast=&status=", ""),
    ],
)
def test_the_form_becomes_the_shared_address(get: Callable[..., Any], sent: str, tidy: str) -> None:
    response = get(f"/problems/?{sent}")
    assert response.status_code == 302
    assert response.headers["Location"] == f"/problems/{tidy}"


def test_the_form_shows_what_was_asked(get: Callable[..., Any]) -> None:
    page = Page(
        get(f"/problems/?region={MIDDLE_NORTH}&category=roads&status=open&from=2026-01-01&q=hole").text
    )
    chosen = [a["value"] for a in page.all("option") if "selected" in a]
    assert chosen == [MIDDLE, MIDDLE_NORTH, "roads", "open"]
    assert page.all("input", name="from")[0]["value"] == "2026-01-01"
    assert page.all("input", name="q")[0]["value"] == "hole"


@pytest.mark.usefixtures("_five")
def test_a_choice_says_how_many_it_would_show(get: Callable[..., Any]) -> None:
    options = re.findall(r'<option value="([^"]*)"[^>]*>(.*?)</option>', get("/problems/?status=open").text)
    shown = {value: re.sub(r"<[^>]+>", "", text) for value, text in options if value}
    assert (shown["open"], shown["solved"], shown["confirmed"]) == (
        "Open · 2",
        "Solved · 1",
        "Solved, citizens confirm · 1",
    )
    assert (shown["roads"], shown["potholes"], shown["water"]) == (
        "Roads: all · 2",
        "Potholes · 2",
        "Water: all · 0",
    )
    assert shown[MIDDLE].endswith(" · 0")
    assert shown[WEST].endswith(" · 1")
    every = [re.sub(r"<[^>]+>", "", text) for value, text in options if not value]
    assert every == ["The whole country", "All categories · 2", "All statuses · 4"]
    # What cannot be used has no numbers, and the form is there all the same.
    assert "option-count" not in get("/problems/?status=nonsense").text


def test_every_row_is_on_one_page(get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 3)
    for number in range(10):
        # Four arrive at one instant: the order among them is by number.
        add_feature(title=f"row {number}", received_at=datetime(2026, 1, 1 + max(0, number - 3), tzinfo=UTC))
    seen: list[str] = []
    address = "/problems/?category=roads"
    for _page in range(4):
        response = get(address)
        assert ">10 problems</p>" in response.text
        seen += titles(response)
        link = re.search(r'<a class="button button-primary" rel="next" href="([^"]+)"', response.text)
        address = f"/problems/{link[1].replace('&amp;', '&')}" if link else ""
    assert address == ""
    assert seen == [f"row {number}" for number in range(9, -1, -1)]


def test_an_empty_list_says_so_and_offers_a_way_out(get: Callable[..., Any]) -> None:
    assert "There is nothing here yet." in get("/needs/").text
    assert "Nothing matches these filters." in get("/needs/?q=hole").text


def test_counts_are_written_as_the_language_writes_them(get: Callable[..., Any]) -> None:
    for _number in range(2):
        add_feature()
    assert ">2 проблемы</p>" in get("/problems/", "ru").text
    assert ">2 мәселе</p>" in get("/problems/", "kk").text
    assert "2026 ж. 15 наурыз" in get("/problems/", "kk").text
    assert "15 марта 2026" in get("/problems/", "ru").text
    assert "15 March 2026" in get("/problems/", "en").text
