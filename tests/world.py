"""A small written world in which every number can be done on paper.

Three square oblasts in a row, each one degree wide, between 50 and 51 degrees north::

    70        71        72        73
    +---------+---------+---------+  51
    | 110...  | 150...  | 190...  |
    | West    | Middle  | East    |
    +---------+---------+---------+  50

The Middle oblast has two rayons, split at 50.5: South (150100000) and North (150200000). West and East have
one each. Before 2022-06-08 West and Middle were one oblast, 110000000.
"""

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon

from layers.models import Category, Feature
from regions.models import (
    LEVEL_OBLAST,
    LEVEL_RAYON,
    Generation,
    Jurisdiction,
    Region,
    RegionKind,
    RegionPiece,
)

WEST, MIDDLE, EAST = "110000000", "150000000", "190000000"
MIDDLE_SOUTH, MIDDLE_NORTH = "150100000", "150200000"
REFORM = date(2022, 6, 8)

REGIONS_NOW: dict[str, tuple[str, tuple[float, float, float, float]]] = {
    WEST: ("", (70, 50, 71, 51)),
    MIDDLE: ("", (71, 50, 72, 51)),
    EAST: ("", (72, 50, 73, 51)),
    "110100000": (WEST, (70, 50, 71, 51)),
    MIDDLE_SOUTH: (MIDDLE, (71, 50, 72, 50.5)),
    MIDDLE_NORTH: (MIDDLE, (71, 50.5, 72, 51)),
    "190100000": (EAST, (72, 50, 73, 51)),
}
REGIONS_BEFORE: dict[str, tuple[str, tuple[float, float, float, float]]] = {
    WEST: ("", (70, 50, 72, 51)),
    EAST: ("", (72, 50, 73, 51)),
}


def square(west: float, south: float, east: float, north: float) -> MultiPolygon:
    box = Polygon.from_bbox((west, south, east, north))
    return MultiPolygon(box, srid=4326)


def build_world() -> None:
    """Jurisdiction, two generations of boundaries and a two-level taxonomy; no features."""
    kz = Jurisdiction.objects.create(
        code="kz",
        name_kk="Қазақстан",
        name_ru="Казахстан",
        name_en="Kazakhstan",
        time_zone="Asia/Almaty",
        outline=square(70, 50, 73, 51),
    )
    before = _generation(kz, "2018", date(2018, 6, 19), REFORM)
    now = _generation(kz, "2024", REFORM, None)
    _regions(before, REGIONS_BEFORE)
    _regions(now, REGIONS_NOW)
    roads = Category.objects.create(
        code="roads", name_kk="Жолдар", name_ru="Дороги", name_en="Roads", position=1
    )
    Category.objects.create(
        code="potholes", parent=roads, name_kk="Шұңқырлар", name_ru="Ямы", name_en="Potholes", position=2
    )
    Category.objects.create(code="water", name_kk="Су", name_ru="Вода", name_en="Water", position=3)


def add_feature(lon: float = 70.5, lat: float = 50.5, **values: Any) -> Feature:
    """A public problem at a place of the world; any field may be given, ``geom`` too (WKT or a geometry)."""
    geom = values.pop("geom", None) or Point(lon, lat, srid=4326)
    if isinstance(geom, str):
        geom = GEOSGeometry(geom, srid=4326)
    centre: Any = geom if geom.geom_type == "Point" else geom.point_on_surface
    oblast, rayon = "", ""
    for code, (parent, (west, south, east, north)) in REGIONS_NOW.items():
        if west <= centre.x < east and south <= centre.y < north:
            oblast, rayon = (oblast, code) if parent else (code, rayon)
    defaults: dict[str, Any] = {
        "kind": "problem",
        "jurisdiction_id": "kz",
        "title": "A hole in the road",
        "language": "en",
        "category_id": "potholes",
        "status": "new",
        "oblast": oblast,
        "rayon": rayon,
        "received_at": datetime(2026, 3, 15, 6, 0, tzinfo=UTC),
    }
    feature = Feature.objects.create(geom=geom, **(defaults | values))
    feature.refresh_from_db()
    return feature


def _generation(jurisdiction: Jurisdiction, vintage: str, start: date, end: date | None) -> Generation:
    return Generation.objects.create(
        jurisdiction=jurisdiction,
        source="world",
        vintage=vintage,
        valid_from=start,
        valid_to=end,
        attribution="Tests",
        licence="CC0",
        sha256="0" * 64,
    )


def _regions(
    generation: Generation, regions: dict[str, tuple[str, tuple[float, float, float, float]]]
) -> None:
    rows: dict[str, Region] = {}
    for code, (parent, box) in regions.items():
        rows[code] = Region(
            generation=generation,
            code=code,
            iso=f"KZ-{code[:2]}",
            parent=rows.get(parent),
            level=LEVEL_RAYON if parent else LEVEL_OBLAST,
            kind=RegionKind.RAYON if parent else RegionKind.OBLAST,
            name_kk=f"{code} kk",
            name_ru=f"{code} ru",
            name_en=f"{code} en",
            geom=square(*box),
            area_km2=7900,
        )
    for level in (LEVEL_OBLAST, LEVEL_RAYON):
        Region.objects.bulk_create(row for row in rows.values() if row.level == level)
    RegionPiece.objects.bulk_create(
        RegionPiece(region=rows[code], geom=Polygon.from_bbox(box)) for code, (_, box) in regions.items()
    )
