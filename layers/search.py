"""The search box: places by name, and features by their words, newest first."""

from dataclasses import replace
from typing import Any

from django.db.models import FloatField, Func, QuerySet

from geoportal.lib.postgis import RepresentativePoint
from layers.catalogue import COLLECTIONS, Collection
from layers.filters import Filters
from layers.paging import gathered

FIELDS = ("id", "kind", "title", "language", "category", "status", "received_at")
# So few that PostgreSQL looks at them one by one.
LATEST = 500


class _Degrees(Func):
    output_field = FloatField()


def find_features(filters: Filters, *, limit: int) -> list[dict[str, Any]]:
    """At most ``limit`` public features of all kinds with the words of ``filters.q``, newest first.

    Each has FIELDS and the point that stands for it, ``lon`` and ``lat`` (EPSG:4326).
    """
    kinds = [collection for collection in COLLECTIONS.values() if collection.kind]
    found = [row for each in kinds for row in _newest(each, filters, limit)]
    return sorted(found, key=lambda row: (row["received_at"], row["id"]), reverse=True)[:limit]


def _newest(collection: Collection, filters: Filters, limit: int) -> list[dict[str, Any]]:
    """A common word is found among the latest rows, a rare one by the index of words: neither reads all."""
    found = _values(_among_latest(collection, filters), collection, limit)
    if len(found) == limit:
        return found
    return _values(gathered(collection.rows(filters), matched=0), collection, limit)


def _among_latest(collection: Collection, filters: Filters) -> QuerySet[Any, Any]:
    latest = collection.rows(replace(filters, q="")).order_by(*collection.order).values("pk")[:LATEST]
    return collection.rows(filters).filter(pk__in=latest)


def _values(rows: QuerySet[Any, Any], collection: Collection, limit: int) -> list[dict[str, Any]]:
    point = RepresentativePoint("geom")
    at = {"lon": _Degrees(point, function="ST_X"), "lat": _Degrees(point, function="ST_Y")}
    return list(rows.order_by(*collection.order).values(*FIELDS, **at)[:limit])
