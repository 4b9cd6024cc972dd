"""Writing one generation of boundaries: regions, their pieces for looking up, their shapes for drawing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connection
from django.utils.translation import gettext as _

from geoportal.lib.geo import WEB_MERCATOR, WGS84
from geoportal.lib.sql import statement
from regions import coverage
from regions.facts import KAZAKHSTAN, UnitFacts, iso_of, oblast_of, unit_facts
from regions.gate import Level
from regions.models import LEVEL_OBLAST, LEVEL_RAYON, Generation, Region, RegionKind, RegionShape
from regions.sources.source import BoundarySource, SourceUnit, SourceUnusable

ZOOMS = range(13)
# Vertices of a piece. Measured (docs/regions.md): fewer cost rows and gain nothing.
PIECE_VERTICES = 128


@dataclass(frozen=True)
class Name:
    kind: str
    name_kk: str
    name_ru: str
    name_en: str
    official_area_km2: float | None


def clear_days(*, jurisdiction: str, valid_from: date, valid_to: date | None) -> date | None:
    """Make room for boundaries of these days and return the day when they end.

    Boundaries that begin on the same day are replaced. Earlier ones end where the new ones begin; the new
    ones end where later ones, already loaded, begin.
    """
    generations = Generation.objects.filter(jurisdiction=jurisdiction)
    generations.filter(valid_from=valid_from).delete()
    generations.filter(valid_from__lt=valid_from).exclude(valid_to__lte=valid_from).update(
        valid_to=valid_from
    )
    later = generations.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    ends = [day for day in (valid_to, later.valid_from if later else None) if day]
    return min(ends, default=None)


def write_regions(
    generation: Generation,
    source: BoundarySource,
    units: Sequence[SourceUnit],
    *,
    oblasts: Level,
    rayons: Level | None,
) -> dict[str, Region]:
    """Write the units of both levels and return them by code. Raises SourceUnusable for a nameless one."""
    published = {unit.code: unit for unit in units}
    found: dict[str, Region] = {}
    for level, number in ((oblasts, LEVEL_OBLAST), (rayons, LEVEL_RAYON)):
        if level is None:
            continue
        rows = []
        for code, shape, km2 in zip(level.codes, level.shapes, level.areas, strict=True):
            name = _name(code, number, published.get(code), generation, source)
            rows.append(
                Region(
                    generation=generation,
                    parent=found[oblast_of(code)] if number == LEVEL_RAYON else None,
                    level=number,
                    kind=name.kind,
                    code=code,
                    iso=iso_of(code) if generation.jurisdiction_id == KAZAKHSTAN else "",
                    name_kk=name.name_kk,
                    name_ru=name.name_ru,
                    name_en=name.name_en,
                    geom=to_django(shape, WGS84),
                    area_km2=km2,
                    official_area_km2=name.official_area_km2,
                )
            )
        found |= {row.code: row for row in Region.objects.bulk_create(rows)}
    return found


def cut_pieces(generation: Generation, *, vertices: int = PIECE_VERTICES) -> int:
    """Cut the regions for looking up points. Returns the number of pieces."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("regions", "cut_pieces"), {"generation": generation.pk, "vertices": vertices}
        )
        pieces = cursor.rowcount
    analyse("regions_region", "regions_regionpiece")
    return pieces


def analyse(*tables: str) -> None:
    """Freshly written rows have no statistics: without them the next look-ups are planned badly."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def write_shapes(
    regions: Mapping[str, Region],
    *,
    oblasts: Level,
    rayons: Level | None,
    progress: Callable[[str], None],
) -> int:
    """Simplify the finest level for every zoom as one coverage, and derive the oblasts from it. Returns the
    rows.
    """
    finest = rayons or oblasts
    mercator = coverage.to_mercator(finest.shapes)
    written = 0
    for zoom in ZOOMS:
        progress(_("Simplifying for zoom %(zoom)d") % {"zoom": zoom})
        shapes = dict(zip(finest.codes, coverage.simplified(mercator, zoom), strict=True))
        if rayons:
            drawn = np.array(list(shapes.values()), dtype=object)
            shapes |= coverage.dissolved(drawn, [oblast_of(code) for code in finest.codes])
        written += len(RegionShape.objects.bulk_create(_shape_rows(regions, shapes, zoom)))
    return written


def _shape_rows(
    regions: Mapping[str, Region], shapes: Mapping[str, shapely.Geometry], zoom: int
) -> Iterable[RegionShape]:
    for code, shape in shapes.items():
        yield RegionShape(region=regions[code], zoom=zoom, geom=to_django(shape, WEB_MERCATOR))


def to_django(shape: shapely.Geometry, srid: int) -> MultiPolygon:
    """A shapely polygon or multipolygon as the multipolygon that Django stores."""
    stored = GEOSGeometry(memoryview(shapely.to_wkb(coverage.multipolygon(shape))), srid=srid)
    assert isinstance(stored, MultiPolygon)
    return stored


def _name(
    code: str, level: int, unit: SourceUnit | None, generation: Generation, source: BoundarySource
) -> Name:
    """What the unit is called and what it is: known facts first, then what the source says."""
    known: UnitFacts | None = None
    if generation.jurisdiction_id == KAZAKHSTAN:
        known = unit_facts(code, in_force_from=generation.valid_from)
    if known:
        return Name(known.kind, known.name_kk, known.name_ru, known.name_en, known.official_area_km2)
    if unit is None or not (unit.name_kk or unit.name_ru or unit.name_en):
        raise SourceUnusable(
            _("%(code)s is unknown and %(source)s gives it no name") % {"code": code, "source": source.name}
        )
    kind = unit.kind or (RegionKind.OBLAST if level == LEVEL_OBLAST else RegionKind.RAYON)
    if kind not in RegionKind.values:
        raise SourceUnusable(_("“%(kind)s” is no kind of unit") % {"kind": kind})
    any_name = unit.name_kk or unit.name_ru or unit.name_en
    return Name(kind, unit.name_kk or any_name, unit.name_ru or any_name, unit.name_en or any_name, None)
