"""Features counted in the cells of a square grid, so that a tile is small and its counts are exact.

A cell's side is a power of two of position steps, so cells nest in tiles and in each other, and a feature
belongs to the one cell that the upper bits of its stored integers say.
"""

from enum import Enum

import numpy as np

from geoportal.lib.geo import EXTENT, TILE_BITS, Tile
from layers.catalogue import Collection
from layers.filters import Filters
from layers.snapshot.cells import GROUPS, MEAN_BITS, Cells, counted
from layers.snapshot.query import Shards
from layers.statuses import codes_in
from tiles.mvt import Integers, encode_counts
from tiles.query import fetch, integers, placed_in

# The least width of the ring around the tile, 32 pixels: wider than half of the largest sign that the map
# draws, so that who draws tile by tile cuts none.
LEAST_BUFFER = 256
KEYS = ("id", "count", *(group.value for group in GROUPS))


class Grid(Enum):
    """Cells on a tile's side, as a power of two.

    MapLibre draws a tile 512 to 1,024 pixels wide, until the next zoom's take over: 16 cells on a side are
    32 to 64 pixels wide and read as clusters, 64 are 8 to 16 pixels wide and blend into heat; 8 leave room
    for the numbers of several layers side by side.
    """

    COARSE = 3
    CLUSTERS = 4
    FINE = 6

    @property
    def buffer(self) -> int:
        """Whole cells, in tile units: cells of the ring would else be counted in part."""
        return max(LEAST_BUFFER, EXTENT >> self.value)


def cells(
    collection: Collection, filters: Filters, tile: Tile, grid: Grid, *, shards: Shards | None = None
) -> bytes:
    """The tile with every matching feature counted once, in its cell: by the snapshot, or by PostgreSQL."""
    if shards is None:
        found = _from_database(collection, filters, tile, grid)
    else:
        assert collection.kind is not None
        found = counted(shards, collection.kind, filters, tile, grid_bits=grid.value, buffer=grid.buffer)
    return _tile(collection.name, found, tile, grid)


def _from_database(collection: Collection, filters: Filters, tile: Tile, grid: Grid) -> Cells:
    rows = placed_in(collection.rows(filters), tile, buffer=grid.buffer)
    found = fetch(
        "cells",
        {"rows": rows.values_list("id", "status", "map_x", "map_y")},
        tile=tile,
        cell_shift=tile.shift + TILE_BITS - grid.value,
        sub_shift=tile.shift + TILE_BITS - MEAN_BITS,
        sub_mask=(1 << MEAN_BITS - grid.value) - 1,
        **{group.value: codes_in(str(collection.kind), group) for group in GROUPS},
    )
    if not found or found[0][0] is None:
        return Cells.none()
    x, y, count, sum_x, sum_y, *groups, ids, at_x, at_y = map(integers, found[0])
    return Cells(x, y, count, sum_x, sum_y, np.column_stack(groups), ids, at_x, at_y)


def _tile(layer: str, found: Cells, tile: Tile, grid: Grid) -> bytes:
    """A feature alone lies where it is, others at their mean: the middle of their subcells, rounded down."""
    alone = found.size == 1

    def place(cell: Integers, total: Integers, at: Integers, tile_at: int) -> Integers:
        unit = TILE_BITS - MEAN_BITS
        mean = (cell << TILE_BITS - grid.value) + ((total << unit) + (found.size << unit - 1)) // found.size
        return np.where(alone, at >> tile.shift, mean) - tile_at * EXTENT

    return encode_counts(
        layer,
        KEYS,
        np.column_stack([np.where(alone, found.id, 0), found.size, found.groups]),
        place(found.x, found.sum_x, found.at_x, tile.x),
        place(found.y, found.sum_y, found.at_y, tile.y),
    )
