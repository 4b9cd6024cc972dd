"""Whatever is edited in whatever order: the snapshot and its changes say what SQL says, to the last byte."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoportal.lib.geo import Tile
from layers.catalogue import COLLECTIONS, Collection
from layers.filters import Filters
from layers.models import Feature
from layers.snapshot import query
from layers.snapshot.build import build
from layers.snapshot.extract import extracts
from layers.snapshot.live import Snapshot
from layers.snapshot.rows import EVENTS, NEVER
from layers.snapshot.state import State
from layers.statuses import STATUSES, Kind
from tests.layers.snapshot.conftest import own_connection
from tests.tiles.test_counts import LAYERS, QUERIES, places
from tests.world import EAST, MIDDLE_NORTH, add_feature
from tiles import features
from tiles.cells import Grid
from tiles.tile import tile_bytes, tile_count

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

CATEGORIES = ["roads", "potholes", "water"]
MOMENTS = ["2026-03-15T18:59:59Z", "2026-03-15T19:00:00Z", "2019-12-31T18:00:00Z", "1969-07-20T20:17:40Z"]


@st.composite
def lives(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(Kind)))
    received = dt.datetime.fromisoformat(draw(st.sampled_from(MOMENTS)))
    later = st.none() | st.integers(0, 700).map(lambda days: received + dt.timedelta(days=days))
    return {
        "kind": kind.value,
        "status": draw(st.sampled_from([status.code for status in STATUSES[kind]])),
        "category_id": draw(st.sampled_from(CATEGORIES)),
        "received_at": received,
        "first_response_at": draw(later),
        "due_at": draw(later | st.just(received - dt.timedelta(days=3))),
        "resolved_at": draw(later),
        "closed_at": draw(later),
    }


which = st.integers(0, 30)
EDITS = st.one_of(
    st.tuples(st.just("insert"), places(), lives()),
    st.tuples(st.just("insert"), places(), lives()),
    st.tuples(st.just("move"), which, places()),
    st.tuples(st.just("change"), which, lives()),
    st.tuples(st.just("hide"), which),
    st.tuples(st.just("place"), which, st.sampled_from([EAST, MIDDLE_NORTH, ""])),
    st.tuples(st.just("same"), which),
    st.tuples(st.just("delete"), which),
    st.tuples(st.just("undone"), which),
    st.tuples(st.just("build")),
    st.tuples(st.just("poll")),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(EDITS, max_size=14),
    asked=st.lists(QUERIES, min_size=1, max_size=3),
    z=st.integers(0, 16),
    grid=st.sampled_from(Grid),
    ceiling=st.sampled_from([1, 5_000]),
    few=st.sampled_from([0, 3, 16_384]),
    recent=st.sampled_from([0, 2, 4_096]),
)
def test_snapshot_and_changes_are_what_sql_says(
    edits: list[tuple[Any, ...]],
    asked: list[dict[str, str]],
    z: int,
    grid: Grid,
    ceiling: int,
    few: int,
    recent: int,
) -> None:
    with rolled_back(), tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(features, "CEILING", ceiling)
        # Both ways of counting cells, whatever the number of rows.
        patch.setattr("layers.snapshot.cells.FEW_ROWS", few)
        patch.setattr("layers.snapshot.state.MOST_RECENT", recent)
        snapshot = Snapshot(Path(folder), own_connection)
        build(own_connection(), Path(folder))
        snapshot.refresh()
        for number, edit in enumerate(edits):
            done(edit, number, Path(folder), snapshot)
        snapshot.refresh()
        state = snapshot.state
        assert state is not None
        for wanted in asked:
            for kind, name in LAYERS.items():
                params = QueryDict(mutable=True)
                # An initiative is never new, and a filter that knows no such status says so.
                params.update(wanted | {"status": "open"} if wanted.get("status") == "new" else wanted)
                collection = COLLECTIONS[name]
                hold_equal(state, collection, kind, collection.parse(params), z, grid)


def hold_equal(
    state: State, collection: Collection, kind: Kind, filters: Filters, z: int, grid: Grid
) -> None:
    rows = collection.rows(filters)
    tiles = {Tile(z, f.map_x >> 30 - z, f.map_y >> 30 - z) for f in Feature.objects.filter(kind=kind)[:4]}
    for tile in tiles:
        assert tile_bytes(collection, filters, tile, grid, state=state) == tile_bytes(
            collection, filters, tile, grid
        )
        assert tile_count(collection, filters, tile, state=state) == tile_count(collection, filters, tile)
    if not query.is_answerable(filters):
        return
    assert query.count(state.shards, kind, filters) == rows.count()
    found = query.tallies(state.shards, kind, filters, ("status", "category", "region"))
    free = {"status": "statuses", "category": "categories"}
    for facet, fields in (
        ("status", ["status"]),
        ("category", ["category_id"]),
        ("region", ["oblast", "rayon"]),
    ):
        others = without(filters, *([free[facet]] if facet in free else ["oblasts", "rayons"]))
        by_sql = {
            tuple(row[field] for field in fields): row["n"]
            for row in collection.rows(others).values(*fields).annotate(n=Count("pk")).order_by()
        }
        assert {key if isinstance(key, tuple) else (key,): n for key, n in found[facet].items()} == by_sql
    hold_rows_equal(state, collection, kind, filters)
    days = query.days(state.shards, kind, filters)
    assert int(days.counts.sum()) == collection.rows(without(filters, "first_day", "last_day")).count()


def hold_rows_equal(state: State, collection: Collection, kind: Kind, filters: Filters) -> None:
    """Row by row: which one, where, what it is and on which days what happened to it."""
    names = ("ids", "x", "y", "status", "category", "region", *EVENTS)
    found = []
    for extract in extracts(state.shards, kind, filters, names):
        words = extract.vocabulary
        for number, x, y, status, category, region, *days in zip(
            *(extract.columns[name].tolist() for name in names), strict=True
        ):
            texts = words.statuses[status], words.categories[category], *words.regions[region]
            found.append((number, x, y, *texts, *days))
    zone = ZoneInfo("Asia/Almaty")
    expected = [
        (
            row.pk,
            row.map_x >> 2 << 2,
            row.map_y >> 2 << 2,
            row.status,
            row.category_id,
            row.oblast,
            row.rayon,
            *(
                (at.astimezone(zone).date() - dt.date(1970, 1, 1)).days if at else NEVER
                for at in (getattr(row, f"{name}_at") for name in EVENTS)
            ),
        )
        for row in collection.rows(filters)
    ]
    assert sorted(found) == sorted(expected)


def without(filters: Filters, *names: str) -> Filters:
    empty = Filters(jurisdiction=filters.jurisdiction)
    return Filters(**{**filters.__dict__, **{name: getattr(empty, name) for name in names}})


def done(edit: tuple[Any, ...], number: int, folder: Path, snapshot: Snapshot) -> None:
    what, *values = edit
    if what == "insert":
        geom, life = values
        add_feature(geom=geom, **life)
        return
    if what == "build":
        build(own_connection(), folder)
        return
    if what == "poll":
        snapshot.refresh()
        return
    ids = list(Feature.objects.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return
    row = Feature.objects.filter(pk=ids[values[0] % len(ids)])
    if what == "move":
        row.update(geom=values[1])
    elif what == "change":
        row.update(**values[1])
    elif what == "hide":
        row.update(status="hidden")
    elif what == "place":
        row.update(oblast=values[1], rayon="")
    elif what == "same":
        row.update(title=row.get().title)
    elif what == "delete":
        row.delete()
    elif what == "undone":
        with transaction.atomic():
            row.delete()
            transaction.set_rollback(True)


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is written in the block is gone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_poll_without_a_change_keeps_the_state(snapshot: Snapshot, rebuild: Any) -> None:
    add_feature()
    rebuild()
    snapshot.refresh()
    before = snapshot.state
    snapshot.refresh()

    assert snapshot.state is before
    assert connection.in_atomic_block
