"""Tiles of hashes: the addresses of c2sp.org/tlog-tiles, and the hashes of a tree read through tiles.

A tile of level L holds up to 256 hashes that stand side by side at height 8 L.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from geoportal.log.tree import fold

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH_BYTES = 32
HIGHEST_LEVEL = 7

INDEX = r"(?:x\d{3}/){0,5}\d{3}"
TILE_PATH = re.compile(rf"(?P<index>{INDEX})(?:\.p/(?P<width>[1-9]\d{{0,2}}))?")

# tile(level, index, width): that many hashes, one after the other.
FetchTile = Callable[[int, int, int], bytes]
# By level and index.
Tiles = dict[tuple[int, int], list[bytes]]


@dataclass(frozen=True)
class TilePlace:
    """Which tile, and how much of it: ``width`` is 256 for a complete one."""

    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """``x001/x234/067``, with ``.p/112`` for a partial tile."""
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        return "/".join(groups) + ("" if self.width == WIDTH else f".p/{self.width}")

    @classmethod
    def parse(cls, path: str) -> "TilePlace | None":
        """None for what is not the one right way to write a tile's address."""
        match = TILE_PATH.fullmatch(path)
        if match is None:
            return None
        index = int(match["index"].replace("x", "").replace("/", ""))
        place = cls(index, int(match["width"] or WIDTH))
        return place if place.path == path and place.width <= WIDTH else None


def width_at(*, level: int, index: int, size: int) -> int:
    """How many hashes this tile has in a tree of ``size`` leaves: 0 to 256."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - index * WIDTH))


def split_hashes(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


class TiledHashes:
    """``tree.Hashes`` of a tree of ``size`` leaves; each tile is fetched once.

    ``edge``: where partial tiles, which nearly every proof needs, are kept for others of the same tree.
    """

    def __init__(self, fetch: FetchTile, size: int, edge: Tiles | None = None) -> None:
        self.fetch = fetch
        self.size = size
        self.tiles: Tiles = {}
        self.edge: Tiles = {} if edge is None else edge

    def __call__(self, height: int, index: int) -> bytes:
        level, above = divmod(height, HEIGHT)
        first = index << above
        tile = self.tile(level, first // WIDTH)
        start = first % WIDTH
        return fold(tile[start : start + (1 << above)])

    def tile(self, level: int, index: int) -> list[bytes]:
        width = width_at(level=level, index=index, size=self.size)
        kept = self.tiles if width == WIDTH else self.edge
        if (level, index) not in kept:
            kept[level, index] = split_hashes(self.fetch(level, index, width))
        return kept[level, index]


def bundle(entries: list[bytes]) -> bytes:
    """Entries with two bytes of length each ("Log entries" of the specification)."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def split_bundle(encoded: bytes) -> list[bytes]:
    """What ``bundle`` joined. Raises ValueError when it ends too early."""
    entries, at = [], 0
    while at < len(encoded):
        length = int.from_bytes(encoded[at : at + 2], "big")
        entries.append(encoded[at + 2 : at + 2 + length])
        at += 2 + length
    if at != len(encoded):
        raise ValueError("a bundle of entries ends too early")
    return entries
