"""Shared fixtures. Real PostGIS always; real files may be absent unless GEOPORTAL_REQUIRE_DATA is set."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings, settings
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests.world import build_world

pytest_plugins = ("tests.fakes.authority", "tests.scheduling")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages are compared in English; a request still speaks its reader's language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _plain_static(settings: LazySettings) -> None:
    """Pages render without a build of static files, whose hashed addresses a manifest would have to know, and
    clients do not each look through all of them.
    """
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def demo_authority_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration's authority of the tests is made, by the first that asks for it."""
    return tmp_path_factory.mktemp("demo") / "authority"


@pytest.fixture(autouse=True)
def _demonstration_of_the_tests(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, demo_authority_dir: Path
) -> None:
    settings.DEMO_AUTHORITY_DIR = demo_authority_dir
    monkeypatch.setenv("DEMO_AUTHORITY_DIR", str(demo_authority_dir))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Lets the end of a test empty the tables of the public log, which refuse that elsewhere
    (geoportal/log/sql/append_only.sql): this connection, and those that are opened later.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        name = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
        cursor.execute(f"ALTER DATABASE {name} SET geoportal.log_may_be_emptied = 'yes'")
        cursor.execute("SET geoportal.log_may_be_emptied = 'yes'")


@pytest.fixture(autouse=True)
def _own_log_keys(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each test's log is a log of its own, also in the processes that it starts."""
    folder = tmp_path_factory.getbasetemp() / "log" / uuid4().hex
    settings.LOG_KEY_DIR = folder
    monkeypatch.setenv("LOG_KEY_DIR", str(folder))


@pytest.fixture
def world(db: None) -> None:
    """The three squares of tests/world.py, without features."""
    build_world()


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real files; skips where it is absent, fails where the run demands it (.ci/run)."""
    folder = settings.DATA_DIR
    if not (folder / "README.md").exists():
        message = f"no real data at GEOPORTAL_DATA_DIR ({folder})"
        if os.environ.get("GEOPORTAL_REQUIRE_DATA"):
            pytest.fail(message)
        pytest.skip(message)
    return folder
