"""Geometry of a batch: read, brought to EPSG:4326, checked. Nothing is repaired unless the mapping
says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely import GeometryType

from geoportal.lib.geo import WGS84
from ingest.mapping import Place, as_text
from ingest.points import Coordinates, check_points, hex_ewkb_of_points, read_points
from ingest.rejects import Faults, Reason
from ingest.reproject import Transform
from ingest.sources import Batch

Geometries = NDArray[np.object_]

SUPPORTED = [
    GeometryType.POINT,
    GeometryType.LINESTRING,
    GeometryType.MULTILINESTRING,
    GeometryType.POLYGON,
    GeometryType.MULTIPOLYGON,
]


@dataclass(frozen=True)
class Located:
    """Where the rows of a batch are. ``ewkb``: hexadecimal, EPSG:4326, without height; only good without a
    fault.

    ``lonlat``: (n, 2) degrees of points, not a number for lines and areas.
    """

    ewkb: Sequence[str | None]
    lonlat: Coordinates
    faults: Faults


@dataclass(frozen=True)
class Locator:
    """A mapping's ways to a geometry, in turn, each with its transform to EPSG:4326 (None: it is there
    already).
    """

    places: Sequence[Place]
    transforms: Sequence[Transform | None]
    placeholders: Sequence[tuple[float, float]]
    repair: bool

    def locate(self, batch: Batch) -> Located:
        faults: Faults = {}
        if len(self.places) == 1 and self.places[0].lon is not None:
            coords = _coordinates(batch, self.places[0], self.transforms[0], faults)
            check_points(coords, faults, self.placeholders)
            return Located(hex_ewkb_of_points(coords), coords, faults)
        geoms: Geometries = np.full(len(batch.numbers), None, dtype=object)
        for place, transform in zip(self.places, self.transforms, strict=True):
            its_faults: Faults = {}
            found = _geometries(batch, place, transform, its_faults)
            wanted = shapely.is_missing(geoms)
            # A geometry that is there and broken is a fault; the next way is for rows that have none.
            wanted[list(faults)] = False
            faults.update({index: fault for index, fault in its_faults.items() if wanted[index]})
            geoms = np.where(wanted, found, geoms)
        geoms = _single(geoms)
        if self.repair:
            bad = ~shapely.is_missing(geoms) & ~shapely.is_valid(geoms)
            geoms[bad] = shapely.make_valid(geoms[bad], method="structure", keep_collapsed=False)
            geoms[shapely.is_empty(geoms)] = None
        lonlat = np.column_stack([shapely.get_x(geoms), shapely.get_y(geoms)])
        _check(geoms, lonlat, faults, self.placeholders)
        ewkb = shapely.to_wkb(shapely.set_srid(geoms, WGS84), hex=True, include_srid=True)
        return Located(ewkb.tolist(), lonlat, faults)


def _coordinates(batch: Batch, place: Place, transform: Transform | None, faults: Faults) -> Coordinates:
    lons, lats = batch.columns[str(place.lon)], batch.columns[str(place.lat)]
    coords = read_points(lons, lats, faults, decimal_comma=place.decimal_comma)
    if transform is None:
        return coords
    present = np.flatnonzero(~np.isnan(coords[:, 0]))
    coords[present] = transform.degrees(coords[present])
    _out_of_range(present[np.isnan(coords[present, 0])], faults)
    return coords


def _geometries(batch: Batch, place: Place, transform: Transform | None, faults: Faults) -> Geometries:
    """Geometries in EPSG:4326; None where there is none or the fault says why."""
    if place.lon is not None:
        coords = _coordinates(batch, place, transform, faults)
        points: Geometries = np.full(len(coords), None, dtype=object)
        present = ~np.isnan(coords[:, 0])
        points[present] = shapely.points(coords[present])
        return points
    if place.wkt is not None:
        geoms = _parsed(_texts(batch, place.wkt), shapely.from_wkt, faults)
    elif place.geojson is not None:
        geoms = _parsed(_texts(batch, place.geojson), shapely.from_geojson, faults)
    else:
        geoms = _parsed(batch.wkb or [None] * len(batch.numbers), shapely.from_wkb, faults)
    if transform is None:
        return geoms
    present = np.flatnonzero(~shapely.is_missing(geoms))
    coords, owner = shapely.get_coordinates(geoms[present], return_index=True)
    degrees = transform.degrees(coords)
    lost = present[np.unique(owner[np.isnan(degrees[:, 0])])]
    geoms[present] = shapely.set_coordinates(geoms[present], np.nan_to_num(degrees))
    geoms[lost] = None
    _out_of_range(lost, faults)
    return geoms


def _texts(batch: Batch, name: str) -> list[str | None]:
    """The column for a parser. Surrogates, which parsers cannot take, become question marks: no geometry has
    them.
    """
    return [as_text(value).encode("utf-8", "replace").decode() or None for value in batch.columns[name]]


def _parsed(raw: Sequence[Any], parse: Any, faults: Faults) -> Geometries:
    """Geometries of WKT, GeoJSON or WKB, without height; what is there and cannot be built is a fault."""
    some = np.array([*raw, None], dtype=object)[:-1]  # the None keeps numpy from making an array of bytes
    geoms = shapely.force_2d(parse(some, on_invalid="ignore"))
    for index, value in enumerate(raw):
        if value is not None and geoms[index] is None:
            faults[index] = (Reason.INVALID_GEOMETRY, _("the geometry cannot be built"))
    geoms[shapely.is_empty(geoms)] = None
    return geoms


def _single(geoms: Geometries) -> Geometries:
    """Multipoints of one point as that point: the same place, and some formats know no other way to
    say it.
    """
    geoms = geoms.copy()
    lone = (shapely.get_type_id(geoms) == GeometryType.MULTIPOINT) & (shapely.get_num_geometries(geoms) == 1)
    geoms[lone] = shapely.get_geometry(geoms[lone], 0)
    return geoms


def _check(
    geoms: Geometries, lonlat: Coordinates, faults: Faults, placeholders: Sequence[tuple[float, float]]
) -> None:
    kinds = shapely.get_type_id(geoms)
    for index in np.flatnonzero(shapely.is_missing(geoms)).tolist():
        faults.setdefault(index, (Reason.NO_COORDINATES, _("there is no place")))
    for index in np.flatnonzero(~np.isin(kinds, SUPPORTED)).tolist():
        if index not in faults:
            message = _("a %(kind)s is not taken") % {"kind": geoms[index].geom_type}
            faults[index] = (Reason.UNSUPPORTED_GEOMETRY, message)
    corners = shapely.bounds(geoms).reshape(-1, 2, 2)
    for index in np.flatnonzero((np.abs(corners) > [180, 90]).any(axis=(1, 2))).tolist():
        message = _("“%(place)s” is not on Earth") % {"place": corners[index].ravel().tolist()}
        faults.setdefault(index, (Reason.IMPOSSIBLE_COORDINATES, message))
    for index in np.flatnonzero(~shapely.is_valid(geoms)).tolist():
        if index not in faults:
            faults[index] = (Reason.INVALID_GEOMETRY, str(shapely.is_valid_reason(geoms[index])))
    points = np.flatnonzero(kinds == GeometryType.POINT)
    its_faults: Faults = {}
    check_points(lonlat[points], its_faults, placeholders)
    for index, fault in its_faults.items():
        faults.setdefault(int(points[index]), fault)


def _out_of_range(indexes: NDArray[np.intp], faults: Faults) -> None:
    message = _("the coordinates are outside the range of their coordinate system")
    for index in indexes.tolist():
        faults.setdefault(index, (Reason.IMPOSSIBLE_COORDINATES, message))
