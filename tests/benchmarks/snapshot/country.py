"""The tiles of the whole country against grouping the table in SQL."""

from functools import partial

from tests.benchmarks.snapshot.cold import make
from tests.benchmarks.snapshot.findings import Aim, Section, table
from tests.benchmarks.snapshot.timing import figure, medians, spread, timed
from tests.benchmarks.snapshot.workload import (
    COUNTRY_ZOOMS,
    Query,
    Subject,
    country_tiles,
    filter_changes,
    query_of,
)
from tiles.tile import tile_bytes

PASSES = 5
FACTOR = 40


def measure(subject: Subject) -> Section:
    """Raises SystemExit when PostgreSQL makes another tile."""
    changes = filter_changes(subject)
    several = changes["open ones"] | changes["a group of categories"] | changes["a year"]
    asked = {"unfiltered": {}, "filtered": several}
    tiles = list(country_tiles(subject))
    found = Section(
        "The whole country",
        [
            "All tiles of zoom 0 to 5 that have a problem, unfiltered and under three filters at once "
            f"(`{query_of(tiles[0], **several).text}`), against `tiles/sql/cells.sql`: PostgreSQL groups the "
            "rows of its index. Every tile is the same to the last byte."
        ],
    )
    rows = []
    for name, params in asked.items():
        queries = [query_of(tile, **params) for tile in tiles]
        ours = medians([partial(make, subject, query) for query in queries], passes=PASSES)
        sql = [_by_sql(subject, query) for query in queries]
        for z in COUNTRY_ZOOMS:
            chosen = [n for n, tile in enumerate(tiles) if tile.z == z]
            mine, theirs = (spread([times[n] for n in chosen]) for times in (ours, sql))
            rows.append([f"{name}, zoom {z}", *map(figure, (mine.p50, mine.worst, theirs.p50, theirs.worst))])
            rows[-1].append(figure(theirs.total / mine.total))
        factor = sum(sql) / sum(ours)
        note = f"all tiles together {figure(sum(ours))} ms, by SQL {figure(sum(sql))} ms"
        found.aims.append(Aim(f"country tiles, {name}, against SQL", FACTOR, "times", factor, True, note))
    head = ["", "ours p50, ms", "worst", "SQL p50, ms", "worst", "SQL / ours"]
    found.text.append(table(head, rows))
    return found


def _by_sql(subject: Subject, query: Query) -> float:
    """Milliseconds, once: the first one that asks for the table again has it in memory."""
    made: list[bytes] = []
    took = timed(lambda: made.append(tile_bytes(subject.collection, query.filters, query.tile)))
    if made[0] != make(subject, query):
        raise SystemExit(f"{query.path}: PostgreSQL makes another tile")
    return took
