"""The secondary indexes of the feature table, laid aside while it takes its first millions of rows.

Made at the end, an index of 10 million rows costs less than kept up to date row by row, and comes out
smaller. Until then the portal answers slowly, so this is for an (almost) empty table only, and no way of
ending may leave it so: what is laid aside is written down in the transaction that drops it
(``RestingIndex``), and made again when the block ends, however it ends; after a kill, by the next
``seed_demo`` or ``prepare``. Primary key and unique constraints stay: they hold the truth.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from geoportal.lib.sql import statement
from ingest.models import RestingIndex
from ingest.writers import in_order
from layers.models import Feature

# Held by whoever lays aside or makes again, so that a second command neither waits nor disturbs.
LOCK = 7_302_025
# The index of words takes as long as all others together: one connection for it, one for them.
BUILDERS = 2
TABLE = Feature._meta.db_table

Say = Callable[[int], None]


@contextmanager
def resting_indexes(say: Say = lambda count: None) -> Iterator[None]:
    """Without secondary indexes inside the block; ``say`` is told how many are being made at its end."""
    with _alone() as got_it:
        if not got_it:
            yield
            return
        _lay_aside()
        try:
            yield
        finally:
            _make(say)


def wake_indexes(say: Say = lambda count: None) -> None:
    """Makes what an interrupted fill has left aside; nothing while a fill is running, nor in a database that
    has never been migrated.
    """
    if RestingIndex._meta.db_table not in connection.introspection.table_names():
        return
    if not RestingIndex.objects.exists():
        return
    with _alone() as got_it:
        if got_it:
            _make(say)


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (got_it,) = cursor.fetchone()
        try:
            yield got_it
        finally:
            if got_it:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _lay_aside() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement("ingest", "secondary_indexes"), {"table": TABLE})
        for name, definition in cursor.fetchall():
            RestingIndex.objects.update_or_create(name=name, defaults={"definition": definition})
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        # It would read the growing table over and over, for statistics that nobody asks for yet.
        cursor.execute(f"ALTER TABLE {TABLE} SET (autovacuum_enabled = false)")


def _make(say: Say) -> None:
    names = list(RestingIndex.objects.order_by("name").values_list("name", flat=True))
    if not names:
        return
    say(len(names))
    # First of all: whatever happens from here on, autovacuum comes back.
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} RESET (autovacuum_enabled)")
    words = list(RestingIndex.objects.filter(definition__contains=" gin ").values_list("name", flat=True))
    others = [name for name in names if name not in words]
    # Each builder in a connection of its own, where the caller's is in no transaction.
    writers = 1 if connection.in_atomic_block else BUILDERS
    for _done in in_order(_make_each, [words, others], writers=writers):
        pass


def _make_each(names: list[str]) -> None:
    for name in names:
        with transaction.atomic(), connection.cursor() as cursor:
            resting = RestingIndex.objects.get(name=name)
            cursor.execute(resting.definition)
            resting.delete()
