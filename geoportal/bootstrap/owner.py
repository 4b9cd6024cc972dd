"""The operating-system user a private PostgreSQL runs as: never root, which PostgreSQL refuses."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from geoportal.bootstrap.console import BootstrapError

SYSTEM_USER = "geoportal"
# Names of users that own nothing else of value, made by the PostgreSQL packages or by us.
UNPRIVILEGED = ("postgres", SYSTEM_USER)


@dataclass(frozen=True)
class Owner:
    uid: int
    gid: int

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, its output as text, in an environment without anybody's settings.

        LC_*, PGHOST, PGDATA and the like of the caller would change what initdb and psql do.
        """
        other = {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() != self.uid else {}
        return subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/", "TZ": "UTC"},
            cwd="/",
            text=True,
            errors="replace",
            check=False,
            **other,  # type: ignore[call-overload]
        )

    def folder(self, path: Path) -> None:
        """Make a folder that only this user can enter. Raises BootstrapError if it is somebody else's."""
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if os.geteuid() == 0 and stat.S_ISDIR(found.st_mode) and found.st_uid == 0:
            os.chown(path, self.uid, self.gid)
            found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid:
            raise BootstrapError(f"{path} belongs to another user: remove it or set GEOPORTAL_HOME elsewhere")
        path.chmod(0o700)


def database_owner() -> Owner:
    """The current user, or for root an unprivileged one (made if there is none)."""
    uid = os.geteuid()
    if uid != 0:
        return Owner(uid, passwd_entry(uid).pw_gid)
    for name in UNPRIVILEGED:
        if owner := _named(name):
            return owner
    _make_system_user()
    owner = _named(SYSTEM_USER)
    if owner is None:
        raise BootstrapError(f"the user {SYSTEM_USER} could not be made: useradd --system {SYSTEM_USER}")
    return owner


def passwd_entry(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise BootstrapError(
            f"user id {uid} has no entry in /etc/passwd, which PostgreSQL needs: "
            "run as a named user, or set DATABASE_URL to a database that runs elsewhere"
        ) from None


def _named(name: str) -> Owner | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Owner(entry.pw_uid, entry.pw_gid)


def _make_system_user() -> None:
    if useradd := shutil.which("useradd"):
        subprocess.run([useradd, "--system", "--no-create-home", SYSTEM_USER], check=False)
