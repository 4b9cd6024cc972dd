"""From a layer's rows (the ORM's) to a tile's bytes (SQL in files): one statement, one round trip."""

import re
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.db.models.functions import GeoFunc
from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Func, IntegerField, QuerySet, TextField
from psycopg import sql

from geoportal.lib.geo import EXTENT, WGS84, Tile
from geoportal.lib.sql import statement

# A placeholder, or an escaped percent sign, which must not be taken for the beginning of one.
PLACEHOLDER = re.compile("%[s%]")


class Stored(Func):
    """A geometry column for SQL around the query: without the conversion that Django wants for Python."""

    template = "%(expressions)s"
    output_field = TextField()


class Shape(Stored):
    """The geometry of a line or an area; NULL for a point, which its integer position says already."""

    template = "CASE WHEN GeometryType(%(expressions)s) <> 'POINT' THEN %(expressions)s END"


class MapX(GeoFunc):
    """The integer position of a geometry that has none stored (regions/sql/functions.sql)."""

    function = "map_x"
    output_field = IntegerField()


class MapY(MapX):
    function = "map_y"


def near(rows: QuerySet[Any], tile: Tile, *, geometry: str, buffer: int) -> QuerySet[Any]:
    """The rows whose box meets the tile's, by the spatial index. Some lie outside: the statement decides.

    ``buffer`` is in tile units. It is at least one, so that no float on the edge is missed.
    """
    box = Polygon.from_bbox(tile.bounds(max(1, buffer)))
    box.srid = WGS84
    return rows.filter(**{f"{geometry}__bboverlaps": box})


def fetch(
    name: str, rows: QuerySet[Any], *, tile: Tile, columns: Sequence[str] = (), **params: Any
) -> tuple[Any, ...] | None:
    """The one row that ``tiles/sql/<name>.sql`` makes of ``rows`` (``values_list`` in the statement's order).

    In the statement, ``{rows}`` is the query and ``{columns}`` are the public names of its first columns.
    None when Django knows without asking that nothing matches.
    """
    try:
        query, given = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    names = iter([f"row_{number}" for number in range(len(given))])
    named = PLACEHOLDER.sub(lambda found: f"%({next(names)})s" if found[0] == "%s" else "%%", query)
    text = sql.SQL(statement("tiles", name)).format(
        rows=sql.SQL(named),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
    )
    known = {"z": tile.z, "x": tile.x, "y": tile.y, "extent": EXTENT, "shift": tile.shift}
    known |= {"west": tile.x * EXTENT, "north": tile.y * EXTENT}
    with connection.cursor() as cursor:
        cursor.execute(
            text.as_string(), known | params | {f"row_{number}": value for number, value in enumerate(given)}
        )
        found: tuple[Any, ...] = cursor.fetchone()
    return found
