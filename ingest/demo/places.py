"""Where people live: the settlements of the database, and invented hamlets in every rayon for those that no
gazetteer lists.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geoportal.lib.errors import DomainError
from ingest.demo.dice import Dice, Flags, Floats, Ints
from ingest.demo.facts import table
from regions.boundaries import generation_at
from regions.models import Jurisdiction, Population, Region, RegionKind, Settlement

CITY_PEOPLE = 100_000
TOWN_PEOPLE = 10_000
# What a settlement without a figure has: the gazetteer lists none below 500.
FEWEST_PEOPLE = 800
HAMLETS = 8  # a rayon
HAMLET_TRIES = 12  # for each hamlet, to fall into the rayon and not only into its box
# Reports per head against a city's. In the country people know whom to tell, and have no network.
READINESS = {"city": 1.0, "town": 0.75, "village": 0.5, "hamlet": 0.35}
# Where an oblast has no official population: its settlements and a quarter.
PEOPLE_UNLISTED = 0.25


class Size(IntEnum):
    CITY = 0
    TOWN = 1
    VILLAGE = 2
    HAMLET = 3


class NoPlaces(DomainError):
    """Nobody lives anywhere."""

    code = "no_places"


@dataclass(frozen=True)
class Places:
    """Columns, one entry a place. ``number`` identifies it: a settlement's GeoNames id, or a hamlet's KATO.

    ``oblast`` is an index into ``oblasts`` (KATO). ``weight``: how much is reported there. All places lie in
    ``outline``.
    """

    number: Ints
    lon: Floats
    lat: Floats
    people: Floats
    size: Ints
    oblast: Ints
    weight: Floats
    names: dict[str, list[str]]
    oblasts: tuple[str, ...]
    outline: BaseGeometry
    time_zone: str

    def holds(self, lon: Floats, lat: Floats) -> Flags:
        """Which points lie in the country."""
        return np.asarray(shapely.contains_xy(self.outline, lon, lat), dtype=np.bool_)


@dataclass
class _Row:
    number: int
    lon: float
    lat: float
    people: float
    size: Size
    oblast: str
    names: tuple[str, str, str]


def known_places(*, jurisdiction: str, until: date, seed: int) -> Places:
    """The places of the jurisdiction in the boundaries of the day. Raises NoPlaces."""
    area = Jurisdiction.objects.filter(pk=jurisdiction).first()
    if area is None:
        raise NoPlaces(
            _("there is no jurisdiction “%(code)s”: geoportal load_regions") % {"code": jurisdiction}
        )
    outline = shapely.from_wkb(bytes(area.outline.wkb))
    shapely.prepare(outline)
    rows = _settlements(jurisdiction, outline)
    if not rows:
        raise NoPlaces(_("no settlements are loaded: geoportal load_regions"))
    rows += _hamlets(jurisdiction, outline, until, seed, rows)
    return _columns(rows, outline, area.time_zone)


def _settlements(jurisdiction: str, outline: BaseGeometry) -> list[_Row]:
    """Without those that lie a little off the drawn coast."""
    found = Settlement.objects.filter(jurisdiction=jurisdiction).order_by("geonames_id")
    return [
        _Row(
            number=each.geonames_id,
            lon=each.point.x,
            lat=each.point.y,
            people=max(each.population, FEWEST_PEOPLE),
            size=_size(each.population),
            oblast=each.oblast,
            names=(each.name_kk, each.name_ru, each.name_en),
        )
        for each in found
        if shapely.contains_xy(outline, each.point.x, each.point.y)
    ]


def _size(people: int) -> Size:
    if people >= CITY_PEOPLE:
        return Size.CITY
    return Size.TOWN if people >= TOWN_PEOPLE else Size.VILLAGE


def _hamlets(
    jurisdiction: str, outline: BaseGeometry, until: date, seed: int, settlements: list[_Row]
) -> list[_Row]:
    """In each rayon a few, where the people of its oblast live who are in no settlement of the gazetteer."""
    rayons = (
        Region.objects.filter(
            generation=generation_at(jurisdiction, until), kind=RegionKind.RAYON, parent__isnull=False
        )
        .select_related("parent")
        .defer("parent__geom")
    )
    rows: list[_Row] = []
    for rayon in rayons.order_by("code"):
        shape = shapely.from_wkb(bytes(rayon.geom.wkb))
        tries = Dice(seed, "hamlets", int(rayon.code) * 100 + np.arange(HAMLETS * HAMLET_TRIES))
        west, south, east, north = shape.bounds
        lon = np.round(west + tries.uniform("lon") * (east - west), 5)
        lat = np.round(south + tries.uniform("lat") * (north - south), 5)
        shapely.prepare(shape)
        good = np.flatnonzero(shapely.contains_xy(shape, lon, lat) & shapely.contains_xy(outline, lon, lat))
        oblast = rayon.parent.code if rayon.parent else ""
        names = (rayon.name_kk, rayon.name_ru, rayon.name_en)
        rows += [
            _Row(int(rayon.code) * 100 + int(n), float(lon[n]), float(lat[n]), 0, Size.HAMLET, oblast, names)
            for n in good[:HAMLETS]
        ]
    listed: dict[str, float] = {}
    for row in settlements:
        listed[row.oblast] = listed.get(row.oblast, 0) + row.people
    official = _official(jurisdiction, until)
    for oblast in {row.oblast for row in rows}:
        here = [row for row in rows if row.oblast == oblast]
        known = listed.get(oblast, FEWEST_PEOPLE * len(here))
        unlisted = max(official.get(oblast, known * (1 + PEOPLE_UNLISTED)) - known, 0)
        for row in here:
            row.people = unlisted / len(here)
    return rows


def _official(jurisdiction: str, until: date) -> dict[str, int]:
    """The last official population of each region before the day."""
    counts = Population.objects.filter(jurisdiction=jurisdiction, date__lte=until).order_by("date")
    return dict(counts.values_list("code", "people"))


def _columns(rows: list[_Row], outline: BaseGeometry, time_zone: str) -> Places:
    oblasts = tuple(sorted({row.oblast for row in rows}))
    people = np.array([row.people for row in rows], dtype=np.float64)
    readiness = np.array([READINESS[size.name.lower()] for size in Size])
    size = np.array([row.size for row in rows], dtype=np.int64)
    return Places(
        number=np.array([row.number for row in rows], dtype=np.int64),
        lon=np.array([row.lon for row in rows]),
        lat=np.array([row.lat for row in rows]),
        people=people,
        size=size,
        oblast=np.array([oblasts.index(row.oblast) for row in rows], dtype=np.int64),
        weight=people * readiness[size],
        names={
            language: [row.names[index] for row in rows] for index, language in enumerate(("kk", "ru", "en"))
        },
        oblasts=oblasts,
        outline=outline,
        time_zone=time_zone,
    )


@dataclass(frozen=True)
class Oblasts:
    """What differs between oblasts, in the order of ``Places.oblasts``.

    ``kazakh`` and ``english`` are shares of the texts, the rest is Russian. ``speed`` multiplies how long the
    akimats take (1: as the country); ``quality`` (0 to 1) is how often they do what was asked.
    """

    kazakh: Floats
    english: Floats
    is_south: Flags
    speed: Floats
    quality: Floats
    readiness: Floats


def oblasts_of(places: Places, seed: int) -> Oblasts:
    """The same seed makes the same oblast fast or slow, whatever else there is."""
    facts = {row["code"]: row for row in table("oblasts")}
    usual = {"kazakh": "0.55", "english": "0.02", "climate": "north"}
    rows = [facts.get(code[:2], usual) for code in places.oblasts]
    dice = Dice(seed, "oblasts", np.array([int(code or 0) for code in places.oblasts]))
    return Oblasts(
        kazakh=np.array([float(row["kazakh"]) for row in rows]),
        english=np.array([float(row["english"]) for row in rows]),
        is_south=np.array([row["climate"] == "south" for row in rows]),
        speed=dice.spread("speed", median=1.0, sigma=0.4),
        quality=0.45 + 0.5 * dice.uniform("quality"),
        readiness=dice.spread("readiness", median=1.0, sigma=0.25),
    )
