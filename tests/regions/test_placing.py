"""Regions of many points at once, from memory: the very answer that the database gives, borders included."""

import numpy as np
import pytest
import shapely
from django.db import connection

from regions.boundaries import generation_at
from regions.load import load_boundaries
from regions.models import RegionPiece
from regions.placing import Floats, Placing
from regions.sources import geokz
from tests.regions.sources import quiet
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, MIDDLE_SOUTH, WEST

BY_DATABASE = """
SELECT
    coalesce(min(region.code) FILTER (WHERE region.level = 1), ''),
    coalesce(min(region.code) FILTER (WHERE region.level = 2), '')
FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS asked (lon, lat, number)
LEFT JOIN regions_regionpiece AS piece ON ST_Intersects(piece.geom, ST_SetSRID(ST_Point(lon, lat), 4326))
LEFT JOIN regions_region AS region ON region.id = piece.region_id
WHERE region.generation_id IS NULL OR region.generation_id = %s
GROUP BY number
ORDER BY number
"""


def by_database(lon: Floats, lat: Floats) -> list[tuple[str, str]]:
    generation = generation_at("kz")
    assert generation
    with connection.cursor() as cursor:
        cursor.execute(BY_DATABASE, [lon.tolist(), lat.tolist(), generation.pk])
        return [(oblast, rayon) for oblast, rayon in cursor.fetchall()]


def from_memory(placing: Placing, lon: Floats, lat: Floats) -> list[tuple[str, str]]:
    oblast, rayon = placing.codes_at(lon, lat)
    return list(zip(oblast.tolist(), rayon.tolist(), strict=True))


@pytest.mark.usefixtures("world")
def test_points_on_borders_and_outside_are_placed_as_on_paper() -> None:
    asked = {
        (70.5, 50.2): (WEST, "110100000"),
        (71.0, 50.2): (WEST, "110100000"),
        (71.5, 50.5): (MIDDLE, MIDDLE_SOUTH),
        (71.5, 50.500001): (MIDDLE, MIDDLE_NORTH),
        (72.0, 50.5): (MIDDLE, MIDDLE_SOUTH),
        (72.000001, 50.5): (EAST, "190100000"),
        (70.0, 50.0): (WEST, "110100000"),
        (69.999999, 50.0): ("", ""),
        (71.0, 51.001): ("", ""),
        (-71.0, 42.0): ("", ""),
    }
    points = np.array(list(asked))
    placing = Placing(generation_at("kz"))
    assert from_memory(placing, points[:, 0], points[:, 1]) == list(asked.values())


@pytest.mark.usefixtures("world")
def test_the_database_agrees_all_over_the_world() -> None:
    placing = Placing(generation_at("kz"))
    # Every twentieth of a degree: corners and borders, and places on the edges of cells.
    lon, lat = (
        axis.ravel() for axis in np.meshgrid(np.arange(69.9, 73.2, 0.05), np.arange(49.9, 51.2, 0.05))
    )
    rounded = np.round(lon, 2), np.round(lat, 2)
    assert from_memory(placing, *rounded) == by_database(*rounded)
    assert from_memory(placing, lon, lat) == by_database(lon, lat)


@pytest.mark.usefixtures("world")
def test_what_was_asked_before_changes_nothing() -> None:
    draws = np.random.default_rng(5)
    lon, lat = draws.uniform(69.9, 73.1, 3_000), draws.uniform(49.9, 51.1, 3_000)
    placing = Placing(generation_at("kz"))
    expected = by_database(lon, lat)
    parts = [from_memory(placing, lon[n : n + 700], lat[n : n + 700]) for n in range(0, 3_000, 700)]
    assert [each for part in parts for each in part] == expected
    assert from_memory(placing, lon, lat) == expected


@pytest.mark.django_db
def test_without_boundaries_no_unit_is_known() -> None:
    assert from_memory(Placing(None), np.array([71.0]), np.array([50.0])) == [("", "")]


@pytest.mark.data
@pytest.mark.django_db
@pytest.mark.usefixtures("data_dir")
def test_the_database_agrees_on_the_real_borders() -> None:
    load_boundaries(geokz.read("2024"), jurisdiction="kz", progress=quiet)
    generation = generation_at("kz")
    pieces = RegionPiece.objects.filter(region__generation=generation).values_list("geom", flat=True)
    vertices = shapely.get_coordinates(shapely.from_wkb([bytes(piece.wkb) for piece in pieces]))
    draws = np.random.default_rng(7)
    on = vertices[draws.integers(len(vertices), size=4_000)]
    # Near a border, as the demonstration rounds its places; and anywhere.
    near = np.round(on + draws.normal(0, 0.003, on.shape), 6)
    anywhere = draws.uniform((46, 40), (88, 56), (4_000, 2))
    lon, lat = np.concatenate([on, near, anywhere]).T
    assert from_memory(Placing(generation), lon, lat) == by_database(lon, lat)
