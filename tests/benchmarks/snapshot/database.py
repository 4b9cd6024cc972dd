"""The database to be measured: a given one, or one of the benchmark's own beside that of DATABASE_URL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

NAME = "geoportal_benchmark_snapshot"


@contextmanager
def database(given: str | None, rows: int) -> Iterator[str]:
    """Its address, which is DATABASE_URL from then on. A given one is left as it was."""
    if given:
        os.environ["DATABASE_URL"] = given
        yield given
        return
    beside = os.environ.get("DATABASE_URL", "postgresql://geoportal@localhost/geoportal")
    own = urlsplit(beside)._replace(path=f"/{NAME}").geturl()
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME))
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    try:
        os.environ |= {"DATABASE_URL": own, "GEOPORTAL_DEMO": "no"}
        _geoportal("prepare")
        _geoportal("seed_demo", "--problems", str(rows), "--needs", "0", "--initiatives", "0")
        with psycopg.connect(own, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        yield own
    finally:
        os.environ["DATABASE_URL"] = beside
        with psycopg.connect(beside, autocommit=True) as connection:
            connection.execute(drop)


def _geoportal(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "geoportal", *arguments], check=True)
