"""How many there are of each kind of thing: by status, category and region, and over time.

A facet is counted under every filter except its own, so that each number says what choosing that value would
show. A period is a facet as well: the histogram passes over ``from`` and ``to``.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateField, Func, Model, OuterRef, QuerySet, TextChoices
from django.db.models.functions import Trunc
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from geoportal.lib.postgis import RepresentativePoint
from layers.catalogue import Collection
from layers.filters import BadParameter, Filters
from layers.rows import zone_of
from layers.snapshot import process, query
from layers.snapshot.query import DayCounts
from regions.models import RegionPiece

# More bars than any screen has room for; the limit keeps an answer small.
MAX_BINS = 1000


class Interval(TextChoices):
    """How long a bin of the histogram lasts. A week begins on Monday."""

    DAY = "day", pgettext_lazy("interval", "day")
    WEEK = "week", pgettext_lazy("interval", "week")
    MONTH = "month", pgettext_lazy("interval", "month")
    YEAR = "year", pgettext_lazy("interval", "year")


@dataclass(frozen=True)
class Facets:
    """``total`` counts under all filters; the others are code -> count, without codes that match nothing.

    ``categories`` are those that the features themselves have: a parent's own, without its children.
    ``regions`` are oblasts and rayons, by KATO; what lies in none is in none.
    """

    total: int
    statuses: dict[str, int]
    categories: dict[str, int]
    regions: dict[str, int]


def facets(collection: Collection, filters: Filters) -> Facets:
    """Exact counts of public features, by the snapshot or by PostgreSQL. ``collection`` is one of
    features.
    """
    state = process.current()
    if state and collection.kind and query.is_answerable(filters):
        found = query.tallies(state.shards, collection.kind, filters, ("status", "category", "region"))
        total = _total(found["status"], filters)
        return Facets(total, found["status"], found["category"], _by_code(found["region"]))
    statuses = _counted(collection.rows(replace(filters, statuses=())), "status")
    categories = _counted(collection.rows(replace(filters, categories=())), "category_id")
    regions = _by_region(collection.rows(replace(filters, oblasts=(), rayons=())), filters.generation)
    return Facets(_total(statuses, filters), statuses, categories, regions)


def histogram(collection: Collection, filters: Filters, interval: str) -> list[tuple[date, int]]:
    """Counts by day of receipt in the jurisdiction's zone: the first day of each bin, and what it holds.

    Under all filters except the period; bins between the first and the last that match nothing are there.
    Raises BadParameter when there would be too many.
    """
    state = process.current()
    if state and collection.kind and query.is_answerable(filters):
        counts = _by_bin(query.days(state.shards, collection.kind, filters), interval)
    else:
        zone = zone_of(filters.jurisdiction)
        start = Trunc("received_at", interval, output_field=DateField(), tzinfo=zone)
        rows = collection.rows(replace(filters, first_day=None, last_day=None)).annotate(bin=start)
        counts = _counted(rows, "bin")
    if not counts:
        return []
    bins, last = [min(counts)], max(counts)
    while bins[-1] < last:
        if len(bins) == MAX_BINS:
            message = _("This interval makes more than %(count)s bins: choose a longer one.")
            raise BadParameter("interval", message % {"count": MAX_BINS})
        bins.append(next_bin(bins[-1], interval))
    return [(each, counts.get(each, 0)) for each in bins]


def next_bin(start: date, interval: str) -> date:
    """The first day of the bin after the one that begins on ``start``."""
    if interval == Interval.YEAR:
        return start.replace(year=start.year + 1)
    if interval == Interval.MONTH:
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if interval == Interval.WEEK else 1)


def bin_of(day: date, interval: str) -> date:
    """The first day of the bin that a day is in."""
    if interval == Interval.YEAR:
        return day.replace(month=1, day=1)
    if interval == Interval.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if interval == Interval.WEEK else day


def _by_bin(days: DayCounts, interval: str) -> dict[date, int]:
    counts: Counter[date] = Counter()
    for number, count in enumerate(days.counts.tolist()):
        if count:
            counts[bin_of(days.first + timedelta(days=number), interval)] += count
    return counts


def _total(statuses: Mapping[str, int], filters: Filters) -> int:
    """Every feature has one status: those asked for are all that match."""
    return sum(count for code, count in statuses.items() if not filters.statuses or code in filters.statuses)


def _counted(rows: QuerySet[Any, Any], column: str) -> dict[Any, int]:
    return dict(rows.order_by().values(column).annotate(matched=Count("*")).values_list(column, "matched"))


def _by_region(rows: QuerySet[Any, Any], generation: int | None) -> dict[str, int]:
    """By the stored codes under the boundaries in force; by geometry under those of another day."""
    if generation is not None:
        return _counted(rows.annotate(region=_regions_around(generation)), "region")
    pairs = rows.order_by().values("oblast", "rayon").annotate(matched=Count("*"))
    return _by_code({(o, r): matched for o, r, matched in pairs.values_list("oblast", "rayon", "matched")})


def _by_code(pairs: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """From pairs of oblast and rayon to each of them."""
    counts: Counter[str] = Counter()
    for codes, matched in pairs.items():
        counts.update({code: matched for code in codes if code})
    return counts


def _regions_around(generation: int) -> Func:
    """A row for each region of these boundaries that the feature lies in, as ``region`` filters."""
    pieces: QuerySet[Model, Any] = RegionPiece.objects.filter(
        region__generation=generation, geom__intersects=RepresentativePoint(OuterRef("geom"))
    )
    codes = ArraySubquery(pieces.order_by().values("region__code").distinct())
    return Func(codes, function="unnest", set_returning=True)
