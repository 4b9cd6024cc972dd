"""Lines and areas for some: a street to pave, a park to plant. All others are points."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geoportal.lib.geo import WGS84
from ingest.demo.dice import Dice, Floats
from ingest.demo.places import Places
from ingest.demo.scatter import Spots, moved

SHARE = 0.8  # of what could have a shape
LINE_POINTS = 5
AREA_POINTS = 9


def drawn(dice: Dice, places: Places, spots: Spots, shapes: NDArray[np.str_]) -> NDArray[np.object_]:
    """The geometries as hexadecimal EWKB. A shape that would leave the country stays a point."""
    geometries = shapely.points(spots.lon, spots.lat)
    wanted = dice.uniform("has a shape") < SHARE
    for word, draw in (("line", _lines), ("area", _areas)):
        chosen = np.flatnonzero(wanted & (shapes == word))
        if len(chosen):
            made = draw(dice.of(chosen), spots, chosen)
            good = shapely.is_valid(made) & shapely.contains(places.outline, made)
            geometries[chosen[good]] = made[good]
    return np.asarray(shapely.to_wkb(shapely.set_srid(geometries, WGS84), hex=True, include_srid=True))


def _lines(dice: Dice, spots: Spots, rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """From the spot along its street, bending a little."""
    length_m = np.minimum(dice.spread("length", median=450.0, sigma=0.7), 6_000)
    steps = np.linspace(0, 1, LINE_POINTS)[None, :] * length_m[:, None]
    bend = np.cumsum(
        np.stack([dice.normal(f"bend {n}") * length_m * 0.03 for n in range(LINE_POINTS)], axis=1), axis=1
    )
    bend -= bend[:, :1]
    return shapely.linestrings(_turned(spots, rows, steps, bend))


def _areas(dice: Dice, spots: Spots, rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """Star-shaped around the spot, so never crossing itself."""
    radius_m = np.minimum(dice.spread("radius", median=70.0, sigma=0.5), 600)
    turns = np.linspace(0, 2 * np.pi, AREA_POINTS, endpoint=False)
    radii = np.stack(
        [radius_m * (0.75 + 0.5 * dice.uniform(f"corner {n}")) for n in range(AREA_POINTS)], axis=1
    )
    ring = _turned(spots, rows, radii * np.cos(turns) * 1.3, radii * np.sin(turns))
    return shapely.polygons(np.concatenate([ring, ring[:, :1]], axis=1))


def _turned(spots: Spots, rows: NDArray[np.int64], along: Floats, across: Floats) -> Floats:
    """Coordinates of points given along and across the street of each row: (rows, points, 2)."""
    angle = spots.angle[rows][:, None]
    east = along * np.cos(angle) - across * np.sin(angle)
    north = along * np.sin(angle) + across * np.cos(angle)
    lon, lat = moved(spots.lon[rows][:, None], spots.lat[rows][:, None], east, north)
    return np.stack([lon, lat], axis=2)
