"""Coverages on hand-made squares. Areas are of the WGS84 ellipsoid; lengths in degrees."""

from itertools import product

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from regions import coverage


def shapes(*polygons: shapely.Polygon) -> coverage.Shapes:
    return np.array(polygons, dtype=object)


def test_the_area_of_a_degree_square_at_the_equator_is_the_published_one() -> None:
    # 111.3195 km by 110.5744 km (Karney, GeographicLib's Planimeter): 12 308.778 km².
    assert coverage.area_km2([shapely.box(0, 0, 1, 1)])[0] == pytest.approx(12308.778, abs=0.001)


def test_an_overlap_is_found_with_its_size_and_given_to_one_side() -> None:
    squares = shapes(shapely.box(70, 50, 71.0001, 51), shapely.box(71, 50, 72, 51))
    found = coverage.overlaps(squares)
    assert [(o.first, o.second) for o in found] == [(0, 1)]
    assert found[0].km2 == pytest.approx(coverage.area_km2([shapely.box(71, 50, 71.0001, 51)])[0])

    whole = coverage.cleaned(squares)

    assert shapely.coverage_is_valid(whole)
    assert coverage.overlaps(whole) == []
    assert shapely.union_all(whole).area == pytest.approx(2.0)


def test_a_slit_is_closed_and_a_real_hole_stays() -> None:
    slit = shapely.box(71.5, 50.2, 71.5004, 50.4)
    lake = shapely.box(70.2, 51, 71, 52)
    left = shapely.box(70, 50, 71.5004, 53).difference(slit).difference(lake)
    units = shapes(left, shapely.box(71.5004, 50, 73, 53))
    assert len(coverage.gaps(units)) == 2

    left_over = coverage.gaps(coverage.cleaned(units))

    assert len(left_over) == 1
    assert left_over[0].km2 == pytest.approx(coverage.area_km2([lake])[0], rel=1e-6)


def test_a_bow_tie_becomes_valid_and_keeps_both_its_wings() -> None:
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    mended = coverage.repaired(shapes(bow_tie))[0]
    assert mended.is_valid
    assert mended.area == pytest.approx(2.0)


def test_units_of_one_key_become_one_shape() -> None:
    units = shapes(shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(2, 0, 3, 1))
    merged = coverage.dissolved(units, ["b", "b", "a"])
    assert list(merged) == ["a", "b"]
    assert merged["b"].equals(shapely.box(0, 0, 2, 1))


def wavy_grid(seed: int, cells: int = 3, steps: int = 12) -> coverage.Shapes:
    """A coverage of ``cells`` × ``cells`` units whose shared borders wander."""
    random = np.random.default_rng(seed)
    shift = {
        key: random.uniform(-0.03, 0.03, 2)
        for key in product(range(cells * steps + 1), range(cells * steps + 1))
    }

    def corner(x: int, y: int) -> tuple[float, float]:
        dx, dy = shift[x, y]
        return 70 + x / steps + dx, 50 + y / steps + dy

    units = []
    for column, row in product(range(cells), range(cells)):
        west, south, east, north = column * steps, row * steps, (column + 1) * steps, (row + 1) * steps
        ring = [corner(x, south) for x in range(west, east)]
        ring += [corner(east, y) for y in range(south, north)]
        ring += [corner(x, north) for x in range(east, west, -1)]
        ring += [corner(west, y) for y in range(north, south, -1)]
        units.append(shapely.Polygon(ring))
    return shapes(*units)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), zoom=st.integers(0, 12))
def test_simplified_borders_stay_shared_and_no_unit_is_lost(seed: int, zoom: int) -> None:
    units = coverage.to_mercator(wavy_grid(seed))
    drawn = coverage.simplified(units, zoom)
    assert shapely.coverage_is_valid(drawn)
    assert not shapely.is_empty(drawn).any()
    assert shapely.get_num_coordinates(drawn).sum() <= shapely.get_num_coordinates(units).sum()
    rows = coverage.dissolved(drawn, ["row"] * 3 + ["rest"] * 6)
    assert shapely.coverage_is_valid(np.array(list(rows.values()), dtype=object))


def test_mercator_metres_are_those_of_the_projection() -> None:
    corner = coverage.to_mercator(shapes(shapely.box(0, 0, 180, 45)))[0].bounds
    assert corner == pytest.approx((0, 0, 20037508.342789, 5621521.486192), abs=1e-3)
