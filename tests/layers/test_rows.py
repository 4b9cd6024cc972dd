"""From filters to rows: sets that can be told on paper from the three squares of the world."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Point
from django.http import QueryDict

from layers.catalogue import COLLECTIONS
from regions.models import Jurisdiction, PlaceName, Region, Settlement
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, MIDDLE_SOUTH, WEST, add_feature, square

pytestmark = pytest.mark.usefixtures("world")


def titles(query: str, name: str = "problems") -> list[str]:
    collection = COLLECTIONS[name]
    filters = collection.parse(QueryDict(query))
    found = [row.title for row in collection.rows(filters).order_by("title")]
    assert collection.count(filters) == len(found)
    return found


def codes(query: str) -> set[str]:
    collection = COLLECTIONS["regions"]
    return {region.code for region in collection.rows(collection.parse(QueryDict(query)))}


@pytest.fixture
def _places(world: None) -> None:
    add_feature(70.5, 50.5, title="a west")
    add_feature(71.5, 50.2, title="b south", category_id="water", status="confirmed")
    add_feature(71.5, 50.8, title="c north", category_id="roads", status="declined")
    add_feature(72.5, 50.5, title="d east", status="duplicate")


@pytest.mark.usefixtures("_places")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "abcd"),
        (f"region={WEST}", "a"),
        (f"region={MIDDLE}", "bc"),
        (f"region={MIDDLE_NORTH}", "c"),
        (f"region={WEST},{MIDDLE_SOUTH}", "ab"),
        # Before the reform the West reached to 72 degrees.
        (f"region={WEST}&at=2020-01-01", "abc"),
        (f"region={EAST}&at=2020-01-01", "d"),
        ("category=roads", "acd"),
        ("category=potholes", "ad"),
        ("category=water,potholes", "abd"),
        ("status=open", "a"),
        ("status=solved", "b"),
        ("status=declined,duplicate", "cd"),
        ("status=confirmed,open", "ab"),
        ("bbox=70,50,71,51", "a"),
        # A border belongs to the box.
        ("bbox=71.5,50.2,71.6,50.3", "b"),
        ("q=west", "a"),
        ("q=WES", "a"),
        ("q=west+east", ""),
        (f"region={MIDDLE}&status=solved&q=south&bbox=71,50,72,51", "b"),
    ],
)
def test_each_filter_narrows_as_it_says(query: str, found: str) -> None:
    assert "".join(title[0] for title in titles(query)) == found


def test_a_box_across_the_antimeridian_is_two_boxes() -> None:
    Jurisdiction.objects.filter(pk="kz").update(
        outline=MultiPolygon(*square(170, 50, 180, 51), *square(-180, 50, -170, 51), srid=4326)
    )
    for lon in (-179.5, -175, 0.5, 175, 179.5):
        add_feature(lon, 50.5, title=f"{lon}")
    assert titles("bbox=178,50,-178,51") == ["-179.5", "179.5"]
    assert titles("bbox=-178,50,178,51") == ["-175", "0.5", "175"]
    assert titles("bbox=174,50,-180,51") == ["175", "179.5"]


def test_a_box_meets_what_reaches_into_it() -> None:
    add_feature(geom="LINESTRING(70.1 50.1, 70.9 50.9)", title="line")
    add_feature(geom="POLYGON((70 50, 71 50, 70 51, 70 50))", title="triangle")
    assert titles("bbox=70.85,50.85,70.95,50.95") == ["line"]
    assert titles("bbox=70.1,50.3,70.2,50.4") == ["triangle"]
    # Inside the boxes of both, and outside of both themselves.
    assert titles("bbox=70.8,50.6,70.85,50.65") == []


def test_a_house_number_is_found_as_it_is_written() -> None:
    add_feature(title="Burst pipe, ул.Сәтбаев,22/5")
    for asked in ("22/5", "5", "Сатпаев"[:3], "ул.Сәтбаев,22/5"):
        assert titles(f"q={asked}") == ["Burst pipe, ул.Сәтбаев,22/5"]


def test_a_box_without_width_or_height_is_a_line_or_a_point() -> None:
    add_feature(70.5, 50.5, title="here")
    add_feature(70.5, 50.7, title="north of it")
    assert titles("bbox=70.5,50.5,70.5,50.5") == ["here"]
    assert titles("bbox=70.5,50.4,70.5,50.8") == ["here", "north of it"]
    assert titles("bbox=70.4,50.7,70.6,50.7") == ["north of it"]


def test_days_are_those_of_the_jurisdiction_inclusive() -> None:
    # Almaty is five hours ahead of UTC since March 2024: its 10 May is 9 May 19:00 to 10 May 19:00 UTC.
    midnight = datetime(2026, 5, 9, 19, tzinfo=UTC)
    for name, moment in (
        ("before", midnight - timedelta(microseconds=1)),
        ("first", midnight),
        ("last", midnight + timedelta(days=1, microseconds=-1)),
        ("after", midnight + timedelta(days=1)),
    ):
        add_feature(title=name, received_at=moment)
    assert titles("from=2026-05-10&to=2026-05-10") == ["first", "last"]
    assert titles("from=2026-05-11") == ["after"]
    assert titles("to=2026-05-09") == ["before"]
    # It was six hours before: the 10 May of 2023 began at 18:00 UTC.
    add_feature(title="old", received_at=datetime(2023, 5, 9, 18, 30, tzinfo=UTC))
    assert titles("from=2023-05-10&to=2023-05-10") == ["old"]


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        *(("шұңқыр", True), ("шункыр", True), ("ШҰҢҚ", True), ("жолда+шұңқыр", True), ("терең", True)),
        *(("ңқыр", False), ("шұңқыр+көпір", False), ("!!!", False), ("'", False), ("шұңқыр+%26+|+!", True)),
    ],
)
def test_words_are_found_by_their_beginnings_in_any_spelling(words: str, is_found: bool) -> None:
    add_feature(title="Жолда шұңқыр", text="Өте терең")
    assert bool(titles(f"q={words}")) is is_found


def test_each_kind_and_country_has_its_own_rows() -> None:
    kz = Jurisdiction.objects.get(pk="kz")
    kz.pk = "boston"
    kz.save(force_insert=True)
    add_feature(title="here")
    add_feature(title="need", kind="need", status="voiced")
    add_feature(title="there", jurisdiction_id="boston")
    assert titles("") == ["here"]
    assert titles("", "needs") == ["need"]
    assert titles("region=boston") == ["there"]
    assert titles("", "initiatives") == []


def test_hidden_rows_and_drafts_are_nowhere() -> None:
    add_feature(status="hidden")
    add_feature(kind="initiative", status="draft")
    for query in ("", "q=hole", f"region={WEST}", "bbox=70,50,73,51"):
        assert titles(query) == titles(query, "initiatives") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("level=1", {WEST, MIDDLE, EAST}),
        (f"region={MIDDLE}", {MIDDLE, MIDDLE_SOUTH, MIDDLE_NORTH}),
        (f"region={MIDDLE}&level=2", {MIDDLE_SOUTH, MIDDLE_NORTH}),
        (f"region={MIDDLE_NORTH}", {MIDDLE_NORTH}),
        ("bbox=71.2,50.1,71.3,50.2", {MIDDLE, MIDDLE_SOUTH}),
        ("at=2020-01-01", {WEST, EAST}),
        ("q=батыс", {WEST}),
        ("q=nowhere", set()),
    ],
)
def test_regions_are_those_of_the_day(query: str, found: set[str]) -> None:
    PlaceName.objects.create(jurisdiction_id="kz", code=WEST, name="Батыс облысы")
    assert codes(query) == found


def test_settlements_are_found_by_region_box_and_name() -> None:
    for number, (name, lon, oblast) in enumerate([("Алматы", 70.5, WEST), ("Ақтау", 72.5, EAST)]):
        settlement = Settlement.objects.create(
            jurisdiction_id="kz",
            geonames_id=number,
            name_kk=name,
            point=Point(lon, 50.5, srid=4326),
            min_zoom=5,
            oblast=oblast,
        )
        PlaceName.objects.create(jurisdiction_id="kz", settlement=settlement, name=name)
    collection = COLLECTIONS["settlements"]

    def found(query: str) -> list[str]:
        rows = collection.rows(collection.parse(QueryDict(query)))
        return [row.name_kk for row in rows.order_by("id")]

    assert found("") == ["Алматы", "Ақтау"]
    assert found(f"region={EAST}") == found("bbox=72,50,73,51") == found("q=актау") == ["Ақтау"]


def test_regions_of_a_country_without_boundaries_are_none() -> None:
    Region.objects.all().delete()
    assert codes("") == set()
