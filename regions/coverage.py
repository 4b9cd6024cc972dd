"""Polygons that tile an area without gaps or overlaps (a coverage): made, measured and simplified as one.

Pure functions on numpy arrays of shapely geometries; no Django, no database. Longitude and latitude in
degrees (EPSG:4326) unless a name says Mercator (EPSG:3857, metres). Areas are km² on the WGS84 ellipsoid.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer

Shapes = NDArray[np.object_]

# Slits narrower than this are mistakes of drawing; real enclaves are thousands of times wider. In degrees: 70
# to 110 m in Kazakhstan.
GAP_WIDTH_DEG = 1e-3
WORLD_WIDTH_M = 40_075_016.68
# Shapes are simplified to one pixel of a tile drawn 512 pixels wide.
TILE_PIXELS = 512

_ELLIPSOID = Geod(ellps="WGS84")
_TO_MERCATOR = Transformer.from_crs(4326, 3857, always_xy=True)


class Overlap(NamedTuple):
    """Two units, by their place in the array, that claim the same ground."""

    first: int
    second: int
    km2: float


class Gap(NamedTuple):
    """Ground that no unit claims but units surround."""

    lon: float
    lat: float
    km2: float


def area_km2(shapes: Sequence[shapely.Geometry] | Shapes) -> NDArray[np.float64]:
    """Geodesic areas, shape ``(n,)``."""
    return np.array([abs(_ELLIPSOID.geometry_area_perimeter(shape)[0]) / 1e6 for shape in shapes])


def repaired(shapes: Shapes) -> Shapes:
    """Each polygon valid by itself; what collapses to a line is dropped."""
    return shapely.make_valid(shapes, method="structure", keep_collapsed=False)


def cleaned(shapes: Shapes) -> Shapes:
    """The valid coverage nearest to ``shapes`` (each valid): overlaps given to one side, slits closed."""
    return shapely.coverage_clean(shapes, gap_width=GAP_WIDTH_DEG)


def overlaps(shapes: Shapes) -> list[Overlap]:
    """Every pair of valid shapes whose insides meet."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shared = shapely.intersection(shapes[first], shapes[second])
    inside = shapely.area(shared) > 0
    return [
        Overlap(int(i), int(j), float(km2))
        for i, j, km2 in zip(first[inside], second[inside], area_km2(shared[inside]), strict=True)
    ]


def gaps(shapes: Shapes) -> list[Gap]:
    """Holes of the union of valid shapes, largest first."""
    parts = shapely.get_parts(shapely.union_all(shapes))
    rings = np.concatenate([shapely.get_rings(part)[1:] for part in parts])
    holes = shapely.polygons(rings)
    centres = shapely.point_on_surface(holes)
    found = [
        Gap(round(float(lon), 5), round(float(lat), 5), float(km2))
        for lon, lat, km2 in zip(shapely.get_x(centres), shapely.get_y(centres), area_km2(holes), strict=True)
    ]
    return sorted(found, key=lambda gap: -gap.km2)


def dissolved(shapes: Shapes, keys: Sequence[str]) -> dict[str, shapely.Geometry]:
    """The union of each key's shapes, in order of the keys; the unions are a coverage when the shapes are
    one.
    """
    labels = np.array(keys)
    return {str(key): shapely.coverage_union_all(shapes[labels == key]) for key in np.unique(labels)}


def to_mercator(shapes: Shapes) -> Shapes:
    """The same coverage in Web Mercator metres: vertices move one by one, so shared borders stay shared."""
    return shapely.transform(shapes, _TO_MERCATOR.transform, interleaved=False)


def simplified(mercator: Shapes, zoom: int) -> Shapes:
    """A valid Mercator coverage drawn for one zoom; no unit is lost and shared borders stay shared."""
    return shapely.coverage_simplify(mercator, WORLD_WIDTH_M / 2**zoom / TILE_PIXELS)


def multipolygon(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """A polygon or multipolygon as a multipolygon."""
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
