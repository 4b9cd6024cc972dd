"""The column snapshot against its aims and its rivals: ``make bench ARGS="snapshot"``.

``--rows N`` (10,000,000) makes a database of its own beside that of DATABASE_URL, with the demonstration
country, and drops it again. ``--database-url URL`` takes one that is there and leaves its rows as they were;
not that of a portal that serves, which would have to build its snapshot anew, as what changed is forgotten.
A run of all rows writes docs/benchmarks.md; a smaller one prints, and writes only with ``--write``.
``--without-rivals``: nothing is installed, and nothing compared but SQL.
"""

import argparse
import os
import sys
from importlib import import_module

import django

from tests.benchmarks.snapshot.database import database

ROWS = 10_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks snapshot")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--database-url", default=os.environ.get("BENCHMARK_DATABASE_URL"))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--without-rivals", action="store_true")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with database(given.database_url, given.rows) as url:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
        django.setup()
        # Only now: models need Django set up, and that the address of the database.
        run, report = (import_module(f"tests.benchmarks.snapshot.{name}") for name in ("run", "report"))
        found = run.run(url, load, with_rivals=not given.without_rivals)
        if given.write or found.rows >= report.AIMED_AT * report.ALMOST:
            report.write(found.text, found.images)
    sys.stdout.write(found.text)


if __name__ == "__main__":
    main()
