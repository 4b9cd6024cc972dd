"""Many features at once: COPY into a staging table, then one set-based merge. The only bulk write path.

Used by loads of files and by the demonstration country. Rows are written in batches, each its own
transaction: memory stays bounded, and what was interrupted can simply be run again.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from geoportal.lib.sql import statement
from regions.boundaries import generation_at

# Rows of one transaction: large enough that planning and committing vanish, small enough to hold in memory.
BATCH_ROWS = 50_000


class FeatureRow(NamedTuple):
    """One feature as it is written. ``ewkb`` is the geometry in EPSG:4326 as hexadecimal EWKB, valid, without
    height.

    Times are aware. ``source_id`` is unique within ``source``.
    """

    kind: str
    ewkb: str
    title: str
    text: str
    language: str
    address: str
    category: str
    status: str
    received_at: datetime
    first_response_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    source: str
    source_id: str
    is_demo: bool = False


class Outcome(NamedTuple):
    """What a merge did. ``outside`` are the source ids whose place lies in no part of the jurisdiction."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    outside: tuple[str, ...] = ()

    def plus(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.outside + other.outside,
        )


def merge_features(rows: Iterable[FeatureRow], *, jurisdiction: str) -> Outcome:
    """Bring the features of ``rows`` to what the rows say, each found again by ``(source, source_id)``.

    A feature belongs to the jurisdiction when its representative point lies in the outline (a point on the
    line is in); one that does not is left out and named in ``outside``. ``oblast`` and ``rayon`` are those of
    the boundaries in force today, the lowest code on a border, empty where the boundaries know no unit. A row
    that says nothing new is not rewritten. Features of other sources, and those that ``rows`` does not
    mention, are never touched; what a moderator has hidden stays hidden.

    Every 50,000 rows are one transaction. Raises django.db.IntegrityError or DataError when the database
    refuses a row; then nothing of that batch is written. A ``source_id`` must not come twice within a call,
    and one source must not be merged by two at a time (the second is refused by the database; loads of files
    hold a lock).
    """
    todo = iter(rows)
    total = Outcome()
    while batch := list(islice(todo, BATCH_ROWS)):
        total = total.plus(_merge_batch(batch, jurisdiction))
    return total


def _merge_batch(batch: list[FeatureRow], jurisdiction: str) -> Outcome:
    generation = generation_at(jurisdiction)
    values = {"jurisdiction": jurisdiction, "generation": generation.pk if generation else None}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement("layers", "merge_stage"))
        with cursor.copy(statement("layers", "merge_copy")) as copy:
            for row in batch:
                copy.write_row(row)
        cursor.execute(statement("layers", "merge_place"), values)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE changed AND feature_id IS NOT NULL AND inside), "
            "array_agg(source_id ORDER BY source_id) FILTER (WHERE NOT inside) FROM merge_placed"
        )
        changed, outside = cursor.fetchone()
        updated = 0
        if changed:
            cursor.execute("ANALYZE merge_placed (feature_id)")
            cursor.execute(statement("layers", "merge_update"), values)
            updated = cursor.rowcount
        cursor.execute(statement("layers", "merge_insert"), values)
        inserted = cursor.rowcount
        cursor.execute("DROP TABLE merge_staging, merge_placed")
    outside = tuple(outside or ())
    return Outcome(inserted, updated, len(batch) - inserted - updated - len(outside), outside)
