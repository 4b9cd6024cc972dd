"""Making a jurisdiction beside Kazakhstan: a foreign city, for trying real data."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import shapely
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from geoportal.lib.geo import WGS84, Bbox
from regions import coverage
from regions.facts import KAZAKHSTAN
from regions.models import Jurisdiction
from regions.sources.vector import read_polygons
from regions.store import to_django

# A jurisdiction's code stands in addresses where a KATO may stand too (``region=boston``): it begins with a
# letter.
CODE = re.compile(r"[a-z][a-z0-9-]{1,19}")


class JurisdictionUnusable(DomainError):
    """The code, the time zone or the outline cannot be used."""

    code = "jurisdiction_unusable"


def outline_of_box(bbox: Bbox) -> MultiPolygon:
    """The box as an outline; two parts when it crosses the antimeridian. Raises JurisdictionUnusable."""
    if not (
        -180 <= bbox.west <= 180 and -180 <= bbox.east <= 180 and -90 <= bbox.south < bbox.north <= 90
    ) or (bbox.west == bbox.east):
        raise JurisdictionUnusable(_("the box must be west,south,east,north in degrees"), field="bbox")
    return MultiPolygon([Polygon.from_bbox(part) for part in bbox.parts()], srid=WGS84)


def outline_of_file(path: Path) -> MultiPolygon:
    """The union of all polygons of a vector file. Raises SourceUnavailable, SourceUnusable."""
    _rows, shapes = read_polygons(path)
    return to_django(shapely.union_all(coverage.repaired(shapes)), WGS84)


def load_jurisdiction(
    *, code: str, names: dict[str, str], time_zone: str, outline: MultiPolygon
) -> tuple[Jurisdiction, bool]:
    """Make or change a jurisdiction; the second value says whether it is new. ``names``: name_kk, name_ru,
    name_en.

    Kazakhstan's outline is that of its regions, so it is not made here. Raises JurisdictionUnusable.
    """
    if code == KAZAKHSTAN:
        raise JurisdictionUnusable(_("Kazakhstan is made by load_regions"), field="code")
    if not CODE.fullmatch(code):
        raise JurisdictionUnusable(
            _("a code is 2 to 20 small Latin letters, digits and hyphens, a letter first"), field="code"
        )
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise JurisdictionUnusable(
            _("there is no time zone “%(zone)s”") % {"zone": time_zone}, field="time_zone"
        ) from error
    return Jurisdiction.objects.update_or_create(
        code=code, defaults={**names, "time_zone": time_zone, "outline": outline}
    )
