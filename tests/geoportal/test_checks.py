import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks
from django.db import connections

from geoportal.bootstrap.__main__ import AS_DEPLOYED
from geoportal.log.keys import KeyFolder
from ingest.eds.anchors import place
from tests.fakes.authority import authority_of
from tests.world import add_feature

FIT = {
    "PRODUCTION": True,
    "DEBUG": False,
    "SECRET_KEY": "x1" * 30,
    "IIN_PEPPER": "y2" * 16,
    "ALLOWED_HOSTS": ["map.example.kz"],
    "PORTAL_ORIGIN": "https://map.example.kz",
    "BEHIND_PROXY": True,
    "DEMO_AUTHORITY": False,
    "EDS_ANCHORS": (),
}
UNFIT = [
    ({"DEBUG": True}, "geoportal.E001"),
    ({"SECRET_KEY": "development-only-key-that-the-production-check-refuses-0123456789"}, "geoportal.E002"),
    ({"SECRET_KEY": "short"}, "geoportal.E002"),
    ({"IIN_PEPPER": "development-only-pepper-that-the-production-check-refuses"}, "geoportal.E006"),
    ({"IIN_PEPPER": "short"}, "geoportal.E006"),
    ({"ALLOWED_HOSTS": []}, "geoportal.E003"),
    ({"ALLOWED_HOSTS": ["map.example.kz", "*"]}, "geoportal.E003"),
    ({"PORTAL_ORIGIN": "http://127.0.0.1:8000"}, "geoportal.E008"),
    ({"DEMO_AUTHORITY": True}, "geoportal.E005"),
    ({"BEHIND_PROXY": False}, "geoportal.W001"),
    ({"EDS_ANCHORS": ("0" * 64,)}, "geoportal.W002"),
]


@pytest.fixture(autouse=True)
def _key_of_the_log(settings: LazySettings) -> None:
    KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN).make()


def found(
    settings: LazySettings, values: Mapping[str, object] = FIT, *, deploy: bool = True
) -> list[str | None]:
    for name, value in {**FIT, **values}.items():
        setattr(settings, name, value)
    messages = run_checks(include_deployment_checks=deploy, databases=["default"] if deploy else None)
    return [message.id for message in messages if str(message.id).startswith("geoportal.")]


@pytest.mark.django_db
@pytest.mark.parametrize(("values", "expected"), UNFIT)
def test_production_is_refused_what_is_unfit(
    settings: LazySettings, values: dict[str, object], expected: str
) -> None:
    assert found(settings, values) == [expected]


@pytest.mark.django_db
def test_nothing_is_said_of_a_fit_production(settings: LazySettings) -> None:
    assert found(settings) == []


@pytest.mark.parametrize(("values", "expected"), [case for case in UNFIT if ".E" in case[1]])
def test_every_command_refuses_it_not_the_deploy_check_alone(
    settings: LazySettings, values: dict[str, object], expected: str
) -> None:
    assert found(settings, values, deploy=False) == [expected]


@pytest.mark.django_db
@pytest.mark.parametrize(("values", "expected"), UNFIT)
def test_development_is_left_in_peace(
    settings: LazySettings, values: dict[str, object], expected: str
) -> None:
    assert found(settings, {**values, "PRODUCTION": False}) == []


@pytest.mark.parametrize("status", ["new", "hidden"])
def test_production_is_refused_demonstration_data(settings: LazySettings, world: None, status: str) -> None:
    add_feature(status=status)
    assert found(settings) == []
    add_feature(status=status, is_demo=True)
    assert found(settings) == ["geoportal.E004"]


@pytest.mark.parametrize("deploy", [True, False])
@pytest.mark.django_db
def test_production_is_refused_anchors_for_trying(
    settings: LazySettings, tmp_path: Path, deploy: bool
) -> None:
    authority = authority_of("rsa").issuing
    place(tmp_path, authority.fingerprint).write_bytes(authority.certificate)
    pinned = {"EDS_ANCHORS_DIR": tmp_path, "EDS_ANCHORS": (authority.fingerprint,)}
    assert found(settings, {**FIT, **pinned}, deploy=deploy) == ["geoportal.E010"]
    assert found(settings, {**FIT, **pinned, "PRODUCTION": False}, deploy=deploy) == []


@pytest.mark.django_db
def test_production_is_refused_a_log_without_a_key(settings: LazySettings) -> None:
    for file in settings.LOG_KEY_DIR.iterdir():
        file.unlink()
    assert found(settings) == ["geoportal.E009"]
    assert found(settings, {**FIT, "PRODUCTION": False}) == []


@pytest.mark.django_db
def test_a_database_before_its_first_migration_has_no_demonstration_data(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections["default"].introspection, "table_names", list)
    assert found(settings) == []


def test_the_deployment_that_the_docs_advise_is_clean() -> None:
    env = {**os.environ, **AS_DEPLOYED, "SECRET_KEY": "0aB-xyz9" * 10, "IIN_PEPPER": "9zyx-Ba0" * 4}
    done = subprocess.run(
        [sys.executable, "-m", "geoportal", "check", "--deploy", "--fail-level", "WARNING"],
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
