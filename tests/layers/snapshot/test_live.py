"""The snapshot as it is now: late commits, other databases, damage, and numbers that caches can trust."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoportal.lib.geo import Tile
from layers.filters import Filters
from layers.models import Category, Feature
from layers.snapshot import changes, due, live, query, store
from layers.snapshot.build import build, forget
from layers.snapshot.connection import connect, one_moment
from layers.snapshot.due import why_due
from layers.snapshot.live import Snapshot
from layers.snapshot.state import State
from layers.statuses import Kind
from regions.models import Jurisdiction
from tests.tiles.decoded import tile_at
from tests.world import EAST, add_feature, build_world

ALL = Filters(jurisdiction="kz")
INSERT = """
INSERT INTO layers_feature (
    kind, jurisdiction_id, geom, oblast, rayon, title, text, language, address, category_id, status,
    received_at, source, is_demo
)
VALUES (
    'problem', 'kz', ST_SetSRID(ST_Point(%s, 50.5), 4326), '', '', 'A hole', '', 'en', '', 'potholes', 'new',
    '2026-03-15T06:00:00Z', '', false
)
RETURNING id
"""
WEST_AREA, EAST_AREA = tile_at(70.5, 50.5, 9), tile_at(80.5, 50.5, 9)


def problems(state: State | None) -> int:
    assert state is not None
    return query.count(state.shards, Kind.PROBLEM, ALL)


def number(snapshot: Snapshot, tile: Tile, kind: Kind = Kind.PROBLEM) -> str:
    assert snapshot.state is not None
    return snapshot.state.version(snapshot.state.numbers.of_tile(kind, tile, 256))


class TestInOneTransaction:
    pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

    def test_without_a_generation_there_is_no_state(self, snapshot: Snapshot) -> None:
        snapshot.refresh()
        assert snapshot.state is None

    def test_an_edit_shows_with_the_next_poll(self, snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
        rebuild()
        snapshot.refresh()
        feature = add_feature()
        snapshot.refresh()
        assert problems(snapshot.state) == 1
        Feature.objects.filter(pk=feature.pk).update(status="hidden")
        snapshot.refresh()
        assert problems(snapshot.state) == 0

    def test_a_change_far_away_leaves_a_tile_its_number(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        rebuild()
        snapshot.refresh()
        west, east = number(snapshot, WEST_AREA), number(snapshot, EAST_AREA)
        need = number(snapshot, WEST_AREA, Kind.NEED)
        add_feature(70.5, 50.5)
        snapshot.refresh()
        assert number(snapshot, WEST_AREA) != west
        assert number(snapshot, EAST_AREA) == east
        assert number(snapshot, WEST_AREA, Kind.NEED) == need, "of another kind"

    def test_a_move_changes_where_it_was_and_where_it_is(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        feature = add_feature(70.5, 50.5)
        rebuild()
        snapshot.refresh()
        before = number(snapshot, WEST_AREA), number(snapshot, EAST_AREA)
        Feature.objects.filter(pk=feature.pk).update(geom="SRID=4326;POINT(80.5 50.5)")
        snapshot.refresh()
        after = number(snapshot, WEST_AREA), number(snapshot, EAST_AREA)
        assert before[0] != after[0]
        assert before[1] != after[1]

    def test_a_line_changes_every_tile_that_it_crosses(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        rebuild()
        snapshot.refresh()
        before = number(snapshot, WEST_AREA), number(snapshot, EAST_AREA)
        add_feature(geom="LINESTRING (70.5 50.5, 80.5 50.5)")
        snapshot.refresh()
        assert number(snapshot, WEST_AREA) != before[0]
        assert number(snapshot, EAST_AREA) != before[1]

    def test_a_row_written_as_it_was_is_no_change(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        feature = add_feature()
        rebuild()
        snapshot.refresh()
        state = snapshot.state
        Feature.objects.filter(pk=feature.pk).update(title=feature.title)
        snapshot.refresh()
        assert snapshot.state is state

    def test_a_new_generation_keeps_the_numbers(self, snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
        rebuild()
        snapshot.refresh()
        add_feature()
        snapshot.refresh()
        before = number(snapshot, WEST_AREA), snapshot.state and snapshot.state.base.name
        rebuild()
        snapshot.refresh()
        assert snapshot.state is not None
        assert number(snapshot, WEST_AREA) == before[0]
        assert snapshot.state.base.name != before[1]
        assert problems(snapshot.state) == 1

    def test_who_starts_later_has_the_same_numbers(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        rebuild()
        for _ in range(3):
            add_feature()
            snapshot.refresh()
        other = Snapshot(snapshot.folder, snapshot.connect)
        other.refresh()
        assert number(other, WEST_AREA) == number(snapshot, WEST_AREA)

    def test_a_new_category_changes_the_vocabulary(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        rebuild()
        snapshot.refresh()
        assert snapshot.state is not None
        before = snapshot.state.vocabulary_version
        Category.objects.create(code="air", name_kk="Ауа", name_ru="Воздух", name_en="Air", position=9)
        add_feature(category_id="air")
        snapshot.refresh()
        assert snapshot.state.vocabulary_version != before
        air = Filters(jurisdiction="kz", categories=("air",))
        assert query.count(snapshot.state.shards, Kind.PROBLEM, air) == 1

    def test_a_jurisdiction_and_a_kind_that_the_generation_does_not_have(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        rebuild()
        outline = Jurisdiction.objects.get(pk="kz").outline
        Jurisdiction.objects.create(
            code="city", name_kk="Қ", name_ru="Г", name_en="C", time_zone="America/New_York", outline=outline
        )
        add_feature(jurisdiction_id="city", kind="initiative", status="gathering")
        snapshot.refresh()
        assert snapshot.state is not None
        assert query.count(snapshot.state.shards, Kind.INITIATIVE, Filters(jurisdiction="city")) == 1

    def test_another_zone_makes_other_days(self, snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
        add_feature()
        rebuild()
        snapshot.refresh()
        Jurisdiction.objects.filter(pk="kz").update(time_zone="America/New_York")
        snapshot.refresh()
        assert snapshot.state is None
        assert why_due(snapshot.connect(), snapshot.folder)

    def test_a_damaged_generation_is_left_to_postgresql_and_made_anew(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        add_feature()
        rebuild()
        assert why_due(snapshot.connect(), snapshot.folder) == ""
        file = snapshot.folder / (store.current(snapshot.folder) or "") / store.COLUMNS
        content = bytearray(file.read_bytes())
        content[0] ^= 1
        file.write_bytes(content)
        snapshot.refresh()
        assert snapshot.state is None
        assert "damaged" in why_due(snapshot.connect(), snapshot.folder)
        rebuild()
        snapshot.refresh()
        assert problems(snapshot.state) == 1
        assert why_due(snapshot.connect(), snapshot.folder) == ""

    def test_a_damaged_new_generation_leaves_the_old_one_in_use(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        rebuild()
        snapshot.refresh()
        add_feature()
        rebuild()
        (snapshot.folder / (store.current(snapshot.folder) or "") / store.COLUMNS).write_bytes(b"")
        snapshot.refresh()
        assert problems(snapshot.state) == 1

    def test_a_generation_of_another_database_is_not_used(
        self, snapshot: Snapshot, rebuild: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rebuild()
        with connection.cursor() as cursor:
            # What a restored dump has: a table of the same name that is another one.
            cursor.execute("CREATE SCHEMA other; SET search_path = other, public")
            cursor.execute("CREATE TABLE layers_feature (LIKE public.layers_feature)")
            try:
                snapshot.refresh()
                assert snapshot.state is None
                assert "another database" in why_due(snapshot.connect(), snapshot.folder)
            finally:
                cursor.execute("SET search_path = public")

    def test_a_database_that_was_set_back_is_noticed(
        self, snapshot: Snapshot, rebuild: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rebuild()
        snapshot.refresh()
        since = changes.since

        def earlier(*given: Any) -> changes.Moment:
            moment = since(*given)
            return moment._replace(xmin=moment.xmin - 100, changes=[])

        monkeypatch.setattr(changes, "since", earlier)
        monkeypatch.setattr(due, "since", earlier)
        snapshot.refresh()
        assert snapshot.state is None
        assert "set back" in why_due(snapshot.connect(), snapshot.folder)

    def test_a_build_by_hand_gives_every_tile_another_number(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        rebuild()
        snapshot.refresh()
        before = number(snapshot, EAST_AREA)
        build(snapshot.connect(), snapshot.folder, keep_numbers=True)
        snapshot.refresh()
        assert number(snapshot, EAST_AREA) == before
        build(snapshot.connect(), snapshot.folder, keep_numbers=False)
        snapshot.refresh()
        assert number(snapshot, EAST_AREA) != before

    @pytest.mark.parametrize("day", ["9998-12-30", "2999-01-01", "1850-01-01", "0002-01-01"])
    def test_a_day_that_cannot_be_meant_does_no_harm(
        self, snapshot: Snapshot, rebuild: Callable[[], Any], day: str
    ) -> None:
        rebuild()
        snapshot.refresh()
        feature = add_feature()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE layers_feature SET received_at = %s, due_at = %s WHERE id = %s",
                [day, day, feature.pk],
            )
        snapshot.refresh()
        rebuild()
        snapshot.refresh()
        assert problems(snapshot.state) == 1
        assert snapshot.state is not None
        period = Filters(jurisdiction="kz", first_day=date(1900, 1, 1), last_day=date(2200, 12, 31))
        assert query.count(snapshot.state.shards, Kind.PROBLEM, period) == 0

    def test_a_feature_that_gets_another_number_is_found_under_it(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        feature = add_feature()
        rebuild()
        snapshot.refresh()
        Feature.objects.filter(pk=feature.pk).update(id=feature.pk + 1_000)
        snapshot.refresh()
        assert problems(snapshot.state) == 1
        Feature.objects.filter(pk=feature.pk + 1_000).update(status="hidden")
        snapshot.refresh()
        assert problems(snapshot.state) == 0

    def test_a_generation_that_changes_were_forgotten_since_is_not_used(
        self, snapshot: Snapshot, rebuild: Callable[[], Any]
    ) -> None:
        rebuild()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE layers_change_horizon SET xid = '9000000000000000000'")
        snapshot.refresh()
        assert snapshot.state is None


@pytest.fixture
def committed(transactional_db: None) -> None:
    build_world()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Snapshot]:
    snapshot = Snapshot(tmp_path, connect)
    _build(tmp_path)
    snapshot.refresh()
    yield snapshot
    snapshot.close()


def _build(folder: Path) -> None:
    with connect() as builder:
        with one_moment(builder, timeout_ms=0):
            build(builder, folder)
        forget(builder, folder)


@pytest.mark.usefixtures("committed")
class TestWithOthers:
    def test_a_transaction_that_commits_late_is_not_missed(self, own: Snapshot) -> None:
        with connect() as late:
            late.autocommit = False
            late.execute(INSERT, [70.5])
            add_feature()
            own.refresh()
            assert problems(own.state) == 1
            own.refresh()
            assert problems(own.state) == 1, "what comes again is not counted again"
            late.commit()
        own.refresh()
        assert problems(own.state) == 2
        own.refresh()
        assert problems(own.state) == 2

    def test_one_that_is_open_while_a_generation_is_built_is_not_missed(self, own: Snapshot) -> None:
        with connect() as late:
            late.autocommit = False
            late.execute(INSERT, [70.5])
            add_feature()
            _build(own.folder)
            own.refresh()
            assert problems(own.state) == 1
            late.commit()
        own.refresh()
        assert problems(own.state) == 2
        other = Snapshot(own.folder, connect)
        other.refresh()
        assert number(other, WEST_AREA) == number(own, WEST_AREA)
        other.close()

    def test_changes_that_a_generation_has_are_forgotten(self, own: Snapshot) -> None:
        made, left = 0, 0
        # A transaction that is open elsewhere in the cluster, as other tests' are, keeps them longer.
        while made < 3 or (left > 1 and made < 100):
            made += 1
            add_feature()
            _build(own.folder)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM layers_change WHERE kind <> ''")
                (left,) = cursor.fetchone()
        # Those since the generation before the current one, for who still uses it.
        assert left == 1
        own.refresh()
        assert problems(own.state) == made

    def test_too_many_changes_are_left_to_postgresql(
        self, own: Snapshot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live, "MOST_CHANGED", 3)
        for _ in range(3):
            add_feature()
        own.refresh()
        assert problems(own.state) == 3
        add_feature()
        own.refresh()
        assert own.state is None
        _build(own.folder)
        own.refresh()
        assert problems(own.state) == 4

    def test_truncation_is_noticed(self, own: Snapshot) -> None:
        add_feature()
        own.refresh()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE layers_feature CASCADE")
        own.refresh()
        assert own.state is None
        assert "everything" in why_due(connect(), own.folder)

    def test_without_its_database_it_goes_on_with_what_it_knows(
        self, own: Snapshot, caplog: pytest.LogCaptureFixture
    ) -> None:
        add_feature()
        own.refresh()
        own.close()

        def gone() -> psycopg.Connection[Any]:
            raise psycopg.OperationalError("it is away")

        own.connect = gone
        with caplog.at_level(logging.ERROR), pytest.raises(psycopg.Error):
            own.refresh()
        assert problems(own.state) == 1
        own.connect = connect
        add_feature()
        own.refresh()
        assert problems(own.state) == 2


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 2)),
        st.tuples(st.just("move"), st.integers(0, 2)),
        st.tuples(st.just("commit"), st.integers(0, 2)),
        st.tuples(st.just("undo"), st.integers(0, 2)),
        st.tuples(st.just("poll"), st.just(0)),
        st.tuples(st.just("build"), st.just(0)),
    ),
    max_size=25,
)


@pytest.mark.usefixtures("committed")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_whatever_order_writers_commit_nothing_is_missed(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("snapshot")
    _build(folder)
    own = Snapshot(folder, connect)
    with ExitStack() as stack:
        stack.callback(own.close)
        stack.callback(_empty)
        writers = [stack.enter_context(_writer()) for _ in range(3)]
        for what, which in steps:
            writer = writers[which]
            if what == "write":
                writer.execute(INSERT, [70 + which])
            elif what == "move":
                # Each its own rows: two that change the same wait for each other.
                writer.execute(
                    "UPDATE layers_feature SET oblast = %s WHERE ST_X(geom) = %s", [EAST, 70 + which]
                )
            elif what == "commit":
                writer.commit()
            elif what == "undo":
                writer.rollback()
            elif what == "build":
                _build(folder)
            own.refresh()
            assert own.state is not None
            for filters in (ALL, Filters(jurisdiction="kz", oblasts=(EAST,))):
                expected = Feature.objects.filter(oblast__in=filters.oblasts or ["", EAST]).count()
                assert query.count(own.state.shards, Kind.PROBLEM, filters) == expected
        own.refresh()
        other = Snapshot(folder, connect)
        stack.callback(other.close)
        other.refresh()
        assert number(other, WEST_AREA) == number(own, WEST_AREA)


@contextmanager
def _writer() -> Iterator[psycopg.Connection[Any]]:
    with connect() as writer:
        writer.autocommit = False
        yield writer
        writer.rollback()


def _empty() -> None:
    Feature.objects.all().delete()
