"""What a backup says about itself: enough to check it, to fit it to a server, to compare what came back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from geoportal.backup.errors import BackupError
from geoportal.backup.server import Tally

FORMAT = 1


@dataclass(frozen=True)
class Part:
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """``tables`` by ``schema.name``, as they were at one moment, that of the dump; ``left_out`` are those
    whose rows were left out. ``log_keys`` are public keys of the log with fingerprints, never a secret one.
    ``vanished_media``: files that were taken away while the backup was made.
    """

    created_at: datetime
    portal: str
    server: str
    dump_major: int
    extensions: Mapping[str, str]
    tables: Mapping[str, Tally]
    left_out: tuple[str, ...]
    log_keys: tuple[Mapping[str, str], ...]
    vanished_media: int
    parts: Mapping[str, Part]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def as_json(self) -> bytes:
        found = {"format": FORMAT, **asdict(self), "created_at": self.created_at.isoformat()}
        # ASCII: the name of a file may be bytes that are no UTF-8, which only an escape can say.
        return json.dumps(found, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Manifest":
        """Raises BackupError for what is no manifest, or one of a later portal."""
        try:
            found: dict[str, Any] = json.loads(content)
            if found.pop("format") != FORMAT:
                raise BackupError(_("this backup is of a later portal: bring it back with that"))
            return cls(
                **found
                | {
                    "created_at": datetime.fromisoformat(found["created_at"]),
                    "tables": {name: Tally(**each) for name, each in found["tables"].items()},
                    "parts": {name: Part(**each) for name, each in found["parts"].items()},
                    "left_out": tuple(found["left_out"]),
                    "log_keys": tuple(found["log_keys"]),
                }
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError(_("the manifest of this backup cannot be read")) from error
