"""What growing past one machine costs a request: the router, the limit in front of a statement, pgbouncer.

Everything is on one machine, so this measures the cost of a step and not its gain. The ways take turns, so
that whatever else runs here slows all of them alike.
"""

import http.client
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from geoportal.bootstrap.server import Server
from geoportal.time_limits import Limit
from tests.scaling import servers

ROUNDS, REQUESTS = 40, 25
TILE = "/tiles/problems/5/22/10.mvt"
PGBOUNCER = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
WIDE = "create table wide as select i, repeat(md5(i::text), 20) from generate_series(1, 1000000) i"


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="gp-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        for name in ("primary", "replica"):
            (folder / name).mkdir()
        primary = servers.primary_in(folder / "primary")
        stack.callback(primary.stop)
        servers.ask(primary, WIDE)
        size_mb = servers.ask(primary, "select pg_database_size(current_database())") / 1e6
        began = time.perf_counter()
        replica = servers.replica_in(folder / "replica", primary)
        stack.callback(replica.stop)
        say(f"a replica of {size_mb:,.0f} MB made and started", time.perf_counter() - began, "s")
        measure_replay(primary, replica)
        pooler = stack.enter_context(servers.pgbouncer(PGBOUNCER, folder / "b", primary)) if PGBOUNCER else ""
        measure_statements(servers.address(primary), pooler)
        measure_requests(folder, stack, servers.address(primary), servers.address(replica), pooler)


def measure_replay(primary: Server, replica: Server) -> None:
    """From the end of a commit until the replica has it."""
    waits = []
    with (
        psycopg.connect(servers.address(primary), autocommit=True) as there,
        psycopg.connect(servers.address(replica), autocommit=True) as here,
    ):
        for number in range(500):
            there.execute("insert into probe values (%s)", [number])
            began = time.perf_counter()
            position = there.execute("select pg_current_wal_lsn()").fetchall()[0][0]
            while not here.execute("select pg_last_wal_replay_lsn() >= %s", [position]).fetchall()[0][0]:
                pass
            waits.append((time.perf_counter() - began) * 1e3)
    say("a commit is on the replica after, median", statistics.median(waits), "ms")
    say("  95 of 100 within", sorted(waits)[475], "ms")


def measure_statements(direct: str, pooler: str) -> None:
    """A statement that asks nothing, so that what is around it shows."""
    prefix = Limit(2_000).prefix
    with ExitStack() as stack:
        ways: dict[str, Callable[[], object]] = {}
        for name, url in {"direct": direct, "pgbouncer": pooler}.items():
            if url:
                own = stack.enter_context(psycopg.connect(url, autocommit=True, prepare_threshold=None))
                cursor = psycopg.ClientCursor(own)
                ways[f"{name}, without a limit"] = partial(cursor.execute, b"select 1")
                ways[f"{name}, with a limit"] = partial(cursor.execute, f"{prefix}select 1".encode())
        compare(ways, unit="µs", factor=1e6, repeat=200)


def measure_requests(folder: Path, stack: ExitStack, direct: str, replica: str, pooler: str) -> None:
    settings = {"one database": {}, "reads from a replica": {"DATABASE_REPLICA_URLS": replica}}
    if pooler:
        settings["through pgbouncer"] = {"DATABASE_POOLER_URL": pooler}
    ways: dict[str, Callable[[], object]] = {}
    for number, (name, more) in enumerate(settings.items()):
        portal = servers.portal(folder / f"{number}.log", DATABASE_URL=direct, LOG_LEVEL="WARNING", **more)
        address = urlsplit(stack.enter_context(portal))
        own = http.client.HTTPConnection(address.hostname or "", address.port)
        ways[f"a tile, {name}"] = partial(asked, own)
    time.sleep(3)  # until the watch has looked
    compare(ways, unit="ms", factor=1e3, repeat=REQUESTS)


def asked(own: http.client.HTTPConnection) -> None:
    own.request("GET", TILE)
    response = own.getresponse()
    response.read()
    if response.status != 200:
        raise SystemExit(f"{TILE} is answered with {response.status}")


def compare(ways: dict[str, Callable[[], object]], *, unit: str, factor: float, repeat: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            for _ in range(repeat):
                began = time.perf_counter()
                way()
                times[name].append((time.perf_counter() - began) * factor)
    for name, found in times.items():
        say(name, statistics.median(found), unit)


def say(what: str, number: float, unit: str) -> None:
    print(f"{what:48}{number:10.2f} {unit}")  # noqa: T201


if __name__ == "__main__":
    main()
