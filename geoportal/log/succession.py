"""How who trusts a log's old key comes to trust its new one. Without Django.

The head that first covers the entry of a change of office is signed by both keys, and stays to be had under
``/log/keys``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geoportal.lib.errors import DomainError
from geoportal.log.entry import Entry
from geoportal.log.fetching import RemoteLog
from geoportal.log.note import BadNote, Checkpoint, Verifier, open_checkpoint
from geoportal.log.tiles import WIDTH, TiledHashes, width_at
from geoportal.log.tree import consistency_proof, inclusion_proof, is_consistent, is_included, leaf_hash


@dataclass(frozen=True)
class Succession:
    """``heir`` follows one of ``before``; announced by entry ``index`` under ``checkpoint``."""

    before: Sequence[Verifier]
    heir: Verifier
    index: int
    checkpoint: Checkpoint


def heirs(trusted: Sequence[Verifier], keys: Iterable[Mapping[str, Any]]) -> list[Succession]:
    """The successions that lead from the trusted keys to the key in office, as far as signatures show."""
    found: list[Succession] = []
    current = list(trusted)
    for key in keys:
        match key:
            case {"verifier": str(text), "entry": int(index), "checkpoint": str(note)}:
                pass
            case _:
                continue
        try:
            heir = Verifier.parse(text)
            checkpoint, _ = open_checkpoint(note, current)
            open_checkpoint(note, [heir])
        except BadNote:
            continue
        if heir not in current and heir.name in {each.name for each in current}:
            found.append(Succession(current, heir, index, checkpoint))
            current = [heir]
    return found


def require_announced(
    heritage: Iterable[Succession],
    head: Checkpoint,
    hashes: TiledHashes,
    log: RemoteLog,
    *,
    refuse: type[DomainError],
) -> None:
    """That each succession stands in the log as an entry, and its head is one of the log's. Raises ``refuse``
    (wrong_signature).
    """
    for each in heritage:
        if not (_is_of_this_log(each.checkpoint, head, hashes) and _is_announced(each, hashes, log)):
            raise refuse("The log's new key is not announced by the old one.", code="wrong_signature")


def _is_of_this_log(checkpoint: Checkpoint, head: Checkpoint, hashes: TiledHashes) -> bool:
    return checkpoint.size <= head.size and is_consistent(
        first=checkpoint.size,
        second=head.size,
        first_root=checkpoint.root,
        second_root=head.root,
        proof=consistency_proof(hashes, checkpoint.size, head.size),
    )


def _is_announced(each: Succession, hashes: TiledHashes, log: RemoteLog) -> bool:
    if not 0 <= each.index < each.checkpoint.size:
        return False
    bundle, place = divmod(each.index, WIDTH)
    encoded = log.entries(bundle, width_at(level=0, index=bundle, size=hashes.size))[place]
    is_there = is_included(
        leaf=leaf_hash(encoded),
        index=each.index,
        size=each.checkpoint.size,
        proof=inclusion_proof(hashes, each.index, each.checkpoint.size),
        root=each.checkpoint.root,
    )
    try:
        public = Entry.decode(encoded).public
    except ValueError:
        return False
    is_named = public.get("from") in {str(key) for key in each.before} and public.get("to") == str(each.heir)
    return is_there and is_named
