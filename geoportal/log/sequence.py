"""From the outbox into the tree, and its heads signed. The worker does it all the time.

Two transactions, each under the same lock, each true to what the database holds:

1. *Integrate*: rows leave the outbox and become leaves; complete tiles are stored.
2. *Sign*: the head of what is committed is signed, noted beside the key (geoportal/log/high_water.py), and
   stored, which makes it public.

A crash after 1 leaves a tree ahead of its head, which the next round signs. A crash in 2 leaves at most a
signature that nobody has seen, of a tree that is committed and only grows. So there is never a fork.
"""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from geoportal.lib.sql import statement
from geoportal.log.entry import Entry
from geoportal.log.high_water import HighWater
from geoportal.log.keys import KeyFolder
from geoportal.log.models import Entry as Leaf
from geoportal.log.models import Head, Pending, SigningKey, Tile
from geoportal.log.note import Checkpoint, sign
from geoportal.log.offices import ROTATED, checkpoint_of, keys_of, require_own_past, signers_for
from geoportal.log.stored import StoredTree
from geoportal.log.tiles import HEIGHT, HIGHEST_LEVEL, WIDTH, TiledHashes, split_hashes
from geoportal.log.tree import fold

# Rows that become leaves in one transaction: tens of milliseconds.
BATCH = 1000
LOCK = "geoportal.log.sequence"


def sequence(*, now: datetime) -> int:
    """Take all that waits into the tree and sign its head; how many entries were taken.

    One at a time: who finds another at it, does nothing and returns 0. Raises LogRefused when signing would
    contradict what was signed before, or the key is missing; then nothing has changed.
    """
    total = 0
    while True:
        taken = _integrate()
        _sign(now)
        total += taken
        if taken < BATCH:
            return total


@transaction.atomic
def _integrate() -> int:
    if not Pending.objects.exists() or not _is_mine():
        return 0
    before = tree_size()
    _require_own_past(_hashes(before), *_last_signed())
    with connection.cursor() as cursor:
        cursor.execute(statement("geoportal.log", "integrate"), {"size": before, "most": BATCH})
        leaves = cursor.fetchall()
    for index, event, entry in leaves:
        if event == ROTATED:
            verifier = str(Entry.decode(bytes(entry)).public["to"])
            SigningKey.objects.create(verifier=verifier, entry_id=index)
    _store_tiles(before, before + len(leaves))
    return len(leaves)


@transaction.atomic
def _sign(now: datetime) -> None:
    if not _is_mine():
        return
    size = tree_size()
    head, noted = _last_signed()
    if head and head.size == size and noted == Checkpoint(settings.LOG_ORIGIN, size, bytes(head.root)):
        return  # nothing new, and nothing amiss
    hashes = _hashes(size)
    _require_own_past(hashes, head, noted)
    if head is not None and head.size == size:
        return
    origin = settings.LOG_ORIGIN
    folder = KeyFolder(settings.LOG_KEY_DIR, origin)
    keys = keys_of(origin) or [_first_key(folder)]
    signers = signers_for(keys, before=head.size if head else 0, size=hashes.size, folder=folder)
    checkpoint = checkpoint_of(origin, hashes)
    note = sign(checkpoint.text, signers)
    # Before anybody can see it: a head that is public is always noted.
    HighWater(settings.LOG_KEY_DIR).write(note)
    Head.objects.create(size=checkpoint.size, root=checkpoint.root, checkpoint=note, signed_at=now)


def _is_mine() -> bool:
    """Whether this transaction is the one that may change the tree."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [LOCK])
        found: bool = cursor.fetchone()[0]
    return found


def tree_size() -> int:
    """How many leaves are stored, signed or not."""
    last: int | None = Leaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def _hashes(size: int) -> TiledHashes:
    return StoredTree(connection).hashes(size)


def _last_signed() -> tuple[Head | None, Checkpoint | None]:
    """The last head that is public, and the last that was noted beside the key."""
    return Head.objects.order_by("-size").first(), HighWater(settings.LOG_KEY_DIR).read()


def _require_own_past(hashes: TiledHashes, head: Head | None, noted: Checkpoint | None) -> None:
    require_own_past(hashes, head=head, noted=noted, origin=settings.LOG_ORIGIN)


def _first_key(folder: KeyFolder) -> SigningKey:
    """The key that a new log begins with. A development portal makes itself one."""
    signer = folder.only(may_make=not settings.PRODUCTION)
    return SigningKey.objects.create(verifier=str(signer.verifier))


def _store_tiles(before: int, after: int) -> None:
    """Keep the tiles that are complete now, from the leaves upwards."""
    tree = StoredTree(connection)
    for level in range(HIGHEST_LEVEL + 1):
        complete = range(*(size >> HEIGHT * (level + 1) for size in (before, after)))
        if not complete:
            return
        tiles = []
        for index in complete:
            hashes = tree.made(level, index, WIDTH)
            tiles.append(Tile(level=level, index=index, hashes=hashes, root=fold(split_hashes(hashes))))
        Tile.objects.bulk_create(tiles)
