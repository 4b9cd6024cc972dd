"""The page of one feature: what is public about it, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from geoportal.pages.feature import timeline
from regions.models import Jurisdiction
from tests.geoportal.pages.html import Page
from tests.world import MIDDLE, MIDDLE_SOUTH, add_feature, square

pytestmark = pytest.mark.usefixtures("world")

RECEIVED = datetime(2026, 3, 15, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("problem", "in_progress", "Problem № In progress Group: open"),
        ("need", "met", "Need № Met Group: solved"),
        ("initiative", "gathering", "Initiative № Gathering support Group: open"),
    ],
)
def test_a_feature_has_a_page_of_its_kind(
    get: Callable[..., Any], kind: str, status: str, words: str
) -> None:
    feature = add_feature(kind=kind, status=status, title="Ямы", language="ru")
    response = get(feature.get_absolute_url())
    assert response.status_code == 200
    page = Page(response.text)
    assert page.all("h1") == [{"lang": "ru"}]
    for word in words.split(" № "):
        assert word.split()[0] in page.text
    assert words.split("Group: ")[1] in page.text


def test_the_page_tells_place_category_and_data(get: Callable[..., Any]) -> None:
    feature = add_feature(71.5, 50.25, address="Abai avenue, 45", text="Deep.\n\nVery <b>deep</b>.")
    page = Page(get(feature.get_absolute_url()).text)
    links = {a["href"] for a in page.all("a")}
    assert {
        f"/problems/?region={MIDDLE}",
        f"/problems/?region={MIDDLE_SOUTH}",
        "/problems/?category=roads",
        "/problems/?category=potholes",
        f"/api/v1/problems/{feature.pk}/",
    } <= links
    assert "150000000 en" in page.text
    assert "Abai avenue, 45" in page.text
    assert "50.25000, 71.50000" in page.text
    assert "Very <b>deep</b>." in page.text
    assert page.all("b") == []


def test_a_shared_link_has_a_preview(get: Callable[..., Any]) -> None:
    feature = add_feature(title="Шұңқыр", text="Терең " * 100, language="kk")
    page = Page(get(feature.get_absolute_url()).text)
    shared = {meta["property"]: meta["content"] or "" for meta in page.all("meta") if "property" in meta}
    assert shared["og:title"] == "Шұңқыр"
    assert shared["og:url"] == f"http://testserver/problems/{feature.pk}/"
    assert len(shared["og:description"]) == 200
    assert shared["og:description"].endswith("…")


def test_times_are_those_of_the_place(get: Callable[..., Any]) -> None:
    feature = add_feature(received_at=RECEIVED)
    assert "16 March 2026, 01:00" in Page(get(feature.get_absolute_url()).text).text
    Jurisdiction.objects.create(
        code="boston",
        name_kk="Бостон",
        name_ru="Бостон",
        name_en="Boston",
        time_zone="America/New_York",
        outline=square(-72, 42, -70, 43),
    )
    abroad = add_feature(-71, 42.4, jurisdiction_id="boston", received_at=RECEIVED)
    page = Page(get(abroad.get_absolute_url()).text)
    assert "15 March 2026, 16:00" in page.text
    assert "Boston" in page.text


def test_the_timeline_is_in_order_and_knows_what_is_late() -> None:
    feature = add_feature(
        received_at=datetime(2026, 3, 1, tzinfo=UTC),
        first_response_at=datetime(2026, 3, 20, tzinfo=UTC),
        due_at=datetime(2026, 3, 10, tzinfo=UTC),
    )
    late = timeline(feature, now=datetime(2026, 4, 1, tzinfo=UTC))
    assert [(m.code, m.is_past, m.note) for m in late] == [
        ("received", True, ""),
        ("due", True, "overdue"),
        ("first_response", True, ""),
    ]
    early = timeline(feature, now=datetime(2026, 3, 5, tzinfo=UTC))
    assert [m.note for m in early] == ["", "", ""]
    feature.status = "confirmed"
    assert [m.note for m in timeline(feature, now=datetime(2026, 4, 1, tzinfo=UTC))] == ["", "", ""]


def test_a_line_and_an_area_are_placed_inside_themselves(get: Callable[..., Any]) -> None:
    feature = add_feature(geom="POLYGON((70.2 50.2,70.8 50.2,70.8 50.8,70.2 50.8,70.2 50.2))")
    page = Page(get(feature.get_absolute_url()).text)
    [minimap] = [a for a in page.all("div") if "data-minimap" in a]
    assert 70.2 < float(minimap["data-lon"] or 0) < 70.8
    assert 50.2 < float(minimap["data-lat"] or 0) < 50.8


def test_demonstration_data_are_marked_on_the_page(get: Callable[..., Any]) -> None:
    real, invented = add_feature(), add_feature(is_demo=True)
    assert "demo-mark" not in get(real.get_absolute_url()).text
    assert "demo-mark" in get(invented.get_absolute_url()).text


@pytest.mark.parametrize(("kind", "status"), [("problem", "hidden"), ("initiative", "draft")])
def test_what_is_not_public_is_not_found(get: Callable[..., Any], kind: str, status: str) -> None:
    feature = add_feature(kind=kind, status=status, title="A secret")
    response = get(feature.get_absolute_url())
    assert response.status_code == 404
    assert "A secret" not in response.text


def test_a_number_of_another_kind_is_not_found(get: Callable[..., Any]) -> None:
    feature = add_feature()
    assert get(f"/needs/{feature.pk}/").status_code == 404
    assert get(f"/problems/{10**30}/").status_code == 404
