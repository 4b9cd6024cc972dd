"""The seam between addresses and data: a tile's bytes, and how many features it holds.

Everything that serves tiles asks these two functions. What is behind them may change (SQL today, a snapshot
of columns in memory later); the answers may not: both are made on the features' stored integer positions.
"""

from geoportal.lib.geo import Tile
from layers.catalogue import Collection
from layers.filters import Filters
from tiles.cells import Grid, cells
from tiles.features import features
from tiles.query import placed_in
from tiles.reference import reference

# Up to here features are always counted: a country or a district is read as numbers, a neighbourhood as
# single signs.
LAST_CELL_ZOOM = 11


def tile_bytes(collection: Collection, filters: Filters, tile: Tile, grid: Grid = Grid.CLUSTERS) -> bytes:
    """The vector tile (MVT 2.1, not compressed); empty bytes when nothing is in it."""
    if collection.kind is None:
        return reference(collection, filters, tile)
    if tile.z > LAST_CELL_ZOOM:
        found = features(collection, filters, tile)
        if found is not None:
            return found
    return cells(collection, filters, tile, grid)


def tile_count(collection: Collection, filters: Filters, tile: Tile) -> int:
    """How many features of a feature collection belong to the tile: exact, each in one tile of a zoom."""
    return placed_in(collection.rows(filters), tile).count()
