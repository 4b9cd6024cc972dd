"""The whole database against its log: ``geoportal verify --database``."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection, transaction

from geoportal.log.audit.finding import Fault, Finding, Tally
from geoportal.log.audit.leaves import Clock, LeafCheck, in_batches
from geoportal.log.audit.reading import erased, keys, streamed
from geoportal.log.audit.rows import RowCheck
from geoportal.log.audit.tree import MISSING, TreeCheck
from geoportal.log.high_water import HighWater
from geoportal.log.note import Checkpoint
from geoportal.log.registry import EVENTS
from geoportal.log.tree import leaf_hash

__all__ = ["Fault", "Finding", "Tally", "audit"]

BATCH = 2000
# After a larger gap no place is right any more, and all that follows is found to be wrong.
MOST_MISSING = 65_536


def audit(*, batch: int = BATCH, tally: Tally | None = None) -> Iterator[Finding]:
    """Everything in the database that is not as the log says, one after the other; nothing: all is well.

    From one snapshot of the database, while people go on using it. ``batch``: entries whose rows are read
    together. ``tally`` is kept up to date for whoever shows progress.
    """
    # Before the snapshot: a head is noted once its tree is committed.
    noted = HighWater(settings.LOG_KEY_DIR).read()
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield from _findings(batch, tally or Tally(), noted)


def _findings(batch: int, tally: Tally, noted: Checkpoint | None) -> Iterator[Finding]:
    clock = Clock()
    leaves = LeafCheck(clock, tally)
    rows = RowCheck(erased=erased(), tally=tally)
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
        yield from rows.batch(committed)
    yield from tree.end()
    for logged in EVENTS.values():
        yield from rows.unlogged(logged)
