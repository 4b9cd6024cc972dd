"""What only root can install, and how a failing step is told."""

import sys
from pathlib import Path

import pytest

from geoportal.bootstrap import system
from geoportal.bootstrap.console import BootstrapError, run_step, telling_line


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An apt-get that writes down what it was asked, on an otherwise empty PATH; every need is missing."""
    log = tmp_path / "asked"
    fake = tmp_path / "apt-get"
    fake.write_text(f'#!/bin/sh\necho "$@" >> {log}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(system.postgres, "installed", list)
    return log


def test_an_ordinary_user_gets_one_line_to_paste(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    with pytest.raises(BootstrapError) as raised:
        system.ensure([system.DATABASE, system.BROWSER])
    message = str(raised.value)
    assert "\n" not in message
    assert (
        "apt-get update && apt-get install -y --no-install-recommends "
        "postgresql postgresql-postgis chromium fonts-dejavu-core" in message
    )
    assert not apt.exists()


def test_root_gets_it_installed(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    found = iter([False, True])
    browser = system.Need("Chromium", lambda: next(found), lambda: ("chromium",))
    system.ensure([browser])
    assert apt.read_text().splitlines() == ["update", "install -y --no-install-recommends chromium"]


def test_a_package_that_does_not_help_is_said_to_be_missing_still(
    apt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    with pytest.raises(BootstrapError, match="Chromium still missing after installing"):
        system.ensure([system.BROWSER])


def test_without_apt_the_thing_itself_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(system.postgres, "installed", list)
    with pytest.raises(BootstrapError, match=r"missing: PostgreSQL with PostGIS\..*docker compose up"):
        system.ensure([system.DATABASE])


def test_nothing_missing_asks_for_nothing(apt: Path) -> None:
    system.ensure([system.Need("a thing", lambda: True, lambda: ("thing",))])
    assert not apt.exists()


def test_a_postgresql_without_postgis_gets_the_extension_of_its_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(system.postgres, "installed", lambda: [system.postgres.Binaries(tmp_path, major=16)])
    assert system.DATABASE.packages() == ("postgresql-16-postgis-3",)


def test_a_failing_step_is_one_line_with_its_reason_and_its_log(tmp_path: Path) -> None:
    script = "print('reading'); print('ERROR: disk is full'); print('bye'); raise SystemExit(3)"
    with pytest.raises(BootstrapError) as raised:
        run_step("Copying", [sys.executable, "-c", script], log=tmp_path / "log", advice="make room")
    assert str(raised.value) == (
        f"Copying failed: ERROR: disk is full; make room (all output: {tmp_path / 'log'})"
    )
    assert (tmp_path / "log").read_text().splitlines() == ["reading", "ERROR: disk is full", "bye"]


def test_a_step_whose_program_is_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(BootstrapError, match=r"cannot run .*nothing-here"):
        run_step("Copying", [tmp_path / "nothing-here"], log=tmp_path / "log")


def test_the_reason_is_told_and_not_where_the_log_is() -> None:
    assert telling_line(["npm error no network", "npm error A complete log of this run is in x"]) == (
        "npm error no network"
    )


def test_output_without_an_error_is_told_by_its_last_line() -> None:
    assert telling_line(["first", "last"]) == "last"
    assert telling_line([]) == "no output"
