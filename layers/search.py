"""The search box: places by name, and features by their words, newest first."""

from typing import Any

from django.db.models import FloatField, Func

from geoportal.lib.postgis import RepresentativePoint
from layers.catalogue import COLLECTIONS
from layers.filters import Filters

FIELDS = ("id", "kind", "title", "language", "category", "status", "received_at")


class _Degrees(Func):
    output_field = FloatField()


def find_features(filters: Filters, *, limit: int) -> list[dict[str, Any]]:
    """At most ``limit`` public features of all kinds with the words of ``filters.q``, newest first.

    Each has FIELDS and the point that stands for it, ``lon`` and ``lat`` (EPSG:4326).
    """
    point = RepresentativePoint("geom")
    found: list[dict[str, Any]] = []
    for collection in COLLECTIONS.values():
        if collection.kind:
            rows = collection.rows(filters).order_by(*collection.order)
            at = {"lon": _Degrees(point, function="ST_X"), "lat": _Degrees(point, function="ST_Y")}
            found += rows.values(*FIELDS, **at)[:limit]
    return sorted(found, key=lambda row: (row["received_at"], row["id"]), reverse=True)[:limit]
