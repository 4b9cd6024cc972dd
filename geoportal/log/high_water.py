"""The last head that was signed, noted beside the key: what a database restored from a backup has forgotten.

Without it the restored log would grow again from where it was, and sign another tree of a size that it has
signed before: a fork, which is the one thing that a log must never do.
"""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from geoportal.log.keys import write_durably
from geoportal.log.note import BadNote, Checkpoint
from geoportal.log.refusals import LogRefused

NAME = "last-head"


@dataclass(frozen=True)
class HighWater:
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / NAME

    def read(self) -> Checkpoint | None:
        """None before the first head. Raises LogRefused (unreadable_last_head)."""
        try:
            note = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self._unreadable() from error
        try:
            return Checkpoint.parse(note.partition("\n\n")[0] + "\n")
        except BadNote as error:
            raise self._unreadable() from error

    def write(self, note: str) -> None:
        """``note``: a signed checkpoint. On the disk when this returns."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(self.path, note.encode())

    def _unreadable(self) -> LogRefused:
        return LogRefused(
            _("The file last-head in LOG_KEY_DIR cannot be read as a head of the log."),
            code="unreadable_last_head",
        )
