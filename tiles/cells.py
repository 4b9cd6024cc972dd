"""Features counted in the cells of a square grid, so that a tile is small and its counts are exact.

A cell's side is a power of two of position steps, so cells nest in tiles and in each other, and a feature
belongs to the one cell that the upper bits of its stored integers say.
"""

from enum import Enum

from geoportal.lib.geo import EXTENT, TILE_BITS, Tile
from layers.catalogue import Collection
from layers.filters import Filters
from layers.statuses import Group, codes_in
from tiles.query import fetch, placed_in

# The least width of the ring around the tile, 32 pixels: wider than half of the largest sign that the map
# draws, so that who draws tile by tile cuts none.
LEAST_BUFFER = 256


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


def cells(collection: Collection, filters: Filters, tile: Tile, grid: Grid) -> bytes:
    """The tile with every matching feature counted once, in its cell."""
    rows = placed_in(collection.rows(filters), tile, buffer=grid.buffer)
    groups = {group.value: codes_in(str(collection.kind), group) for group in Group}
    found = fetch(
        "cells",
        {"rows": rows.values_list("id", "status", "map_x", "map_y")},
        tile=tile,
        layer=collection.name,
        cell_shift=tile.shift + TILE_BITS - grid.value,
        **groups,
    )
    return bytes(found[0][0]) if found else b""
