"""Into the log: a row of the outbox in the caller's transaction. Its place in the tree comes later.

What was logged is there exactly if what it is about is, and nobody waits for anybody: the order is made by
geoportal/log/sequence.py.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Model

from geoportal.lib.sql import statement
from geoportal.log.canonical import JSON
from geoportal.log.entry import SALT_BYTES, Entry, commit
from geoportal.log.models import Opening, Pending
from geoportal.log.registry import EVENTS, label_of

ERASED = "log.erased"


def append(*, event: str, row: Model, at: datetime) -> None:
    """Log that ``event`` happened to ``row`` at ``at``. The row is saved (it has a key) and has what the
    event's ``content`` reads.

    Raises LookupError for an event that no app has registered, TypeError for a row of another model,
    ValueError for content or public part that cannot be logged, TransactionManagementError outside of a
    transaction: else a crash could keep the one and lose the other.
    """
    if event not in EVENTS:
        raise LookupError(f"{event} is not registered (geoportal.log.registry.logged)")
    logged = EVENTS[event]
    if not isinstance(row, logged.model):
        raise TypeError(f"{event} is about {logged.model._meta.label}, not {row._meta.label}")
    salt = secrets.token_bytes(SALT_BYTES)
    commitment = commit(salt=salt, content=logged.content(row))
    _require_transaction()
    reference = reference_of(row) or uuid4()
    entry = Entry(event, reference, at, commitment, logged.public(row))
    _insert(entry, model=label_of(type(row)), key=str(row.pk), salt=salt)


def erase(*, row: Model, at: datetime) -> None:
    """Forget the salts of what was logged of ``row``, and log that. Its leaves stay, and prove nothing of the
    content any more. A row that was never logged leaves no trace.
    """
    _require_transaction()
    reference = reference_of(row)
    if reference is None:
        return
    model, key = label_of(type(row)), str(row.pk)
    # In this order: what the sequencer moves meanwhile is found by the second, which sees what is committed.
    Pending.objects.filter(model=model, key=key).update(salt=None)
    Opening.objects.filter(model=model, key=key).update(salt=None)
    _insert(Entry(ERASED, reference, at, None), model=model, key=key)


def append_own(*, event: str, at: datetime, public: Mapping[str, JSON]) -> None:
    """An entry of the log about itself."""
    _require_transaction()
    _insert(Entry(event, uuid4(), at, None, public))


def reference_of(row: Model) -> UUID | None:
    """The reference that earlier entries about this row carry."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("geoportal.log", "reference"), {"model": label_of(type(row)), "key": str(row.pk)}
        )
        found = cursor.fetchone()
    return found[0] if found else None


def _insert(entry: Entry, *, model: str = "", key: str = "", salt: bytes | None = None) -> None:
    Pending.objects.create(
        event=entry.event, object=entry.object, entry=entry.encode(), model=model, key=key, salt=salt
    )


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the log is appended to inside a transaction")
