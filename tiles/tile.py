"""The seam between addresses and data: a tile's bytes, and how many features it holds.

Everything that serves tiles asks these functions. Where the snapshot has an answer it gives it, else
PostgreSQL does: both make it of the features' stored integer positions, and it is the same.
"""

from geoportal.lib.geo import Tile
from layers.catalogue import Collection
from layers.filters import Filters
from layers.snapshot import query
from layers.snapshot.points import meets_shapes
from layers.snapshot.query import Shards
from layers.snapshot.state import State
from tiles import features as single
from tiles.cells import Grid, cells
from tiles.features import features
from tiles.query import placed_in
from tiles.reference import reference

# Up to here features are always counted: a country or a district is read as numbers, a neighbourhood as
# single signs.
LAST_CELL_ZOOM = 11


def tile_bytes(
    collection: Collection,
    filters: Filters,
    tile: Tile,
    grid: Grid = Grid.CLUSTERS,
    *,
    state: State | None = None,
) -> bytes:
    """The vector tile (MVT 2.1, not compressed); empty bytes when nothing is in it."""
    if collection.kind is None:
        return reference(collection, filters, tile)
    shards = _shards(collection, filters, state)
    if tile.z > LAST_CELL_ZOOM:
        found = features(collection, filters, tile, shards=shards)
        if found is not None:
            return found
    return cells(collection, filters, tile, grid, shards=shards)


def tile_count(collection: Collection, filters: Filters, tile: Tile, *, state: State | None = None) -> int:
    """How many features of a feature collection belong to the tile: exact, each in one tile of a zoom."""
    shards = _shards(collection, filters, state)
    if shards is None or collection.kind is None:
        return placed_in(collection.rows(filters), tile).count()
    return query.count_in_tile(shards, collection.kind, filters, tile)


def change_number(
    collection: Collection, filters: Filters, tile: Tile, grid: Grid, state: State | None
) -> str | None:
    """A text that is another one whenever the tile may be. None where PostgreSQL has a part in the answer:
    only its content can tell then."""
    shards = _shards(collection, filters, state)
    if shards is None or state is None or collection.kind is None:
        return None
    if tile.z > LAST_CELL_ZOOM and meets_shapes(shards, collection.kind, filters, tile, single.BUFFER):
        return None
    buffer = max(grid.buffer, single.BUFFER)
    return state.version(state.numbers.of_tile(collection.kind, tile, buffer))


def _shards(collection: Collection, filters: Filters, state: State | None) -> Shards | None:
    """None where PostgreSQL must answer. A box cuts through cells, so it is asked about geometries."""
    if state is None or collection.kind is None or filters.bbox or not query.is_answerable(filters):
        return None
    return state.shards
