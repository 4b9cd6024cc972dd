"""Shared fixtures. Real PostGIS always; real files may be absent unless GEOPORTAL_REQUIRE_DATA is set."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.utils import translation

from tests.world import build_world

pytest_plugins = ("tests.fakes.authority",)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages are compared in English; a request still speaks its reader's language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _plain_static(settings: LazySettings) -> None:
    """Pages render without a build of static files, whose hashed addresses a manifest would have to know."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}


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
