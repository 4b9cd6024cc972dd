"""The database that is backed up or brought back: how to reach it, what is in it.

Talks to it beside Django: what counts has a transaction of its own, and PostgreSQL's programs a connection.
"""

import os
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection as of_django
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo
from psycopg.sql import SQL, Identifier

from geoportal.lib.sql import statement

PACKAGE = "geoportal.backup"
# What a row reads as must not hang on who asks (times, numbers), nor end because it takes long.
STEADY = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; "
    "SET extra_float_digits = 1; SET bytea_output = 'hex'; SET statement_timeout = 0; "
    "SET idle_in_transaction_session_timeout = 0"
)


@dataclass(frozen=True)
class Address:
    """Of a database, for libpq: without the password, which a list of processes would show to all."""

    conninfo: str
    password: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """For PostgreSQL's programs, which then speak English."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
        return kept | {"LANG": "C.UTF-8"} | ({"PGPASSWORD": self.password} if self.password else {})

    def connect(self) -> Connection[tuple[Any, ...]]:
        made = psycopg.connect(self.conninfo, password=self.password or None, autocommit=True)
        made.execute(STEADY)
        return made


@dataclass(frozen=True)
class Tally:
    """Of one table: how many rows, and a sum of their hashes that does not hang on their order."""

    rows: int
    fingerprint: str


def portal_address() -> Address:
    """Of the database in DATABASE_URL."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} - {"client_encoding"}
    given = {name: value for name, value in of_django.get_connection_params().items() if name in known}
    password = given.pop("password", "")
    return Address(make_conninfo("", **given), password)


def major_of(server: Connection[Any]) -> int:
    return server.info.server_version // 10_000


def tables(server: Connection[Any]) -> list[tuple[str, str]]:
    """Schema and name of every table with rows of its own, in order."""
    return [(row[0], row[1]) for row in server.execute(statement(PACKAGE, "tables").encode())]


def extensions(server: Connection[Any]) -> dict[str, str]:
    """Their versions by name."""
    found = server.execute(
        "SELECT extname, extversion FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
    )
    return {row[0]: row[1] for row in found}


def tally(server: Connection[Any], schema: str, table: str) -> Tally:
    query = SQL(
        "SELECT count(*), coalesce(sum(hashtextextended(each_row::text, 0)::numeric), 0)::text "
        "FROM {} AS each_row"
    )
    row = server.execute(query.format(Identifier(schema, table))).fetchone()
    assert row is not None
    return Tally(row[0], row[1])


def own_objects(server: Connection[Any]) -> list[tuple[str, str]]:
    """Everything that is not PostgreSQL's nor an extension's: its name, and the statement that drops it."""
    return [(row[0], row[1]) for row in server.execute(statement(PACKAGE, "own_objects").encode())]
