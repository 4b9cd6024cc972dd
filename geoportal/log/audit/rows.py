"""Whether rows are what the log says of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DataError, connection
from django.db.models import Model, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from geoportal.log.audit.finding import Fault, Finding
from geoportal.log.entry import commit
from geoportal.log.models import Opening, Pending
from geoportal.log.registry import EVENTS, LoggedEvent, label_of


class Committed(NamedTuple):
    """One entry with a commitment, and what the database knows of it."""

    leaf: int
    event: str
    commitment: bytes
    object: UUID
    model: str
    key: str
    salt: bytes | None


class RowCheck:
    """``erased``: by reference, the last entry that says that its salt was erased."""

    def __init__(self, *, erased: dict[UUID, int]) -> None:
        self.erased = erased

    def batch(self, entries: Sequence[Committed]) -> Iterator[Finding]:
        """Compute the commitments of these entries from the rows as they are now."""
        by_event: dict[str, list[Committed]] = defaultdict(list)
        for entry in entries:
            if entry.salt is not None:
                by_event[entry.event].append(entry)
            elif self.erased.get(entry.object, -1) <= entry.leaf:
                yield _finding(Fault.MISSING_SALT, entry, "and no entry says that it was erased")
        for event, committed in by_event.items():
            if event in EVENTS:
                yield from _differences(EVENTS[event], committed)
            else:
                for entry in committed:
                    yield _finding(Fault.UNKNOWN_EVENT, entry, f"{event} is registered by no app")

    def unlogged(self, logged: LoggedEvent) -> Iterator[Finding]:
        """Rows that must have an entry and have none, in the tree or on its way there."""
        label = label_of(logged.model)
        rows = logged.rows(logged.model._base_manager.all()).annotate(log_key=Cast("pk", TextField()))
        logged_keys = [
            where._base_manager.filter(model=label, event=logged.event).values_list("key")
            for where in (Opening, Pending)
        ]
        # EXCEPT, which is hashed or sorted. As NOT EXISTS it took minutes where the planner had no statistics
        # yet, as after a restore: it looked through all openings for each row.
        unlogged = rows.values_list("log_key").order_by().difference(*logged_keys)
        for (key,) in unlogged.iterator():
            yield Finding(Fault.UNLOGGED, label, key, detail=f"no entry {logged.event}")


def _differences(logged: LoggedEvent, entries: Sequence[Committed]) -> Iterator[Finding]:
    label = label_of(logged.model)
    rows = _rows_of(logged, {entry.key for entry in entries})
    for entry in entries:
        if entry.model != label:
            yield _finding(Fault.WRONG_OPENING, entry, f"{entry.event} is about {label}")
        elif entry.key not in rows:
            yield _finding(Fault.DELETED, entry)
        elif not _is_unchanged(logged, rows[entry.key], entry):
            yield _finding(Fault.EDITED, entry)


def _is_unchanged(logged: LoggedEvent, row: Model | None, entry: Committed) -> bool:
    try:
        return commit(salt=entry.salt or b"", content=logged.content(row)) == entry.commitment
    # What could not be logged was not logged, nor was what reads another row that is gone.
    except (ValueError, TypeError, AttributeError, ArithmeticError, ObjectDoesNotExist):
        return False


def _rows_of(logged: LoggedEvent, keys: set[str]) -> Mapping[str, Model | None]:
    """By key as text; None: it is there, with a value that Python has not (a time without end), which must
    not keep others from being looked at.
    """
    try:
        return _read(logged, keys)
    except DataError:
        if len(keys) == 1:
            return dict.fromkeys(keys)
        return {key: row for each in keys for key, row in _rows_of(logged, {each}).items()}


def _read(logged: LoggedEvent, keys: set[str]) -> dict[str, Model]:
    """Also those that ``rows`` no longer counts among its own, with what it joins and leaves out for
    ``content`` to read.
    """
    manager = logged.model._base_manager
    # One array, not thousands of parameters, which cost more than the rows.
    kind = logged.model._meta.pk.db_type(connection)
    wanted = RawSQL(f"SELECT unnest(%s::{kind}[])", [_primary_keys(logged.model, keys)])
    rows = manager.filter(pk__in=wanted)
    own = logged.rows(manager.all()).query
    rows.query.select_related, rows.query.deferred_loading = own.select_related, own.deferred_loading
    return {str(row.pk): row for row in rows}


def _primary_keys(model: type[Model], keys: set[str]) -> list[Any]:
    """Keys of the model's own type; a text that is none, or a number too large for it, belongs to no row."""
    field, found = model._meta.pk, []
    least, most = connection.ops.integer_field_range("BigIntegerField")
    for key in keys:
        try:
            value = field.to_python(key)
        except (ValidationError, ValueError):
            continue
        if not isinstance(value, int) or least <= value <= most:
            found.append(value)
    return found


def _finding(fault: Fault, entry: Committed, detail: str = "") -> Finding:
    return Finding(fault, entry.model, entry.key, entry.leaf, detail)
