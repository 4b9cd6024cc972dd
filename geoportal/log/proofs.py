"""Proofs out of the database.

Always the primary: a replica that is a moment behind would show a head that is smaller than the one shown
before, which outsiders must take for a log that was cut.
"""

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

from geoportal.log.append import ERASED
from geoportal.log.checking import LogProof
from geoportal.log.models import Head, Opening, SigningKey
from geoportal.log.note import Verifier
from geoportal.log.registry import label_of
from geoportal.log.stored import StoredTree
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
    mine = (
        Opening.objects.using(DEFAULT_DB_ALIAS)
        .filter(model=label_of(type(row)), key=str(row.pk))
        .exclude(event=ERASED)
    )
    opening = (mine.filter(event=event) if event else mine).order_by("-leaf_id").first()
    head = last_head()
    if opening is None or opening.salt is None or head is None or head.size <= opening.leaf_id:
        return None
    return LogProof(
        entry=stored().entries(opening.leaf_id, 1)[0],
        index=opening.leaf_id,
        salt=bytes(opening.salt),
        inclusion=tuple(inclusion(opening.leaf_id, head.size)),
        checkpoint=head.checkpoint,
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


def inclusion(index: int, size: int) -> list[bytes]:
    """RFC 9162, 2.1.3, from tiles. ValueError when a tree of ``size`` has no leaf ``index``; ``size`` is at
    most that of the last head.
    """
    return inclusion_proof(stored().hashes(size), index, size)


def consistency(first: int, second: int) -> list[bytes]:
    """RFC 9162, 2.1.4. ValueError when ``first`` is larger; ``second`` is at most that of the last head."""
    return consistency_proof(stored().hashes(second), first, second)
