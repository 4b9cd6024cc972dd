"""The single features of a tile, when they are not too many."""

from typing import NamedTuple

import numpy as np

from geoportal.lib.geo import TILE_BITS, Tile
from layers.filters import Filters
from layers.snapshot.cells import ring
from layers.snapshot.morton import DROPPED_BITS, Ints, interleave
from layers.snapshot.planes import bits_set, rows_set
from layers.snapshot.query import Shards, asked, parts_of, tile_rows
from layers.snapshot.shard import Shard
from layers.statuses import Kind


class Placed(NamedTuple):
    """Features that have category and status in common. ``x``, ``y``: stored positions, to a tile's unit of
    zoom 16."""

    category: str
    status: str
    ids: Ints
    x: Ints
    y: Ints


def placed(
    shards: Shards, kind: Kind, filters: Filters, tile: Tile, *, buffer: int, most: int
) -> list[Placed] | None:
    """The features in a tile and ``buffer`` tile units (a power of two) around it; None when the tile itself
    has more than ``most``. ``filters`` has no box."""
    found, inside = [], 0
    grid_bits = TILE_BITS - (buffer.bit_length() - 1)
    for shard in parts_of(shards, kind, filters):
        if not shard.rows:
            continue
        wanted = asked(shard, filters)
        own = shard.run(*tile_rows(shard, tile))
        matching = shard.matching(own, wanted)
        inside += bits_set(matching)
        if inside > most:
            return None
        around = np.sort(interleave(*ring(tile, grid_bits, 1)))
        level = tile.z + grid_bits
        first, last = shard.find(around, level), shard.find(around + np.uint64(1), level)
        piece = shard.runs(first[first < last], last[first < last])
        rows = np.concatenate(
            [rows_set(matching, own.words), rows_set(shard.matching(piece, wanted), piece.words)]
        )
        found.append((shard, rows))
    return [group for shard, rows in found for group in _grouped(shard, rows)]


def meets_shapes(shards: Shards, kind: Kind, filters: Filters, tile: Tile, buffer: int) -> bool:
    """Whether a line or an area may be drawn in the tile."""
    west, north, east, south = (each >> DROPPED_BITS for each in tile.positions(buffer))
    for shard in parts_of(shards, kind, filters):
        own = shard.arrays["shape_boxes"]
        if ((own[:, 0] <= east) & (own[:, 1] <= south) & (own[:, 2] >= west) & (own[:, 3] >= north)).any():
            return True
    return False


def _grouped(shard: Shard, rows: Ints) -> list[Placed]:
    if len(rows) == 0:
        return []
    category, status = shard.arrays["category"][rows], shard.arrays["status"][rows]
    both = category.astype(np.int64) << 8 | status
    order = np.argsort(both, kind="stable")
    rows, both = rows[order], both[order]
    begins = np.flatnonzero(np.diff(both, prepend=-1))
    x, y = shard.positions(rows)
    ids = shard.arrays["ids"][rows].astype(np.int64)
    vocabulary = shard.vocabulary
    return [
        Placed(
            vocabulary.categories[int(both[a]) >> 8],
            str(vocabulary.statuses[int(both[a]) & 255]),
            ids[a:b],
            x[a:b] << DROPPED_BITS,
            y[a:b] << DROPPED_BITS,
        )
        for a, b in zip(begins.tolist(), [*begins[1:].tolist(), len(rows)], strict=True)
    ]
