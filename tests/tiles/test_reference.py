"""Regions and settlements in tiles."""

from typing import Any

import pytest
from django.contrib.gis.geos import Point

from geoportal.lib.geo import Tile, position
from regions.models import Region, RegionShape, Settlement
from tests.tiles.decoded import asked, points_inside
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, MIDDLE_SOUTH, WEST
from tiles.reference import BUFFER

# 67.5 to 73.125 degrees east, 48.92 to 52.48 north: the whole world of the tests, with room around it.
WHOLE = Tile(6, 44, 21)
# Two tiles that meet at 70.3125 degrees, in the West oblast.
LEFT, RIGHT = Tile(8, 177, 86), Tile(8, 178, 86)


@pytest.fixture(autouse=True)
def _shapes(world: None) -> None:
    for region in Region.objects.all():
        shape: Any = region.geom.transform(3857, clone=True)
        RegionShape.objects.bulk_create(
            RegionShape(region=region, zoom=zoom, geom=shape) for zoom in (WHOLE.z, LEFT.z)
        )


def codes(tile: Tile, query: str = "") -> list[str]:
    return [feature["properties"]["code"] for feature in asked(tile, query, layer="regions")]


def corners(feature: dict[str, Any]) -> set[tuple[int, int]]:
    geometry = feature["geometry"]
    assert geometry["type"] == "Polygon"
    return {(x, y) for ring in geometry["coordinates"] for x, y in ring}


def test_regions_carry_the_fields_that_tiles_may_have() -> None:
    (west,) = [f for f in asked(WHOLE, layer="regions") if f["properties"]["code"] == WEST]
    assert west["properties"] == {
        "id": west["id"],
        "code": WEST,
        "level": 1,
        "kind": "oblast",
        "name_kk": f"{WEST} kk",
        "name_ru": f"{WEST} ru",
        "name_en": f"{WEST} en",
    }
    assert Region.objects.get(pk=west["id"]).code == WEST


def test_oblasts_come_before_their_rayons() -> None:
    oblasts = [WEST, MIDDLE, EAST]
    assert codes(WHOLE) == [*oblasts, "110100000", MIDDLE_SOUTH, MIDDLE_NORTH, "190100000"]


def test_boundaries_are_those_of_the_day() -> None:
    assert codes(WHOLE, "at=2020-01-01") == [WEST, EAST]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("level=1", [WEST, MIDDLE, EAST]),
        (f"region={MIDDLE}", [MIDDLE, MIDDLE_SOUTH, MIDDLE_NORTH]),
        (f"region={MIDDLE}&level=2", [MIDDLE_SOUTH, MIDDLE_NORTH]),
        ("bbox=72.5,50.5,72.6,50.6&level=1", [EAST]),
    ],
)
def test_filters_hold_for_regions(query: str, expected: list[str]) -> None:
    assert codes(WHOLE, query) == expected


def test_neighbours_share_their_border_in_a_tile() -> None:
    west, middle, east = asked(WHOLE, "level=1", layer="regions")
    assert len(corners(west) & corners(middle)) == 2
    assert len(corners(middle) & corners(east)) == 2


def test_a_border_goes_on_in_the_next_tile() -> None:
    """Both tiles cut it beyond their common edge, and draw the part around the edge alike."""
    (left,), (right,) = [asked(tile, f"region={WEST}&level=1", layer="regions") for tile in (LEFT, RIGHT)]
    assert max(x for x, _y in corners(left)) == 4096 + BUFFER
    assert min(x for x, _y in corners(right)) == -BUFFER
    north_and_south = {y for _x, y in corners(left)}
    assert north_and_south == {y for _x, y in corners(right)}


def test_a_zoom_that_no_shape_was_made_for_is_empty() -> None:
    assert asked(Tile(7, 89, 43), layer="regions") == []


def settlement(number: int, lon: float, lat: float, **values: Any) -> Settlement:
    names = {"name_kk": f"{number} kk", "name_ru": f"{number} ru", "name_en": f"{number} en"}
    defaults: dict[str, Any] = {"population": 1000 * number, "min_zoom": 6, "oblast": WEST, "rayon": ""}
    return Settlement.objects.create(
        jurisdiction_id="kz",
        geonames_id=number,
        point=Point(lon, lat, srid=4326),
        **(names | defaults | values),
    )


def names(tile: Tile, query: str = "") -> list[str]:
    return [feature["properties"]["name_en"] for feature in asked(tile, query, layer="settlements")]


def test_settlements_appear_by_importance_and_the_largest_comes_first() -> None:
    settlement(1, 70.2, 50.2)
    settlement(2, 70.3, 50.3, is_centre=True)
    settlement(3, 70.4, 50.4, min_zoom=7)
    assert names(WHOLE) == ["2 en", "1 en"]
    assert names(Tile(7, 88, 43)) == ["3 en", "2 en", "1 en"]


def test_settlements_carry_the_fields_that_tiles_may_have() -> None:
    there = settlement(2, 70.3, 50.3, is_centre=True)
    (found,) = asked(WHOLE, layer="settlements")
    assert found["properties"] == {
        "id": there.pk,
        "name_kk": "2 kk",
        "name_ru": "2 ru",
        "name_en": "2 en",
        "population": 2000,
        "is_capital": False,
        "is_centre": True,
        "min_zoom": 6,
    }
    assert found["id"] == there.pk


def test_a_settlement_on_an_edge_is_in_one_tile_and_in_the_buffer_of_the_other() -> None:
    settlement(1, 70.3125, 50.5, min_zoom=0)
    x, y = position(70.3125, 50.5)
    (there,) = asked(RIGHT, layer="settlements")
    assert there["geometry"]["coordinates"] == [0, (y >> 10) - RIGHT.y * 4096]
    assert x >> 10 == RIGHT.x * 4096
    assert len(asked(LEFT, layer="settlements")) == 1
    assert points_inside(asked(LEFT, layer="settlements")) == []


def test_filters_hold_for_settlements() -> None:
    settlement(1, 70.2, 50.2)
    settlement(2, 72.3, 50.3, oblast=EAST)
    assert names(WHOLE, f"region={EAST}") == ["2 en"]


def test_a_shape_outside_of_the_tile_is_not_there() -> None:
    assert codes(Tile(8, 170, 86)) == []
