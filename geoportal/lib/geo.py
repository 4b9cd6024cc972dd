"""Plain geometry of the map: boxes, tiles and the integer grid every count is made on.

Points are ``(lon, lat)`` in degrees of EPSG:4326, boxes ``(west, south, east, north)``, tiles
``Tile(z, x, y)`` of the usual Web Mercator pyramid (y grows southwards).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple, Self

WGS84 = 4326
WEB_MERCATOR = 3857

# A feature's stored position counts in steps of 1/2**30 of the world's width: a tile of zoom 18 is 4096 steps
# wide, the extent of a vector tile, so a coordinate inside a tile is a shift and a subtraction, never a
# rounding.
POSITION_BITS = 30
TILE_BITS = 12
EXTENT = 1 << TILE_BITS
MAX_ZOOM = POSITION_BITS - TILE_BITS

# The latitude where Web Mercator is square: atan(sinh(pi)).
MAX_LATITUDE = math.degrees(math.atan(math.sinh(math.pi)))


class Bbox(NamedTuple):
    """West, south, east, north in degrees. ``west > east`` crosses the antimeridian (RFC 7946, 5.2)."""

    west: float
    south: float
    east: float
    north: float

    def parts(self) -> list[Self]:
        """The one or two ordinary boxes that the box is made of."""
        if self.west <= self.east:
            return [self]
        return [self._replace(east=180.0), self._replace(west=-180.0)]


@dataclass(frozen=True, order=True)
class Tile:
    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not 0 <= self.z <= MAX_ZOOM:
            raise ValueError(f"zoom must be 0 to {MAX_ZOOM}")
        if not (0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            raise ValueError(f"x and y must be 0 to {(1 << self.z) - 1} at zoom {self.z}")

    @property
    def shift(self) -> int:
        """Bits to shift a stored position by to get a coordinate in this zoom's tiles (4096 a tile)."""
        return MAX_ZOOM - self.z

    def positions(self, buffer: int = 0) -> tuple[int, int, int, int]:
        """``(x_min, y_min, x_max, y_max)`` of stored positions inside the tile, half open: min <= v < max.

        ``buffer`` is in tile units (1/4096 of the tile).
        """
        west = (self.x * EXTENT - buffer) << self.shift
        north = (self.y * EXTENT - buffer) << self.shift
        side = (EXTENT + 2 * buffer) << self.shift
        return west, north, west + side, north + side

    def bounds(self, buffer: int = 0) -> Bbox:
        """The tile in degrees, widened by ``buffer`` tile units and clipped to the world."""
        margin = buffer / EXTENT
        size = 1 << self.z

        def lon(x: float) -> float:
            return max(-180.0, min(180.0, x / size * 360 - 180))

        def lat(y: float) -> float:
            return math.degrees(
                math.atan(math.sinh(math.pi * (1 - 2 * max(0.0, min(float(size), y)) / size)))
            )

        return Bbox(
            lon(self.x - margin),
            lat(self.y + 1 + margin),
            lon(self.x + 1 + margin),
            lat(self.y - margin),
        )


def position(lon: float, lat: float) -> tuple[int, int]:
    """The stored integer position of a point, as the database computes it (``map_x``, ``map_y``)."""
    world = 1 << POSITION_BITS
    lat = max(-MAX_LATITUDE, min(MAX_LATITUDE, lat))
    x = (lon + 180) / 360 * world
    y = (0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)) * world
    return min(world - 1, max(0, math.floor(x))), min(world - 1, max(0, math.floor(y)))
