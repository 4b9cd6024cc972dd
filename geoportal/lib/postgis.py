"""PostGIS functions that Django does not wrap."""

from django.db.models import Func, TextField


class GeometryType(Func):
    """``'POINT'``, ``'LINESTRING'``, ``'MULTIPOLYGON'`` …"""

    function = "GeometryType"
    output_field = TextField()


class RepresentativePoint(Func):
    """The point that stands for a line or an area; a point itself (regions/sql/functions.sql)."""

    function = "representative_point"
