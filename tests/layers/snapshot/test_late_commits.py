"""The snapshot beside writers in transactions of their own: nothing that commits late is missed."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.filters import Filters
from layers.models import Feature
from layers.snapshot import live, query
from layers.snapshot.build import build, forget
from layers.snapshot.connection import connect, one_moment
from layers.snapshot.due import why_due
from layers.snapshot.live import Snapshot
from layers.statuses import Kind
from tests.layers.snapshot.asked import ALL, WEST_AREA, number, problems
from tests.world import EAST, add_feature, build_world

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


@pytest.fixture(autouse=True)
def _committed(transactional_db: None) -> None:
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


def test_a_transaction_that_commits_late_is_not_missed(own: Snapshot) -> None:
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


def test_one_that_is_open_while_a_generation_is_built_is_not_missed(own: Snapshot) -> None:
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


def test_changes_that_a_generation_has_are_forgotten(own: Snapshot) -> None:
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


def test_too_many_changes_are_left_to_postgresql(own: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_truncation_is_noticed(own: Snapshot) -> None:
    add_feature()
    own.refresh()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE layers_feature CASCADE")
    own.refresh()
    assert own.state is None
    with connect() as other:
        assert "everything" in why_due(other, own.folder)


def test_without_its_database_it_goes_on_with_what_it_knows(
    own: Snapshot, caplog: pytest.LogCaptureFixture
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
