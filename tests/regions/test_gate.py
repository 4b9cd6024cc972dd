import numpy as np
import pytest
import shapely

from regions import coverage
from regions.gate import BoundariesRefused, Level, check_level, check_promises, check_redrawn
from regions.sources.source import Expected


def level(**boxes: tuple[float, float, float, float]) -> Level:
    drawn = np.array([shapely.box(*box) for box in boxes.values()], dtype=object)
    return Level(tuple(boxes), drawn, coverage.area_km2(drawn))


TWO = level(a=(70, 50, 71, 51), b=(71, 50, 72, 51))


def test_units_that_fit_together_pass() -> None:
    check_level(TWO)
    check_redrawn(TWO, TWO.shapes)
    check_promises(Expected(2, 0, float(TWO.areas.sum())), oblasts=TWO, rayons=None)


def test_an_overlap_above_a_square_kilometre_is_refused() -> None:
    with pytest.raises(BoundariesRefused, match=r"a, b overlap by 78\.\d km²"):
        check_level(level(a=(70, 50, 71.01, 51), b=(71, 50, 72, 51)))


def test_a_small_overlap_is_still_no_coverage() -> None:
    with pytest.raises(BoundariesRefused, match="fit together"):
        check_level(level(a=(70, 50, 71.00001, 51), b=(71, 50, 72, 51)))


def test_an_invalid_polygon_is_refused() -> None:
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    with pytest.raises(BoundariesRefused, match="a has no valid polygon"):
        check_level(Level(("a",), np.array([bow_tie], dtype=object), np.array([1.0])))


def test_a_code_that_comes_twice_is_refused() -> None:
    with pytest.raises(BoundariesRefused, match="a comes twice"):
        check_level(Level(("a", "a"), TWO.shapes, TWO.areas))


def test_a_unit_that_cleaning_would_redraw_is_refused() -> None:
    published = np.array([shapely.box(70, 50, 71.05, 51), TWO.shapes[1]], dtype=object)
    with pytest.raises(BoundariesRefused, match="a would change"):
        check_redrawn(TWO, published)


@pytest.mark.parametrize("share", [0.994, 1.006])
def test_a_total_area_off_by_more_than_half_a_percent_is_refused(share: float) -> None:
    with pytest.raises(BoundariesRefused, match="total area"):
        check_promises(Expected(2, 0, float(TWO.areas.sum()) * share), oblasts=TWO, rayons=None)


@pytest.mark.parametrize("expected", [Expected(3, 0, None), Expected(2, 1, None)])
def test_a_missing_unit_is_refused(expected: Expected) -> None:
    with pytest.raises(BoundariesRefused, match="there must be"):
        check_promises(expected, oblasts=TWO, rayons=None)


def test_a_source_that_promises_nothing_is_not_held_to_anything() -> None:
    check_promises(Expected(None, None, None), oblasts=TWO, rayons=TWO)
