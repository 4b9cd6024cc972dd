"""The features of a tile, each a point, lines and areas with their shape as well (docs/adr/0006)."""

from collections.abc import Sequence

from django.contrib.gis.geos import GEOSGeometry

from geoportal.lib.geo import EXTENT, Tile
from layers.catalogue import Collection
from layers.filters import Filters
from layers.models import IS_SHAPE
from layers.snapshot.points import meets_shapes, placed
from layers.snapshot.query import Shards
from tiles.mvt import Points, Shape, encode
from tiles.query import Stored, fetch, integers, near, placed_in

# In tile units: 16 pixels, half of the largest sign of a single feature.
BUFFER = 128
# MapLibre refuses more than 32,768 signs a tile, and people see nothing in a thousand: then cells say more.
CEILING = 5_000


def features(
    collection: Collection, filters: Filters, tile: Tile, *, shards: Shards | None = None
) -> bytes | None:
    """The tile with every matching feature; None when it holds more than the ceiling. Points are the
    snapshot's or PostgreSQL's, shapes always PostgreSQL's."""
    fields = [field for field in collection.fields if field.in_tiles and field.name != "id"]
    sources = [field.source for field in fields]
    if shards is None:
        points = _from_database(collection, filters, tile, sources)
    else:
        points = _from_snapshot(collection, filters, tile, sources, shards)
    if points is None:
        return None
    shapes: list[Shape] = []
    if shards is None or _may_have_shapes(collection, filters, tile, shards):
        shapes = _shapes(collection, filters, tile, sources)
    return encode(collection.name, [field.name for field in fields], points, shapes)


def _from_database(
    collection: Collection, filters: Filters, tile: Tile, sources: Sequence[str]
) -> list[Points] | None:
    places = placed_in(collection.rows(filters), tile, buffer=BUFFER)
    found = fetch(
        "features",
        {"places": places.values_list("id", *sources, "map_x", "map_y")},
        tile=tile,
        columns=sources,
        ceiling=CEILING,
    )
    if found and found[0][0]:
        return None
    return [
        Points(tuple(texts), integers(ids), integers(tile_x), integers(tile_y))
        for _is_full, ids, tile_x, tile_y, *texts in found
        if ids is not None
    ]


def _from_snapshot(
    collection: Collection, filters: Filters, tile: Tile, sources: Sequence[str], shards: Shards
) -> list[Points] | None:
    assert collection.kind is not None
    found = placed(shards, collection.kind, filters, tile, buffer=BUFFER, most=CEILING)
    if found is None:
        return None
    return [
        Points(
            tuple(
                {"kind": collection.kind.value, "category_id": each.category, "status": each.status}[source]
                for source in sources
            ),
            each.ids,
            (each.x >> tile.shift) - tile.x * EXTENT,
            (each.y >> tile.shift) - tile.y * EXTENT,
        )
        for each in found
    ]


def _may_have_shapes(collection: Collection, filters: Filters, tile: Tile, shards: Shards) -> bool:
    assert collection.kind is not None
    return meets_shapes(shards, collection.kind, filters, tile, BUFFER)


def _shapes(collection: Collection, filters: Filters, tile: Tile, sources: Sequence[str]) -> list[Shape]:
    """Apart from points, so that these come from an index alone: shapes are few, and have one of their
    own.
    """
    rows = near(collection.rows(filters).filter(IS_SHAPE), tile, geometry=collection.geometry, buffer=BUFFER)
    found = fetch(
        "shapes",
        {"shapes": rows.values_list("id", *sources, Stored(collection.geometry))},
        tile=tile,
        columns=sources,
        buffer=BUFFER,
    )
    return [Shape(tuple(texts), number, GEOSGeometry(memoryview(shape))) for number, shape, *texts in found]
