"""Counted cells on features in known places: each number is done on paper."""

import pytest

from geoportal.lib.geo import Tile
from tests.tiles.decoded import as_text, asked, content, counted, place, points_inside, tile_at
from tests.world import add_feature
from tiles.cells import Grid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

TILE = tile_at(70.5, 50.5, 8)


def at(x: int, y: int, tile: Tile = TILE) -> dict[str, float]:
    lon, lat = place(x, y, tile)
    return {"lon": lon, "lat": lat}


def test_one_feature_is_a_cell_of_one_that_carries_its_number() -> None:
    feature = add_feature(**at(1000, 2000))

    assert as_text(asked(TILE)) == [f"{feature.pk} Point [1000, 2000] count=1 id={feature.pk} open=1"]


def test_a_cell_lies_at_the_mean_position_and_counts_by_group() -> None:
    add_feature(**at(0, 0), status="new")
    add_feature(**at(100, 10), status="reopened")
    add_feature(**at(200, 20), status="confirmed")
    add_feature(**at(40, 4), status="duplicate")

    # Subcells of 16 units: 0, 6, 12, 2 and 0, 0, 1, 0. (20 * 16 + 4 * 8) / 4 = 88, (1 * 16 + 4 * 8) / 4 = 12.
    assert as_text(asked(TILE)) == ["- Point [88, 12] count=4 duplicate=1 open=2 solved=1"]


def test_a_cell_is_256_units_wide_and_half_open() -> None:
    last = add_feature(**at(255, 100))
    first = add_feature(**at(256, 100))

    assert as_text(asked(TILE)) == [
        f"{last.pk} Point [255, 100] count=1 id={last.pk} open=1",
        f"{first.pk} Point [256, 100] count=1 id={first.pk} open=1",
    ]


def test_the_fine_grid_has_cells_of_64_units() -> None:
    for x in (10, 70, 130):
        add_feature(**at(x, 0))
    add_feature(**at(60, 0))

    assert [each["properties"]["count"] for each in asked(TILE)] == [4]
    fine = asked(TILE, grid=Grid.FINE)
    assert [(each["geometry"]["coordinates"], each["properties"]["count"]) for each in fine] == [
        ([32, 8], 2),  # subcells 0 and 3
        ([70, 0], 1),
        ([130, 0], 1),
    ]


def test_the_coarse_grid_has_cells_of_512_units_and_a_ring_of_one() -> None:
    for x in (10, 300, 511, 512, 4096, 4500, 4607, 4608):
        add_feature(**at(x, 0))

    assert [
        (each["geometry"]["coordinates"], each["properties"]["count"])
        for each in asked(TILE, grid=Grid.COARSE)
    ] == [
        ([269, 8], 3),  # subcells 0, 18, 31: (49 * 16 + 3 * 8) / 3
        ([512, 0], 1),
        ([4402, 8], 3),  # subcells 0, 25, 31 of its own
    ]


def test_on_the_edge_of_two_tiles_a_feature_belongs_to_one_and_is_shown_in_both() -> None:
    add_feature(**at(4096, 500))
    add_feature(**at(4095, 500))
    east = Tile(TILE.z, TILE.x + 1, TILE.y)

    here, there = asked(TILE), asked(east)

    assert [each["geometry"]["coordinates"] for each in here] == [[4095, 500], [4096, 500]]
    assert [each["geometry"]["coordinates"] for each in there] == [[-1, 500], [0, 500]]
    assert (counted(here), counted(there)) == (1, 1)


def test_the_ring_around_the_tile_is_of_whole_cells() -> None:
    for x in (4096, 4351, 4352):
        add_feature(**at(x, 500))

    (cell,) = asked(TILE)

    assert cell["properties"]["count"] == 2, "4352 lies beyond the ring"
    assert points_inside([cell]) == []


def test_cells_of_zoom_11_are_features_from_zoom_12() -> None:
    add_feature(70.5, 50.5)
    add_feature(70.5, 50.5)

    assert [each["properties"]["count"] for each in asked(tile_at(70.5, 50.5, 11))] == [2]
    assert all("count" not in each["properties"] for each in asked(tile_at(70.5, 50.5, 12)))


def test_a_line_is_counted_once_at_its_representative_point() -> None:
    line = add_feature(geom="LINESTRING (70.2 50.2, 70.8 50.2)", kind="problem")
    zoom = 11
    tiles = [tile_at(70.2 + step * 0.01, 50.2, zoom) for step in range(61)]

    found = {tile: counted(asked(tile)) for tile in tiles}

    assert sum(found.values()) == 1
    assert found[Tile(zoom, line.map_x >> 30 - zoom, line.map_y >> 30 - zoom)] == 1


def test_the_whole_world_in_one_tile() -> None:
    add_feature(70.5, 50.5)
    add_feature(72.5, 50.5)

    (cell,) = asked(Tile(0, 0, 0))

    assert cell["properties"] == {"count": 2, "open": 2}
    # A subcell is 1.4 degrees wide here: 178 and 179 eastwards.
    assert cell["geometry"]["coordinates"] == [(178 + 179) * 8 + 8, 86 * 16 + 8]


def test_equal_content_is_equal_bytes() -> None:
    for x in range(0, 4000, 37):
        add_feature(**at(x, 3 * x % 4096))

    assert content(TILE) == content(TILE)


def test_beyond_the_square_world_a_feature_is_counted_on_its_edge() -> None:
    add_feature(70.5, 89.0)

    assert counted(asked(Tile(3, 5, 0))) == 1
