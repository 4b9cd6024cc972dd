"""Proofs out of the database."""

from collections.abc import Callable

from django.db.models import Model

from geoportal.lib import replicas
from geoportal.log.append import ERASED
from geoportal.log.checking import LogProof
from geoportal.log.models import Head, Opening
from geoportal.log.registry import label_of
from geoportal.log.stored import StoredTree
from geoportal.log.tree import consistency_proof, inclusion_proof

__all__ = ["LogProof", "consistency", "inclusion", "last_head", "proof_for"]


def proof_for(*, row: Model, event: str | None = None) -> LogProof | None:
    """That what was logged of ``row`` (its last entry, or its last of ``event``) stands in the signed tree.

    None: it has no place yet (the worker gives it one within a second), nothing was logged of it, or its salt
    is erased and there is nothing left to prove.
    """
    mine = Opening.objects.filter(model=label_of(type(row)), key=str(row.pk)).exclude(event=ERASED)
    opening = (mine.filter(event=event) if event else mine).order_by("-leaf_id").first()
    head = last_head()
    if opening is None or opening.salt is None or head is None or head.size <= opening.leaf_id:
        return None
    tree = StoredTree(replicas.reading())
    return LogProof(
        entry=tree.entries(opening.leaf_id, 1)[0],
        index=opening.leaf_id,
        salt=bytes(opening.salt),
        inclusion=tuple(inclusion(opening.leaf_id, head.size)),
        checkpoint=head.checkpoint,
    )


def last_head() -> Head | None:
    """The head that is public now; None before the first."""
    return Head.objects.order_by("-size").first()


def inclusion(index: int, size: int) -> list[bytes]:
    """RFC 9162, 2.1.3, from tiles. ValueError when a tree of ``size`` has no leaf ``index``; ``size`` is at
    most that of the last head.
    """
    return inclusion_proof(_hashes(size), index, size)


def consistency(first: int, second: int) -> list[bytes]:
    """RFC 9162, 2.1.4. ValueError when ``first`` is larger; ``second`` is at most that of the last head."""
    return consistency_proof(_hashes(second), first, second)


def _hashes(size: int) -> Callable[[int, int], bytes]:
    return StoredTree(replicas.reading()).hashes(size)
