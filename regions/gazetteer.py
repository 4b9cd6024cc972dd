"""Finding a place by its name, misspelt or in another language: regions and settlements, then the geocoder's
addresses.

Names are compared folded (ә as а, capitals small) and by the trigrams they share, so a missing or exchanged
letter costs little. Order: likeness first, then importance, so that "Абай" gives the oblast before a village.
"""

from dataclasses import dataclass
from math import cos, radians

from django.contrib.gis.db.models import Extent

from geoportal.lib.fold import fold
from geoportal.lib.geo import Bbox
from geoportal.lib.replicas import reading
from geoportal.lib.sql import statement
from regions.boundaries import generation_at
from regions.geocoder import FoundPlace, Geocoder, configured_geocoder
from regions.models import Jurisdiction

LANGUAGES = ("kk", "ru", "en")
LONGEST_QUERY = 100
# Of pg_trgm's word similarity, 0 to 1. "Кзылорда" for "Кызылорда" is 0.56, "Усть Каменагорск" 0.68, "Алмата"
# 0.57.
LIKE_ENOUGH = "0.45"
# Folded words for the kind of a place, in three languages: no part of its name, but a hint at what is meant.
REGION_WORDS = frozenset(
    map(
        fold,
        (
            *("облысы", "облыс", "ауданы", "аудан", "область", "обл", "обл.", "район", "р-н"),
            *("region", "oblast", "province", "district", "rayon"),
        ),
    )
)
SETTLEMENT_WORDS = frozenset(
    map(
        fold,
        (
            *("қаласы", "қала", "ауылы", "ауыл", "кенті", "город", "г.", "село", "с.", "поселок", "посёлок"),
            *("city", "town", "village"),
        ),
    )
)
# Half the side of the square shown around a settlement.
CITY_KM, VILLAGE_KM = 15.0, 4.0
KM_A_DEGREE = 111.2


@dataclass(frozen=True)
class _Row:
    kind: str
    id: str
    name: str
    parent: str
    lon: float
    lat: float
    west: float | None
    south: float | None
    east: float | None
    north: float | None
    score: float
    is_large: bool


def find_places(
    query: str,
    *,
    jurisdiction: str,
    language: str,
    limit: int = 10,
    geocoder: Geocoder | None = None,
) -> list[FoundPlace]:
    """At most ``limit`` places called something like ``query``, best first, named in ``language`` (kk, ru,
    en).

    Our own gazetteer comes first; the geocoder (None: the configured one) fills up what is left.
    """
    wanted = " ".join(fold(query[:LONGEST_QUERY]).split())
    if not wanted:
        return []
    found = _own_places(wanted, jurisdiction, language if language in LANGUAGES else "kk", limit)
    asked = geocoder or configured_geocoder()
    if asked and len(found) < limit and (within := _bounds(jurisdiction)):
        known = {fold(place.name) for place in found}
        others = asked.find(query[:LONGEST_QUERY], language=language, limit=limit, within=within)
        found += [place for place in others if fold(place.name) not in known]
    return found[:limit]


def _own_places(wanted: str, jurisdiction: str, language: str, limit: int) -> list[FoundPlace]:
    generation = generation_at(jurisdiction)
    words = wanted.split()
    values: dict[str, str | int | bool | None] = {
        "query": wanted,
        "stem": " ".join(word for word in words if word not in REGION_WORDS | SETTLEMENT_WORDS) or wanted,
        "means_region": not REGION_WORDS.isdisjoint(words),
        "means_settlement": not SETTLEMENT_WORDS.isdisjoint(words),
        "prefix": wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%",
        "jurisdiction": jurisdiction,
        "generation": generation.pk if generation else None,
        "language": language,
        "limit": limit,
        "like_enough": LIKE_ENOUGH,
    }
    with reading().cursor() as cursor:
        cursor.execute(statement("regions", "find_places"), values)
        cursor.nextset()  # past its settings
        return [_found(_Row(*row)) for row in cursor.fetchall()]


def _found(row: _Row) -> FoundPlace:
    if row.west is None or row.south is None or row.east is None or row.north is None:
        bbox = _around(row.lon, row.lat, CITY_KM if row.is_large else VILLAGE_KM)
    else:
        bbox = Bbox(row.west, row.south, row.east, row.north)
    return FoundPlace(row.kind, row.id, row.name, row.parent, row.lon, row.lat, bbox, row.score)


def _around(lon: float, lat: float, km: float) -> Bbox:
    """A square on the ground around a point."""
    high = km / KM_A_DEGREE
    wide = high / cos(radians(lat))
    return Bbox(lon - wide, lat - high, lon + wide, lat + high)


def _bounds(jurisdiction: str) -> Bbox | None:
    extent = Jurisdiction.objects.filter(pk=jurisdiction).aggregate(box=Extent("outline"))["box"]
    return Bbox(*extent) if extent else None
