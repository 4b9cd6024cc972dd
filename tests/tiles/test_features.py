"""Street-level tiles: features as points, lines and areas with their shape as well (docs/adr/0006)."""

import pytest

from geoportal.lib.geo import EXTENT, Tile
from layers.catalogue import COLLECTIONS
from layers.filters import Filters
from layers.models import Feature
from tests.tiles.decoded import as_text, asked, content, counted, place, points_inside, tile_at
from tests.world import add_feature
from tiles import features
from tiles.tile import tile_bytes, tile_count

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

TILE = tile_at(70.5, 50.5, 14)


def feature_at(x: int, y: int, **values: object) -> Feature:
    lon, lat = place(x, y, TILE)
    return add_feature(lon, lat, **values)


def test_a_point_carries_its_number_kind_category_and_status() -> None:
    feature = feature_at(10, 4000, status="accepted")

    assert as_text(asked(TILE)) == [
        f"{feature.pk} Point [10, 4000] category=potholes id={feature.pk} kind=problem status=accepted"
    ]


def test_each_kind_has_its_own_collection() -> None:
    feature_at(10, 10)
    need = feature_at(20, 20, kind="need", status="met", category_id="water")
    initiative = feature_at(30, 30, kind="initiative", status="gathering", category_id="roads")

    assert as_text(asked(TILE, layer="needs")) == [
        f"{need.pk} Point [20, 20] category=water id={need.pk} kind=need status=met"
    ]
    assert as_text(asked(TILE, layer="initiatives")) == [
        f"{initiative.pk} Point [30, 30] category=roads id={initiative.pk} kind=initiative status=gathering"
    ]


def test_what_the_buffer_repeats_lies_outside_and_is_not_counted() -> None:
    feature_at(4095, 7)
    feature_at(4096, 7)
    feature_at(4096 + 127, 7)
    feature_at(4096 + 128, 7)
    east = Tile(TILE.z, TILE.x + 1, TILE.y)

    here, there = asked(TILE), asked(east)

    assert [each["geometry"]["coordinates"] for each in here] == [[4095, 7], [4096, 7], [4223, 7]]
    assert [each["geometry"]["coordinates"] for each in there] == [[-1, 7], [0, 7], [127, 7], [128, 7]]
    assert (counted(here), counted(there)) == (1, 3)


def test_a_line_has_its_shape_in_each_tile_and_its_point_in_one() -> None:
    west, south = place(-4096, 2048, TILE)
    east, _ = place(8192, 2048, TILE)
    line = add_feature(geom=f"LINESTRING ({west} {south}, {east} {south})")
    found = {x: asked(Tile(TILE.z, TILE.x + x, TILE.y)) for x in range(-2, 4)}

    shapes = {x: [f for f in there if f["geometry"]["type"] == "LineString"] for x, there in found.items()}

    # It begins with the first unit of the tile before, which the buffer of the one before that repeats.
    assert {x: len(there) for x, there in shapes.items()} == {-2: 1, -1: 1, 0: 1, 1: 1, 2: 1, 3: 0}
    assert shapes[0][0]["geometry"]["coordinates"] in (
        [[-128, 2048], [4224, 2048]],
        [[4224, 2048], [-128, 2048]],
    )
    counts = {x: counted(there) for x, there in found.items()}
    assert sum(counts.values()) == 1
    assert counts[(line.map_x >> 30 - TILE.z) - TILE.x] == 1
    assert {each["id"] for there in found.values() for each in there} == {line.pk}
    assert {each["properties"]["status"] for there in found.values() for each in there} == {"new"}


def test_an_area_has_its_shape_and_its_point_in_the_shapes_tile() -> None:
    corners = [place(x, y, TILE) for x, y in ((100, 100), (900, 100), (900, 900), (100, 900), (100, 100))]
    ring = ", ".join(f"{lon} {lat}" for lon, lat in corners)
    area = add_feature(geom=f"POLYGON (({ring}))", kind="need", status="voiced")

    shape, point = asked(TILE, layer="needs")

    assert (shape["id"], point["id"]) == (area.pk, area.pk)
    assert shape["properties"] == point["properties"]
    assert sorted(map(tuple, shape["geometry"]["coordinates"][0][:-1])) == [
        *((100, 100), (100, 900)),
        *((900, 100), (900, 900)),
    ]
    assert point["geometry"]["type"] == "Point"
    assert all(100 <= value <= 900 for value in point["geometry"]["coordinates"])


def test_a_shape_whose_box_alone_meets_the_tile_is_not_there() -> None:
    a, b, c = (place(x, y, TILE) for x, y in ((-3000, 1000), (-3000, -3000), (1000, -3000)))
    add_feature(geom=f"LINESTRING ({a[0]} {a[1]}, {b[0]} {b[1]}, {c[0]} {c[1]})")

    assert content(TILE) == b""


def test_a_full_tile_is_counted_instead_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "CEILING", 3)
    for x in (100, 101, 102):
        feature_at(x, 50)
    # In the buffer: shown, but not of this tile, so it fills nothing.
    feature_at(-5, 50)
    assert [each["properties"].get("count") for each in asked(TILE)] == [None] * 4

    feature_at(4000, 50)

    cells = asked(TILE)
    assert [each["properties"]["count"] for each in points_inside(cells)] == [3, 1]
    assert counted(cells) == 4


def test_hidden_and_drafts_never_leave() -> None:
    feature_at(10, 10, status="hidden")
    feature_at(20, 20, kind="initiative", status="draft")
    feature_at(30, 30, kind="need", status="hidden")

    for name in ("problems", "initiatives", "needs"):
        for zoom in (0, 8, 11, 12, 14, 16):
            assert content(tile_at(70.5, 50.5, zoom), layer=name) == b""


def test_a_text_that_is_no_word_matches_nothing_without_asking() -> None:
    feature_at(10, 10)

    assert content(TILE, "q=!!!") == b""
    assert content(tile_at(70.5, 50.5, 8), "q=!!!") == b""


def test_the_other_function_of_the_seam_counts_the_tiles_own() -> None:
    for x in (-1, 0, 4095, 4096):
        feature_at(x, 5)
    collection = COLLECTIONS["problems"]

    assert tile_count(collection, Filters("kz"), TILE) == 2
    assert tile_count(collection, Filters("boston"), TILE) == 0
    assert tile_bytes(collection, Filters("boston"), TILE) == b""


def test_the_ceiling_leaves_room_for_a_street_and_keeps_to_what_can_be_drawn() -> None:
    assert 5_000 <= features.CEILING < 32_768 < EXTENT * EXTENT
