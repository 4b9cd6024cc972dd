"""load_layer against ogr2ogr and one SQL spatial join, on a CSV of a million reports.

python -m tests.benchmarks.load_layer [ROWS]

Makes a database of its own beside that of DATABASE_URL and drops it again. Prints seconds, the ratio (the aim
is 2 or less) and the peak memory of our process (the aim is 500 MB or less). Both sides end with a place and
the codes of its oblast and rayon for every row; ours has also validated it, and has built the search and list
indexes that pages need.
"""

import csv
import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
import numpy as np
import shapely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
django.setup()

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon  # noqa: E402 (models need Django set up)
from django.db import connection  # noqa: E402

from geoportal.lib import env  # noqa: E402
from layers.models import Category  # noqa: E402
from regions.models import Generation, Jurisdiction, Region, RegionKind  # noqa: E402

JOIN = """
CREATE TABLE bench_joined AS
SELECT row.*, place.oblast, place.rayon FROM bench_rows AS row JOIN (
    SELECT ogc_fid,
        min(code) FILTER (WHERE level = 1) AS oblast, min(code) FILTER (WHERE level = 2) AS rayon
    FROM bench_rows LEFT JOIN regions_region ON ST_Intersects(regions_region.geom, bench_rows.geom)
    GROUP BY ogc_fid
) AS place USING (ogc_fid)
"""
# The least that could be called "region assigned": one code a row.
JOIN_OF_ONE_LEVEL = """
CREATE TABLE bench_joined AS
SELECT row.*, region.code FROM bench_rows AS row
LEFT JOIN regions_region AS region ON region.level = 2 AND ST_Intersects(region.geom, row.geom)
"""
MAPPING = """
source = "benchmark"
language = "ru"
geometry = { lon = "lon", lat = "lat" }
category = { column = "service", values = { "Дороги" = "roads", "Вода" = "water", "Мусор" = "waste" } }
status = { column = "status", values = { open = "new", closed = "resolved" } }
[fields]
source_id = "number"
title = "title"
text = "text"
address = "address"
received_at = "opened"
resolved_at = "closed"
closed_at = "closed"
"""
WEST, SOUTH, EAST, NORTH = 47.0, 41.0, 87.0, 55.0


def main() -> None:
    ogr2ogr = shutil.which("ogr2ogr")
    if ogr2ogr is None:
        print("load_layer: skipped, there is no ogr2ogr to compare with (package gdal-bin)")  # noqa: T201
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder, _database() as url:
        file, mapping = Path(folder, "reports.csv"), Path(folder, "mapping.toml")
        mapping.write_text(MAPPING, encoding="utf-8")
        _write_reports(file, rows)
        ours, peak_mb = _load_layer(file, mapping, url)
        loading = _timed(lambda: _ogr2ogr(ogr2ogr, file))
        joining = _timed(lambda: _sql(JOIN))
        _hold_equal(rows)
        _sql("DROP TABLE bench_joined")
        joining_one = _timed(lambda: _sql(JOIN_OF_ONE_LEVEL))
    both, one = loading + joining, loading + joining_one
    print(f"load_layer, {rows:,} rows: {ours:.1f} s, peak {peak_mb:.0f} MB")  # noqa: T201
    print(f"ogr2ogr {loading:.1f} s + join of oblast and rayon {joining:.1f} s: ratio {ours / both:.2f}")  # noqa: T201
    print(f"ogr2ogr {loading:.1f} s + join of rayon only {joining_one:.1f} s: ratio {ours / one:.2f}")  # noqa: T201


@contextmanager
def _database() -> Iterator[str]:
    """An empty database with regions in it, and its address."""
    name = connection.settings_dict["NAME"]
    bench = f"{name}_benchmark"
    connection.settings_dict["TEST"]["NAME"] = bench
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        _make_regions()
        _sql("VACUUM ANALYZE")
        address = urlsplit(env.text("DATABASE_URL", "postgresql://geoportal@localhost/geoportal"))
        yield address._replace(path=f"/{bench}").geturl()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _load_layer(file: Path, mapping: Path, url: str) -> tuple[float, float]:
    """Seconds and peak resident memory in MB of the command as a person runs it."""
    command = [sys.executable, "-m", "django", "load_layer", "problem", str(file), "--mapping", str(mapping)]
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": os.getcwd()}
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=file.parent, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("load_layer failed")
    return seconds, usage.ru_maxrss / 1024


def _ogr2ogr(program: str, file: Path) -> None:
    keys = ("host", "port", "user", "password", "dbname")
    known = connection.get_connection_params()
    target = "PG:" + " ".join(f"{key}='{known[key]}'" for key in keys if known.get(key))
    options = ["-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-oo", "AUTODETECT_TYPE=YES"]
    output = ["-nln", "bench_rows", "-lco", "GEOMETRY_NAME=geom", "-a_srs", "EPSG:4326"]
    # GDAL of the system, not of our wheels.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("GDAL_", "PROJ_"))}
    copy = ["--config", "PG_USE_COPY", "YES"]
    subprocess.run(
        [program, "-f", "PostgreSQL", target, str(file), *output, *options, *copy],
        check=True,
        env=environment,
    )


def _hold_equal(rows: int) -> None:
    """The same places with the same codes on both sides, or the comparison means nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM layers_feature AS feature JOIN bench_joined AS row "
            "ON row.number = feature.source_id AND row.geom = feature.geom "
            "AND coalesce(row.oblast, '') = feature.oblast AND coalesce(row.rayon, '') = feature.rayon"
        )
        (equal,) = cursor.fetchone()
    if equal != rows:
        raise SystemExit(f"{equal:,} of {rows:,} rows agree")


def _write_reports(path: Path, rows: int) -> None:
    """A deterministic file: uniform places inside the regions, five years of dates, a few hundred texts."""
    pick = np.random.default_rng(20260101)
    country = shapely.union_all([shapely.from_wkb(bytes(r.geom.wkb)) for r in Region.objects.filter(level=1)])
    shapely.prepare(country)
    places = np.empty((0, 2))
    while len(places) < rows:
        some = pick.uniform((WEST, SOUTH), (EAST, NORTH), (200_000, 2)).round(6)
        places = np.vstack([places, some[shapely.contains_xy(country, some[:, 0], some[:, 1])]])
    start = dt.datetime(2020, 1, 1)  # noqa: DTZ001 (the file has no offsets, like most)
    opened = pick.integers(0, 5 * 365 * 86_400, rows).tolist()
    took = pick.integers(0, 30 * 86_400, rows).tolist()
    services = pick.integers(0, 3, rows).tolist()
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            ["number", "opened", "closed", "status", "service", "title", "text", "address", "lon", "lat"]
        )
        for n, (lon, lat) in enumerate(places[:rows].tolist()):
            begin = start + dt.timedelta(seconds=opened[n])
            done = n % 10 < 7
            end = (begin + dt.timedelta(seconds=took[n])).isoformat() if done else ""
            state, service = "closed" if done else "open", ("Дороги", "Вода", "Мусор")[services[n]]
            text = f"Яма на дороге у дома {n % 211}, просим починить"
            number, title, street = f"B-{n:08d}", f"Обращение {n % 997}", f"ул. Абая {n % 300}"
            out.writerow([number, begin.isoformat(), end, state, service, title, text, street, lon, lat])


def _area(west: float, south: float, east: float, north: float) -> MultiPolygon:
    """The box with winding sides: every point of the plane is moved by waves, so neighbours still share their
    border.
    """
    step, whole = np.linspace(0, 1, 100, endpoint=False), np.ones(100)
    across, up = west + (east - west) * step, south + (north - south) * step
    x = np.concatenate([across, east * whole, east + west - across, west * whole])
    y = np.concatenate([south * whole, up, north * whole, north + south - up])
    ring = np.column_stack([x + 0.1 * np.sin(9 * y + 3 * x), y + 0.1 * np.sin(8 * x + 2 * y)])
    shape = shapely.make_valid(shapely.Polygon(ring))
    found = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
    return found if isinstance(found, MultiPolygon) else MultiPolygon(found, srid=4326)


def _make_regions() -> None:
    """20 oblasts of 12 rayons each, with borders of about 100,000 vertices like the real ones."""
    from regions.models import Region

    names = {"name_kk": "-", "name_ru": "-", "name_en": "-"}
    kz = Jurisdiction.objects.create(
        code="kz", time_zone="Asia/Almaty", outline=_area(WEST, SOUTH, EAST, NORTH), **names
    )
    generation = Generation.objects.create(
        jurisdiction=kz,
        source="benchmark",
        vintage="2024",
        valid_from=dt.date(2022, 6, 8),
        attribution="-",
        licence="-",
        sha256="0" * 64,
    )
    width, height = (EAST - WEST) / 5, (NORTH - SOUTH) / 4
    for n in range(20):
        x, y = WEST + width * (n % 5), SOUTH + height * (n // 5)
        oblast = Region.objects.create(
            generation=generation,
            level=1,
            kind=RegionKind.OBLAST,
            code=f"{10 + n}0000000",
            area_km2=1,
            geom=_area(x, y, x + width, y + height),
            **names,
        )
        for m in range(12):
            left, low = x + width / 4 * (m % 4), y + height / 3 * (m // 4)
            Region.objects.create(
                generation=generation,
                level=2,
                kind=RegionKind.RAYON,
                code=f"{10 + n}{10 + m}00000",
                area_km2=1,
                parent=oblast,
                geom=_area(left, low, left + width / 4, low + height / 3),
                **names,
            )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO regions_regionpiece (region_id, geom) "
            "SELECT id, ST_Subdivide(geom, 128) FROM regions_region"
        )
    for position, code in enumerate(("roads", "water", "waste")):
        Category.objects.get_or_create(code=code, defaults={"position": position, **names})


def _sql(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
