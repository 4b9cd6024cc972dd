"""Features counted in the cells of a tile: by whole words of bits where they are many, row by row where few.

A cell's side is a power of two of positions, so a cell is one run of the Morton curve. Places are averaged on
a grid of 256 a tile's side (a subcell: 2 to 4 pixels of the screen), so that a cell's mean needs no more than
the counts of its subcells, and whoever has the same integers gets the same point (docs/tiles.md).
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from geoportal.lib.geo import TILE_BITS, Tile
from layers.filters import Filters
from layers.snapshot.morton import BITS, DROPPED_BITS, Codes, Ints, interleave, separate
from layers.snapshot.planes import Ranks, bits_for, members, padded, rows_set
from layers.snapshot.query import Shards, asked, parts_of, tile_rows
from layers.snapshot.shard import Asked, Piece, Shard
from layers.statuses import Group, Kind

# Subcells on a tile's side, as a power of two.
MEAN_BITS = 8
# Up to here rows are looked at one by one.
FEW_ROWS = 16_384
GROUPS = tuple(Group)


class Cells(NamedTuple):
    """Counted cells, an element each. ``x``, ``y``: which cell of the grid over the world; ``sum_x``,
    ``sum_y``: of the features' subcells within it; ``groups``: (cells, 4) counts by status group. Where
    ``size`` (how many there are) is 1: the feature's ``id`` and its stored position, to a unit of a tile of
    zoom 16; else anything.
    """

    x: Ints
    y: Ints
    size: Ints
    sum_x: Ints
    sum_y: Ints
    groups: Ints
    id: Ints
    at_x: Ints
    at_y: Ints

    @classmethod
    def none(cls) -> Self:
        return cls(*(np.empty((0, len(GROUPS)) if name == "groups" else 0, np.int64) for name in cls._fields))


def counted(
    shards: Shards, kind: Kind, filters: Filters, tile: Tile, *, grid_bits: int, buffer: int
) -> Cells:
    """The cells of a tile, ``2 ** grid_bits`` on a side, and those of a ring ``buffer`` tile units wide
    (whole cells), in order of the grid. ``filters`` has no box."""
    found = []
    for shard in parts_of(shards, kind, filters):
        wanted = asked(shard, filters)
        if not shard.rows or not all(table.any() for table in wanted.tables.values()):
            continue
        first, last = tile_rows(shard, tile)
        found.append(_cells(shard, wanted, tile.z, grid_bits, first, last))
        found.append(_ring(shard, wanted, tile, grid_bits, buffer))
    return _merged(found)


def _ring(shard: Shard, wanted: Asked, tile: Tile, grid_bits: int, buffer: int) -> Cells:
    level = tile.z + grid_bits
    x, y = ring(tile, grid_bits, buffer >> TILE_BITS - grid_bits)
    codes = np.sort(interleave(x, y))
    first, last = shard.find(codes, level), shard.find(codes + np.uint64(1), level)
    some = first < last
    first, last = first[some], last[some]
    many = last - first > FEW_ROWS
    piece = shard.runs(first[~many], last[~many])
    few = _by_rows(shard, wanted, piece, tile.z, grid_bits)
    heavy = [
        _by_words(shard, wanted, tile.z, grid_bits, a, b)
        for a, b in zip(first[many].tolist(), last[many].tolist(), strict=True)
    ]
    return _joined([few, *heavy])


def ring(tile: Tile, grid_bits: int, width: int) -> tuple[Ints, Ints]:
    """The cells around a tile, without those beyond the world."""
    side, world = 1 << grid_bits, 1 << (tile.z + grid_bits)
    across = np.arange(-width, side + width)
    x, y = (each.ravel() for each in np.meshgrid(across, across))
    outside = (x < 0) | (x >= side) | (y < 0) | (y >= side)
    x, y = x[outside] + (tile.x << grid_bits), y[outside] + (tile.y << grid_bits)
    there = (x >= 0) & (x < world) & (y >= 0) & (y < world)
    return x[there], y[there]


def _cells(shard: Shard, wanted: Asked, z: int, grid_bits: int, first: int, last: int) -> Cells:
    if last - first <= FEW_ROWS:
        return _by_rows(shard, wanted, shard.run(first, last), z, grid_bits)
    return _by_words(shard, wanted, z, grid_bits, first, last)


def _by_rows(shard: Shard, wanted: Asked, piece: Piece, z: int, grid_bits: int) -> Cells:
    """Rows of whole cells, in order of the curve."""
    rows = rows_set(shard.matching(piece, wanted), piece.words)
    if len(rows) == 0:
        return Cells.none()
    codes = shard.codes(rows)
    cell = codes >> np.uint64(2 * (BITS - z - grid_bits))
    begins = np.flatnonzero(np.concatenate([[True], cell[1:] != cell[:-1]]))
    sub_x, sub_y = _subcells(codes >> np.uint64(2 * (BITS - z - MEAN_BITS)), grid_bits)
    group = shard.arrays["status"][rows] >> _group_shift(shard)
    x, y = separate(cell[begins])
    at_x, at_y = separate(codes[begins] << np.uint64(2 * DROPPED_BITS))
    return Cells(
        x=x,
        y=y,
        size=np.diff(np.append(begins, len(rows))),
        sum_x=np.add.reduceat(sub_x, begins),
        sum_y=np.add.reduceat(sub_y, begins),
        groups=np.add.reduceat(group[:, None] == np.arange(len(GROUPS)), begins, axis=0, dtype=np.int64),
        id=shard.arrays["ids"][rows[begins]].astype(np.int64),
        at_x=at_x,
        at_y=at_y,
    )


def _by_words(shard: Shard, wanted: Asked, z: int, grid_bits: int, first: int, last: int) -> Cells:
    """The rows of one run of whole cells."""
    piece = shard.run(first, last)
    found = shard.matching(piece, wanted)
    assert isinstance(piece.words, slice)
    ranks = Ranks(found, piece.words.start * 64)
    subcells, starts = shard.cells(z + MEAN_BITS, first, last)
    counts = np.diff(ranks.at(np.append(starts, last)))
    some = np.flatnonzero(counts)
    if len(some) == 0:
        return Cells.none()
    subcells, starts, counts = subcells[some], starts[some], counts[some]
    cell = subcells >> np.uint64(2 * (MEAN_BITS - grid_bits))
    begins = np.flatnonzero(np.concatenate([[True], cell[1:] != cell[:-1]]))
    count = np.add.reduceat(counts, begins)
    sub_x, sub_y = _subcells(subcells, grid_bits)
    x, y = separate(cell[begins])
    ids, at_x, at_y = (np.zeros(len(begins), np.int64) for _ in range(3))
    alone = np.flatnonzero(count == 1)
    if len(alone):
        rows = ranks.rows(ranks.at(starts[begins[alone]]))
        ids[alone] = shard.arrays["ids"][rows]
        at_x[alone], at_y[alone] = separate(shard.codes(rows) << np.uint64(2 * DROPPED_BITS))
    return Cells(
        x=x,
        y=y,
        size=count,
        sum_x=np.add.reduceat(counts * sub_x, begins),
        sum_y=np.add.reduceat(counts * sub_y, begins),
        groups=_by_group(shard, wanted, piece, ranks, np.append(starts[begins], last), count),
        id=ids,
        at_x=at_x,
        at_y=at_y,
    )


def _by_group(shard: Shard, wanted: Asked, piece: Piece, ranks: Ranks, starts: Ints, count: Ints) -> Ints:
    """Counts by group between ``starts``. The last group asked for is what the others leave."""
    statuses = wanted.tables.get("status", np.ones(1 << len(shard.arrays["status_planes"]), bool))
    places = padded(statuses, len(shard.arrays["status_planes"])).reshape(len(GROUPS), -1)
    possible = np.flatnonzero(places.any(axis=1))
    groups = np.zeros((len(count), len(GROUPS)), np.int64)
    rest = count.copy()
    for group in possible[:-1].tolist():
        table = np.zeros_like(places)
        table[group] = True
        has = members(shard.arrays["status_planes"], table.ravel(), piece.words)
        if has is not False:
            theirs = Ranks(ranks.words if has is True else ranks.words & has, ranks.first_row)
            groups[:, group] = np.diff(theirs.at(starts))
            rest -= groups[:, group]
    groups[:, possible[-1]] = rest
    return groups


def _subcells(codes: Codes, grid_bits: int) -> tuple[Ints, Ints]:
    """Where subcells lie in their cells."""
    x, y = separate(codes & np.uint64((1 << 2 * (MEAN_BITS - grid_bits)) - 1))
    return x, y


def _group_shift(shard: Shard) -> int:
    return bits_for(len(shard.vocabulary.statuses)) - 2


def _joined(parts: Sequence[Cells]) -> Cells:
    return Cells(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _merged(parts: Sequence[Cells]) -> Cells:
    """In order of the grid; cells that several shards know are one."""
    cells = _joined([Cells.none(), *parts])
    order = np.lexsort((cells.x, cells.y))
    cells = Cells(*(column[order] for column in cells))
    if len(order) == 0:
        return cells
    apart = (cells.x[1:] != cells.x[:-1]) | (cells.y[1:] != cells.y[:-1])
    if apart.all():
        return cells
    begins = np.flatnonzero(np.concatenate([[True], apart]))
    sums = ("size", "sum_x", "sum_y", "groups")
    return Cells(
        *(
            np.add.reduceat(column, begins, axis=0) if name in sums else column[begins]
            for name, column in zip(Cells._fields, cells, strict=True)
        )
    )
