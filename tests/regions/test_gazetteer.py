"""Search on the small world, with an own geocoder. Real names are searched in test_real_boundaries.py."""

import pytest
from django.contrib.gis.geos import Point

from geoportal.lib.geo import Bbox
from regions.gazetteer import find_places
from regions.geocoder import FoundPlace
from regions.models import PlaceName, Region, Settlement
from tests.world import MIDDLE, WEST

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]


class OneAddress:
    """A geocoder that knows one address, and remembers what it was asked."""

    def __init__(self) -> None:
        self.boxes: list[Bbox] = []

    def find(self, query: str, *, language: str, limit: int, within: Bbox) -> list[FoundPlace]:
        self.boxes.append(within)
        return [
            FoundPlace("address", "", "Қызылорда", "", 70.1, 50.1, None, 0.0),
            FoundPlace("address", "", "Қызылорда көшесі 5", "", 70.2, 50.2, None, 0.0),
        ]


@pytest.fixture
def names(world: None) -> None:
    Region.objects.filter(code=WEST).update(
        name_kk="Қызылорда облысы", name_ru="Кызылординская область", name_en="Kyzylorda Region"
    )
    town = Settlement.objects.create(
        jurisdiction_id="kz", geonames_id=1, name_kk="Қызылорда", name_ru="Кызылорда", name_en="Kyzylorda",
        point=Point(70.5, 50.5, srid=4326), population=300_000, min_zoom=4, oblast=WEST,
    )  # fmt: skip
    village = Settlement.objects.create(
        jurisdiction_id="kz", geonames_id=2, name_kk="Қызыл", name_ru="Кызыл", name_en="Kyzyl",
        point=Point(71.5, 50.5, srid=4326), population=500, min_zoom=10, oblast=MIDDLE,
    )  # fmt: skip
    for name in ("Қызылорда облысы", "Қызылорда", "Кызылординская область", "Kyzylorda Region"):
        PlaceName.objects.create(jurisdiction_id="kz", code=WEST, name=name)
    for name in ("Қызылорда", "Кызылорда", "Kyzylorda", "Перовск"):
        PlaceName.objects.create(jurisdiction_id="kz", settlement=town, name=name)
    for name in ("Қызыл", "Кызыл", "Kyzyl"):
        PlaceName.objects.create(jurisdiction_id="kz", settlement=village, name=name)


def found(query: str, language: str = "ru", limit: int = 10) -> list[str]:
    return [place.name for place in find_places(query, jurisdiction="kz", language=language, limit=limit)]


@pytest.mark.parametrize("query", ["Қызылорда", "кызылорда", "KYZYLORDA", "кзылорда", "Кызыларда", "перовск"])
def test_a_city_is_found_in_any_language_misspelt_and_by_its_former_name(query: str) -> None:
    assert "Кызылорда" in found(query)[:2]


def test_names_come_in_the_readers_language() -> None:
    assert found("кызылорда", "kk")[0] == "Қызылорда"
    assert found("кызылорда", "en")[0] == "Kyzylorda"
    assert found("кызылорда", "fr")[0] == "Қызылорда"


def test_the_kind_that_was_asked_for_comes_first() -> None:
    assert found("кызылорда облысы")[0] == "Кызылординская область"
    assert found("город кызылорда")[0] == "Кызылорда"


def test_the_important_come_before_the_small_and_limit_holds() -> None:
    assert found("кызыл") == ["Кызыл", "Кызылорда", "Кызылординская область"]
    assert found("кызыл", limit=1) == ["Кызыл"]


def test_a_place_comes_with_its_parent_point_and_box() -> None:
    town = find_places("Кызылорда", jurisdiction="kz", language="kk", limit=1)[0]
    assert (town.kind, town.parent) == ("settlement", "Қызылорда облысы")
    assert (town.lon, town.lat) == (70.5, 50.5)
    assert town.bbox
    assert town.bbox.west < 70.5 < town.bbox.east
    region = find_places("Кызылординская область", jurisdiction="kz", language="ru", limit=1)[0]
    assert (region.kind, region.id, region.bbox) == ("oblast", WEST, Bbox(70, 50, 71, 51))


@pytest.mark.parametrize(
    "query", ["", "   ", "%", "_", "\\", "щщщщ", "'; DROP TABLE", "\U0001f600", "а" * 5000]
)
def test_nothing_like_it_gives_nothing(query: str) -> None:
    assert found(query) == []


def test_the_geocoder_fills_up_what_is_left_without_repeating_us() -> None:
    geocoder = OneAddress()
    places = find_places("қызылорда", jurisdiction="kz", language="kk", limit=10, geocoder=geocoder)
    assert [place.name for place in places if place.kind == "address"] == ["Қызылорда көшесі 5"]
    assert places[-1].kind == "address"
    assert geocoder.boxes == [Bbox(70, 50, 73, 51)]


def test_the_geocoder_is_not_asked_when_we_know_enough() -> None:
    geocoder = OneAddress()
    find_places("қызылорда", jurisdiction="kz", language="kk", limit=1, geocoder=geocoder)
    assert geocoder.boxes == []


def test_another_jurisdiction_does_not_see_our_places() -> None:
    assert find_places("Кызылорда", jurisdiction="boston", language="en", limit=5) == []
