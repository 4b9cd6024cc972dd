"""Where things are: the checkout, its virtual environment, and the folder of its private database."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from geoportal.bootstrap.owner import passwd_entry

REPOSITORY = Path(__file__).resolve().parent.parent.parent
VENV = REPOSITORY / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
# Everything that can be made again: logs, collected static files, downloads. Ignored by git.
VAR = REPOSITORY / "var"
LOGS = VAR / "log"


def cluster_home() -> Path:
    """The folder of this checkout's private database, outside the repository.

    ``GEOPORTAL_HOME`` if set; else a system folder for root (its own home is closed to the user PostgreSQL
    runs as) and the XDG data folder for anyone else. Two checkouts never share one: its name is a hash of the
    checkout's path.
    """
    if chosen := os.environ.get("GEOPORTAL_HOME"):
        return Path(chosen).absolute()
    name = hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        return Path("/var/lib/geoportal") / name
    home = os.environ.get("HOME") or passwd_entry(os.geteuid()).pw_dir
    data_home = os.environ.get("XDG_DATA_HOME") or f"{home}/.local/share"
    return Path(data_home).absolute() / "geoportal" / name
