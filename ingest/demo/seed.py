"""Writes the demonstration country into the database, and takes it out again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import date
from functools import partial

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from ingest.ahead import ahead
from ingest.demo.fill import Writer
from ingest.demo.generate import Columns, Country, columns, invented
from ingest.demo.mix import mix_of
from ingest.demo.times import FIRST_DAY
from ingest.resting import Say, resting_indexes, wake_indexes
from ingest.writers import in_order, resting_collector
from layers.bulk import Outcome
from layers.models import Category, Feature
from layers.statuses import Kind

BATCH_ROWS = 15_000
WRITERS = 2  # as load_layer has: one leaves a core idle
# From so many problems on, the indexes of an (almost) empty table are made after the rows.
FIRST_FILL_ROWS = 500_000
ALMOST_EMPTY = 0.1  # of the rows that come
# Rows that one statement deletes: a country of millions goes in steps that can be watched and interrupted.
REMOVED_ROWS = 50_000

Progress = Callable[[int, int], None]
Batch = tuple[Kind, Columns]
Written = tuple[Kind, int, Outcome]


class SeedError(DomainError):
    """A country that cannot be invented."""

    code = "seed_failed"


def seed_demo(
    *,
    counts: Mapping[Kind, int],
    seed: int,
    until: date,
    jurisdiction: str,
    progress: Progress = lambda done, total: None,
    indexing: Say = lambda count: None,
) -> dict[Kind, Outcome]:
    """Brings the features ``1 … counts[kind]`` of each kind to what the seed and the day make of them; those
    of higher numbers stay. ``indexing`` is told how many indexes are made after a large first fill. Raises
    SeedError or NoPlaces.
    """
    _refuse(counts, until)
    country = invented(jurisdiction=jurisdiction, seed=seed, until=until)
    _refuse_unknown_categories()
    wake_indexes(indexing)
    if not _is_first_fill(counts):
        return _write_all(country, counts, jurisdiction, progress)
    with resting_indexes(indexing):
        outcomes = _write_all(country, counts, jurisdiction, progress)
    # What autovacuum would do a little later: tiles and counts read indexes alone only after it. The indexes
    # are new, and have nothing to clean.
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE, INDEX_CLEANUP off) {Feature._meta.db_table}")
    return outcomes


def _is_first_fill(counts: Mapping[Kind, int]) -> bool:
    problems = counts.get(Kind.PROBLEM, 0)
    if problems < FIRST_FILL_ROWS or connection.in_atomic_block:
        return False
    return Feature.objects.count() <= problems * ALMOST_EMPTY


def _write_all(
    country: Country, counts: Mapping[Kind, int], jurisdiction: str, progress: Progress
) -> dict[Kind, Outcome]:
    total, done = sum(counts.values()), 0
    outcomes = dict.fromkeys(counts, Outcome())
    # Rows are invented in a thread of their own while the database takes in those before.
    write = partial(_written, writer=Writer(jurisdiction))
    # In somebody's transaction one by one: another connection would not see what that one has done.
    writers = 1 if connection.in_atomic_block else WRITERS
    with resting_collector(), closing(ahead(_batches(country, counts))) as batches:
        for kind, size, outcome in in_order(write, batches, writers=writers):
            if outcome.outside:
                raise SeedError(_("outside %(jurisdiction)s") % {"jurisdiction": jurisdiction})
            outcomes[kind] = outcomes[kind].plus(outcome)
            done += size
            progress(done, total)
    return outcomes


def remove_demo(*, progress: Progress = lambda done, total: None) -> dict[Kind, int]:
    """Deletes what was invented, and nothing else: what somebody signed with a demonstration key stays."""
    demo = Feature.objects.filter(is_demo=True, submissions=None)
    counts = {kind: demo.of_kind(kind).count() for kind in Kind}
    total, done = sum(counts.values()), 0
    while done < total:
        chosen = demo.order_by("id").values("id")[:REMOVED_ROWS]
        # What hangs on a feature goes with it, and is not counted.
        _everything, deleted = Feature.objects.filter(id__in=chosen).delete()
        done += deleted["layers.Feature"]
        progress(done, total)
    return counts


def _batches(country: Country, counts: Mapping[Kind, int]) -> Iterator[Batch]:
    for kind, count in counts.items():
        for start in range(0, count, BATCH_ROWS):
            numbers = np.arange(start, min(start + BATCH_ROWS, count)) + 1
            yield kind, columns(country, kind, numbers)


def _written(batch: Batch, *, writer: Writer) -> Written:
    kind, told = batch
    return kind, len(told.numbers), writer.write(told, kind)


def _refuse(counts: Mapping[Kind, int], until: date) -> None:
    for kind, count in counts.items():
        if count < 0:
            raise SeedError(_("--%(kind)ss: a number from 0 is needed") % {"kind": kind.value})
    if until <= FIRST_DAY:
        raise SeedError(_("--until: a day after %(day)s is needed") % {"day": FIRST_DAY.isoformat()})


def _refuse_unknown_categories() -> None:
    known = set(Category.objects.values_list("code", flat=True))
    missing = [code for kind in Kind for code in mix_of(kind).categories if code not in known]
    if missing:
        raise SeedError(
            _("there is no category “%(code)s”: geoportal load_categories") % {"code": missing[0]}
        )
