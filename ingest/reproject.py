"""Whole batches to EPSG:4326 through GDAL, which knows Kazakhstan's QazTRF-23 zones (EPSG:10941 to 10949)."""

import numpy as np
import shapely
from django.contrib.gis.gdal import AxisOrder, CoordTransform, GDALException, OGRGeometry, SpatialReference
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from geoportal.lib.geo import WGS84
from ingest.mapping import MappingError


class Transform:
    """From one CRS to EPSG:4326, x before y on both sides (TRADITIONAL) whatever the authority's axis order
    is.
    """

    def __init__(self, source: SpatialReference) -> None:
        self._transform = CoordTransform(source, SpatialReference(WGS84, axis_order=AxisOrder.TRADITIONAL))

    def degrees(self, coords: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) in, (n, 2) out; not a number where GDAL has no answer.

        All vertices travel as one line: one call instead of one a geometry. GDAL refuses the whole line for
        one bad vertex, so then the halves are tried apart.
        """
        if not len(coords):
            return coords
        line = shapely.linestrings(coords if len(coords) > 1 else np.vstack([coords, coords]))
        try:
            moved = OGRGeometry(memoryview(shapely.to_wkb(line)))
            moved.transform(self._transform)
        except GDALException:
            if len(coords) == 1:
                return np.full((1, 2), np.nan)
            half = len(coords) // 2
            return np.vstack([self.degrees(coords[:half]), self.degrees(coords[half:])])
        degrees = shapely.get_coordinates(shapely.from_wkb(bytes(moved.wkb)))[: len(coords)]
        degrees[~np.isfinite(degrees).all(axis=1)] = np.nan
        return degrees


def transform_from(crs: str | None) -> Transform | None:
    """From whatever GDAL understands (``EPSG:10942``, WKT, PROJJSON); None when it is longitude and latitude
    on WGS 84.

    Raises MappingError for a CRS that GDAL does not know.
    """
    if crs is None or crs.upper() in {"EPSG:4326", "OGC:CRS84", "CRS84"}:
        return None
    try:
        # "Anything": Django's default guesses among fewer forms.
        source = SpatialReference(crs, srs_type="user", axis_order=AxisOrder.TRADITIONAL)
    except (GDALException, TypeError, ValueError) as error:
        raise MappingError(
            _("there is no coordinate system “%(crs)s”") % {"crs": crs[:80]}, field="geometry.crs"
        ) from error
    return Transform(source)
