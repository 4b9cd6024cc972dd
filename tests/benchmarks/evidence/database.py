"""A database with the tables and nothing in them, beside that of DATABASE_URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection

from geoportal.lib import env


@contextmanager
def fresh_database() -> Iterator[str]:
    """Its address; this process's connection leads there meanwhile."""
    name = connection.settings_dict["NAME"]
    bench = f"{name}_benchmark_evidence"
    connection.settings_dict["TEST"]["NAME"] = bench
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        address = urlsplit(
            env.text("DATABASE_URL", "postgresql://geoportal@localhost/geoportal", secret=True)
        )
        yield address._replace(path=f"/{bench}").geturl()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
