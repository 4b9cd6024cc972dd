"""Stops a private database whose users were all killed: ``python -m geoportal.bootstrap.warden HOME``.

It waits for the exclusive lock on ``HOME/users``. The kernel grants it when the last user is gone, however
that ended, so there is nothing to count, no process id to believe and no signal to catch.
"""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path

from geoportal.bootstrap.cluster import stop
from geoportal.bootstrap.owner import database_owner


def watch(home: Path) -> None:
    with (home / "users").open("a") as users, (home / "warden").open("a") as warden:
        try:
            fcntl.flock(warden, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        fcntl.flock(users, fcntl.LOCK_EX)
        stop(home, database_owner())
        # `with` gives up "warden" before "users": a user who comes now finds no warden and posts a new one.


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
