"""The whole database against its log: ``geoportal verify --database``."""

import gc
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from geoportal.log.audit.finding import Fault, Finding, Tally
from geoportal.log.audit.leaves import Clock, LeafCheck, in_batches
from geoportal.log.audit.processes import Compare, comparing, spare_processors
from geoportal.log.audit.reading import erased, keys, streamed
from geoportal.log.audit.rows import RowCheck
from geoportal.log.audit.tree import MISSING, TreeCheck
from geoportal.log.high_water import HighWater
from geoportal.log.models import Opening
from geoportal.log.note import Checkpoint
from geoportal.log.registry import EVENTS
from geoportal.log.tree import leaf_hash

__all__ = ["Fault", "Finding", "Tally", "audit"]

BATCH = 2000
# After a larger gap no place is right any more, and all that follows is found to be wrong.
MOST_MISSING = 65_536


def audit(
    *, batch: int = BATCH, helpers: int | None = None, tally: Tally | None = None
) -> Generator[Finding, None, None]:
    """Everything in the database that is not as the log says, one after the other; nothing: all is well.

    From one snapshot of the database, while people go on using it. ``batch``: entries whose rows are read
    together. ``helpers``: processes that compare rows beside this one, outside of a transaction; by default
    one for each other processor when there is much to do. ``tally`` is kept up to date for whoever shows
    progress.
    """
    # Before the snapshot: a head is noted once its tree is committed.
    noted = HighWater(settings.LOG_KEY_DIR).read()
    is_own = not connection.in_atomic_block
    with _without_collector(), transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        check = RowCheck(erased=erased())
        if helpers is None:
            helpers = spare_processors() if is_own and Opening.objects.count() > batch * 5 else 0
        with comparing(check, helpers=helpers) as compare:
            yield from _of_the_log(batch, tally or Tally(), noted, compare)
        for logged in EVENTS.values():
            yield from check.unlogged(logged)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Everything here goes by its count of references; looking for cycles takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _of_the_log(batch: int, tally: Tally, noted: Checkpoint | None, compare: Compare) -> Iterator[Finding]:
    clock = Clock()
    leaves = LeafCheck(clock, tally)
    tree = TreeCheck(
        tiles=streamed("audit_tiles"),
        heads=streamed("audit_heads"),
        keys=keys(),
        noted=noted,
        clock=clock,
        tally=tally,
    )
    for entries in in_batches(streamed("audit_entries"), batch):
        committed, found = [], list[Finding]()
        for entry in entries:
            if leaves.next < entry[0] <= leaves.next + MOST_MISSING:
                for _ in range(leaves.next, entry[0]):
                    tree.leaf(MISSING, found)
            tree.leaf(leaf_hash(entry[1]), found)
            if (each := leaves.entry(entry, found)) is not None:
                committed.append(each)
        yield from found
        tally.rows += len(committed)
        yield from compare(committed)
    yield from compare(None)
    yield from tree.end()
