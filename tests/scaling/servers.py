"""A primary, its streaming replica and pgbouncer, all real programs of this machine; and portals on them."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psycopg

from geoportal.bootstrap.cluster import DATABASE, binaries_for
from geoportal.bootstrap.owner import database_owner
from geoportal.bootstrap.places import REPOSITORY
from geoportal.bootstrap.server import PORT, ROLE, Server

POOLER_PORT = 6432
PATIENCE_S = 20.0
WORLD = """
import django; django.setup()
from django.core.management import call_command
from tests.world import add_feature, build_world
call_command("migrate", verbosity=0)
build_world()
for kind, status in (("problem", "new"), ("need", "new"), ("initiative", "published")):
    for number in range(40):
        add_feature(70.05 + number * 0.07, 50.5, kind=kind, status=status)
"""


def server(folder: Path) -> Server:
    data = folder / "data"
    return Server(data, folder / "s", database_owner(), binaries_for(data))


def address(of: Server) -> str:
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(of.socket_folder))}&port={PORT}"


def primary_in(folder: Path) -> Server:
    """With the portal's tables, and the world of tests/world.py in them."""
    made = server(folder)
    made.create()
    with (made.data / "postgresql.conf").open("a") as conf:
        conf.write("fsync = off\n")
    made.start()
    made.wait_until_ready()
    made.create_database(DATABASE)
    done = subprocess.run(
        [sys.executable, "-c", WORLD],
        cwd=REPOSITORY,
        env=environment(DATABASE_URL=address(made)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ask(made, "create table probe (id integer)")
    return made


def replica_in(folder: Path, primary: Server) -> Server:
    """As docs/scaling.md says how to make one."""
    made = server(folder)
    made.owner.folder(made.data)
    done = made.owner.run(
        *(primary.binaries.bin / "pg_basebackup", "-h", primary.socket_folder, "-p", str(PORT), "-U", ROLE),
        *("-D", made.data, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"),
    )
    assert done.returncode == 0, done.stdout
    made.start()
    made.wait_until_ready()
    # Replaying waits for nobody, so that a conflict is one at once.
    ask(made, "alter system set max_standby_streaming_delay = '100ms'")
    ask(made, "select pg_reload_conf()")
    return made


def ask(of: Server | str, statement: str) -> Any:
    """The first value that a statement answers with, if any."""
    where = of if isinstance(of, str) else address(of)
    with psycopg.connect(where, autocommit=True) as own:
        cursor = own.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def kill(of: Server) -> None:
    """As a machine that loses its power: no process of it ends in order."""
    pid = of.listener()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    soon(lambda: of.listener() is None)


def soon(condition: Callable[[], object], *, within_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.1)


@contextmanager
def pgbouncer(program: str, folder: Path, primary: Server) -> Iterator[str]:
    """In transaction mode, with two connections to the primary; gives its address."""
    folder.mkdir()
    primary.owner.folder(folder / "s")
    (folder / "users").write_text(f'"{ROLE}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={primary.socket_folder} port={PORT}\n[pgbouncer]\nlisten_addr =\n"
        f"unix_socket_dir = {folder / 's'}\nlisten_port = {POOLER_PORT}\nauth_type = trust\n"
        f"auth_file = {folder / 'users'}\npool_mode = transaction\ndefault_pool_size = 2\n"
    )
    owner = primary.owner
    other: dict[str, Any] = (
        {"user": owner.uid, "group": owner.gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, str(folder / "pgbouncer.ini")], stdout=log, stderr=log, cwd="/", **other
        )
    try:
        soon((folder / "s" / f".s.PGSQL.{POOLER_PORT}").exists)
        yield f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(folder / 's'))}&port={POOLER_PORT}"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "PG"))}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "tests.scaling.portal_settings",
        "LOG_FORMAT": "json",
        **settings,
    }


@contextmanager
def portal(log: Path, **settings: str) -> Iterator[str]:
    """The web server, as `make run` starts it but with one process; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "geoportal.wsgi:application"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", "2", "--log-level", "warning"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=environment(**settings), stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    try:
        soon(lambda: answers(f"{url}/healthz"))
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def answers(url: str) -> bool:
    try:
        return Person(url).get("").status == 200
    except OSError:
        return False


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.content)

    def without_what_changes(self) -> bytes:
        """A page without its one-time number (geoportal/csp.py) and the address that it was asked at."""
        return re.sub(rb'nonce="[^"]+"|127\.0\.0\.1:\d+', b"", self.content)


class Person:
    """A browser of one person: it keeps cookies."""

    def __init__(self, portal: str) -> None:
        self.portal = portal
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str, **headers: str) -> Response:
        return self._ask(Request(self.portal + path, headers=headers))

    def post(self, path: str) -> Response:
        return self._ask(Request(self.portal + path, method="POST"))

    def _ask(self, request: Request) -> Response:
        try:
            with self.opener.open(request, timeout=PATIENCE_S) as found:
                return Response(found.status, dict(found.headers), found.read())
        except HTTPError as error:
            with error:
                return Response(error.code, dict(error.headers), error.read())
