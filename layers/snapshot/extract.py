"""The matching rows themselves, as arrays: what statistics of places and of times begin with.

Hotspots need where things are, indicators need how many days they took, and both must be of the very rows
that the map counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.filters import Filters
from layers.snapshot.morton import DROPPED_BITS, Ints
from layers.snapshot.planes import rows_set
from layers.snapshot.query import Shards, areas_of, asked, parts_of
from layers.snapshot.rows import EVENTS, NEVER, Vocabulary
from layers.snapshot.shard import Shard
from layers.statuses import Kind


@dataclass(frozen=True)
class Extract:
    """Rows in no order that anybody should rely on, some columns of them.

    ``x``, ``y``: stored positions (geoportal.lib.geo) to a unit of a tile of zoom 16. ``status``,
    ``category``, ``region``: places in the vocabulary. ``received`` and the other events: days since
    1970-01-01 in the jurisdiction's zone, NEVER for one that has not been.
    """

    vocabulary: Vocabulary
    columns: Mapping[str, Ints]


def extracts(shards: Shards, kind: Kind, filters: Filters, names: tuple[str, ...]) -> Iterator[Extract]:
    """What matches, in one or a few parts, each with a vocabulary of its own."""
    for shard in parts_of(shards, kind, filters):
        wanted = asked(shard, filters)
        for area in areas_of(shard, kind, filters) if shard.rows else ():
            found = shard.matching(area.piece, wanted, points_only=area.points_only)
            rows = rows_set(found, area.piece.words)
            yield Extract(shard.vocabulary, {name: _column(shard, name, rows) for name in names})


def _column(shard: Shard, name: str, rows: Ints) -> Ints:
    if name in {"x", "y"}:
        return shard.positions(rows)[name == "y"] << DROPPED_BITS
    stored: NDArray[np.int64] = shard.arrays[name][rows].astype(np.int64)
    if name == "received":
        return stored + int(shard.facts["first_day"])
    if name in EVENTS:
        received = shard.arrays["received"][rows].astype(np.int64) + int(shard.facts["first_day"])
        return np.where(stored == 0, NEVER, received + stored - 1 + int(shard.facts[name]))
    return stored
