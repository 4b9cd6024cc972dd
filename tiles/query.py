"""From a layer's rows (the ORM's) to a tile's bytes (SQL in files): one statement, one round trip."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from django.contrib.gis.db.models.functions import GeoFunc
from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db.models import Func, IntegerField, QuerySet, TextField
from numpy.typing import NDArray
from psycopg import sql

from geoportal.lib.geo import EXTENT, WGS84, Tile
from geoportal.lib.replicas import reading
from geoportal.lib.sql import statement

# A placeholder, or an escaped percent sign, which must not be taken for the beginning of one.
PLACEHOLDER = re.compile("%[s%]")
# PostgreSQL's binary form of an array: a head of five integers, then each element after its length.
ARRAY_HEAD = 20
ELEMENTS = {
    8: np.dtype([("length", ">i4"), ("value", ">i4")]),
    12: np.dtype([("length", ">i4"), ("value", ">i8")]),
}
COMMENT = re.compile(r"^\s*--.*\n", re.MULTILINE)


class Stored(Func):
    """A geometry column for SQL around the query: without the conversion that Django wants for Python."""

    template = "%(expressions)s"
    output_field = TextField()


class MapX(GeoFunc):
    """The integer position of a geometry that has none stored (regions/sql/functions.sql)."""

    function = "map_x"
    output_field = IntegerField()


class MapY(MapX):
    function = "map_y"


def placed_in(rows: QuerySet[Any], tile: Tile, *, buffer: int = 0) -> QuerySet[Any]:
    """The rows whose stored position lies in the tile, or within ``buffer`` tile units around it. Exact.

    By integers alone, so that an index that has them answers without the table (Feature's ``feature_place``).
    """
    west, north, east, south = tile.positions(buffer)
    return rows.filter(map_x__gte=west, map_x__lt=east, map_y__gte=north, map_y__lt=south)


def near(rows: QuerySet[Any], tile: Tile, *, geometry: str, buffer: int) -> QuerySet[Any]:
    """The rows whose box meets the tile's, by the spatial index. Some lie outside: the statement decides.

    ``buffer`` is in tile units, at least one: floats on the edge are found, whichever way they were rounded.
    """
    box = Polygon.from_bbox(tile.bounds(max(1, buffer)))
    box.srid = WGS84
    return rows.filter(**{f"{geometry}__bboverlaps": box})


def fetch(
    name: str, queries: Mapping[str, QuerySet[Any]], *, tile: Tile, columns: Sequence[str] = (), **values: Any
) -> list[tuple[Any, ...]]:
    """The rows that ``tiles/sql/<name>.sql`` makes of ``queries`` (``values_list`` in its order).

    In the statement, ``{name}`` is the query of that name and ``{columns}`` are the public names of the first
    columns of each. Nothing when Django knows without asking that nothing matches.
    """
    values |= {"z": tile.z, "x": tile.x, "y": tile.y, "extent": EXTENT, "shift": tile.shift}
    values |= {"west": tile.x * EXTENT, "north": tile.y * EXTENT}
    parts: dict[str, sql.Composable] = {"columns": sql.SQL(", ").join(map(sql.Identifier, columns))}
    for part, rows in queries.items():
        try:
            query, given = rows.query.sql_with_params()
        except EmptyResultSet:
            return []
        names = [f"{part}_{number}" for number in range(len(given))]
        values |= dict(zip(names, given, strict=True))
        parts[part] = sql.SQL(_named(query, names))  # Django wrote it, not a reader
    with reading().cursor() as cursor:
        cursor.execute(_template(name).format(**parts).as_string(), values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def integers(sent: bytes) -> NDArray[np.int64]:
    """The integers of a one-dimensional array without NULLs, as ``array_send`` gives it."""
    elements = int.from_bytes(sent[12:16], "big")
    kind = ELEMENTS[(len(sent) - ARRAY_HEAD) // elements]
    return np.frombuffer(sent, kind, offset=ARRAY_HEAD)["value"].astype(np.int64)


def _named(query: str, names: Sequence[str]) -> str:
    """The query with its placeholders named, in their order."""
    rest = iter(names)
    return PLACEHOLDER.sub(lambda found: f"%({next(rest)})s" if found[0] == "%s" else "%%", query)


@cache
def _template(name: str) -> sql.SQL:
    """The statement without comments: they name ``{rows}`` too, and what a reader typed must never get there,
    where a line break would end the comment.
    """
    return sql.SQL(COMMENT.sub("", statement("tiles", name)))
