"""The features of a tile, each a point, lines and areas with their shape as well (docs/adr/0006)."""

import numpy as np
from django.contrib.gis.geos import GEOSGeometry

from geoportal.lib.geo import Tile
from layers.catalogue import Collection
from layers.filters import Filters
from layers.models import IS_SHAPE
from tiles.mvt import Integers, Points, Shape, encode
from tiles.query import Stored, fetch, near, placed_in

# In tile units: 16 pixels, half of the largest sign of a single feature.
BUFFER = 128
# MapLibre refuses more than 32,768 signs a tile, and people see nothing in a thousand: then cells say more.
CEILING = 5_000
# PostgreSQL's binary form of an array: a head of five integers, then each element after its length.
ARRAY_HEAD = 20
ELEMENTS = {
    8: np.dtype([("length", ">i4"), ("value", ">i4")]),
    12: np.dtype([("length", ">i4"), ("value", ">i8")]),
}


def features(collection: Collection, filters: Filters, tile: Tile) -> bytes | None:
    """The tile with every matching feature; None when it holds more than the ceiling."""
    fields = [field for field in collection.fields if field.in_tiles and field.name != "id"]
    sources = ["id", *(field.source for field in fields)]
    columns = [field.name for field in fields]
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
        columns=columns,
        buffer=BUFFER,
        ceiling=CEILING,
    )
    if found and found[0][0]:
        return None
    drawn_points, drawn_shapes = [], []
    for _is_full, ids, tile_x, tile_y, shape, *texts in found:
        if shape is not None:
            drawn_shapes.append(Shape(tuple(texts), int(_array(ids)[0]), GEOSGeometry(memoryview(shape))))
        elif ids is not None:
            drawn_points.append(Points(tuple(texts), _array(ids), _array(tile_x), _array(tile_y)))
    return encode(collection.name, columns, drawn_points, drawn_shapes)


def _array(sent: bytes) -> Integers:
    """The integers of a one-dimensional array without NULLs, as ``array_send`` gives it."""
    elements = int.from_bytes(sent[12:16], "big")
    kind = ELEMENTS[(len(sent) - ARRAY_HEAD) // elements]
    return np.frombuffer(sent, kind, offset=ARRAY_HEAD)["value"].astype(np.int64)
