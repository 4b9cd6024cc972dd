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
from layers.snapshot.morton import BITS, DROPPED_BITS, Codes, Ints, code, interleave, separate
from layers.snapshot.planes import Diagram, Node, Ranks, bits_for, diagram, members, rows_set
from layers.snapshot.query import Shards, asked, parts_of
from layers.snapshot.shard import Asked, Piece, Shard
from layers.statuses import Group, Kind

# Subcells on a tile's side, as a power of two.
MEAN_BITS = 8
# Up to here rows are looked at one by one.
FEW_ROWS = 16_384
GROUPS = tuple(Group)
# The upper bits of a status's code say its group (layers.snapshot.rows.status_places).
GROUP_BITS = 2


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
        if shard.rows and not wanted.matches_nothing:
            found += _of_shard(shard, wanted, tile, grid_bits, buffer)
    return _merged(found)


def _of_shard(shard: Shard, wanted: Asked, tile: Tile, grid_bits: int, buffer: int) -> list[Cells]:
    """The tile is one run of rows, each cell around it another. Those of few rows are looked at together."""
    level = tile.z + grid_bits
    around = interleave(*ring(tile, grid_bits, buffer >> TILE_BITS - grid_bits))
    own = np.array([code(tile.x, tile.y) << 2 * grid_bits], np.uint64)
    begins = np.concatenate([own, around])
    ends = np.concatenate([own + np.uint64(1 << 2 * grid_bits), around + np.uint64(1)])
    order = np.argsort(begins)
    bounds = shard.find(np.concatenate([begins[order], ends[order]]), level)
    first, last = bounds[: len(order)], bounds[len(order) :]
    some = first < last
    first, last = first[some], last[some]
    many = last - first > FEW_ROWS
    few = _by_rows(shard, wanted, shard.runs(first[~many], last[~many]), tile.z, grid_bits)
    heavy = [
        _by_words(shard, wanted, tile.z, grid_bits, a, b)
        for a, b in zip(first[many].tolist(), last[many].tolist(), strict=True)
    ]
    return [few, *heavy]


def ring(tile: Tile, grid_bits: int, width: int) -> tuple[Ints, Ints]:
    """The cells around a tile, without those beyond the world."""
    side, world = 1 << grid_bits, 1 << (tile.z + grid_bits)
    across = np.arange(-width, side + width)
    x, y = (each.ravel() for each in np.meshgrid(across, across))
    outside = (x < 0) | (x >= side) | (y < 0) | (y >= side)
    x, y = x[outside] + (tile.x << grid_bits), y[outside] + (tile.y << grid_bits)
    there = (x >= 0) & (x < world) & (y >= 0) & (y < world)
    return x[there], y[there]


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
    has = np.flatnonzero(found)
    if len(has) == 0:
        return Cells.none()
    assert isinstance(piece.words, slice)
    # What matches is often near together, an oblast in a country: the rest is not counted.
    begin, end = piece.words.start + int(has[0]), piece.words.start + int(has[-1]) + 1
    found, words = found[int(has[0]) : int(has[-1]) + 1], slice(begin, end)
    ranks = Ranks(found, begin * 64)
    subcells, starts = shard.cells(z + MEAN_BITS, first, last)
    some = slice(max(0, int(np.searchsorted(starts, begin * 64, side="right")) - 1), None)
    subcells, starts = subcells[some], starts[some]
    some = slice(int(np.searchsorted(starts, end * 64)))
    subcells, starts, last = subcells[some], starts[some], min(last, end * 64)
    counts = np.diff(ranks.at(np.append(starts, last)))
    full = counts > 0
    subcells, starts, counts = subcells[full], starts[full], counts[full]
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
        groups=_by_group(shard, wanted, words, ranks, np.append(starts[begins], last), count),
        id=ids,
        at_x=at_x,
        at_y=at_y,
    )


def _by_group(shard: Shard, wanted: Asked, words: slice, ranks: Ranks, starts: Ints, count: Ints) -> Ints:
    """Counts by group between ``starts``. The last group asked for is what the others leave."""
    bits = len(shard.arrays["status_planes"])
    possible = possible_groups(wanted.diagrams.get("status", True))
    groups = np.zeros((len(count), len(GROUPS)), np.int64)
    rest = count.copy()
    for group in possible[:-1]:
        table = np.arange(1 << bits) >> bits - GROUP_BITS == group
        has = members(shard.arrays["status_planes"], diagram(table, bits), words)
        if has is not False:
            theirs = Ranks(ranks.words if has is True else ranks.words & has, ranks.first_row)
            groups[:, group] = np.diff(theirs.at(starts))
            rest -= groups[:, group]
    if possible:
        groups[:, possible[-1]] = rest
    return groups


def possible_groups(asked: Diagram, plane: int = 0, group: int = 0) -> list[int]:
    """The groups that a diagram of statuses lets through: it looks at their bits first."""
    if asked is False:
        return []
    if plane == GROUP_BITS:
        return [group]
    low, high = (
        (asked.low, asked.high) if isinstance(asked, Node) and asked.plane == plane else (asked, asked)
    )
    return [
        *possible_groups(low, plane + 1, group << 1),
        *possible_groups(high, plane + 1, group << 1 | 1),
    ]


def _subcells(codes: Codes, grid_bits: int) -> tuple[Ints, Ints]:
    """Where subcells lie in their cells."""
    x, y = separate(codes & np.uint64((1 << 2 * (MEAN_BITS - grid_bits)) - 1))
    return x, y


def _group_shift(shard: Shard) -> int:
    return bits_for(len(shard.vocabulary.statuses)) - GROUP_BITS


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
