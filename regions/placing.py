"""Which regions many points lie in, answered from memory as the database would.

A load asks the database (layers/sql/merge_place.sql). For points by the million, most of them in the same
few thousand places, a grid answers nearly all: a cell that lies wholly in one piece of a region, and touches
no other of its level, has one answer for all of its points. The points of other cells are asked one by one.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from regions.models import LEVEL_OBLAST, LEVEL_RAYON, Generation, RegionPiece

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.str_]

CELLS_PER_DEGREE = 100
# A cell is taken a little larger than it is, so that no rounding of a point on its edge can matter.
MARGIN_DEG = 1e-9
WIDTH = 360 * CELLS_PER_DEGREE + 1
MIXED = -1
LEVELS = (LEVEL_OBLAST, LEVEL_RAYON)


@dataclass
class _Level:
    """The pieces of one level. ``code`` is an index into ``codes``, which ascend and end with ``''`` for
    "none".
    """

    codes: Texts
    tree: shapely.STRtree
    code: Ints
    # Answers of cells, ascending by key.
    keys: Ints
    answers: Ints

    def at(self, lon: Floats, lat: Floats) -> Texts:
        key = _key(lon, lat)
        asked = np.unique(key)
        self._learn(asked[~np.isin(asked, self.keys)])
        answer = self.answers[np.searchsorted(self.keys, key)]
        mixed = np.flatnonzero(answer == MIXED)
        answer[mixed] = self._one_by_one(lon[mixed], lat[mixed])
        return self.codes[answer]

    def _learn(self, keys: Ints) -> None:
        west, south = keys % WIDTH / CELLS_PER_DEGREE - 180, keys // WIDTH / CELLS_PER_DEGREE - 90
        side = 1 / CELLS_PER_DEGREE + MARGIN_DEG
        boxes = shapely.box(west - MARGIN_DEG, south - MARGIN_DEG, west + side, south + side)
        cell, piece = self.tree.query(boxes, predicate="intersects")
        touched = np.bincount(cell, minlength=len(keys))
        answers = np.where(touched == 0, len(self.codes) - 1, MIXED)
        single = touched[cell] == 1
        cell, piece = cell[single], piece[single]
        whole = shapely.covers(self.tree.geometries[piece], boxes[cell])
        answers[cell[whole]] = self.code[piece[whole]]
        order = np.argsort(joined := np.concatenate([self.keys, keys]))
        self.keys = joined[order]
        self.answers = np.concatenate([self.answers, answers])[order]

    def _one_by_one(self, lon: Floats, lat: Floats) -> Ints:
        """The lowest code of those that touch the point."""
        found = np.full(len(lon), len(self.codes) - 1)
        points = shapely.points(lon, lat)
        point, piece = self.tree.query(points)
        # The pieces are prepared, so they come first.
        held = shapely.intersects(self.tree.geometries[piece], points[point])
        np.minimum.at(found, point[held], self.code[piece[held]])
        return found


class Placing:
    """The boundaries of one generation, read once; None: no unit is known anywhere. Not for several threads
    at a time.
    """

    def __init__(self, generation: Generation | None) -> None:
        self._levels = [_level(generation, level) for level in LEVELS]

    def codes_at(self, lon: Floats, lat: Floats) -> tuple[Texts, Texts]:
        """KATO of oblast and rayon of each point (EPSG:4326): the lowest on a border, ``''`` in none."""
        oblast, rayon = (level.at(lon, lat) for level in self._levels)
        return oblast, rayon


def _level(generation: Generation | None, level: int) -> _Level:
    pieces = RegionPiece.objects.filter(region__generation=generation, region__level=level)
    found = list(pieces.values_list("region__code", "geom"))
    codes = np.array([*sorted({code for code, _ in found}), ""])
    shapes = shapely.from_wkb([bytes(geom.wkb) for _, geom in found])
    shapely.prepare(shapes)
    return _Level(
        codes=codes,
        tree=shapely.STRtree(shapes),
        code=np.searchsorted(codes[:-1], np.array([code for code, _ in found], dtype=codes.dtype)),
        keys=np.array([], dtype=np.int64),
        answers=np.array([], dtype=np.int64),
    )


def _key(lon: Floats, lat: Floats) -> Ints:
    x, y = np.floor((lon + 180) * CELLS_PER_DEGREE), np.floor((lat + 90) * CELLS_PER_DEGREE)
    return (y * WIDTH + x).astype(np.int64)
