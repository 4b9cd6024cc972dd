"""A private database of a test's own, in a folder that the database's user can reach."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoportal.bootstrap.cluster import locate_server
from geoportal.bootstrap.owner import database_owner
from geoportal.bootstrap.places import REPOSITORY
from geoportal.bootstrap.server import Server

# Uses the private database of the folder given and stays until its standard input is closed.
USER = """
import sys
from pathlib import Path
from geoportal.bootstrap.cluster import private_database
with private_database(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


class User:
    """Another process that uses the private database."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def address(self) -> str:
        """Its DATABASE_URL, once it has one."""
        assert self.process.stdout is not None
        return next(line.strip() for line in self.process.stdout if line.startswith("postgresql://"))

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(30) == 0

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gp-"))  # not tmp_path: root's is closed to the database's user
    folder.chmod(0o755)
    yield folder / "home"
    if (folder / "home" / "data").exists():
        server_of(folder / "home").stop()
    shutil.rmtree(folder)


def server_of(home: Path) -> Server:
    return locate_server(home, database_owner())


def query(address: str, sql: str) -> str:
    psql = shutil.which("psql") or "psql"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    answer = subprocess.run(
        [psql, "-XAt", address, "-c", sql], capture_output=True, text=True, check=True, env=environment
    )
    return answer.stdout.strip()
