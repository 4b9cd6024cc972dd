"""What facets and histograms count is what choosing each value would give."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import QueryDict

from layers.catalogue import COLLECTIONS
from layers.facets import MAX_BINS, Facets, facets, histogram
from layers.filters import BadParameter, Filters
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, MIDDLE_SOUTH, WEST, add_feature

pytestmark = pytest.mark.usefixtures("world")
PROBLEMS = COLLECTIONS["problems"]


@pytest.fixture(autouse=True, params=["PostgreSQL", "the snapshot"])
def answerer(request: pytest.FixtureRequest) -> str:
    """Whoever answers, the answer is the same."""
    if request.param == "the snapshot":
        request.getfixturevalue("by_snapshot")
    return str(request.param)


def asked(query: str = "") -> Filters:
    return PROBLEMS.parse(QueryDict(query))


def count(query: str) -> int:
    return PROBLEMS.count(asked(query))


@pytest.fixture
def seven(world: None) -> None:
    """Four in the Middle oblast, two in the West, one in no region; and four that nobody may count."""
    add_feature(71.5, 50.25, status="new", category_id="potholes")
    add_feature(71.5, 50.25, status="confirmed", category_id="water")
    add_feature(71.5, 50.75, status="new", category_id="roads")
    add_feature(71.5, 50.75, status="declined", category_id="water")
    add_feature(70.5, 50.5, status="new", category_id="water", title="Burst")
    add_feature(70.5, 50.5, status="duplicate", category_id="water")
    add_feature(70.5, 50.5, status="reopened", oblast="", rayon="")
    add_feature(70.5, 50.5, status="hidden")
    add_feature(70.5, 50.5, kind="need", status="new")
    add_feature(70.5, 50.5, kind="initiative", status="draft")
    add_feature(70.5, 50.5, kind="initiative", status="hidden")


@pytest.mark.usefixtures("seven")
def test_without_filters_every_public_feature_is_counted_once_in_each_facet() -> None:
    assert facets(PROBLEMS, asked()) == Facets(
        total=7,
        statuses={"new": 3, "confirmed": 1, "declined": 1, "duplicate": 1, "reopened": 1},
        categories={"potholes": 2, "roads": 1, "water": 4},
        regions={MIDDLE: 4, MIDDLE_SOUTH: 2, MIDDLE_NORTH: 2, WEST: 2, "110100000": 2},
    )


@pytest.mark.usefixtures("seven")
def test_a_facet_is_counted_under_all_filters_but_its_own() -> None:
    found = facets(PROBLEMS, asked(f"status=new&category=roads&region={MIDDLE}"))
    assert found.total == 2
    assert found.statuses == {"new": 2}
    assert found.categories == {"potholes": 1, "roads": 1}
    assert found.regions == {MIDDLE: 2, MIDDLE_SOUTH: 1, MIDDLE_NORTH: 1}
    assert facets(PROBLEMS, asked(f"category=water&region={EAST}")) == Facets(
        0, {}, {}, {MIDDLE: 2, WEST: 2} | {MIDDLE_SOUTH: 1, MIDDLE_NORTH: 1, "110100000": 2}
    )


@pytest.mark.usefixtures("seven")
@pytest.mark.parametrize(
    "others",
    [
        *("", "q=burst", "q=...", "bbox=71,50,72,50.5", "from=2026-03-15&to=2026-03-15", "to=2026-03-14"),
        *("status=open", "category=roads", f"region={MIDDLE_SOUTH}", f"region={WEST}&status=new,declined"),
        *("at=2020-01-01", f"at=2020-01-01&region={WEST}&status=open", f"at=2024-01-01&region={MIDDLE}"),
    ],
)
def test_a_number_is_what_choosing_its_value_gives(others: str) -> None:
    found = facets(PROBLEMS, asked(others))
    assert found.total == count(others)
    filters = asked(others)
    for code, number in found.statuses.items():
        assert PROBLEMS.count(replace(filters, statuses=(code,))) == number > 0
    for code, number in found.categories.items():
        assert PROBLEMS.count(replace(filters, categories=(code,))) == number > 0
    for code, number in found.regions.items():
        at_level = {"rayons": (code,)} if code[2:] != "0000000" else {"oblasts": (code,)}
        bare = replace(filters, oblasts=(), rayons=())
        assert PROBLEMS.count(replace(bare, **at_level)) == number > 0  # type: ignore[arg-type]


@pytest.mark.usefixtures("seven")
def test_regions_of_another_day_are_counted_within_the_boundaries_of_that_day() -> None:
    # West was West and Middle before the reform; what has lost its codes still lies there.
    assert facets(PROBLEMS, asked("at=2020-01-01")).regions == {WEST: 7}
    # On the border between both: of each, as the filter says.
    add_feature(72.0, 50.5)
    assert facets(PROBLEMS, asked("at=2020-01-01")).regions == {WEST: 8, EAST: 1}


def test_another_country_has_counts_of_its_own() -> None:
    kz = add_feature().jurisdiction
    kz.pk = "boston"
    kz.time_zone = "America/New_York"
    kz.save(force_insert=True)
    late = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
    add_feature(jurisdiction_id="boston", oblast="", rayon="", status="confirmed", received_at=late)
    assert facets(PROBLEMS, asked("region=boston")) == Facets(1, {"confirmed": 1}, {"potholes": 1}, {})
    # Still the last of March there.
    assert histogram(PROBLEMS, asked("region=boston"), "day") == [(date(2026, 3, 31), 1)]


def test_facets_cost_few_queries(answerer: str, django_assert_num_queries: Any) -> None:
    add_feature()
    filters = asked(f"region={WEST}&status=open&category=roads")
    with django_assert_num_queries(0 if answerer == "the snapshot" else 3):
        facets(PROBLEMS, filters)


@pytest.mark.parametrize(
    ("interval", "bins"),
    [
        ("day", [(date(2026, 1, 1), 1), (date(2026, 1, 2), 0), (date(2026, 1, 3), 2)]),
        # The 1st of January 2026 is a Thursday.
        ("week", [(date(2025, 12, 29), 3)]),
        ("month", [(date(2026, 1, 1), 3)]),
        ("year", [(date(2026, 1, 1), 3)]),
    ],
)
def test_a_bin_holds_what_arrived_by_the_clock_of_the_place(
    interval: str, bins: list[tuple[date, int]]
) -> None:
    # Almaty is five hours ahead of UTC: the year began there at 19:00.
    add_feature(received_at=datetime(2025, 12, 31, 19, 0, tzinfo=UTC))
    add_feature(received_at=datetime(2026, 1, 2, 19, 0, tzinfo=UTC))
    add_feature(received_at=datetime(2026, 1, 3, 18, 59, tzinfo=UTC))
    assert histogram(PROBLEMS, asked(), interval) == bins


def test_the_clock_is_that_of_the_day_itself() -> None:
    # Six hours ahead until the end of February 2024.
    add_feature(received_at=datetime(2024, 1, 31, 18, 30, tzinfo=UTC))
    add_feature(received_at=datetime(2024, 4, 30, 18, 30, tzinfo=UTC))
    assert histogram(PROBLEMS, asked(), "month") == [
        (date(2024, 2, 1), 1),
        (date(2024, 3, 1), 0),
        (date(2024, 4, 1), 1),
    ]


def test_a_histogram_passes_over_the_period_alone() -> None:
    add_feature(received_at=datetime(2025, 12, 1, tzinfo=UTC))
    add_feature(received_at=datetime(2026, 2, 1, tzinfo=UTC))
    add_feature(received_at=datetime(2026, 2, 1, tzinfo=UTC), status="declined")
    add_feature(received_at=datetime(2027, 2, 1, tzinfo=UTC), status="hidden")
    expected = [(date(2025, 12, 1), 1), (date(2026, 1, 1), 0), (date(2026, 2, 1), 1)]
    assert histogram(PROBLEMS, asked("status=new&from=2026-01-01&to=2026-01-31"), "month") == expected
    assert histogram(PROBLEMS, asked("status=confirmed"), "month") == []
    assert histogram(PROBLEMS, asked("q=..."), "month") == []


def test_too_many_bins_are_refused() -> None:
    add_feature(received_at=datetime(2024, 1, 1, 12, tzinfo=UTC))
    last = add_feature(received_at=datetime(2026, 9, 26, 12, tzinfo=UTC))
    found = histogram(PROBLEMS, asked(), "day")
    assert (len(found), found[-1]) == (MAX_BINS, (date(2026, 9, 26), 1))
    last.received_at = datetime(2026, 9, 27, 12, tzinfo=UTC)
    last.save()
    with pytest.raises(BadParameter) as refused:
        histogram(PROBLEMS, asked(), "day")
    assert refused.value.field == "interval"
    assert len(histogram(PROBLEMS, asked(), "week")) == 143
