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
        note = self.note()
        return None if note is None else head_of(note)

    def note(self) -> str | None:
        """The same as it was signed."""
        try:
            note = self.path.read_text(encoding="utf-8")
            head_of(note)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, BadNote) as error:
            raise self._unreadable() from error
        return note

    def all_notes(self) -> list[str]:
        """Also those put aside."""
        return [path.read_text(encoding="utf-8") for path in sorted(self.folder.glob(f"{NAME}*"))]

    def put_aside(self, note: str) -> Path:
        """Keep the last head of an old name: where. It overwrites none that was put aside before."""
        begin = f"{NAME}-{head_of(note).size}"
        number = len(list(self.folder.glob(f"{begin}*")))
        kept = self.path.with_name(f"{begin}-{number}" if number else begin)
        write_durably(kept, note.encode())
        return kept

    def write(self, note: str) -> None:
        """``note``: a signed checkpoint. On the disk when this returns."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(self.path, note.encode())

    def _unreadable(self) -> LogRefused:
        return LogRefused(
            _("The file last-head in LOG_KEY_DIR cannot be read as a head of the log."),
            code="unreadable_last_head",
        )


def head_of(note: str) -> Checkpoint:
    """What was signed. Raises BadNote."""
    return Checkpoint.parse(note.partition("\n\n")[0] + "\n")
