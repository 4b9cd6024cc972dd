"""Which boundaries hold on a day, and which region a place lies in."""

from dataclasses import dataclass
from datetime import date

from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from regions.models import LEVEL_OBLAST, LEVEL_RAYON, Generation, Region


class UnknownRegion(DomainError):
    """No region of the generation has the code."""

    code = "unknown_region"


@dataclass(frozen=True)
class Place:
    """The regions that a point lies in; None where the boundaries know no unit of that level there."""

    oblast: Region | None
    rayon: Region | None


def generation_at(jurisdiction: str, at: date | None = None) -> Generation | None:
    """The boundaries in force on the day ``at`` (today when None); None when none were loaded for it."""
    return _in_force(jurisdiction, at).first()


def _in_force(jurisdiction: str, at: date | None) -> QuerySet[Generation]:
    """One or none: the database refuses generations that overlap."""
    day = at or timezone.localdate()
    return Generation.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), jurisdiction=jurisdiction, valid_from__lte=day
    )


def levels_of_codes(generation: Generation | None, codes: list[str]) -> dict[str, int]:
    """The level of each region asked for. Raises UnknownRegion naming the first code that has none."""
    levels = dict(Region.objects.filter(generation=generation, code__in=codes).values_list("code", "level"))
    for code in codes:
        if code not in levels:
            raise UnknownRegion(_("There is no region “%(code)s”.") % {"code": code}, field="region")
    return levels


def region_at(point: Point, *, jurisdiction: str, at: date | None = None) -> Place:
    """The oblast and the rayon that ``point`` (EPSG:4326) lies in on the day ``at``.

    A point on a border belongs to the region with the lowest KATO code: one answer, always the same.
    """
    held = Region.objects.filter(generation__in=_in_force(jurisdiction, at), pieces__geom__intersects=point)
    # An outline has up to a megabyte, and who asks where a place lies wants the names.
    found = held.defer("geom").order_by("code")
    by_level: dict[int, Region] = {}
    for region in found:
        by_level.setdefault(region.level, region)
    return Place(by_level.get(LEVEL_OBLAST), by_level.get(LEVEL_RAYON))
