"""One primary and one replica for all tests here; they are thrown away afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoportal.bootstrap.cluster import binaries_for
from geoportal.bootstrap.server import Server
from tests.scaling import servers


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="gp-"))  # not pytest's: root's is closed to the database's user
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def primary(folder: Path) -> Iterator[Server]:
    (folder / "primary").mkdir()
    made = servers.primary_in(folder / "primary")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def replica(folder: Path, primary: Server) -> Iterator[Server]:
    if not (binaries_for(primary.data).bin / "pg_basebackup").exists():
        pytest.skip("there is no pg_basebackup beside the PostgreSQL of this machine")
    (folder / "replica").mkdir()
    made = servers.replica_in(folder / "replica", primary)
    yield made
    made.stop()
