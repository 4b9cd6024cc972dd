"""What an outsider remembers of a log: one small file, written whole or not at all."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from geoportal.lib.errors import DomainError
from geoportal.log.canonical import read_utc, utc_text
from geoportal.log.note import Checkpoint, Verifier, open_checkpoint


class BadState(DomainError):
    """The file of what was seen cannot be read or written."""

    code = "bad_state"


@dataclass(frozen=True)
class Seen:
    """``note``: the last head, as it was signed; ``keys``: who may sign the next."""

    note: str
    keys: Sequence[Verifier]
    seen_at: datetime

    @cached_property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint.parse(self.note.rpartition("\n\n")[0] + "\n")

    @classmethod
    def read(cls, path: Path) -> "Seen | None":
        """None when there is no file. Raises BadState; a head that its keys have not signed is no state."""
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            keys = [Verifier.parse(key) for key in value["keys"]]
            seen = cls(value["checkpoint"], keys, read_utc(value["seen_at"]))
            open_checkpoint(seen.note, keys)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BadState(f"{path} does not hold what was seen of a log before.") from error
        return seen

    def write(self, path: Path) -> None:
        value = {
            "checkpoint": self.note,
            "keys": [str(key) for key in self.keys],
            "seen_at": utc_text(self.seen_at),
        }
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            beside.replace(path)
        except OSError as error:
            raise BadState(f"{path} cannot be written: {error.strerror}.") from error

    def keep_evidence(self, path: Path, note: str) -> None:
        """Both signed heads, one after the other: who has them can show the contradiction to anybody."""
        path.with_name(f"{path.name}.evidence").write_text(f"{self.note}\n{note}", encoding="utf-8")
