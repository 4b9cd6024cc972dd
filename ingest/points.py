"""Columns of longitude and latitude as points. Numbers from end to end: no geometry object is made."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from geoportal.lib.geo import WGS84
from ingest.mapping import as_text
from ingest.rejects import Faults, Reason

Coordinates = NDArray[np.float64]

# Placeholders are met within this many degrees (a decimetre): sources round.
PLACEHOLDER_TOLERANCE = 1e-6
# EWKB of a point (PostGIS manual, "Extended WKB"): little endian, type 1 with the SRID flag, SRID, x, y.
EWKB_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
HAS_SRID = 0x20000000


def read_points(
    lons: Sequence[Any], lats: Sequence[Any], faults: Faults, *, decimal_comma: bool
) -> Coordinates:
    """(n, 2) as the columns have them, not a number where there is no point; why not, unless both are empty,
    in ``faults``.
    """
    try:
        coords = np.column_stack([np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)])
    except (TypeError, ValueError):
        pairs = zip(lons, lats, strict=True)
        coords = np.array([_pair(*pair, decimal_comma=decimal_comma) for pair in pairs]).reshape(-1, 2)
    unusable = ~np.isfinite(coords).all(axis=1)
    coords[unusable] = np.nan
    for index in np.flatnonzero(unusable).tolist():
        lon, lat = as_text(lons[index]), as_text(lats[index])
        if bool(lon) != bool(lat):
            faults.setdefault(index, (Reason.NO_COORDINATES, _("only one of the two coordinates is there")))
        elif lon:
            message = _("“%(lon)s, %(lat)s” are not numbers") % {"lon": lon, "lat": lat}
            faults.setdefault(index, (Reason.IMPOSSIBLE_COORDINATES, message))
    return coords


def check_points(coords: Coordinates, faults: Faults, placeholders: Sequence[tuple[float, float]]) -> None:
    """Notes, for (n, 2) degrees, what is missing, cannot be on Earth, or is a placeholder."""
    lon, lat = coords[:, 0], coords[:, 1]
    missing = np.isnan(lon)
    for index in np.flatnonzero(missing).tolist():
        faults.setdefault(index, (Reason.NO_COORDINATES, _("there is no place")))
    for index in np.flatnonzero(~missing & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))).tolist():
        place = f"{lon[index]}, {lat[index]}"
        message = _("“%(place)s” is not on Earth") % {"place": place}
        faults.setdefault(index, (Reason.IMPOSSIBLE_COORDINATES, message))
    for x, y in placeholders:
        near = (np.abs(lon - x) < PLACEHOLDER_TOLERANCE) & (np.abs(lat - y) < PLACEHOLDER_TOLERANCE)
        for index in np.flatnonzero(near).tolist():
            message = _("the mapping names %(place)s") % {"place": f"{x}, {y}"}
            faults.setdefault(index, (Reason.PLACEHOLDER, message))


def hex_ewkb_of_points(coords: Coordinates) -> list[str]:
    """Hexadecimal EWKB of (n, 2) degrees."""
    points = np.empty(len(coords), dtype=EWKB_POINT)
    points["order"], points["type"], points["srid"] = 1, 1 | HAS_SRID, WGS84
    points["x"], points["y"] = coords[:, 0], coords[:, 1]
    text, width = points.tobytes().hex(), 2 * EWKB_POINT.itemsize
    return [text[start : start + width] for start in range(0, len(text), width)]


def _pair(lon: Any, lat: Any, *, decimal_comma: bool) -> tuple[float, float]:
    pair = []
    for value in (as_text(lon), as_text(lat)):
        try:
            pair.append(float(value.replace(",", ".") if decimal_comma else value))
        except ValueError:
            return np.nan, np.nan
    return pair[0], pair[1]
