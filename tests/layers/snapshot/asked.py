"""What the tests ask a snapshot."""

from geoportal.lib.geo import Tile
from layers.filters import Filters
from layers.snapshot import query
from layers.snapshot.live import Snapshot
from layers.snapshot.state import State
from layers.statuses import Kind
from tests.tiles.decoded import tile_at

ALL = Filters(jurisdiction="kz")
WEST_AREA, EAST_AREA = tile_at(70.5, 50.5, 9), tile_at(80.5, 50.5, 9)


def problems(state: State | None) -> int:
    assert state is not None
    return query.count(state.shards, Kind.PROBLEM, ALL)


def number(snapshot: Snapshot, tile: Tile, kind: Kind = Kind.PROBLEM) -> str:
    assert snapshot.state is not None
    return snapshot.state.version(snapshot.state.numbers.of_tile(kind, tile, 256))
