"""Tiles as text, to be compared with what was written on paper."""

import math
from typing import Any

import mapbox_vector_tile
from django.http import QueryDict

from geoportal.lib.geo import EXTENT, MAX_ZOOM, POSITION_BITS, Tile, position
from layers.catalogue import COLLECTIONS
from tiles.cells import Grid
from tiles.tile import tile_bytes


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    x, y = position(lon, lat)
    return Tile(zoom, x >> POSITION_BITS - zoom, y >> POSITION_BITS - zoom)


# In the West oblast of tests/world.py: the first zoom with features.
HOME = tile_at(70.5, 50.5, 12)


def place(x: int, y: int, tile: Tile = HOME) -> tuple[float, float]:
    """``(lon, lat)`` of a place whose coordinate in the tile is ``x``, ``y``, amid a position step."""
    world = 1 << POSITION_BITS
    east = ((tile.x * EXTENT + x) << MAX_ZOOM - tile.z) + 0.5
    south = ((tile.y * EXTENT + y) << MAX_ZOOM - tile.z) + 0.5
    return east / world * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * south / world))))


def within(tile: Tile, lon: float, lat: float) -> list[int]:
    """The coordinate in the tile of ``lon``, ``lat``: the stored position shifted, never rounded."""
    x, y = position(lon, lat)
    return [(x >> tile.shift) - tile.x * EXTENT, (y >> tile.shift) - tile.y * EXTENT]


def content(tile: Tile, query: str = "", *, layer: str = "problems", grid: Grid = Grid.CLUSTERS) -> bytes:
    collection = COLLECTIONS[layer]
    return tile_bytes(collection, collection.parse(QueryDict(query)), tile, grid)


def asked(
    tile: Tile, query: str = "", *, layer: str = "problems", grid: Grid = Grid.CLUSTERS
) -> list[dict[str, Any]]:
    return decoded(content(tile, query, layer=layer, grid=grid))


def decoded(tile: bytes) -> list[dict[str, Any]]:
    """The features of a tile's one layer, y southwards as tiles have it. Empty bytes hold none."""
    if not tile:
        return []
    ((name, layer),) = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True}).items()
    assert name in COLLECTIONS
    assert (layer["version"], layer["extent"]) == (2, EXTENT)
    features: list[dict[str, Any]] = layer["features"]
    return features


def as_text(features: list[dict[str, Any]]) -> list[str]:
    """One line a feature: its MVT id, its geometry, its properties in order of name."""
    return [
        f"{feature.get('id') or '-'} {feature['geometry']['type']} {feature['geometry']['coordinates']} "
        + " ".join(f"{name}={value}" for name, value in sorted(feature["properties"].items()))
        for feature in features
    ]


def points_inside(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is counted: the points in [0, 4096)."""
    return [
        feature
        for feature in features
        if feature["geometry"]["type"] == "Point"
        and all(0 <= number < EXTENT for number in feature["geometry"]["coordinates"])
    ]


def counted(features: list[dict[str, Any]]) -> int:
    """How many features a tile says that it has: a feature is one, a cell its count."""
    return sum(feature["properties"].get("count", 1) for feature in points_inside(features))
