"""The log of changes (layers/sql/changes.sql) as its readers see it: nothing is missed, nothing counted
twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

import numpy as np
import psycopg

from geoportal.lib.geo import POSITION_BITS, Tile
from geoportal.lib.sql import statement
from layers.snapshot.morton import Ints
from layers.statuses import Kind

# The log speaks of the tiles of this zoom.
AREA_ZOOM = 6
SIDE = 1 << AREA_ZOOM
VOCABULARY = ""


class Change(NamedTuple):
    id: int
    xid: int
    kind: str
    # None: everything may have changed.
    first_id: int | None
    last_id: int | None
    areas: list[int]


class Moment(NamedTuple):
    """What a poll saw. ``xmin``: all transactions below it were over, so whoever asks again begins there."""

    xmin: int
    database: str
    horizon: int
    changes: list[Change]


def since(connection: psycopg.Connection[Any], mark: int, seen: Iterable[int] = ()) -> Moment:
    """The changes of transactions from ``mark`` on whose ids are not among the seen ones."""
    with connection.cursor() as cursor:
        cursor.execute(statement("layers", "changes_since"), {"since": str(mark), "seen": sorted(seen)})
        rows = cursor.fetchall()
    xmin, database, horizon = rows[0][:3]
    return Moment(int(xmin), database, int(horizon), [Change(*row[3:]) for row in rows if row[3] is not None])


@dataclass(frozen=True)
class Numbers:
    """How often each thing has changed: by kind and tile of zoom 6, by kind, and the vocabulary.

    Two that have read the same changes have the same numbers, whenever they read them, and a change that
    comes late is one more: so a number never stands for two states.
    """

    areas: Mapping[str, Ints] = field(
        default_factory=lambda: {kind: np.zeros((SIDE, SIDE), np.int64) for kind in Kind}
    )
    totals: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys((*Kind, VOCABULARY), 0))

    def after(self, changes: Iterable[Change]) -> Self:
        areas = {kind: numbers.copy() for kind, numbers in self.areas.items()}
        totals = dict(self.totals)
        for change in changes:
            totals[change.kind] += 1
            if change.kind == VOCABULARY:
                continue
            if change.areas:
                flat = areas[change.kind].reshape(-1)
                flat[np.array(change.areas)] += 1
            else:
                areas[change.kind] += 1
        return replace(self, areas=areas, totals=totals)

    def of_tile(self, kind: Kind, tile: Tile, buffer: int) -> int:
        """A number that is another one after any change that the tile, with its buffer, can show."""
        west, north, east, south = tile.positions(buffer)
        shift, last = POSITION_BITS - AREA_ZOOM, SIDE - 1
        x = slice(max(0, west >> shift), min(last, east - 1 >> shift) + 1)
        y = slice(max(0, north >> shift), min(last, south - 1 >> shift) + 1)
        return int(self.areas[kind][x, y].sum())

    def to_json(self) -> dict[str, Any]:
        """Only the areas that have changed at all."""
        areas = {}
        for kind, numbers in self.areas.items():
            places = np.flatnonzero(numbers)
            areas[str(kind)] = [places.tolist(), numbers.reshape(-1)[places].tolist()]
        return {"areas": areas, "totals": {str(kind): total for kind, total in self.totals.items()}}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        numbers = cls()
        for kind, (places, counts) in told["areas"].items():
            numbers.areas[kind].reshape(-1)[np.array(places, np.int64)] = counts
        return replace(numbers, totals=dict(told["totals"]))
