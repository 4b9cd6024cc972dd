"""Which region a place lies in, on the three squares of tests/world.py."""

from datetime import date

import pytest
from django.contrib.gis.geos import Point

from regions.boundaries import UnknownRegion, generation_at, levels_of_codes, region_at
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, MIDDLE_SOUTH, REFORM, WEST

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def codes_at(lon: float, lat: float, at: date | None = None) -> tuple[str | None, str | None]:
    place = region_at(Point(lon, lat, srid=4326), jurisdiction="kz", at=at)
    return (
        place.oblast.code if place.oblast else None,
        place.rayon.code if place.rayon else None,
    )


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (70.5, 50.2, (WEST, "110100000")),
        (71.5, 50.2, (MIDDLE, MIDDLE_SOUTH)),
        (71.5, 50.8, (MIDDLE, MIDDLE_NORTH)),
        (72.9, 50.9, (EAST, "190100000")),
    ],
)
def test_a_point_inside_has_one_oblast_and_one_rayon(
    lon: float, lat: float, expected: tuple[str, str]
) -> None:
    assert codes_at(lon, lat) == expected


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (71, 50.2, (WEST, "110100000")),
        (71.5, 50.5, (MIDDLE, MIDDLE_SOUTH)),
        (72, 50.5, (MIDDLE, MIDDLE_SOUTH)),
        (70, 50, (WEST, "110100000")),
    ],
)
def test_a_border_point_belongs_to_one_region_the_lowest_code(lon, lat, expected) -> None:  # type: ignore[no-untyped-def]
    assert codes_at(lon, lat) == expected


@pytest.mark.parametrize(("lon", "lat"), [(69.9, 50.5), (73.1, 50.5), (71, 51.001), (-71, 42)])
def test_a_point_outside_has_no_region(lon: float, lat: float) -> None:
    assert codes_at(lon, lat) == (None, None)


def test_the_reform_takes_effect_on_its_day() -> None:
    assert codes_at(71.5, 50.2, date(2022, 6, 7)) == (WEST, None)
    assert codes_at(71.5, 50.2, REFORM) == (MIDDLE, MIDDLE_SOUTH)


def test_before_the_first_boundaries_nothing_is_known() -> None:
    assert generation_at("kz", date(2018, 6, 18)) is None
    assert codes_at(71.5, 50.2, date(2018, 6, 18)) == (None, None)


def test_another_jurisdiction_has_no_regions_here() -> None:
    assert region_at(Point(71.5, 50.2, srid=4326), jurisdiction="boston").oblast is None


def test_a_code_of_another_time_is_unknown_now() -> None:
    assert levels_of_codes(generation_at("kz"), [WEST, MIDDLE_SOUTH]) == {WEST: 1, MIDDLE_SOUTH: 2}
    with pytest.raises(UnknownRegion, match=MIDDLE):
        levels_of_codes(generation_at("kz", date(2019, 1, 1)), [WEST, MIDDLE])
