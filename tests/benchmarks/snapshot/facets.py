"""The counts beside the filters, for what a map shows: a town, a rayon and the whole country."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from geoportal.lib.geo import Bbox
from layers.snapshot.query import tallies
from layers.statuses import Kind
from regions.models import Region
from tests.benchmarks.snapshot.findings import Aim, Section, table
from tests.benchmarks.snapshot.timing import figure, medians, spread
from tests.benchmarks.snapshot.workload import Query, Subject, random_places

PASSES = 3
VIEWS = 100
COLUMNS = ("status", "category", "region")
COUNTRY = Bbox(46.0, 40.5, 87.5, 55.5)
# A town with what lies around it, as wide as a screen.
TOWN_WIDTH_DEG, TOWN_HEIGHT_DEG = 0.8, 0.3


def measure(subject: Subject, queries: list[Query]) -> Section:
    views = {
        "a town": (50.0, list(_towns(subject))),
        "a rayon": (50.0, list(_rayons(subject))),
        "the country": (150.0, [COUNTRY] * VIEWS),
    }
    found = Section(
        "Counts beside the filters",
        [
            "By status, category and region at once, each under all other filters, for the part of the map "
            "that is seen: as far as a town reaches around random problems, the rayons of random problems, "
            "and the country. The filters are those of the random tiles.",
            "Three columns are tallied, each under other filters: the country's time grows with its rows, a "
            "town's does not.",
        ],
    )
    rows = []
    for name, (limit, boxes) in views.items():
        asked = zip(queries, boxes, strict=False)
        times = medians([partial(_counts, subject, query, box) for query, box in asked], passes=PASSES)
        p50, p95, worst, _ = spread(times)
        rows.append([name, str(len(times)), *map(figure, (p50, p95, worst))])
        what = f"counts beside filters, {name}: 95 of 100 within"
        found.aims.append(Aim(what, limit, "ms", p95, note=f"median {figure(p50)} ms"))
    found.text.append(table(["view", "asked", "p50, ms", "p95", "worst"], rows))
    return found


def _counts(subject: Subject, query: Query, box: Bbox) -> None:
    tallies(subject.state.shards, Kind.PROBLEM, replace(query.filters, bbox=box), COLUMNS)


def _towns(subject: Subject) -> Iterator[Bbox]:
    for lon, lat, _rayon in random_places(subject, VIEWS):
        across, up = TOWN_WIDTH_DEG / 2, TOWN_HEIGHT_DEG / 2
        yield Bbox(lon - across, lat - up, lon + across, lat + up)


def _rayons(subject: Subject) -> Iterator[Bbox]:
    known = {
        region.code: region.geom.extent for region in Region.objects.filter(level=2).order_by("generation")
    }
    for _lon, _lat, rayon in random_places(subject, VIEWS):
        if rayon in known:
            yield Bbox(*known[rayon])
