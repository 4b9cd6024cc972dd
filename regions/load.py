"""From a source of boundaries to a generation in force: repair, check, write, and everything that hangs on
it.

One transaction: whoever asks meanwhile sees the old boundaries, and after a refusal nothing has changed.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext as _

from regions import coverage, gate, store
from regions.akimats import akimat_names
from regions.boundaries import generation_at
from regions.coverage import Shapes
from regions.facts import (
    KAZAKHSTAN,
    KAZAKHSTAN_NAMES,
    KAZAKHSTAN_TIME_ZONE,
    level_of,
    oblast_of,
    populations,
)
from regions.gate import Level
from regions.models import LEVEL_OBLAST, Akimat, Generation, Jurisdiction, Population, Region
from regions.place_names import load_place_names
from regions.repair import Log, repair_codes, repair_shapes
from regions.settlements import load_settlements
from regions.sources.source import BoundarySource, SourceUnit

Progress = Callable[[str], None]
# What another part of the portal does in the same transaction once the boundaries of a jurisdiction have
# changed.
AfterChange = Callable[[str], int]
LOCK = "regions.load"


@dataclass(frozen=True)
class Prepared:
    """Boundaries that passed the gate, not yet written."""

    source: BoundarySource
    units: tuple[SourceUnit, ...]
    oblasts: Level
    rayons: Level | None
    repairs: Log


@dataclass(frozen=True)
class Loaded:
    """What a load did. ``changed`` is what ``after`` returned: features whose region changed."""

    source: str
    vintage: str
    in_force: bool
    oblasts: int
    rayons: int
    area_km2: float
    repairs: int
    pieces: int
    shapes: int
    akimats: int
    settlements: int
    place_names: int
    changed: int
    seconds: float


def prepare(source: BoundarySource, *, progress: Progress) -> Prepared:
    """Repair and check, without the database. Raises gate.BoundariesRefused with the reason."""
    progress(_("Repairing"))
    units, repairs = repair_codes(source)
    if not units:
        raise gate.BoundariesRefused(_("the source has no units"))
    shapes, mended = repair_shapes(units)
    repairs += mended
    codes = tuple(unit.code for unit in units)
    finest = _level(codes, shapes)
    progress(_("Checking"))
    gate.check_level(finest)
    gate.check_redrawn(finest, np.array([unit.geom for unit in units], dtype=object))
    if level_of(codes[0]) == LEVEL_OBLAST:
        oblasts, rayons = finest, None
    else:
        derived = coverage.dissolved(shapes, [oblast_of(code) for code in codes])
        oblasts = _level(tuple(derived), np.array(list(derived.values()), dtype=object))
        rayons = finest
        gate.check_level(oblasts)
        repairs.append(
            {
                "code": "",
                "what": "oblasts are the union of their rayons",
                "before": "drawn separately, not along the same borders",
                "after": f"{len(oblasts.codes)} oblast-level units",
            }
        )
    gate.check_promises(source.expected, oblasts=oblasts, rayons=rayons)
    return Prepared(source, units, oblasts, rayons, repairs)


def load_boundaries(
    source: BoundarySource,
    *,
    jurisdiction: str,
    progress: Progress,
    after: AfterChange | None = None,
) -> Loaded:
    """Make the boundaries of ``source`` a generation of the jurisdiction, replacing the one of the same days.

    ``after`` is called with the jurisdiction's code, in the same transaction. Raises gate.BoundariesRefused
    or SourceUnusable with the reason; then nothing has changed. Another jurisdiction than Kazakhstan must
    exist.
    """
    started = time.monotonic()
    prepared = prepare(source, progress=progress)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
        generation, pieces, shapes = _write_generation(prepared, jurisdiction, progress)
        progress(_("Naming places"))
        current = generation_at(jurisdiction)
        in_force = current is not None and current.pk == generation.pk
        akimats = _write_akimats(generation) if in_force else 0
        settlements = 0
        if in_force and jurisdiction == KAZAKHSTAN:
            settlements = load_settlements(jurisdiction=jurisdiction, generation=generation.pk)
            _write_populations(jurisdiction)
        place_names = load_place_names(jurisdiction=jurisdiction)
        store.analyse("regions_regionshape", "regions_settlement", "regions_placename")
        progress(_("Placing features"))
        changed = after(jurisdiction) if after else 0
    return Loaded(
        source=source.name,
        vintage=source.vintage,
        in_force=in_force,
        oblasts=len(prepared.oblasts.codes),
        rayons=len(prepared.rayons.codes) if prepared.rayons else 0,
        area_km2=float(prepared.oblasts.areas.sum()),
        repairs=len(prepared.repairs),
        pieces=pieces,
        shapes=shapes,
        akimats=akimats,
        settlements=settlements,
        place_names=place_names,
        changed=changed,
        seconds=time.monotonic() - started,
    )


def _write_generation(
    prepared: Prepared, jurisdiction: str, progress: Progress
) -> tuple[Generation, int, int]:
    source, oblasts, rayons = prepared.source, prepared.oblasts, prepared.rayons
    progress(_("Writing regions"))
    _ensure_jurisdiction(jurisdiction, oblasts.shapes)
    valid_to = store.clear_days(
        jurisdiction=jurisdiction, valid_from=source.valid_from, valid_to=source.valid_to
    )
    generation = Generation.objects.create(
        jurisdiction_id=jurisdiction,
        source=source.name,
        vintage=source.vintage,
        valid_from=source.valid_from,
        valid_to=valid_to,
        attribution=source.attribution,
        licence=source.licence,
        sha256=source.sha256,
        repairs=prepared.repairs,
    )
    regions = store.write_regions(generation, source, prepared.units, oblasts=oblasts, rayons=rayons)
    pieces = store.cut_pieces(generation)
    shapes = store.write_shapes(regions, oblasts=oblasts, rayons=rayons, progress=progress)
    current = generation_at(jurisdiction)
    if current is None or current.pk == generation.pk:
        outline = store.to_django(coverage.dissolved(oblasts.shapes, [""] * len(oblasts.codes))[""], 4326)
        Jurisdiction.objects.filter(pk=jurisdiction).update(outline=outline)
    return generation, pieces, shapes


def _ensure_jurisdiction(code: str, shapes: Shapes) -> None:
    """Kazakhstan is made by its first boundaries; any other jurisdiction by ``load_jurisdiction``."""
    if code == KAZAKHSTAN and not Jurisdiction.objects.filter(pk=code).exists():
        outline = store.to_django(coverage.dissolved(shapes, [""] * len(shapes))[""], 4326)
        Jurisdiction.objects.create(
            code=code, time_zone=KAZAKHSTAN_TIME_ZONE, outline=outline, **KAZAKHSTAN_NAMES
        )
    elif not Jurisdiction.objects.filter(pk=code).exists():
        raise gate.BoundariesRefused(
            _("there is no jurisdiction “%(code)s” (load_jurisdiction makes one)") % {"code": code}
        )


def _write_akimats(generation: Generation) -> int:
    """An akimat for each region in force. Akimats of regions that are no more stay: their deeds do."""
    rows = [
        Akimat(
            jurisdiction_id=generation.jurisdiction_id,
            code=region.code,
            level=region.level,
            **akimat_names(name_kk=region.name_kk, name_ru=region.name_ru, name_en=region.name_en),
        )
        for region in Region.objects.filter(generation=generation).defer("geom")
    ]
    Akimat.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["jurisdiction", "code"],
        update_fields=["level", "name_kk", "name_ru", "name_en"],
    )
    return len(rows)


def _write_populations(jurisdiction: str) -> None:
    """The counts that come with the portal; what an operator loaded for the same day is kept."""
    Population.objects.bulk_create(
        [
            Population(
                jurisdiction_id=jurisdiction,
                code=fact.code,
                date=fact.date,
                people=fact.people,
                source=fact.source,
            )
            for fact in populations()
        ],
        ignore_conflicts=True,
    )


def _level(codes: Sequence[str], shapes: Shapes) -> Level:
    return Level(tuple(codes), shapes, coverage.area_km2(shapes))
