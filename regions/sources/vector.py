"""Reading a vector file of any format that GDAL knows: columns by name, polygons in EPSG:4326."""

from pathlib import Path
from typing import Any

import pyogrio.raw
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer

from geoportal.lib.geo import WGS84
from regions.coverage import Shapes
from regions.sources.source import SourceUnavailable, SourceUnusable


def read_polygons(path: Path | str, *, layer: str | None = None) -> tuple[list[dict[str, Any]], Shapes]:
    """The rows of a layer (the first when None) and their polygons.

    Raises SourceUnavailable when nothing can be read, SourceUnusable for rows without a polygon.
    """
    try:
        meta, _fids, wkb, columns = pyogrio.raw.read(path, layer=layer)
    except (DataSourceError, DataLayerError) as error:
        raise SourceUnavailable(str(error).splitlines()[0]) from error
    shapes = shapely.force_2d(shapely.from_wkb(wkb))
    names = list(meta["fields"])
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    for number, shape in enumerate(shapes, 1):
        if shape is None or shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty:
            raise SourceUnusable(_("row %(number)d has no polygon") % {"number": number})
    if meta["crs"] is None:
        raise SourceUnusable(_("the file does not say its coordinate reference system"))
    crs = CRS.from_user_input(meta["crs"])
    if not crs.equals(CRS.from_epsg(WGS84), ignore_axis_order=True):
        transform = Transformer.from_crs(crs, WGS84, always_xy=True).transform
        shapes = shapely.transform(shapes, transform, interleaved=False)
    return rows, shapes
