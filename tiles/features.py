"""The features of a tile, each a point, lines and areas with their shape as well (docs/adr/0006)."""

from geoportal.lib.geo import Tile
from layers.catalogue import Collection
from layers.filters import Filters
from tiles.query import Shape, fetch, near

# In tile units: 16 pixels, half of the largest sign of a single feature.
BUFFER = 128
# MapLibre refuses more than 32,768 signs a tile, and people see nothing in a thousand: then cells say more.
CEILING = 5_000


def features(collection: Collection, filters: Filters, tile: Tile) -> bytes | None:
    """The tile with every matching feature; None when it holds more than the ceiling."""
    fields = [field for field in collection.fields if field.in_tiles]
    rows = near(collection.rows(filters), tile, geometry=collection.geometry, buffer=BUFFER)
    found = fetch(
        "features",
        rows.values_list(*(field.source for field in fields), "map_x", "map_y", Shape(collection.geometry)),
        tile=tile,
        columns=[field.name for field in fields],
        layer=collection.name,
        buffer=BUFFER,
        ceiling=CEILING,
    )
    if found is None:
        return b""
    content, is_full = found
    return None if is_full else bytes(content)
