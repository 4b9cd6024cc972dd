"""What a leaf of the tree says, as bytes. No personal data: who did what is behind the commitment."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from geoportal.log.canonical import JSON, canonical_json, read_utc, utc_text

VERSION = 1
SALT_BYTES = 32
# Entries travel with two bytes of length (C2SP tlog-tiles, "Log entries").
MOST_BYTES = 2**16 - 1
EVENT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
# Twelve digits that stand alone are an IIN or a BIN; after a hyphen they may be the end of a UUID.
PERSONAL_NUMBER = re.compile(rb"(?<![0-9A-Za-z-])\d{12}(?![0-9A-Za-z])")


@dataclass(frozen=True)
class Entry:
    """``object`` is a random reference that all entries about one row share; ``commitment`` is None in the
    log's own entries, which commit to nothing.
    """

    event: str
    object: UUID
    at: datetime
    commitment: bytes | None
    public: Mapping[str, JSON] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Raises ValueError for what may not stand in a public log."""
        if not EVENT.fullmatch(self.event):
            raise ValueError(f"{self.event!r} is not the name of an event")
        if PERSONAL_NUMBER.search(canonical_json(self.public)):
            raise ValueError(f"{self.event}: what is public holds a number of twelve digits, as an IIN has")
        encoded = canonical_json(
            {
                "v": VERSION,
                "event": self.event,
                "object": str(self.object),
                "at": utc_text(self.at),
                "commitment": self.commitment.hex() if self.commitment is not None else None,
                "public": self.public,
            }
        )
        if len(encoded) > MOST_BYTES:
            raise ValueError(f"{self.event}: an entry takes {MOST_BYTES} bytes at most")
        return encoded

    @classmethod
    def decode(cls, encoded: bytes) -> "Entry":
        """Raises ValueError for bytes that ``encode`` would not have written."""
        try:
            value = json.loads(encoded)
            commitment = value["commitment"]
            entry = cls(
                event=value["event"],
                object=UUID(value["object"]),
                at=read_utc(value["at"]),
                commitment=None if commitment is None else bytes.fromhex(commitment),
                public=value["public"],
            )
            is_same = entry.encode() == encoded
        except (KeyError, TypeError, AttributeError, RecursionError, ValueError) as error:
            raise ValueError("not an entry of this log") from error
        if not is_same:
            raise ValueError("not an entry of this log as it writes them")
        return entry


def commit(*, salt: bytes, content: Mapping[str, JSON]) -> bytes:
    """SHA-256(salt ‖ canonical JSON of the content), 32 bytes.

    Without the salt nobody can find the content by trying: so erasing the salt erases the person, and the
    leaf stays provable.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hashlib.sha256(salt + canonical_json(content)).digest()
