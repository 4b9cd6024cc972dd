"""Proofs out of the database.

Always the primary: a replica that is a moment behind would show a head that is smaller than the one shown
before, which outsiders must take for a log that was cut.
"""

from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

from geoportal.lib.sql import statement
from geoportal.log.checking import LogProof
from geoportal.log.models import Head, SigningKey
from geoportal.log.note import Verifier
from geoportal.log.registry import label_of
from geoportal.log.stored import StoredTree
from geoportal.log.tiles import TiledHashes, Tiles
from geoportal.log.tree import consistency_proof, inclusion_proof

__all__ = [
    "LogProof",
    "consistency",
    "first_head_over",
    "inclusion",
    "keys",
    "last_head",
    "proof_for",
    "public_keys",
    "stored",
]


def proof_for(*, row: Model, event: str | None = None) -> LogProof | None:
    """That what was logged of ``row`` (its last entry, or its last of ``event``) stands in the signed tree.

    None: it has no place yet (the worker gives it one within a second), nothing was logged of it, or its salt
    is erased and there is nothing left to prove.
    """
    with connection.cursor() as cursor:
        asked = {"model": label_of(type(row)), "key": str(row.pk), "event": event or ""}
        cursor.execute(statement("geoportal.log", "proof"), asked)
        found = cursor.fetchone()
    if found is None:
        return None
    index, salt, entry, size, root, checkpoint = found
    if salt is None or size <= index:
        return None
    return LogProof(
        entry=bytes(entry),
        index=index,
        salt=bytes(salt),
        inclusion=tuple(inclusion(index, size, root=bytes(root))),
        checkpoint=checkpoint,
    )


def last_head() -> Head | None:
    """The head that is public now; None before the first."""
    return Head.objects.using(DEFAULT_DB_ALIAS).order_by("-size").first()


def first_head_over(index: int | None) -> str | None:
    """The signed note that first covered the entry at ``index``; None when none has yet."""
    if index is None:
        return None
    heads = Head.objects.using(DEFAULT_DB_ALIAS).filter(size__gt=index).order_by("size")
    return heads.values_list("checkpoint", flat=True).first()


def keys() -> list[SigningKey]:
    """Every public key that the log has had, in the order in which they came."""
    return list(SigningKey.objects.using(DEFAULT_DB_ALIAS).order_by("pk"))


def public_keys() -> list[Verifier]:
    return [Verifier.parse(key.verifier) for key in keys()]


def stored() -> StoredTree:
    return StoredTree(connection)


def inclusion(index: int, size: int, *, root: bytes | None = None) -> list[bytes]:
    """RFC 9162, 2.1.3, from tiles. ValueError when a tree of ``size`` has no leaf ``index``; ``size`` is at
    most that of the last head. ``root``: that of this tree, if known; then its partial tiles are remembered.
    """
    edge = None if root is None else _edge(root)
    return inclusion_proof(TiledHashes(stored().tile, size, edge), index, size)


@lru_cache(maxsize=4)
def _edge(root: bytes) -> Tiles:
    """The partial tiles of the tree with this root: of the last few heads. A root has one tree."""
    return {}


def consistency(first: int, second: int) -> list[bytes]:
    """RFC 9162, 2.1.4. ValueError when ``first`` is larger; ``second`` is at most that of the last head."""
    return consistency_proof(stored().hashes(second), first, second)
