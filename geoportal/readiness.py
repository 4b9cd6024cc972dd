"""Can the portal serve? Each part answers for itself; ``/readyz`` puts the answers together.

The questions go over a connection of their own with short limits: a pool would wait long for a database that
is gone, and a busy pool does not mean that the portal is broken. Answers never quote an error of the
database, which may name hosts and users.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from geoportal.lib.replicas import replicas
from layers.snapshot import process as snapshot

CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 2000
# Procrastinate's workers report every 10 s; three reports missed is a dead worker.
HEARTBEAT_LIMIT_S = 35

Migration = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    ok: bool
    detail: str


def answers() -> dict[str, Answer]:
    """One answer for each part, in the order in which they need each other."""
    return {**_of_the_primary(), **_of_replicas(), **_of_the_snapshot()}


def _of_the_primary() -> dict[str, Answer]:
    try:
        with closing(_connect()) as own:
            found = {"database": Answer(True, "reachable")}
            for name, question in QUESTIONS.items():
                found[name] = _asked(question, own)
            own.rollback()  # a pooler throws away a connection that is left in a transaction
            return found
    except psycopg.Error:
        unknown = Answer(False, "unknown without the database")
        return {"database": Answer(False, "cannot be reached"), **dict.fromkeys(QUESTIONS, unknown)}


def _of_replicas() -> dict[str, Answer]:
    """Always well: what a replica does not answer, the primary does."""
    if not settings.REPLICAS:
        return {}
    now = time.monotonic()
    words = [f"{alias} {standing.words(now)}" for alias, standing in replicas().standings.items()]
    return {"replicas": Answer(True, "; ".join(words))}


def _of_the_snapshot() -> dict[str, Answer]:
    """Always well: without one, PostgreSQL answers."""
    standing = snapshot.standing()
    return {"snapshot": Answer(True, standing.words())} if standing else {}


def _connect() -> psycopg.Connection:
    """In a transaction that is never committed: what is set for longer stays on a pooler's connection."""
    params = {**connection.get_connection_params(), "connect_timeout": CONNECT_TIMEOUT_S, "context": None}
    params.pop("cursor_factory")
    own = psycopg.connect(**params)
    own.execute(f"set local statement_timeout = {STATEMENT_TIMEOUT_MS}")
    return own


def _asked(question: Callable[[psycopg.Connection], Answer], own: psycopg.Connection) -> Answer:
    try:
        with own.transaction():
            return question(own)
    except psycopg.errors.UndefinedTable:
        return Answer(False, "its table is missing")


def migrations(own: psycopg.Connection) -> Answer:
    applied = set(own.execute("select app, name from django_migrations").fetchall())
    missing = [
        f"{app}.{name}"
        for (app, name), replaces in _known_migrations().items()
        if (app, name) not in applied and not (replaces and applied.issuperset(replaces))
    ]
    if missing:
        return Answer(False, f"{len(missing)} not applied, first {missing[0]}")
    return Answer(True, "all applied")


@cache
def _known_migrations() -> dict[Migration, tuple[Migration, ...]]:
    """The migrations that this code brings, each with those it replaces; they cannot change while it runs."""
    loader = MigrationLoader(None)
    return {key: tuple(loader.disk_migrations[key].replaces) for key in sorted(loader.graph.nodes)}


def worker(own: psycopg.Connection) -> Answer:
    row = own.execute(
        "select extract(epoch from now() - max(last_heartbeat))::integer from procrastinate_workers"
    ).fetchone()
    age = row[0] if row else None
    if age is None:
        return Answer(False, "no worker is running")
    if age > HEARTBEAT_LIMIT_S:
        return Answer(False, f"last heard of {age} s ago")
    return Answer(True, "running")


def boundaries(own: psycopg.Connection) -> Answer:
    row = own.execute(
        "select exists (select from regions_generation where jurisdiction_id = %s)",
        [settings.DEFAULT_JURISDICTION],
    ).fetchone()
    return Answer(True, "loaded") if row and row[0] else Answer(False, "none loaded: geoportal load_regions")


QUESTIONS: dict[str, Callable[[psycopg.Connection], Answer]] = {
    "migrations": migrations,
    "worker": worker,
    "boundaries": boundaries,
}
