"""The log's tables, streamed: a cursor of the server's for each, so that any size fits into memory."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection

from geoportal.lib.sql import statement
from geoportal.log.models import SigningKey
from geoportal.log.note import BadNote, Verifier

FETCH = 5000


def streamed(name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of ``sql/<name>.sql``. In binary: bytes come as they are, not as text of twice the length."""
    with connection.cursor() as cursor:
        # Django's cursors of the server's have no binary form.
        raw = cursor.connection.cursor(name=f"log_{name}_{uuid4().hex[:8]}")
    raw.itersize = FETCH
    try:
        raw.execute(statement("geoportal.log", name), binary=True)
        yield from raw
    finally:
        # Whoever stops early ends the transaction, and its cursors with it.
        with suppress(psycopg.Error):
            raw.close()


def erased() -> dict[UUID, int]:
    """By reference, the last entry that says that its salt was erased."""
    with connection.cursor() as cursor:
        cursor.execute(statement("geoportal.log", "audit_erased"))
        return dict(cursor.fetchall())


def keys() -> list[tuple[Verifier, int | None]]:
    """The log's public keys with the entry that put each into office, in the order in which they came. One
    that cannot be read has signed nothing: its heads are found.
    """
    found: list[tuple[Verifier, int | None]] = []
    for verifier, entry in SigningKey.objects.order_by("pk").values_list("verifier", "entry_id"):
        with suppress(BadNote):
            found.append((Verifier.parse(verifier), entry))
    return found
