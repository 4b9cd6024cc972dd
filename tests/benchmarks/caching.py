"""One web process of the portal alone, and behind nginx with docs/nginx/geoportal.conf.

python -m tests.benchmarks.caching [ROWS]

Makes a database of its own beside that of DATABASE_URL and drops it again. Everything is on one machine, wrk
as well, so the ratios count. The ways take turns.
"""

import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from tests.benchmarks import tiles  # sets Django up
from tests.benchmarks.serving import Load, ask, load
from tests.nginx import running
from tests.scaling.servers import portal
from tiles.features import CEILING

GZIP = {"Accept-Encoding": "gzip"}
CONNECTIONS, SECONDS, ROUNDS = 8, 4, 3
MANY = 50
ZOOM = 13


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    if running.NGINX is None:
        print("caching: skipped, there is no nginx here")  # noqa: T201
        return
    # In memory, as /run is, where the configuration has what lives for a moment.
    folder = Path(tempfile.mkdtemp(prefix="gp-nginx-", dir="/dev/shm"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        database = stack.enter_context(tiles._database(rows))
        snapshots = folder / "snapshots"
        with override_settings(SNAPSHOT_DIR=snapshots):
            call_command("build_snapshot")
        log = folder / "web.log"
        web = portal(
            log,
            DATABASE_URL=database,
            SNAPSHOT_DIR=str(snapshots),
            DJANGO_SETTINGS_MODULE="geoportal.settings",
            BEHIND_PROXY="1",
        )
        alone = urlsplit(stack.enter_context(web)).port or 0
        (folder / "nginx").mkdir()
        behind = stack.enter_context(running.nginx(folder / "nginx", upstream=alone))
        hot, features = _hot_tile()
        size = len(ask(alone, hot, GZIP).content)
        print(f"caching, {rows:,} problems; a hot tile with {features:,} of them, {size:,} bytes")  # noqa: T201
        _print_loads({"alone": alone, "nginx": behind}, hot)
        _print_cold({"alone": alone, "nginx": behind}, hot, log)


def _hot_tile() -> tuple[str, int]:
    """The fullest tile of a street level that still has each feature in it."""
    with connection.cursor() as cursor:
        cursor.execute(tiles.TILES, {"bits": 30 - ZOOM, "least": 100, "most": CEILING})
        x, y, count = max(cursor.fetchall(), key=lambda row: row[2])
    return f"/tiles/problems/{ZOOM}/{x}/{y}.mvt", count


def _print_loads(ports: dict[str, int], hot: str) -> None:
    etag = ask(ports["alone"], hot, GZIP).headers["etag"]
    around = [f"/tiles/problems/9/{x}/{y}.mvt" for x in range(360, 370) for y in range(180, 190)]
    known = [
        (path, GZIP | {"If-None-Match": ask(ports["alone"], path, GZIP).headers["etag"]}) for path in around
    ]
    work = {
        "a hot tile": [(hot, GZIP)],
        "a hot tile, 304": [(hot, GZIP | {"If-None-Match": etag})],
        "100 tiles in turn": [(path, GZIP) for path in around],
        "100 tiles in turn, 304": known,
        "API, 100 problems": [("/api/v1/problems/", GZIP)],
    }
    for name, requests in work.items():
        runs: dict[str, list[Load]] = {way: [] for way in ports}
        for _ in range(ROUNDS):
            for way, port in ports.items():
                runs[way].append(load(port, requests, connections=CONNECTIONS, seconds=SECONDS))
        for way, loads in runs.items():
            found = sorted(loads)[ROUNDS // 2]
            times = f"{found.median_ms:8.2f} ms median{found.p95_ms:8.2f} ms p95"
            print(f"{name:24}{way:8}{found.per_second:9,.0f} a second{times}{found.failed:6.0f} failed")  # noqa: T201


def _print_cold(ports: dict[str, int], hot: str, log: Path) -> None:
    """Each time another filter, so that nobody has been asked for it."""
    for way, port in ports.items():
        waits, made = [], []
        for number in range(5):
            path = f"{hot}?from=2020-0{number + 1}-{11 if way == 'alone' else 12}"
            before = log.read_bytes().count(b'"status": 200')
            gate = threading.Barrier(MANY)

            def one(_: int, path: str = path, port: int = port, gate: threading.Barrier = gate) -> float:
                gate.wait()
                began = time.perf_counter()
                assert running.ask(port, path, Accept_Encoding="gzip").status == 200
                return time.perf_counter() - began

            with ThreadPoolExecutor(MANY) as pool:
                waits.append(sorted(pool.map(one, range(MANY))))
            time.sleep(0.3)
            made.append(log.read_bytes().count(b'"status": 200') - before)
        medians, last = ([round(1000 * wait[at]) for wait in waits] for at in (MANY // 2, -1))
        print(f"{MANY} at once, cold: {way}: made {made}; ms, median {medians}, last {last}")  # noqa: T201


if __name__ == "__main__":
    main()
