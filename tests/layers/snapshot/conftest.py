"""Snapshots of the tests' own transaction, in a folder of their own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from layers.snapshot.build import Built, build
from layers.snapshot.live import Snapshot


def own_connection() -> psycopg.Connection[Any]:
    """The test's connection with its transaction: what it has written is seen."""
    connection.ensure_connection()
    found: psycopg.Connection[Any] = connection.connection
    return found


@pytest.fixture
def rebuild(tmp_path: Path) -> Callable[[], Built]:
    """Makes the next generation of what the test has written."""
    return lambda: build(own_connection(), tmp_path)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """Of the test's transaction; it has no generation until ``rebuild``."""
    return Snapshot(tmp_path, own_connection)
