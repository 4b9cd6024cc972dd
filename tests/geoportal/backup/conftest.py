"""A portal in a database of its own, and a fresh PostgreSQL to bring its backups back into."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from geoportal.backup.server import Address, portal_address
from geoportal.bootstrap.server import PORT, ROLE, Server
from tests.scaling import servers


def url(address: Address) -> str:
    """As DATABASE_URL, for the portal's own processes."""
    given = psycopg.conninfo.conninfo_to_dict(address.conninfo)
    name, host, port, user = (given.get(key) or "" for key in ("dbname", "host", "port", "user"))
    password = f":{quote(address.password)}" if address.password else ""
    return f"postgresql://{user}{password}@/{name}?host={quote(str(host), safe='')}&port={port or PORT}"


def named(address: Address, name: str) -> Address:
    """Another database of the same server."""
    return Address(make_conninfo(address.conninfo, dbname=name), address.password)


@pytest.fixture(scope="session")
def source(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Address]:
    with django_db_blocker.unblock():
        tests = portal_address()
        connections.close_all()  # a database that is copied has no other users
    original = str(psycopg.conninfo.conninfo_to_dict(tests.conninfo)["dbname"])
    copy = f"{original}_backup"
    with named(tests, "postgres").connect() as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(copy)))
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(copy), Identifier(original)))
    yield named(tests, copy)
    with named(tests, "postgres").connect() as server:
        server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(copy)))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="gp-"))  # not pytest's: root's is closed to the database's user
    folder.chmod(0o755)
    made = servers.server(folder)
    made.create()
    with (made.data / "postgresql.conf").open("a") as conf:
        conf.write("fsync = off\n")
    made.start()
    made.wait_until_ready()
    yield made
    made.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def empty(cluster: Server) -> Callable[[], Address]:
    """Makes an empty database in the fresh cluster."""
    numbers = count(1)

    def make() -> Address:
        name = f"restored_{next(numbers)}"
        cluster.create_database(name)
        where = make_conninfo("", host=str(cluster.socket_folder), port=PORT, user=ROLE, dbname=name)
        return Address(where, "")

    return make
