"""The private database of a checkout: shared by what runs in it, stopped by whoever leaves last.

Layout of its folder (places.cluster_home): ``data/`` the PostgreSQL directory, ``socket/``, and three lock
files:

``users``    Each user (``make run``, ``make test``, one command) holds a shared lock while it needs the
             database. Whoever can make it exclusive is alone, and may stop the server. The kernel drops
             the lock however a process ends.
``start``    Held while making or starting the server: two users who come at once do it one by one.
``warden``   Held by the process that stops the server when its last user was killed (warden.py).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from geoportal.bootstrap import postgres
from geoportal.bootstrap.console import BootstrapError, say
from geoportal.bootstrap.owner import Owner, database_owner
from geoportal.bootstrap.places import REPOSITORY, cluster_home
from geoportal.bootstrap.server import PORT, ROLE, Server

DATABASE = "geoportal"
# sockaddr_un holds 107 bytes of path; the socket's own name takes the rest.
LONGEST_SOCKET_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}.lock")
PLAIN_PATH = re.compile(r"[\w./+-]+")


@contextmanager
def private_database(home: Path | None = None) -> Iterator[str]:
    """The address (``DATABASE_URL``) of this checkout's private database, running for as long as the block
    does.

    Raises BootstrapError when PostgreSQL with PostGIS is not installed, or it cannot be made or started.
    """
    home = home or cluster_home()
    owner = database_owner()
    _make_home(home, owner)
    home = home.resolve()
    users = (home / "users").open("a")
    try:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while another is stopping the server
        server = locate_server(home, owner)
        with (home / "start").open("a") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            _bring_up(server)
            _post_warden(home)
        yield f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(server.socket_folder))}&port={PORT}"
    finally:
        leave(home, owner, users.fileno())
        users.close()


def leave(home: Path, owner: Owner, users: int) -> None:
    """Give up the shared lock; stop the server if nobody else holds one."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    stop(home, owner)


def stop(home: Path, owner: Owner) -> None:
    if (home / "data").exists():
        locate_server(home, owner).stop()


def locate_server(home: Path, owner: Owner) -> Server:
    """The server of ``home`` with the binaries that fit its data. Raises BootstrapError if there are none."""
    data = home / "data"
    return Server(data, socket_folder(home), owner, binaries_for(data))


def binaries_for(data: Path) -> postgres.Binaries:
    """The PostgreSQL that made ``data``, or for new data the newest usable one."""
    among = postgres.installed()
    try:
        major = int((data / "PG_VERSION").read_text())
    except (OSError, ValueError):
        found, needed = postgres.usable(among), f"PostgreSQL {postgres.OLDEST} or newer with PostGIS"
    else:
        found = next((b for b in among if b.major == major and b.has_postgis()), None)
        needed = f"PostgreSQL {major} with PostGIS (which made the data in {data})"
    if found is None:
        raise BootstrapError(
            f"{needed} is not installed: install it, set DATABASE_URL to a database that runs elsewhere, "
            "or use docker compose up"
        )
    return found


def socket_folder(home: Path) -> Path:
    """``home/socket``, or a folder of this user among the temporary files where that name is too long or odd.

    PostgreSQL cannot make a socket below a path of more than about 90 bytes, and splits its setting at
    commas.
    """
    inside = home / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(inside)):
        return inside
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"geoportal-{os.geteuid()}-{name}"


def _make_home(home: Path, owner: Owner) -> None:
    mask = os.umask(0o022)  # root's database user must be able to enter what root makes
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "checkout").write_text(f"{REPOSITORY}\n")
    except OSError as error:
        raise BootstrapError(
            f"{home} cannot be written ({error.strerror}): set GEOPORTAL_HOME to a folder for the database"
        ) from error
    finally:
        os.umask(mask)
    if owner.run("test", "-x", home).returncode:
        raise BootstrapError(
            f"the database user cannot enter {home}: set GEOPORTAL_HOME to a folder that everyone may reach"
        )


def _bring_up(server: Server) -> None:
    if not server.data.exists():
        say(f"Creating a private PostgreSQL {server.binaries.major} database in {server.data}")
        server.create()
    if server.listener() is None:
        server.start()
    server.wait_until_ready()
    server.create_database(DATABASE)


def _post_warden(home: Path) -> None:
    """Start the warden unless one is there. It belongs to no terminal: Ctrl-C must not reach it."""
    with (home / "warden").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
    subprocess.Popen(
        [sys.executable, "-m", "geoportal.bootstrap.warden", str(home)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=REPOSITORY,
        start_new_session=True,
    )
