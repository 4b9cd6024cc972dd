"""Street-level tiles against tipg, on one table of a million problems.

python -m tests.benchmarks.tiles [ROWS]

Makes a database of its own beside that of DATABASE_URL and drops it again. Both servers have one worker and
send gzip. tipg is asked for what our tiles carry (``properties=``), and as it comes, with all columns. No
answer is cached anywhere: cold asks for each tile in turn, warm sends the ETag of the first answer along.
Before that, what both answer is counted against SQL: a tile that lacks features is no faster tile.

tipg comes from the package index, into a virtual environment under var/ that is no part of the project.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import django
import mapbox_vector_tile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
django.setup()

from django.db import connection  # noqa: E402 (models need Django set up)

from geoportal.lib import env  # noqa: E402
from geoportal.lib.geo import EXTENT, Tile  # noqa: E402
from tests.benchmarks import tipg as rival  # noqa: E402
from tests.benchmarks.serving import Load, ask, load, serving  # noqa: E402
from tiles.features import CEILING  # noqa: E402

ZOOM = 14
FEWEST = 2_000
COUNTRY = Tile(4, 11, 5)
# As many as the portal has threads for: on a busy machine, who works on more at once is given more.
CONNECTIONS = 2
SECONDS = 8
ROUNDS = 3
GZIP = {"Accept-Encoding": "gzip"}

# Twenty towns, the nth with 1/n of the first's people, and equally dense in the middle: about 4,500 problems
# a tile.
FILL = """
SELECT setseed(0.2026);
INSERT INTO regions_jurisdiction (code, name_kk, name_ru, name_en, time_zone, outline)
VALUES ('kz', '-', '-', '-', 'Asia/Almaty', ST_Multi(ST_MakeEnvelope(46, 40, 88, 56, 4326)));
INSERT INTO layers_category (code, name_kk, name_ru, name_en, position)
SELECT code, '-', '-', '-', number
FROM unnest(ARRAY['roads', 'water', 'waste', 'heating']) WITH ORDINALITY AS given (code, number)
ON CONFLICT DO NOTHING;
INSERT INTO layers_feature (
    kind, jurisdiction_id, geom, oblast, rayon, title, text, language, address, category_id, status,
    received_at, source, is_demo
)
SELECT
    'problem',
    'kz',
    ST_SetSRID(ST_MakePoint(
        50 + town * 1.7 + spread * radius * cos(angle) / 71.7,
        43 + (town * 7 %% 20) * 0.55 + spread * radius * sin(angle) / 111.2
    ), 4326),
    (10 + town) || '0000000',
    '',
    'Яма на дороге ' || number,
    'Яма на дороге у дома, просим починить ' || number,
    'ru',
    'ул. Абая ' || number %% 300,
    (ARRAY['roads', 'water', 'waste', 'heating'])[1 + number %% 4],
    (ARRAY['new', 'accepted', 'in_progress', 'resolved', 'confirmed', 'declined'])[1 + number * 7 %% 6],
    timestamptz '2020-01-01' + number %% 2000 * interval '1 day',
    '',
    false
FROM (
    -- exp(u ln 21) is distributed as 1/n; a town's spread in km grows with the root of its people.
    SELECT
        number,
        floor(exp(pick * ln(21)))::integer - 1 AS town,
        5.0 / sqrt(floor(exp(pick * ln(21)))) AS spread,
        sqrt(-2 * ln(1 - far)) AS radius,
        2 * pi() * around AS angle
    FROM (
        SELECT number, random() AS pick, random() AS far, random() AS around
        FROM generate_series(1, %(rows)s) AS number
    ) AS dice
) AS place
"""
TILES = """
SELECT map_x >> %(bits)s, map_y >> %(bits)s, count(*) FROM layers_feature
GROUP BY 1, 2 HAVING count(*) BETWEEN %(least)s AND %(most)s
ORDER BY md5(concat(map_x >> %(bits)s, map_y >> %(bits)s))
"""


class Server(NamedTuple):
    name: str
    port: int
    path: str

    def paths(self, tiles: list[Tile]) -> list[str]:
        return [self.path.format(z=tile.z, x=tile.x, y=tile.y) for tile in tiles]


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    programs = rival.installed()
    if programs is None:
        print(f"tiles: skipped, {rival.TIPG} cannot be installed here")  # noqa: T201
        return
    with _database(rows) as url, _ours(url) as ours, _tipg(programs, url) as tipg:
        counts = _street_tiles()
        tiles = list(counts)
        print(f"tiles, {rows:,} rows: {len(tiles)} of zoom {ZOOM} with {FEWEST:,} to {CEILING:,} features")  # noqa: T201
        print(_versions(programs))  # noqa: T201
        _hold_equal(ours, tipg, counts)
        _print_table(ours, tipg, tiles)


def _versions(programs: Path) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), PostGIS_Lib_Version()")
        postgres, postgis = cursor.fetchone()
    ours = f"granian {version('granian')}, Django {version('django')}"
    theirs = rival.versions(programs)
    return f"PostgreSQL {postgres.split()[0]}, PostGIS {postgis}; ours: {ours}; {theirs}"


def _street_tiles() -> dict[Tile, int]:
    with connection.cursor() as cursor:
        cursor.execute(TILES, {"bits": 30 - ZOOM, "least": FEWEST, "most": CEILING})
        return {Tile(ZOOM, x, y): count for x, y, count in cursor.fetchall()}


def _hold_equal(ours: Server, tipg: Server, counts: Mapping[Tile, int]) -> None:
    """Ours must be the count of SQL to the last one; of tipg's it is said."""
    sample = list(counts)[:10]
    found = [_features_inside(ours, tile) for tile in sample]
    if found != [counts[tile] for tile in sample]:
        raise SystemExit(f"our counts are not those of SQL: {found}")
    theirs = sum(_features_inside(tipg, tile) for tile in sample)
    print(f"counts of {len(sample)} tiles: SQL and ours {sum(found):,}, tipg {theirs:,}")  # noqa: T201
    west, north, east, south = COUNTRY.positions()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM layers_feature "
            "WHERE map_x >= %s AND map_x < %s AND map_y >= %s AND map_y < %s",
            [west, east, north, south],
        )
        (truth,) = cursor.fetchone()
    whole = sum(f["properties"]["count"] for f in _inside(ours, COUNTRY))
    if whole != truth:
        raise SystemExit(f"our country tile counts {whole:,}, SQL {truth:,}")
    print(  # noqa: T201
        f"country tile {COUNTRY.z}/{COUNTRY.x}/{COUNTRY.y}: SQL and ours {truth:,}, "
        f"tipg {_features_inside(tipg, COUNTRY):,} (it stops at 10,000)"
    )


def _features_inside(server: Server, tile: Tile) -> int:
    return len(_inside(server, tile))


def _inside(server: Server, tile: Tile) -> list[dict]:
    answer = ask(server.port, server.paths([tile])[0], {"Accept-Encoding": "identity"})
    if answer.status != 200:
        raise SystemExit(f"{server.name} answers {answer.status}")
    layers = mapbox_vector_tile.decode(answer.content, default_options={"y_coord_down": True})
    return [
        feature
        for layer in layers.values()
        for feature in layer["features"]
        if all(0 <= number < EXTENT for number in feature["geometry"]["coordinates"])
    ]


def _print_table(ours: Server, tipg: Server, tiles: list[Tile]) -> None:
    """In turns, so that what else the machine does hits all of them; the median round of each counts."""
    known = {path: ask(ours.port, path, GZIP).headers["etag"] for path in ours.paths(tiles)}
    work = {
        "ours, cold": (ours, [(path, GZIP) for path in known]),
        "ours, warm (304)": (ours, [(p, GZIP | {"If-None-Match": etag}) for p, etag in known.items()]),
        "tipg, the same columns": (tipg, [(path, GZIP) for path in tipg.paths(tiles)]),
        "tipg, as it comes": (tipg, [(path.partition("?")[0], GZIP) for path in tipg.paths(tiles)]),
    }
    runs: dict[str, list[Load]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, (server, requests) in work.items():
            runs[name].append(load(server.port, requests, connections=CONNECTIONS, seconds=SECONDS))
    median = {name: sorted(loads)[ROUNDS // 2] for name, loads in runs.items()}
    for name, (per_second, median_ms, p95_ms, size, failed) in median.items():
        if failed:
            raise SystemExit(f"{name}: {failed:,} answers were no tiles")
        times = f"{median_ms:8.1f} ms median{p95_ms:8.1f} ms p95"
        print(f"{name:36}{per_second:7.1f} a second{times}{size / 1000:8.1f} KB")  # noqa: T201
    cold, warm, same, whole = (median[name].per_second for name in work)
    print(f"tipg, the same columns: cold {cold / same:.2f} times (aim: 2), warm {warm / same:.2f} times")  # noqa: T201
    print(f"tipg, as it comes: cold {cold / whole:.2f} times, warm {warm / whole:.2f} times")  # noqa: T201


@contextmanager
def _ours(url: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "geoportal.wsgi:application"]
    command += ["--workers", "1", "--blocking-threads", "2", "--port", "{port}", "--log-level", "warning"]
    environment = os.environ | {"DATABASE_URL": url, "DATABASE_POOL_SIZE": "4", "LOG_LEVEL": "WARNING"}
    with serving(command, environment, alive="/healthz") as port:
        yield Server("ours", port, "/tiles/problems/{z}/{x}/{y}.mvt")


@contextmanager
def _tipg(programs: Path, url: str) -> Iterator[Server]:
    with rival.serving_tipg(programs, url) as port:
        yield Server(rival.TIPG, port, f"{rival.PATH}?properties={rival.COLUMNS}")


@contextmanager
def _database(rows: int) -> Iterator[str]:
    """A database with the problems in it, and its address."""
    name = connection.settings_dict["NAME"]
    bench = f"{name}_benchmark_tiles"
    connection.settings_dict["TEST"]["NAME"] = bench
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute(FILL, {"rows": rows})
            cursor.execute("VACUUM ANALYZE")
        address = urlsplit(env.text("DATABASE_URL", "postgresql://geoportal@localhost/geoportal"))
        yield address._replace(path=f"/{bench}").geturl()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
