"""One nginx in front of one fake portal, for all tests of a file; each test asks for addresses of its own."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.nginx import running
from tests.nginx.fake_portal import FakePortal
from tests.nginx.running import Response

numbers = itertools.count()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    if running.NGINX is None:
        pytest.skip("there is no nginx on this machine (Debian: apt-get install nginx-light)")
    made = Path(tempfile.mkdtemp(prefix="gp-nginx-"))  # not pytest's: root's is closed to others
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def _running(folder: Path) -> Iterator[tuple[FakePortal, int]]:
    portal = FakePortal()
    with portal.serving() as upstream, running.nginx(folder, upstream=upstream) as port:
        yield portal, port


@pytest.fixture
def port(_running: tuple[FakePortal, int]) -> int:
    return _running[1]


@pytest.fixture
def portal(_running: tuple[FakePortal, int]) -> FakePortal:
    """As new, at the address that nginx knows."""
    found, fresh = _running[0], FakePortal()
    found.state, found.status, found.delay_s = fresh.state, fresh.status, fresh.delay_s
    found.headers = fresh.headers
    found.asked.clear()
    return found


@pytest.fixture
def ask(port: int) -> Callable[..., Response]:
    return lambda path, **given: running.ask(port, path, **given)


@pytest.fixture
def tile() -> str:
    """The address of a tile that no other test asks for."""
    return f"/tiles/problems/16/{next(numbers)}/7.mvt"
