"""The snapshot of a web process: a thread that asks by itself, and what is told of it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from geoportal import metrics, readiness
from layers.catalogue import COLLECTIONS
from layers.filters import Filters
from layers.snapshot import process
from layers.snapshot.build import build
from layers.snapshot.connection import connect, one_moment
from tests.world import add_feature, build_world

ALL = Filters(jurisdiction="kz")


@pytest.fixture(autouse=True)
def _own(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[None]:
    build_world()
    settings.SNAPSHOT_DIR, settings.SNAPSHOT_POLL_MS = tmp_path, 20
    process._poller.cache_clear()
    yield
    # The thread goes on without anybody who asks it; the folder it looks into is gone.
    settings.SNAPSHOT_POLL_MS = 0
    process._poller.cache_clear()


def make(folder: Path) -> None:
    with connect() as own, one_moment(own, timeout_ms=0):
        build(own, folder)


def becomes(true: Callable[[], object], *, within_s: float = 5) -> bool:
    end = time.monotonic() + within_s
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def test_without_a_generation_postgresql_answers_until_there_is_one(tmp_path: Path) -> None:
    add_feature()
    assert process.current() is None
    assert COLLECTIONS["problems"].count(ALL) == 1
    make(tmp_path)
    assert becomes(process.current)
    assert COLLECTIONS["problems"].count(ALL) == 1


def test_an_edit_shows_in_totals_without_anybody_asking_for_it(tmp_path: Path) -> None:
    make(tmp_path)
    assert becomes(process.current)
    add_feature()
    assert becomes(lambda: COLLECTIONS["problems"].count(ALL) == 1)


def test_a_database_that_falls_silent_is_given_up() -> None:
    with connect() as own:
        asked = own.info.get_parameters()
    assert int(asked["keepalives_idle"]) + 3 * int(asked["keepalives_interval"]) < 20
    assert int(asked["tcp_user_timeout"]) < 20_000


def test_it_is_told_how_it_stands(tmp_path: Path) -> None:
    assert "PostgreSQL answers" in readiness.answers()["snapshot"].detail
    make(tmp_path)
    assert becomes(process.current)
    add_feature()
    assert becomes(lambda: "gen-000001, 1 rows changed" in readiness.answers()["snapshot"].detail)
    assert readiness.answers()["snapshot"].ok
    assert b"geoportal_snapshot_used 1.0" in metrics.exposition()
    assert b"geoportal_snapshot_changed_rows 1.0" in metrics.exposition()


def test_a_database_that_goes_away_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PAUSE_S", 0.02)
    make(tmp_path)
    assert becomes(process.current)
    snapshot = process._poller(process.os.getpid()).snapshot

    def gone() -> psycopg.Connection[Any]:
        raise psycopg.OperationalError("it is away")

    snapshot.connect = gone
    snapshot.close()
    add_feature()
    time.sleep(0.1)
    assert process.current() is not None, "what is known stays in use"
    snapshot.connect = connect
    assert becomes(lambda: COLLECTIONS["problems"].count(ALL) == 1)


def test_what_it_cannot_understand_ends_its_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PAUSE_S", 0.02)
    make(tmp_path)
    assert becomes(process.current)

    def broken(*args: Any) -> None:
        raise LookupError("a category that the vocabulary does not have")

    with monkeypatch.context() as patch:
        patch.setattr("layers.snapshot.state.State.after", broken)
        add_feature()
        assert becomes(lambda: process.current() is None)
        assert COLLECTIONS["problems"].count(ALL) == 1
    assert becomes(process.current)
    assert COLLECTIONS["problems"].count(ALL) == 1
