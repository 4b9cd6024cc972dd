"""amCharts: 20 oblast-level units without rayons, one file of an npm package; the fallback without network or
folder.

Free of charge with a visible link to amCharts. Its names are cut short ("Batys", two of "Almaty"), so units
are known by their ISO 3166-2 ids alone.
"""

import hashlib
import re
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from regions.facts import KAZAKHSTAN_AREA_KM2
from regions.sources.source import BoundarySource, Expected, SourceUnavailable, SourceUnit, SourceUnusable
from regions.sources.vector import read_polygons

NAME = "amcharts"
VINTAGE = "2023"
ATTRIBUTION = "amCharts (https://www.amcharts.com/)"
LICENCE = "amCharts: free with attribution"
VALID_FROM = date(2022, 6, 8)
ISO = re.compile(r"KZ-\d\d")


def read(path: Path) -> BoundarySource:
    """Raises SourceUnavailable when the file is not there, SourceUnusable when it is another one."""
    if not path.exists():
        raise SourceUnavailable(_("there is no amCharts file %(path)s") % {"path": path})
    rows, shapes = read_polygons(path)
    units = []
    for row, shape in zip(rows, shapes, strict=True):
        iso = str(row.get("id"))
        if not ISO.fullmatch(iso):
            raise SourceUnusable(_("“%(iso)s” is not an ISO 3166-2:KZ id") % {"iso": iso})
        units.append(SourceUnit(code=f"{iso[3:]}0000000", geom=shape, iso=iso))
    return BoundarySource(
        name=NAME,
        vintage=VINTAGE,
        valid_from=VALID_FROM,
        valid_to=None,
        attribution=ATTRIBUTION,
        licence=LICENCE,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        units=tuple(units),
        expected=Expected(20, 0, KAZAKHSTAN_AREA_KM2),
    )
