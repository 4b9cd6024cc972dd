"""The bulk merge: what is written, what is left alone, where a place belongs."""

from datetime import UTC, datetime

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers import bulk
from layers.bulk import FeatureRow, Outcome, merge_features
from layers.models import Feature
from regions.boundaries import region_at
from regions.models import Generation, Jurisdiction
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, MIDDLE_SOUTH, WEST, add_feature, square

pytestmark = pytest.mark.usefixtures("world")


def row(
    source_id: str = "1", place: str | tuple[float, float] = (71.25, 50.25), **values: object
) -> FeatureRow:
    wkt = place if isinstance(place, str) else f"POINT({place[0]} {place[1]})"
    geom = GEOSGeometry(wkt, srid=4326)
    defaults = {
        "kind": "problem",
        "ewkb": geom.hexewkb.decode(),
        "title": "Шұңқыр",
        "text": "A\ttab, a \\ and\na line",
        "language": "kk",
        "address": "Абай 1",
        "category": "potholes",
        "status": "new",
        "received_at": datetime(2026, 3, 1, tzinfo=UTC),
        "first_response_at": None,
        "due_at": None,
        "resolved_at": None,
        "closed_at": None,
        "source": "file",
        "source_id": source_id,
    }
    return FeatureRow(**(defaults | values))  # type: ignore[arg-type]


def merge(*rows: FeatureRow) -> Outcome:
    return merge_features(rows, jurisdiction="kz")


def regions_of(source_id: str) -> tuple[str, str]:
    return Feature.objects.values_list("oblast", "rayon").get(source_id=source_id)


def test_a_new_row_becomes_a_feature_with_everything_it_says() -> None:
    given_row = row(closed_at=datetime(2026, 3, 2, 5, 6, 7, 89, tzinfo=UTC))
    assert merge(given_row) == Outcome(1, 0, 0, ())
    feature = Feature.objects.get(source="file", source_id="1")
    assert (feature.geom.x, feature.geom.y) == (71.25, 50.25)
    for name in (
        "kind",
        "title",
        "text",
        "language",
        "address",
        "status",
        "received_at",
        "closed_at",
        "is_demo",
    ):
        assert getattr(feature, name) == getattr(given_row, name)
    assert (feature.category_id, feature.oblast, feature.rayon) == ("potholes", MIDDLE, MIDDLE_SOUTH)


def test_the_same_rows_again_rewrite_nothing() -> None:
    rows = [row(str(n), (70.1 + n / 10, 50.3)) for n in range(5)]
    merge(*rows)
    before = list(Feature.objects.order_by("id").values_list("id", "source_id").annotate())
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(xmin::text || ctid::text ORDER BY id) FROM layers_feature")
        versions = cursor.fetchone()
        assert merge(*rows) == Outcome(0, 0, 5, ())
        cursor.execute("SELECT array_agg(xmin::text || ctid::text ORDER BY id) FROM layers_feature")
        assert cursor.fetchone() == versions
    assert list(Feature.objects.order_by("id").values_list("id", "source_id").annotate()) == before


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"text": ""},
        {"address": "Абай 2"},
        {"category": "water"},
        {"status": "resolved"},
        {"language": "ru"},
        {"received_at": datetime(2026, 2, 28, tzinfo=UTC)},
        {"first_response_at": datetime(2026, 3, 2, tzinfo=UTC)},
        {"due_at": datetime(2026, 3, 2, tzinfo=UTC)},
        {"resolved_at": datetime(2026, 3, 2, tzinfo=UTC)},
        {"closed_at": datetime(2026, 3, 2, tzinfo=UTC)},
        {"is_demo": True},
        {"place": (71.25, 50.2500001)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_in_any_column_is_an_update_of_the_same_feature(change: dict[str, object]) -> None:
    merge(row("1"), row("2"))
    before = Feature.objects.get(source_id="1").pk
    changed = row("1", **change)  # type: ignore[arg-type]
    assert merge(changed, row("2")) == Outcome(0, 1, 1, ())
    feature = Feature.objects.get(source_id="1")
    assert feature.pk == before
    assert feature.geom == GEOSGeometry(changed.ewkb)
    assert merge(changed) == Outcome(0, 0, 1, ())


def test_a_moved_feature_changes_region_and_position() -> None:
    merge(row("1", (70.5, 50.5)))
    x = Feature.objects.get(source_id="1").map_x
    merge(row("1", (72.5, 50.5)))
    assert regions_of("1") == (EAST, "190100000")
    assert Feature.objects.get(source_id="1").map_x > x


def test_rows_of_another_source_and_rows_not_mentioned_stay() -> None:
    mine = add_feature(source="", source_id=None)
    other = add_feature(source="other", source_id="1", title="Other")
    merge(row("1"), row("2"))
    assert merge(row("2", title="New")) == Outcome(0, 1, 0, ())
    assert Feature.objects.filter(pk__in=[mine.pk, other.pk], title__in=["Other", mine.title]).count() == 2
    assert Feature.objects.count() == 4


def test_what_a_moderator_hid_stays_hidden_and_counts_as_unchanged() -> None:
    merge(row("1"), row("2"))
    Feature.objects.filter(source_id="1").update(status="hidden")
    assert merge(row("1", status="resolved"), row("2")) == Outcome(0, 0, 2, ())
    assert merge(row("1", status="resolved", title="New"), row("2")) == Outcome(0, 1, 1, ())
    feature = Feature.objects.get(source_id="1")
    assert (feature.status, feature.title) == ("hidden", "New")


def test_a_place_outside_the_outline_is_named_and_left_out() -> None:
    outcome = merge(row("in"), row("out", (75, 50.5)), row("far", (0, 0)))
    assert outcome == Outcome(1, 0, 0, ("far", "out"))
    assert not Feature.objects.filter(source_id__in=["out", "far"]).exists()


def test_a_border_point_belongs_to_the_lowest_code() -> None:
    merge(row("west", (71, 50.75)), row("south", (71.5, 50.5)), row("corner", (71, 50.5)))
    assert regions_of("west") == (WEST, "110100000")
    assert regions_of("south") == (MIDDLE, MIDDLE_SOUTH)
    assert regions_of("corner") == (WEST, "110100000")


def test_a_place_in_the_outline_and_in_no_region_has_no_codes() -> None:
    Jurisdiction.objects.filter(code="kz").update(outline=square(70, 50, 74, 51))
    assert merge(row("1", (73.5, 50.5))).inserted == 1
    assert regions_of("1") == ("", "")


def test_a_jurisdiction_without_boundaries_works() -> None:
    Generation.objects.all().delete()
    assert merge(row("1"), row("2", (75, 50.5))) == Outcome(1, 0, 0, ("2",))
    assert regions_of("1") == ("", "")


def test_only_the_boundaries_in_force_count() -> None:
    # Before the reform the point lay in the West oblast.
    merge(row("1", (71.5, 50.75)))
    assert regions_of("1") == (MIDDLE, MIDDLE_NORTH)


def test_an_area_belongs_where_its_representative_point_lies() -> None:
    area = "POLYGON((71.9 50.1, 72.5 50.1, 72.5 50.3, 71.9 50.3, 71.9 50.1))"
    merge(row("1", area))
    place = GEOSGeometry(area, srid=4326).point_on_surface
    expected = region_at(place, jurisdiction="kz")
    assert expected.oblast is not None
    assert regions_of("1")[0] == expected.oblast.code == EAST


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(700, 735), st.integers(500, 510)), min_size=1, max_size=20, unique=True)
)
def test_a_merge_agrees_with_region_at(tenths: list[tuple[int, int]]) -> None:
    """On a grid of tenths of a degree, which meets every border and corner of the world."""
    places = {f"{x}-{y}": (x / 10, y / 10) for x, y in tenths}
    Feature.objects.all().delete()
    outcome = merge(*(row(name, place) for name, place in places.items()))
    for name, (lon, lat) in places.items():
        place = region_at(Point(lon, lat, srid=4326), jurisdiction="kz")
        if place.oblast is None:
            assert name in outcome.outside
        else:
            assert regions_of(name) == (place.oblast.code, place.rayon.code if place.rayon else "")


def test_many_rows_are_written_in_batches_and_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH_ROWS", 3)
    rows = [row(str(n)) for n in range(7)] + [row("out", (0, 0))]
    assert merge(*rows) == Outcome(7, 0, 0, ("out",))
    assert merge(*rows) == Outcome(0, 0, 7, ("out",))


def test_nothing_to_merge_asks_the_database_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert merge() == Outcome(0, 0, 0, ())
    assert not queries.captured_queries


def test_a_row_that_the_database_refuses_leaves_its_whole_batch_unwritten() -> None:
    with pytest.raises(IntegrityError):
        merge(row("1"), row("2", status="gathering"))
    assert not Feature.objects.exists()
