"""From filters to rows: the one place where a collection's filters meet the database."""

from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import GEOSGeometry, LineString, Point, Polygon
from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet

from geoportal.lib.errors import DomainError
from geoportal.lib.fold import fold, words
from geoportal.lib.geo import WGS84, Bbox
from geoportal.lib.postgis import RepresentativePoint
from layers.filters import Filters
from layers.models import Feature
from layers.statuses import Kind
from regions.boundaries import generation_at
from regions.models import Jurisdiction, PlaceName, Region, RegionPiece, Settlement


class NotThere(DomainError):
    """What the address names does not exist, or is not public."""

    code = "not_found"


def feature_rows(kind: Kind, filters: Filters) -> QuerySet[Feature]:
    """The public features of one kind that match, in no order."""
    rows = Feature.objects.of_kind(kind).public().filter(jurisdiction=filters.jurisdiction)
    if filters.oblasts or filters.rayons:
        rows = rows.filter(_in_regions(filters))
    if filters.categories:
        rows = rows.filter(category__in=filters.categories)
    if filters.statuses:
        rows = rows.filter(status__in=filters.statuses)
    if filters.first_day:
        rows = rows.filter(received_at__gte=_start_of(filters.first_day, filters.jurisdiction))
    if filters.last_day:
        rows = rows.filter(
            received_at__lt=_start_of(filters.last_day + timedelta(days=1), filters.jurisdiction)
        )
    if filters.bbox:
        rows = rows.filter(_touches("geom", filters.bbox))
    if filters.q:
        query = words_query(filters.q)
        # A text without a letter or digit matches nothing, rather than everything.
        rows = rows.filter(search=query) if query else rows.none()
    return rows


def region_rows(filters: Filters) -> QuerySet[Region]:
    """Regions of the boundaries asked for; ``region`` gives the units named and those directly below them."""
    generation = filters.generation
    if generation is None:
        current = generation_at(filters.jurisdiction)
        generation = current.pk if current else None
    rows = Region.objects.filter(generation=generation)
    codes = (*filters.oblasts, *filters.rayons)
    if codes:
        rows = rows.filter(Q(code__in=codes) | Q(parent__code__in=codes))
    if filters.level:
        rows = rows.filter(level=filters.level)
    if filters.bbox:
        rows = rows.filter(_touches("geom", filters.bbox))
    if filters.q:
        named = PlaceName.objects.filter(
            jurisdiction=filters.jurisdiction, code=OuterRef("code"), folded__contains=fold(filters.q)
        )
        rows = rows.filter(Exists(named))
    return rows


def settlement_rows(filters: Filters) -> QuerySet[Settlement]:
    rows = Settlement.objects.filter(jurisdiction=filters.jurisdiction)
    if filters.oblasts or filters.rayons:
        rows = rows.filter(Q(oblast__in=filters.oblasts) | Q(rayon__in=filters.rayons))
    if filters.bbox:
        rows = rows.filter(_touches("point", filters.bbox))
    if filters.q:
        rows = rows.filter(
            Exists(PlaceName.objects.filter(settlement=OuterRef("pk"), folded__contains=fold(filters.q)))
        )
    return rows


def words_query(text: str) -> SearchQuery | None:
    """All words of ``text``, each as the beginning of a word: Kazakh and Russian put their endings last."""
    asked = words(text)
    if not asked:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in asked), config="simple", search_type="raw")


def _in_regions(filters: Filters) -> Q | Exists:
    """By the stored codes under the boundaries in force; by geometry under those of another day."""
    if filters.generation is None:
        return Q(oblast__in=filters.oblasts) | Q(rayon__in=filters.rayons)
    return Exists(
        RegionPiece.objects.filter(
            region__generation=filters.generation,
            region__code__in=(*filters.oblasts, *filters.rayons),
            geom__intersects=RepresentativePoint(OuterRef("geom")),
        )
    )


def _touches(field: str, bbox: Bbox) -> Q:
    """Rows whose geometry meets the box (not: lies within it)."""
    return reduce(or_, (Q(**{f"{field}__intersects": _shape(part)}) for part in bbox.parts()))


def _shape(box: Bbox) -> GEOSGeometry:
    """A box without width or height is a line or a point: an invalid polygon would meet nothing."""
    west, south, east, north = box
    if (west, south) == (east, north):
        return Point(west, south, srid=WGS84)
    if west == east or south == north:
        return LineString((west, south), (east, north), srid=WGS84)
    shape = Polygon.from_bbox(box)
    shape.srid = WGS84
    return shape


def zone_of(jurisdiction: str) -> ZoneInfo:
    """The clock that tells which day it is there."""
    return ZoneInfo(Jurisdiction.objects.values_list("time_zone", flat=True).get(pk=jurisdiction))


def _start_of(day: date, jurisdiction: str) -> datetime:
    return datetime.combine(day, time.min, zone_of(jurisdiction))
