"""What the database and the rules of appending refuse."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from geoportal.log import registry
from geoportal.log.append import append
from geoportal.log.models import Entry, Pending
from geoportal.log.sequence import sequence
from layers.models import Category
from tests.geoportal.log.conftest import NAMED, NOW

Name = Callable[..., Category]


@pytest.mark.parametrize(
    "change",
    [
        *(
            f"UPDATE {table} SET {column} = {column}"
            for table, column in (
                ("log_entry", "entry"),
                ("log_tile", "root"),
                ("log_head", "root"),
                ("log_signingkey", "verifier"),
            )
        ),
        *(f"DELETE FROM log_{table}" for table in ("entry", "tile", "head", "signingkey", "opening")),
        "UPDATE log_opening SET key = 'c8' WHERE index = 0",
        "UPDATE log_opening SET salt = '\\x0101010101010101010101010101010101010101010101010101010101010101'",
        "UPDATE log_opening SET salt = NULL, event = 'a.b'",
        *(
            f"SET LOCAL geoportal.log_may_be_emptied = 'no'; TRUNCATE log_{table} CASCADE"
            for table in ("entry", "tile", "head", "signingkey", "opening", "pending")
        ),
    ],
)
def test_the_database_refuses_to_change_what_was_logged(name_category: Name, change: str) -> None:
    name_category("c8")
    sequence(now=NOW)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="is refused"), transaction.atomic():
            cursor.execute(change)


def test_what_waits_is_not_rewritten(name_category: Name) -> None:
    name_category("a")
    with pytest.raises(IntegrityError, match="salt alone"), transaction.atomic():
        Pending.objects.update(entry=b"{}")


def test_only_what_is_registered_is_logged(name_category: Name) -> None:
    row = name_category("c1")
    connection.in_atomic_block = False
    try:
        with pytest.raises(transaction.TransactionManagementError):
            append(event=NAMED, row=row, at=NOW)
    finally:
        connection.in_atomic_block = True
    with pytest.raises(LookupError, match="not registered"):
        append(event="category.unheard", row=row, at=NOW)
    with pytest.raises(TypeError, match=r"layers\.Category"):
        append(event=NAMED, row=Entry(), at=NOW)
    for event in ("log.erased", NAMED, "Bad name"):
        with pytest.raises(ValueError, match=r"event|already"):
            registry.logged(event=event, model=Category, content=lambda row: {})
