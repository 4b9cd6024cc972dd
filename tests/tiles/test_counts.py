"""All counts agree: whatever the features, the filters and the zoom, a zoom's tiles add up to SQL's count."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoportal.lib.geo import Tile
from layers.catalogue import COLLECTIONS
from layers.models import Feature
from layers.statuses import STATUSES, Kind
from tests.tiles.decoded import decoded, points_inside
from tests.world import EAST, WEST, add_feature
from tiles import features
from tiles.cells import Grid
from tiles.tile import tile_bytes, tile_count

LAYERS = {kind: collection.name for collection in COLLECTIONS.values() if (kind := collection.kind)}
# The edge of a tile of zoom 16, so of many coarser tiles and cells; exactly so in floating point.
EDGE_DEG = 360 / 2**16
LON = st.one_of(
    st.floats(70, 72.99), st.integers(45_512, 46_040).map(lambda n: n * EDGE_DEG - 180), st.just(71.71875)
)
LAT = st.one_of(st.floats(50, 50.99), st.sampled_from([50.5, 50.0, 50.736455137010644, 50.25]))
SPAN = st.floats(0.0001, 0.02)


@st.composite
def places(draw: st.DrawFn) -> str:
    """A point, a line or an area, as WKT; long enough to cross tiles."""
    x, y = draw(LON), draw(LAT)
    form = draw(st.sampled_from(["point", "point", "line", "area"]))
    if form == "point":
        return f"POINT({x} {y})"
    dx, dy = draw(SPAN), draw(SPAN)
    if form == "line":
        return f"LINESTRING({x} {y}, {x + dx} {y + dy})"
    return f"POLYGON(({x} {y}, {x + dx} {y}, {x + dx} {y + dy}, {x} {y}))"


@st.composite
def lives(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(Kind)))
    return {
        "kind": kind.value,
        "status": draw(st.sampled_from([status.code for status in STATUSES[kind]])),
        "category_id": draw(st.sampled_from(["roads", "potholes", "water"])),
        "received_at": draw(st.sampled_from(["2026-03-15T18:59:59Z", "2026-03-15T19:00:00Z"])),
        "title": draw(st.sampled_from(["A hole", "Шұңқыр"])),
    }


QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["open", "solved", "declined,duplicate", "new"]),
        "category": st.sampled_from(["roads", "potholes", "water"]),
        "region": st.sampled_from([WEST, EAST, f"{WEST},{EAST}"]),
        "from": st.just("2026-03-16"),
        "to": st.just("2026-03-15"),
        "q": st.sampled_from(["hole", "шункыр", "nothing"]),
        "bbox": st.tuples(LON, LAT, LON, LAT).map(
            lambda b: f"{min(b[0], b[2])},{min(b[1], b[3])},{max(b[0], b[2])},{max(b[1], b[3])}"
        ),
        "at": st.sampled_from(["2019-01-01", "2026-01-01"]),
    },
).filter(lambda query: not query.keys() >= {"from", "to"})  # which would end before it begins


@pytest.mark.usefixtures("world")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    things=st.lists(st.tuples(places(), lives()), max_size=8),
    query=QUERIES,
    z=st.integers(0, 16),
    grid=st.sampled_from(Grid),
    ceiling=st.sampled_from([1, 5_000]),
)
def test_the_tiles_of_a_zoom_add_up_to_the_count(
    things: list[tuple[str, dict[str, Any]]], query: dict[str, str], z: int, grid: Grid, ceiling: int
) -> None:
    with rolled_back(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(features, "CEILING", ceiling)
        for geom, values in things:
            add_feature(geom=geom, **values)
        for kind, name in LAYERS.items():
            collection = COLLECTIONS[name]
            params = QueryDict(mutable=True)
            # An initiative is never new, and a filter that knows no such status says so.
            params.update(query | {"status": "open"} if query.get("status") == "new" else query)
            filters = collection.parse(params)
            found: list[dict[str, Any]] = []
            belonging = 0
            for tile in tiles_around(Feature.objects.filter(kind=kind), z):
                found += points_inside(decoded(tile_bytes(collection, filters, tile, grid)))
                belonging += tile_count(collection, filters, tile)
            expected = collection.count(filters)
            assert sum(f["properties"].get("count", 1) for f in found) == expected
            assert belonging == expected
            ids = [f["id"] for f in found if f["id"]]
            assert len(ids) == len(set(ids))


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is written in the block is gone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tiles_around(rows: Any, z: int) -> Iterator[Tile]:
    """Every tile that could count one of the rows, with neighbours that could count it once more."""
    near: set[Tile] = set()
    last = (1 << z) - 1
    for row in rows:
        west, _south, east, _north = row.geom.extent
        for x in range(tile_x(west, z) - 1, tile_x(east, z) + 2):
            y_middle = row.map_y >> (30 - z)
            for y in range(y_middle - 1, y_middle + 2):
                if 0 <= x <= last and 0 <= y <= last:
                    near.add(Tile(z, x, y))
    yield from sorted(near)


def tile_x(lon: float, z: int) -> int:
    return int((lon + 180) / 360 * (1 << z))
