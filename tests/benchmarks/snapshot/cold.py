"""The random tiles out of the snapshot, each made anew: how long, how large, and whether PostgreSQL makes the
same.
"""

import gzip
from functools import partial
from typing import NamedTuple

from tests.benchmarks.snapshot.findings import Aim, Section, table
from tests.benchmarks.snapshot.timing import figure, medians, spread, timed
from tests.benchmarks.snapshot.workload import ZOOMS, Query, Subject
from tiles.http import GZIP_LEVEL
from tiles.tile import tile_bytes, tile_count

PASSES = 5
# PostgreSQL takes seconds for a tile of the country: so many of each zoom are compared.
COMPARED = 4


class Cold(NamedTuple):
    """Milliseconds of each query; of PostgreSQL for those compared."""

    ours: list[float]
    zipped_kb: list[float]
    sql: dict[int, float]


def make(subject: Subject, query: Query) -> bytes:
    return tile_bytes(subject.collection, query.filters, query.tile, state=subject.state)


def measure(subject: Subject, queries: list[Query], *, passes: int = PASSES) -> Cold:
    """Raises SystemExit when PostgreSQL counts anything else, or writes another tile."""
    works = [partial(make, subject, query) for query in queries]
    ours = medians(works, passes=passes)
    zipped_kb = [len(gzip.compress(work(), GZIP_LEVEL, mtime=0)) / 1e3 for work in works]
    sql = {
        place: _compared(subject, query)
        for z in ZOOMS
        for place, query in [(n, q) for n, q in enumerate(queries) if q.tile.z == z][:COMPARED]
    }
    return Cold(ours, zipped_kb, sql)


def _compared(subject: Subject, query: Query) -> float:
    collection, filters, tile = subject.collection, query.filters, query.tile
    made: list[bytes] = []
    took = timed(lambda: made.append(tile_bytes(collection, filters, tile)))
    if made[0] != make(subject, query):
        raise SystemExit(f"{query.path}: PostgreSQL makes another tile")
    ours, theirs = (
        tile_count(collection, filters, tile, state=subject.state),
        tile_count(collection, filters, tile),
    )
    if ours != theirs:
        raise SystemExit(f"{query.path}: {ours:,} in the snapshot, {theirs:,} in PostgreSQL")
    return took


def section(queries: list[Query], cold: Cold, by_duckdb: list[float] | None) -> Section:
    """``by_duckdb``: milliseconds of each query, with two threads."""
    all_of_it = spread(cold.ours)
    found = Section(
        "Tiles, cold",
        [
            f"{len(queries)} tiles, made anew each time: nothing is cached but the pages of the file. The "
            f"median of {PASSES} passes counts for each tile.",
            f"**{len(cold.sql)} of them were compared with PostgreSQL: every count is the same, and so is "
            "every byte of the tile.**",
            table(
                ["zoom", "tiles", "p50, ms", "p95", "worst", "KB, worst", "DuckDB p50", "SQL p50"],
                [_row(z, queries, cold, by_duckdb) for z in ZOOMS if any(q.tile.z == z for q in queries)]
                + [_row(None, queries, cold, by_duckdb)],
            ),
            "DuckDB only counts the cells (below); SQL is the same tile out of PostgreSQL, for the tiles "
            "compared.",
        ],
    )
    found.aims = [
        Aim("a tile, cold: median", 6, "ms", all_of_it.p50),
        Aim("a tile, cold: 95 of 100 within", 30, "ms", all_of_it.p95),
        Aim("a tile, cold: the worst", 80, "ms", all_of_it.worst),
        Aim("the largest tile, compressed", 150, "KB", max(cold.zipped_kb)),
    ]
    return found


def _row(z: int | None, queries: list[Query], cold: Cold, by_duckdb: list[float] | None) -> list[str]:
    places = [n for n, query in enumerate(queries) if z is None or query.tile.z == z]
    ours = spread([cold.ours[n] for n in places])
    numbers = [
        *(ours.p50, ours.p95, ours.worst, max(cold.zipped_kb[n] for n in places)),
        spread([by_duckdb[n] for n in places] if by_duckdb else []).p50,
        spread([cold.sql[n] for n in places if n in cold.sql]).p50,
    ]
    return ["all" if z is None else str(z), str(len(places)), *map(figure, numbers)]
