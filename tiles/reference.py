"""Tiles of layers that are drawn, not counted: regions simplified per zoom, settlements by importance."""

from collections.abc import Callable

from django.db.models import F, QuerySet

from geoportal.lib.geo import Tile
from layers.catalogue import Collection
from layers.filters import Filters
from regions.models import Region, Settlement
from tiles.query import MapX, MapY, Stored, fetch, near

# In tile units, 32 pixels: wider than any border is drawn, so that none shows where tiles meet.
BUFFER = 256


def reference(collection: Collection, filters: Filters, tile: Tile) -> bytes:
    """The tile with every matching row that is shown at its zoom."""
    return DRAWN[collection.name](collection, filters, tile)


def _regions(collection: Collection, filters: Filters, tile: Tile) -> bytes:
    """Shapes of the tile's own zoom, from one coverage: what two regions share, they share in the tile."""
    rows: QuerySet[Region] = collection.rows(filters).filter(shapes__zoom=tile.z)
    return _tile("regions", collection, rows, tile, Stored(F("shapes__geom")))


def _settlements(collection: Collection, filters: Filters, tile: Tile) -> bytes:
    """Points placed by the same integers as features."""
    rows: QuerySet[Settlement] = collection.rows(filters).filter(min_zoom__lte=tile.z)
    rows = near(rows, tile, geometry="point", buffer=BUFFER)
    return _tile("settlements", collection, rows, tile, MapX("point"), MapY("point"))


def _tile(name: str, collection: Collection, rows: QuerySet, tile: Tile, *places: Stored | MapX) -> bytes:
    fields = [field for field in collection.fields if field.in_tiles]
    found = fetch(
        name,
        {"rows": rows.values_list(*(field.source for field in fields), *places)},
        tile=tile,
        columns=[field.name for field in fields],
        layer=collection.name,
        buffer=BUFFER,
    )
    return bytes(found[0][0]) if found else b""


DRAWN: dict[str, Callable[[Collection, Filters, Tile], bytes]] = {
    "regions": _regions,
    "settlements": _settlements,
}
