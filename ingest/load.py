"""Loads one file of one kind: read, translate, merge, account for every row."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from geoportal.lib.geo import WGS84
from ingest.ahead import ahead
from ingest.mapping import Area, Mapping, MappingError
from ingest.models import Load
from ingest.rejects import Reason, RejectsFile
from ingest.sources.formats import FORMATS
from ingest.translate import Target, Translator
from ingest.writers import Merged, resting_collector, write
from layers.models import Category, Feature
from layers.statuses import STATUSES, Kind
from regions.models import Jurisdiction

# Rows of one transaction. Five batches at most are in hand: one read, one waiting, two written, one accounted
# for.
BATCH_ROWS = 15_000


class LoadError(DomainError):
    """A load that cannot start, or found nothing to load."""

    code = "load_failed"


@dataclass(frozen=True)
class Report:
    """What a load did. ``piles``: ``((lon, lat), rows)`` of coordinates that look like a geocoder's
    default.
    """

    load: Load
    rejects: Path
    piles: list[tuple[tuple[float, float], int]]


# Told after every batch: how far the file is read, its end (None: unknown) in the same unit, and rows so far.
Progress = Callable[[int, int | None, int], None]


def load_layer(
    *,
    kind: Kind,
    path: Path,
    mapping: Mapping,
    source: str,
    jurisdiction: str | None,
    rejects: Path,
    loaded_by: str,
    now: datetime,
    writers: int = 1,
    progress: Progress = lambda done, total, rows: None,
) -> Report:
    """Bring the features of ``source`` to what the file says; features that the file does not mention stay.

    Every batch is a transaction of its own and is counted in a ``Load``, so an interrupted load can simply be
    repeated. ``jurisdiction`` None: the mapping's own. ``writers``: connections that write at the same time;
    one is the caller's. Raises SourceError, MappingError or LoadError.
    """
    opened = FORMATS.open(path, mapping.reading)
    area = _jurisdiction(jurisdiction, mapping.area)
    _refuse_foreign_source(source, kind, area.pk)
    if rejects.resolve() == path.resolve():
        raise LoadError(_("%(path)s is the file to load: rejects need another") % {"path": rejects})
    target = Target(
        kind=kind,
        source=source,
        zone=ZoneInfo(mapping.time_zone or area.time_zone),
        categories=frozenset(Category.objects.values_list("code", flat=True)),
        statuses=frozenset(status.code for status in STATUSES[kind]),
        now=now,
    )
    translator = Translator(opened, mapping, target)
    with _only_load_of(source), resting_collector(), RejectsFile(rejects, translator.columns) as file:
        load = Load.objects.create(
            kind=kind,
            jurisdiction=area,
            source=source,
            file_name=path.name[-255:],
            file_sha256=_sha256(path),
            mapping_sha256=mapping.sha256,
            loaded_by=loaded_by,
            started_at=now,
        )
        # Reading runs ahead in a thread of its own: it and the database then work at the same time.
        with closing(ahead(map(translator.translate, opened.batches(BATCH_ROWS)))) as batches:
            for merged in write(batches, jurisdiction=area.pk, writers=writers):
                _account(load, translator, merged, file)
                progress(merged.translated.batch.done, opened.total, load.read)
        if not load.read:
            raise LoadError(_("%(path)s has no rows") % {"path": path})
        load.finished_at = now
        load.save()
    return Report(load, rejects, translator.piles.found())


def _account(load: Load, translator: Translator, merged: Merged, file: RejectsFile) -> None:
    """Every row of one batch into the counts of the load, and those left out into the rejects file."""
    done, outcome = merged.translated, merged.outcome
    for rejection in done.rejections:
        file.add(rejection)
    message = _("outside %(jurisdiction)s") % {"jurisdiction": load.jurisdiction_id}
    late = dict.fromkeys(outcome.outside, (Reason.OUTSIDE, message))
    late |= {source_id: (Reason.REFUSED, why) for source_id, why in merged.refused.items()}
    for row, index in zip(done.rows, done.origins, strict=True) if late else ():
        if row.source_id in late:
            file.add(translator.reject(done.batch, index, *late[row.source_id]))
    load.inserted += outcome.inserted
    load.updated += outcome.updated
    load.unchanged += outcome.unchanged
    load.read += len(done.batch.numbers) + len(done.batch.broken)
    load.rejected = file.by_reason.total()
    load.reasons = {reason.value: count for reason, count in sorted(file.by_reason.items())}
    # The database holds that every row is accounted for (load_accounts_for_every_row).
    load.save()


def _jurisdiction(code: str | None, area: Area | None) -> Jurisdiction:
    """The one asked for, else the mapping's; made from the mapping when it describes one that is not there
    yet.
    """
    wanted = code or (area.code if area else None)
    found = Jurisdiction.objects.filter(pk=wanted).first()
    if found is not None:
        return found
    if area is None or area.code != wanted:
        known = ", ".join(Jurisdiction.objects.order_by("code").values_list("code", flat=True))
        raise LoadError(
            _("there is no jurisdiction “%(code)s” (there are: %(known)s); a mapping can describe one")
            % {"code": wanted, "known": known},
            field="jurisdiction",
        )
    return Jurisdiction.objects.create(
        code=area.code,
        name_kk=area.name_kk,
        name_ru=area.name_ru,
        name_en=area.name_en,
        time_zone=area.time_zone,
        outline=MultiPolygon(Polygon.from_bbox(area.bounds), srid=WGS84),
    )


def _refuse_foreign_source(source: str, kind: Kind, jurisdiction: str) -> None:
    """A name belongs to one kind in one jurisdiction: reloading it as another would turn needs into
    problems.
    """
    if not 0 < len(source) <= 50:
        raise MappingError(_("source: a name of 1 to 50 characters is needed"), field="source")
    others = Feature.objects.filter(source=source).exclude(
        kind=kind, jurisdiction=jurisdiction, is_demo=False
    )
    other = others.values("kind", "jurisdiction").first()
    if other is not None:
        raise LoadError(
            _("source “%(source)s” already names %(kind)s rows of %(jurisdiction)s: choose another --source")
            % {"source": source, **other},
            field="source",
        )


@contextmanager
def _only_load_of(source: str) -> Iterator[None]:
    """Holds the database's lock on a source, so that two loads of it cannot count each other's rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('load ' || %s, 0))", [source])
        row = cursor.fetchone()
    if not (row and row[0]):
        raise LoadError(_("another load of “%(source)s” is running") % {"source": source})
    try:
        yield
    finally:
        # A broken connection has let go of it already.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended('load ' || %s, 0))", [source])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
