"""What the portal asks of a snapshot: how many match, by what, and where."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from geoportal.lib.geo import Bbox, Tile, position
from layers.filters import Filters
from layers.rows import feature_rows
from layers.snapshot.morton import BITS, DROPPED_BITS, Ints, code, cover
from layers.snapshot.planes import Table, Words, bits_set, diagram
from layers.snapshot.rows import DAY_ZERO, Part
from layers.snapshot.shard import Asked, Piece, Shard
from layers.statuses import Kind

# Filters whose diagrams a shard keeps.
REMEMBERED = 500
Shards = Mapping[Part, tuple[Shard, ...]]


class Within(NamedTuple):
    """Rows of a shard that lie in an area; ``points_only`` leaves out lines and areas, which are told
    apart.
    """

    piece: Piece
    points_only: bool


@dataclass(frozen=True)
class DayCounts:
    """How many were received on each day; ``first`` is the day of the first number."""

    first: date
    counts: Ints


def is_answerable(filters: Filters) -> bool:
    """Free text, and regions of another day's boundaries, are PostgreSQL's to find."""
    return not filters.q and filters.generation is None


def count(shards: Shards, kind: Kind, filters: Filters) -> int:
    """How many public features match."""
    total = 0
    for shard in _of(shards, kind, filters):
        wanted = asked(shard, filters)
        for within in areas_of(shard, kind, filters):
            total += bits_set(shard.matching(within.piece, wanted, points_only=within.points_only))
    return total


def count_in_tile(shards: Shards, kind: Kind, filters: Filters, tile: Tile) -> int:
    """How many of those that match belong to the tile. ``filters`` has no box."""
    return sum(
        shard.count(shard.run(*tile_rows(shard, tile)), asked(shard, filters))
        for shard in _of(shards, kind, filters)
    )


def tallies(
    shards: Shards, kind: Kind, filters: Filters, columns: tuple[str, ...]
) -> dict[str, dict[Any, int]]:
    """For each column (``status``, ``category``, ``region``) how many have each of its values, under all
    filters but the column's own. A region is a pair: oblast and rayon."""
    found: dict[str, dict[Any, int]] = {column: {} for column in columns}
    for shard in _of(shards, kind, filters):
        wanted = asked(shard, filters)
        areas = areas_of(shard, kind, filters)
        masks: dict[tuple[str, ...], list[Words]] = {}
        for column in columns:
            values = _values(shard, column)
            numbers = _tally(shard, areas, wanted.but(column), column, len(values), masks)
            for place in np.flatnonzero(numbers).tolist():
                value = values[place]
                found[column][value] = found[column].get(value, 0) + int(numbers[place])
    return found


def days(shards: Shards, kind: Kind, filters: Filters) -> DayCounts:
    """By day of receipt, under all filters but the period."""
    parts = []
    for shard in _of(shards, kind, filters):
        size = int(shard.arrays["received"].max(initial=0)) + 1
        wanted = asked(shard, filters).but("received")
        numbers = _tally(shard, areas_of(shard, kind, filters), wanted, "received", size, {})
        places = np.flatnonzero(numbers)
        if len(places):
            first = int(places[0])
            parts.append((shard.facts["first_day"] + first, numbers[first : int(places[-1]) + 1]))
    if not parts:
        return DayCounts(DAY_ZERO, np.empty(0, np.int64))
    begin = min(first for first, _ in parts)
    counts = np.zeros(max(first + len(numbers) for first, numbers in parts) - begin, np.int64)
    for first, numbers in parts:
        counts[first - begin : first - begin + len(numbers)] += numbers
    return DayCounts(date.fromordinal(DAY_ZERO.toordinal() + begin), counts)


def asked(shard: Shard, filters: Filters) -> Asked:
    """What the filters (but for the box) ask of a shard's columns."""
    known = shard.asked.get(filters)
    if known is None:
        tables = {
            name: diagram(table, len(shard.arrays[f"{name}_planes"]))
            for name, table in tables_of(shard, filters).items()
        }
        known = Asked({name: each for name, each in tables.items() if each is not True})
        if len(shard.asked) >= REMEMBERED:
            shard.asked.clear()
        shard.asked[filters] = known
    return known


def tables_of(shard: Shard, filters: Filters) -> dict[str, Table]:
    """Of each column that the filters restrict, which codes are asked for."""
    vocabulary = shard.vocabulary
    tables: dict[str, Table] = {}
    # In the order in which they are asked: a region first, which leaves out most of the country.
    if filters.oblasts or filters.rayons:
        tables["region"] = _table(
            oblast in filters.oblasts or rayon in filters.rayons for oblast, rayon in vocabulary.regions
        )
    if filters.categories:
        tables["category"] = _table(code in filters.categories for code in vocabulary.categories)
    if filters.statuses:
        tables["status"] = _table(code in filters.statuses for code in vocabulary.statuses)
    if filters.first_day or filters.last_day:
        bits = len(shard.arrays["received_planes"])
        day = np.arange(1 << bits) + shard.facts["first_day"] + DAY_ZERO.toordinal()
        first = filters.first_day.toordinal() if filters.first_day else 0
        last = filters.last_day.toordinal() if filters.last_day else 2**31
        tables["received"] = (day >= first) & (day <= last)
    return tables


def tile_rows(shard: Shard, tile: Tile) -> tuple[int, int]:
    """The run of rows that belong to a tile."""
    size = 2 * (BITS - tile.z)
    first = code(tile.x, tile.y) << size
    a, b = shard.find(np.array([first, first + (1 << size)], np.uint64))
    return int(a), int(b)


def parts_of(shards: Shards, kind: Kind, filters: Filters) -> tuple[Shard, ...]:
    return shards.get(Part(kind, filters.jurisdiction), ())


def _of(shards: Shards, kind: Kind, filters: Filters) -> Iterator[Shard]:
    return (shard for shard in parts_of(shards, kind, filters) if shard.rows)


def _table(answers: Iterable[bool]) -> Table:
    return np.fromiter(answers, bool)


def _values(shard: Shard, column: str) -> tuple[object, ...]:
    vocabulary = shard.vocabulary
    return {
        "status": vocabulary.statuses,
        "category": vocabulary.categories,
        "region": vocabulary.regions,
    }[column]


def _tally(
    shard: Shard,
    areas: list[Within],
    wanted: Asked,
    column: str,
    size: int,
    masks: dict[tuple[str, ...], list[Words]],
) -> Ints:
    """``masks`` remembers what was found for the columns asked about: most facets ask the same."""
    key = tuple(wanted.diagrams)
    if key not in masks:
        masks[key] = [shard.matching(area.piece, wanted, points_only=area.points_only) for area in areas]
    numbers = np.zeros(size, np.int64)
    for area, found in zip(areas, masks[key], strict=True):
        numbers += shard.tally(area.piece, found, column, size)
    return numbers


def areas_of(shard: Shard, kind: Kind, filters: Filters) -> list[Within]:
    """The rows whose geometry meets the box of the filters: all where there is none."""
    if filters.bbox is None:
        return [Within(shard.whole(), False)]
    parts: list[Within] = []
    open_rows: list[Ints] = []
    boxes = [_rectangle(box) for box in filters.bbox.parts()]
    for west, north, east, south in boxes:
        covered = cover(west, north, east, south)
        first, last = (shard.find(codes) for codes in covered.inside)
        parts.append(Within(shard.runs(first[first < last], last[first < last]), True))
        first, last = (shard.find(codes) for codes in covered.border)
        rows = _rows_between(first, last)
        x, y = shard.positions(rows)
        meets = (x >= west) & (x <= east) & (y >= north) & (y <= south)
        inside = (x > west) & (x < east) & (y > north) & (y < south)
        parts.append(Within(shard.piece_of(rows[inside]), True))
        open_rows.append(rows[meets & ~inside])
    # On the outermost positions, and where a shape's box is cut, integers cannot tell.
    points = np.setdiff1d(np.concatenate(open_rows), shard.arrays["shape_rows"].astype(np.int64))
    shapes, cut_shapes = _shapes(shard, boxes)
    decided = _decided(shard, kind, filters, np.concatenate([points, cut_shapes]))
    parts.append(Within(shard.piece_of(np.union1d(shapes, decided)), False))
    return parts


def _shapes(shard: Shard, boxes: list[tuple[int, int, int, int]]) -> tuple[Ints, Ints]:
    """Rows of lines and areas that surely meet one of the boxes, and of those that may."""
    rows = shard.arrays["shape_rows"].astype(np.int64)
    own = shard.arrays["shape_boxes"]
    surely, maybe = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    for west, north, east, south in boxes:
        within = (own[:, 0] > west) & (own[:, 1] > north) & (own[:, 2] < east) & (own[:, 3] < south)
        surely |= within
        maybe |= (own[:, 0] <= east) & (own[:, 1] <= south) & (own[:, 2] >= west) & (own[:, 3] >= north)
    return rows[surely], rows[maybe & ~surely]


def _decided(shard: Shard, kind: Kind, filters: Filters, rows: Ints) -> Ints:
    """Those of the rows whose geometry meets the box, by PostGIS."""
    if len(rows) == 0:
        return rows
    ids = shard.arrays["ids"][rows].astype(np.int64)
    just_the_box = Filters(jurisdiction=filters.jurisdiction, bbox=filters.bbox)
    meeting = feature_rows(kind, just_the_box).filter(pk__in=ids.tolist()).values_list("pk", flat=True)
    return rows[np.isin(ids, np.fromiter(meeting, np.int64))]


def _rows_between(first: Ints, last: Ints) -> Ints:
    lengths = last - first
    ends = np.cumsum(lengths)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(first - (ends - lengths), lengths)


def _rectangle(box: Bbox) -> tuple[int, int, int, int]:
    west, north = position(box.west, box.north)
    east, south = position(box.east, box.south)
    return west >> DROPPED_BITS, north >> DROPPED_BITS, east >> DROPPED_BITS, south >> DROPPED_BITS
