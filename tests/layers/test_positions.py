"""The integer position of a feature: the same in the database, in Python and in PostGIS's own tiles."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from geoportal.lib.fold import FOLDED_FROM, KAZAKH_UPPER, RUSSIAN_UPPER, fold, words
from geoportal.lib.geo import EXTENT, Tile, position
from geoportal.lib.sql import statement
from tests.world import add_feature

LON = st.floats(-180, 179.999999)
LAT = st.floats(-85, 85)


@pytest.mark.usefixtures("world")
def test_the_database_and_python_compute_the_same_position() -> None:
    feature = add_feature(71.4304, 50.1283)
    assert (feature.map_x, feature.map_y) == position(71.4304, 50.1283)


@pytest.mark.usefixtures("world")
def test_an_area_is_counted_at_a_point_on_it() -> None:
    ring = "POLYGON((70 50, 70.4 50, 70.4 50.01, 70.01 50.01, 70.01 50.4, 70 50.4, 70 50))"
    feature = add_feature(geom=ring)
    on_it = feature.geom.point_on_surface
    assert (feature.map_x, feature.map_y) == pytest.approx(position(on_it.x, on_it.y), abs=1)


@given(lon=LON, lat=LAT, z=st.integers(0, 18))
def test_a_position_lies_in_exactly_the_tile_whose_bounds_hold_the_point(
    lon: float, lat: float, z: int
) -> None:
    x, y = position(lon, lat)
    tile = Tile(z, x >> (30 - z), y >> (30 - z))
    x_min, y_min, x_max, y_max = tile.positions()
    assert x_min <= x < x_max
    assert y_min <= y < y_max
    west, south, east, north = tile.bounds(buffer=1)
    assert west <= lon <= east
    assert south <= lat <= north


@pytest.mark.django_db
def test_tile_bounds_are_those_of_postgis() -> None:
    tile = Tile(12, 2854, 1376)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Transform("
            "ST_TileEnvelope(%s, %s, %s, margin => 64.0 / %s), 4326) AS e) AS t",
            [tile.z, tile.x, tile.y, EXTENT],
        )
        assert tuple(cursor.fetchone()) == pytest.approx(tile.bounds(buffer=64), abs=1e-9)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["Әйтеке би", "ҚҰЛАН Ыстық-көл", "Семей, Ёлки", "Hello WORLD", "Өскемен һІі"]
)
def test_folding_is_the_same_in_the_database(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold(%s)", [text])
        assert cursor.fetchone()[0] == fold(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        *("г.Алматы,ул.Сәтбаев,22/5", "www.egov.kz", "почта@mail.kz", "+7(701)998-77-66"),
        *("3.1415 -7717", "/a/b_c", "<b>№5</b>"),
    ],
)
def test_each_word_between_marks_is_indexed_as_it_is_asked_for(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(to_tsvector('simple', search_words(%s)))", [text])
        assert set(cursor.fetchone()[0]) == set(words(text))


@pytest.mark.django_db
def test_indexed_words_are_folded_as_all_others() -> None:
    letters = "".join(chr(code) for code in range(1, 0x2200) if chr(code).isalnum() or chr(code) == " ")
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_words(%s) = fold(%s)", [letters, letters])
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_indexed_words_are_the_same_in_steps_as_by_the_table() -> None:
    """search_words was replaced in place, so it must give what was stored under it before."""
    before = statement("layers", "search_words").replace("search_words(", "search_words_before(")
    # In pairs too: what lies beside a character must not change it. The last ones go by the table.
    letters = [chr(code) for code in range(1, 0x2200)]
    others = ["ΟΔΟΣ", "İstanbul Жол", "ǅ", "e\u0301Й", "\U0001f600 ҚАЛА", ""]
    pairs = [f"{one}Қ.{two}" for one, two in zip(letters, reversed(letters), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(before)
        cursor.execute(
            "SELECT text FROM unnest(%s::text[]) text WHERE search_words(text) <> search_words_before(text)",
            [[*letters, *pairs, *others, "".join(letters)]],
        )
        assert cursor.fetchall() == []
        short = (
            "а"
            + "".join(sorted(set(FOLDED_FROM + RUSSIAN_UPPER + KAZAKH_UPPER)))
            + " -~/()[]\\^'«№»\n\tAZaz09"
        )
        cursor.execute("SELECT search_words(%s) = search_words_before(%s)", [short, short])
        assert cursor.fetchone() == (True,)
