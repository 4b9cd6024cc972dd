"""The web server behind pgbouncer in transaction mode: a connection is lent for one transaction at a time."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from geoportal.bootstrap.server import Server
from tests.scaling import servers
from tests.scaling.servers import Person

PATHS = (
    "/",
    "/problems/",
    "/problems/1/",
    "/needs/?region=150000000",
    "/about/?lang=ru",
    "/tiles/problems.json",
    "/tiles/problems/0/0/0.mvt",
    "/tiles/problems/5/22/10.mvt",
    "/tiles/problems/6/44/21.mvt?region=150000000&status=open",
    "/tiles/problems/14/11399/5520.mvt",
    "/tiles/regions.json",
    "/tiles/initiatives/5/22/10.mvt",
    "/api/v1/",
    "/api/v1/problems/?limit=7",
    "/api/v1/initiatives/?bbox=70,50,71,51",
    "/api/v1/regions/",
    "/api/v1/search/?q=roads",
    "/api/v1/problems/?from=yesterday",
)


@pytest.fixture(scope="module")
def pooler(folder: Path, primary: Server) -> Iterator[str]:
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        pytest.skip("pgbouncer is not installed here (Debian: apt-get install pgbouncer)")
    with servers.pgbouncer(program, folder / "pooler", primary) as url:
        yield url


@pytest.fixture(scope="module")
def direct(folder: Path, primary: Server) -> Iterator[str]:
    with servers.portal(folder / "direct.log", DATABASE_URL=servers.address(primary)) as url:
        yield url


@pytest.fixture(scope="module")
def pooled(folder: Path, primary: Server, pooler: str) -> Iterator[str]:
    with servers.portal(
        folder / "pooled.log", DATABASE_URL=servers.address(primary), DATABASE_POOLER_URL=pooler
    ) as url:
        yield url


def told(portal: str, path: str) -> tuple[int, bytes]:
    # The name of the request is the same, because an error quotes it.
    response = Person(portal).get(path, **{"X-Request-ID": "compared-with-the-other"})
    return response.status, response.without_what_changes()


def test_every_answer_is_that_of_a_direct_connection(direct: str, pooled: str) -> None:
    expected = {path: told(direct, path) for path in PATHS}
    assert {path: status for path, (status, _) in expected.items() if status != 200} == {PATHS[-1]: 400}

    # More at once than pgbouncer has connections, so that they change hands all the time.
    with ThreadPoolExecutor(6) as readers:
        found = list(readers.map(lambda path: (path, told(pooled, path)), PATHS * 6))

    assert [path for path, answered in found if answered != expected[path]] == []


def test_writes_and_readiness_work_through_it(pooled: str) -> None:
    person = Person(pooled)

    assert "pooled" in person.post("/categories/?code=pooled").data["codes"]
    assert "database" not in person.get("/readyz").data["failing"]
    assert person.get("/atomic/").status == 200


def test_a_limit_ends_a_statement_and_stays_on_no_connection(pooled: str, pooler: str) -> None:
    refused = Person(pooled).get("/tiles/slow/", **{"Accept-Language": "ru"})
    Person(pooled).get("/readyz")

    assert (refused.status, refused.data["code"]) == (503, "too_slow")
    assert limits_left_behind(pooler) == {"0"}


def limits_left_behind(pooler: str) -> set[str]:
    """What the connections of pgbouncer think of time; two transactions at once get two of them."""
    with psycopg.connect(pooler) as one, psycopg.connect(pooler) as other:
        return {own.execute("show statement_timeout").fetchall()[0][0] for own in (one, other)}
