"""Shared fixtures. Tests run on real PostGIS; real files are optional unless GEOPORTAL_REQUIRE_DATA is set."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from tests.world import build_world


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
