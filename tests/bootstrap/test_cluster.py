"""The life of a private database: made, shared, stopped by the last, mended after a kill."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from geoportal.bootstrap import cluster, postgres
from geoportal.bootstrap.cluster import private_database
from geoportal.bootstrap.console import BootstrapError
from geoportal.bootstrap.owner import database_owner
from tests.bootstrap.conftest import User, query, server_of


def eventually(condition: Callable[[], bool], timeout_s: float = 10.0) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_database_keeps_its_rows_from_one_use_to_the_next(home: Path) -> None:
    with private_database(home) as address:
        query(address, "CREATE TABLE kept AS SELECT 7 AS number")
    assert server_of(home).listener() is None
    with private_database(home) as address:
        assert query(address, "SELECT number FROM kept") == "7"


def test_a_database_has_postgis_and_the_settings_we_chose(home: Path) -> None:
    with private_database(home) as address:
        query(address, "CREATE EXTENSION postgis")
        assert query(address, "SHOW listen_addresses") == ""
        assert query(address, "SHOW jit") == "off"
        assert query(address, "SHOW server_encoding") == "UTF8"


def test_the_databases_own_log_does_not_quote_what_was_refused(home: Path) -> None:
    with private_database(home) as address:
        query(address, "CREATE TABLE person (iin text UNIQUE)")
        query(address, "INSERT INTO person VALUES ('900101300017')")
        with pytest.raises(subprocess.CalledProcessError):
            query(address, "INSERT INTO person VALUES ('900101300017')")
    log = (home / "data" / "server.log").read_text()
    assert "duplicate key" in log
    assert "900101300017" not in log


def test_settings_of_the_caller_do_not_reach_the_database(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "LC_ALL": "kk_KZ.UTF-8",
        "PGDATA": "/nowhere",
        "PGHOST": "/nowhere",
        "TZ": "Asia/Almaty",
    }.items():
        monkeypatch.setenv(name, value)
    with private_database(home) as address:
        assert query(address, "SHOW timezone") == "UTC"


def test_the_database_stops_with_its_last_user_and_not_before(home: Path) -> None:
    first, second = User(home), User(home)
    address = first.address()
    second.address()
    first.leave()
    assert query(address, "SELECT 1") == "1"
    second.leave()
    assert server_of(home).listener() is None


def test_two_who_come_at_once_to_nothing_make_one_database(home: Path) -> None:
    users = [User(home) for _ in range(4)]
    assert len({user.address() for user in users}) == 1
    for user in users:
        user.leave()
    assert server_of(home).listener() is None


def test_a_killed_user_leaves_no_database_running(home: Path) -> None:
    user = User(home)
    user.address()
    user.kill()
    assert eventually(lambda: server_of(home).listener() is None)


def test_a_killed_user_does_not_stop_the_database_of_another(home: Path) -> None:
    first, second = User(home), User(home)
    first.address()
    address = second.address()
    first.kill()
    time.sleep(0.5)  # the time a warden that counted wrongly would need
    assert query(address, "SELECT 1") == "1"
    second.leave()


def test_a_killed_server_is_started_again_with_its_rows(home: Path) -> None:
    with private_database(home) as address:
        query(address, "CREATE TABLE kept AS SELECT 7 AS number")
        killed = server_of(home).listener()
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: server_of(home).listener() is None)
        with private_database(home) as again:
            assert query(again, "SELECT number FROM kept") == "7"


def test_a_working_process_that_outlives_its_server_is_ended_first(home: Path) -> None:
    endless = (
        "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"  # does not look up, so it misses the server's death
    )
    with private_database(home) as address:
        busy = subprocess.Popen(["psql", "-X", address, "-c", endless], stderr=subprocess.DEVNULL)
        assert eventually(
            lambda: query(address, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %'") == "1"
        )
        killed = server_of(home).listener()
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: server_of(home).listener() is None)
        with private_database(home) as again:
            assert query(again, "SELECT 1") == "1"
        busy.wait(10)


def test_a_stale_process_id_that_now_names_another_program_harms_nobody(home: Path) -> None:
    with private_database(home):
        pass
    innocent = subprocess.Popen(["sleep", "60"])
    (home / "data" / "postmaster.pid").write_text(f"{innocent.pid}\n{home / 'data'}\n")
    with private_database(home) as address:
        assert query(address, "SELECT 1") == "1"
    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()


def test_a_database_whose_making_was_interrupted_is_made_again(home: Path) -> None:
    home.mkdir()
    begun = home / "data.begun"
    begun.mkdir()
    (begun / "PG_VERSION").write_text("15\n")
    with private_database(home) as address:
        assert query(address, "SELECT 1") == "1"
    assert not begun.exists()


def test_the_server_never_runs_as_root_and_its_data_are_closed_to_others(home: Path) -> None:
    with private_database(home):
        pid = server_of(home).listener()
        assert Path(f"/proc/{pid}").stat().st_uid == database_owner().uid != 0
        for folder in (home / "data", home / "socket"):
            assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_with_a_long_or_odd_name_gets_its_socket_elsewhere(home: Path) -> None:
    odd = home.with_name("a b,c" + "x" * 90)
    with private_database(odd) as address:
        assert query(address, "SELECT 1") == "1"
    folder = server_of(odd).socket_folder
    assert not folder.is_relative_to(odd)
    folder.rmdir()


def test_a_socket_folder_that_somebody_else_made_is_refused(home: Path) -> None:
    home.mkdir()
    (home / "socket").symlink_to("/tmp")
    with pytest.raises(BootstrapError, match="belongs to another user"), private_database(home):
        pass


def test_data_of_a_postgresql_that_is_gone_say_which_is_needed(home: Path) -> None:
    data = home.with_name("old")
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(BootstrapError, match=r"PostgreSQL 9 with PostGIS .* is not installed"):
        cluster.binaries_for(data)


def test_an_old_postgresql_or_one_without_postgis_is_not_used(tmp_path: Path) -> None:
    old = postgres.Binaries(tmp_path, major=13)
    assert postgres.usable([old, *postgres.installed()]) != old
    assert postgres.usable([old]) is None
