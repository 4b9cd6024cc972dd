"""Which keys sign which head, and whether the log may go on from where the database is."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from geoportal.log.keys import KeyFolder
from geoportal.log.models import Head, SigningKey
from geoportal.log.note import Checkpoint, Signer, Verifier
from geoportal.log.refusals import LogRefused
from geoportal.log.tiles import TiledHashes
from geoportal.log.tree import tree_root

ROTATED = "log.key_rotated"
RESTARTED = "log.restarted"


def keys_of(origin: str) -> list[SigningKey]:
    """The keys that a log has had, in the order in which they took office."""
    found = SigningKey.objects.filter(verifier__startswith=f"{origin}+")
    return sorted(found, key=lambda key: -1 if key.entry_id is None else key.entry_id)


def signers_for(keys: Iterable[SigningKey], *, before: int, size: int, folder: KeyFolder) -> list[Signer]:
    """Who signs the head of ``size`` that comes after that of ``before``.

    The key in office; and where the leaves between hold a change of office, the old and the new: so whoever
    trusts the old learns of the new. Raises LogRefused when one of them is not at hand: an entry alone, which
    whoever can write into the database can make, hands the log to nobody.
    """
    in_office: list[SigningKey] = []
    for key in keys:
        if key.entry_id is None or key.entry_id < before:
            in_office = [key]
        elif key.entry_id < size:
            in_office.append(key)
    return [folder.signer_of(Verifier.parse(key.verifier)) for key in in_office]


def require_own_past(
    hashes: TiledHashes, *, head: Head | None, noted: Checkpoint | None, origin: str
) -> None:
    """That the tree goes on from what was signed: the last head of the database, and that noted by the key.

    Raises LogRefused.
    """
    if noted is not None:
        _require_origin(noted.origin, origin)
        if noted.size > hashes.size:
            raise LogRefused(
                _(
                    "The log has signed %(signed)s entries and the database has %(present)s: it was restored "
                    "from a backup. Nothing is signed until this is settled (docs/log.md, Restoring)."
                )
                % {"signed": noted.size, "present": hashes.size},
                code="restored_backup",
            )
    elif head is not None:
        _require_origin(head.checkpoint.partition("\n")[0], origin)
    signed = {(noted.size, noted.root)} if noted else set()
    signed |= {(head.size, bytes(head.root))} if head else set()
    for size, root in signed:
        _require_root(hashes, size, root)


def _require_origin(found: str, origin: str) -> None:
    if found != origin:
        raise LogRefused(
            _("The log is called %(found)s, and LOG_ORIGIN says %(origin)s: its name is for ever.")
            % {"found": found, "origin": origin},
            code="other_origin",
        )


def _require_root(hashes: TiledHashes, size: int, root: bytes) -> None:
    if size > hashes.size or tree_root(hashes, size) != root:
        raise LogRefused(
            _(
                "The first %(size)s entries are no longer those that were signed. Nothing is signed until "
                "this is settled (geoportal verify --database; docs/log.md, Restoring)."
            )
            % {"size": size},
            code="other_tree",
        )


def checkpoint_of(origin: str, hashes: TiledHashes) -> Checkpoint:
    return Checkpoint(origin, hashes.size, tree_root(hashes, hashes.size))
