"""The features of a tile, each a point, lines and areas with their shape as well (docs/adr/0006)."""

from geoportal.lib.geo import Tile
from layers.catalogue import Collection
from layers.filters import Filters
from layers.models import IS_SHAPE
from tiles.query import Stored, fetch, near, placed_in

# In tile units: 16 pixels, half of the largest sign of a single feature.
BUFFER = 128
# MapLibre refuses more than 32,768 signs a tile, and people see nothing in a thousand: then cells say more.
CEILING = 5_000


def features(collection: Collection, filters: Filters, tile: Tile) -> bytes | None:
    """The tile with every matching feature; None when it holds more than the ceiling."""
    fields = [field for field in collection.fields if field.in_tiles]
    sources = [field.source for field in fields]
    rows = collection.rows(filters)
    # Apart, so that places come from an index alone: lines and areas are few, and have an index of their own.
    shapes = near(rows.filter(IS_SHAPE), tile, geometry=collection.geometry, buffer=BUFFER)
    found = fetch(
        "features",
        {
            "places": placed_in(rows, tile, buffer=BUFFER).values_list(*sources, "map_x", "map_y"),
            "shapes": shapes.values_list(*sources, Stored(collection.geometry)),
        },
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
