"""PostgreSQL's own programs that fit the server: a dump is written and read by nobody better."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from geoportal.backup.errors import BackupError
from geoportal.bootstrap.postgres import DEBIAN

NAMES = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True)
class Programs:
    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


def programs_for(server: int) -> Programs:
    """Those of the server's own major version, else the nearest newer: pg_dump refuses servers newer than
    itself. Raises BackupError, which says what to install.
    """
    found = installed()
    fitting = [programs for programs in found if programs.major >= server]
    if fitting:
        return min(fitting, key=lambda programs: programs.major)
    there = ", ".join(str(programs.major) for programs in found) or "–"
    raise BackupError(
        _(
            "the server is PostgreSQL %(server)s, which needs pg_dump, pg_restore and psql of that version "
            "or newer (found: %(there)s): apt-get install postgresql-client-%(server)s"
        )
        % {"server": server, "there": there}
    )


def installed() -> list[Programs]:
    """On this machine: Debian's folders, then the PATH."""
    folders = [path.parent for path in sorted(DEBIAN.glob("*/bin/pg_dump"))]
    if on_path := shutil.which("pg_dump"):
        folders.append(Path(on_path).resolve().parent)
        folders.append(Path(on_path).parent)
    whole = [folder for folder in folders if all((folder / name).exists() for name in NAMES)]
    return [Programs(folder, major) for folder in dict.fromkeys(whole) if (major := _major(folder))]


def _major(folder: Path) -> int | None:
    answer = subprocess.run(
        [folder / "pg_dump", "--version"], capture_output=True, text=True, errors="replace", check=False
    )
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else None
