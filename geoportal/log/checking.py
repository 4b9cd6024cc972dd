"""Checking a proof without database and network: what ``geoportal verify receipt.zip`` does offline."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from geoportal.lib.errors import DomainError
from geoportal.log.canonical import JSON
from geoportal.log.entry import SALT_BYTES, Entry, commit
from geoportal.log.note import BadNote, Checkpoint, Verifier, open_checkpoint
from geoportal.log.tree import is_included, leaf_hash

# A tree of 2**63 leaves has no longer path.
LONGEST_PROOF = 63


class ProofRefused(DomainError):
    """``code``: malformed, wrong_content, wrong_signature, wrong_inclusion."""

    code = "malformed"


@dataclass(frozen=True)
class LogProof:
    """That an entry about some content stands in a signed tree. ``checkpoint`` is the signed note."""

    entry: bytes
    index: int
    salt: bytes
    inclusion: tuple[bytes, ...]
    checkpoint: str

    def as_json(self) -> dict[str, Any]:
        """Bytes in base64."""
        return {
            "entry": _encode(self.entry),
            "index": self.index,
            "salt": _encode(self.salt),
            "inclusion": [_encode(each) for each in self.inclusion],
            "checkpoint": self.checkpoint,
        }

    @classmethod
    def from_json(cls, value: Any) -> "LogProof":
        """Raises ProofRefused (malformed)."""
        match value:
            case {
                "entry": str(entry),
                "index": int(index),
                "salt": str(salt),
                "inclusion": [*inclusion],
                "checkpoint": str(checkpoint),
            } if 0 <= index < 2**63 and len(inclusion) <= LONGEST_PROOF:
                path = tuple(_decode(each) for each in inclusion)
                proof = cls(_decode(entry), index, _decode(salt), path, checkpoint)
            case _:
                raise ProofRefused("The proof of the log is not written as one.")
        if len(proof.salt) != SALT_BYTES or any(len(each) != 32 for each in path):
            raise ProofRefused("The proof of the log has hashes of a wrong length.")
        return proof


@dataclass(frozen=True)
class Proven:
    """What a proof has shown: this entry, at this place, in a tree that these keys have signed."""

    entry: Entry
    index: int
    checkpoint: Checkpoint
    signed_by: tuple[Verifier, ...]


def check_proof(proof: LogProof, content: Mapping[str, JSON], public_keys: Iterable[Verifier]) -> Proven:
    """``content``: what the entry must commit to, as the event's ``content(row)`` gave it.

    Raises ProofRefused with its code, for the first that does not hold.
    """
    try:
        entry = Entry.decode(proof.entry)
        commitment = commit(salt=proof.salt, content=content)
    except ValueError as error:
        raise ProofRefused(f"The proof of the log cannot be read: {error}.") from error
    if entry.commitment != commitment:
        raise ProofRefused("The log's entry is about another content.", code="wrong_content")
    try:
        checkpoint, signed_by = open_checkpoint(proof.checkpoint, public_keys)
    except BadNote as error:
        raise ProofRefused(f"The log's head is not signed: {error}.", code="wrong_signature") from error
    if not is_included(
        leaf=leaf_hash(proof.entry),
        index=proof.index,
        size=checkpoint.size,
        proof=proof.inclusion,
        root=checkpoint.root,
    ):
        raise ProofRefused("The entry is not in the tree that was signed.", code="wrong_inclusion")
    return Proven(entry, proof.index, checkpoint, tuple(signed_by))


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _decode(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise ProofRefused("The proof of the log is not in base64.") from error
