"""Whatever is done to the database behind the log's back is found, and named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection, transaction

from geoportal.log import registry
from geoportal.log.append import erase
from geoportal.log.audit import Fault, Tally, audit
from geoportal.log.keys import KeyFolder
from geoportal.log.models import Entry, Head, Opening, Pending, SigningKey, Tile
from geoportal.log.note import Checkpoint, sign
from geoportal.log.proofs import proof_for, public_keys
from geoportal.log.sequence import sequence
from layers.models import Category
from tests.geoportal.log.conftest import NAMED, NOW, name_categories

Name = Callable[..., Category]
SIZE = 300


@pytest.fixture(autouse=True)
def _log(db: None) -> None:
    """300 categories, signed in three parts: a complete tile and a bit."""
    for start, end in ((0, 100), (100, 280), (280, SIZE)):
        name_categories(f"c{number}" for number in range(start, end))
        sequence(now=NOW)


@contextmanager
def tampering() -> Iterator[Any]:
    """As the owner of the tables can: triggers off, any statement, triggers on again."""
    tables = [model._meta.db_table for model in (Entry, Head, Opening, Pending, SigningKey, Tile)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def found() -> list[tuple[Fault, str, str, int | None]]:
    return [(each.fault, each.model, each.key, each.index) for each in audit(batch=250)]


def test_a_log_that_nobody_touched_holds() -> None:
    tally = Tally()
    assert list(audit(tally=tally)) == []
    assert (tally.entries, tally.rows, tally.heads, tally.tiles) == (300, 300, 3, 1)


def test_what_waits_for_its_place_is_not_missing(name_category: Name) -> None:
    name_category("waits")
    assert found() == []


def test_an_edited_row_is_named() -> None:
    Category.objects.filter(code="c17").update(name_kk="басқа")
    assert found() == [(Fault.EDITED, "layers.category", "c17", 17)]


def test_a_deleted_row_is_named() -> None:
    Category.objects.filter(code="c299").delete()
    assert found() == [(Fault.DELETED, "layers.category", "c299", 299)]


def test_a_row_inserted_past_the_log_is_named() -> None:
    Category.objects.create(code="sly", name_kk="x", name_ru="x", name_en="x", position=1)
    assert found() == [(Fault.UNLOGGED, "layers.category", "sly", None)]


def test_a_row_whose_entry_was_taken_out_of_the_outbox_is_named(name_category: Name) -> None:
    name_category("sly")
    Pending.objects.all().delete()
    assert found() == [(Fault.UNLOGGED, "layers.category", "sly", None)]


def test_a_back_dated_entry_is_named(name_category: Name) -> None:
    name_category("early", at=NOW - timedelta(days=3))
    name_category("late but honest", at=NOW - timedelta(minutes=4))
    sequence(now=NOW)
    assert found() == [(Fault.BACK_DATED, "layers.category", "early", 300)]


def test_an_entry_of_the_future_is_named_and_spoils_nothing_after_it(name_category: Name) -> None:
    name_category("future", at=NOW + timedelta(days=3))
    sequence(now=NOW)
    name_category("now", at=NOW)
    sequence(now=NOW)
    assert found() == [(Fault.AHEAD_OF_TIME, "", "", 300)]


def test_an_altered_entry_is_named_and_with_it_the_first_head_that_does_not_hold() -> None:
    with tampering() as cursor:
        cursor.execute(
            "UPDATE log_entry SET entry ="
            " convert_to(replace(convert_from(entry, 'UTF8'), 'c5\"', 'c6\"'), 'UTF8') WHERE index = 5"
        )
    assert (Fault.ALTERED_ENTRY, "", "", 5) in found()
    assert (Fault.FORKED_HEAD, "", "", 100) in found()
    assert len(found()) == 2


def test_an_altered_entry_above_the_last_tile_shows_by_the_head_over_it() -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE log_entry SET entry = entry || ' ' WHERE index = 290")
    (finding,) = audit()
    assert (finding.fault, finding.index) == (Fault.FORKED_HEAD, 300)
    assert finding.detail == "entries 280 to 299 are not those that were signed"


def test_an_entry_that_cannot_be_read_does_not_stop_the_audit() -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE log_entry SET entry = 'x' WHERE index = 290")
    Category.objects.filter(code="c295").update(name_kk="басқа")
    assert set(found()) == {
        (Fault.ALTERED_ENTRY, "", "", 290),
        (Fault.FORKED_HEAD, "", "", 300),
        (Fault.EDITED, "layers.category", "c295", 295),
    }


def test_a_row_edited_together_with_its_entry_and_its_tile_shows_by_the_heads(name_category: Name) -> None:
    """The whole chain of evidence in the database is forged, and cannot be signed."""
    with tampering() as cursor:
        cursor.execute("DELETE FROM log_opening WHERE index = 299")
        cursor.execute("DELETE FROM log_entry WHERE index = 299")
    Category.objects.filter(code="c299").delete()
    assert set(found()) == {(Fault.HEAD_BEYOND_TREE, "", "", 300)}


def test_an_entry_taken_out_of_the_middle_is_named() -> None:
    with tampering() as cursor:
        cursor.execute("DELETE FROM log_opening WHERE index = 150")
        cursor.execute("DELETE FROM log_entry WHERE index = 150")
    assert set(found()) == {
        (Fault.MISSING_ENTRY, "", "", 150),
        (Fault.FORKED_HEAD, "", "", 280),
        (Fault.UNLOGGED, "layers.category", "c150", None),
    }


def test_an_entry_put_far_beyond_the_others_is_named() -> None:
    Entry.objects.create(index=2**60, entry=b"{}")
    assert (Fault.MISSING_ENTRY, "", "", 300) in found()
    assert (Fault.ALTERED_ENTRY, "", "", 2**60) in found()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "UPDATE log_tile SET hashes = overlay(hashes PLACING '\\x00' FROM 9) WHERE index = 0",
            "altered_tile",
        ),
        ("UPDATE log_tile SET root = overlay(root PLACING '\\x00' FROM 1) WHERE index = 0", "altered_tile"),
        ("DELETE FROM log_tile WHERE index = 0", "missing_tile"),
        ("INSERT INTO log_tile SELECT level, 1, hashes, root FROM log_tile WHERE index = 0", "altered_tile"),
    ],
)
def test_an_altered_tile_is_named(change: str, fault: str) -> None:
    with tampering() as cursor:
        cursor.execute(change)
    assert {str(each[0]) for each in found()} == {fault}


def test_an_unsigned_head_is_named() -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE log_head SET checkpoint = split_part(checkpoint, '—', 1) WHERE size = 280")
    assert found() == [(Fault.UNSIGNED_HEAD, "", "", 280)]


def test_a_head_whose_note_is_of_another_is_named() -> None:
    with tampering() as cursor:
        cursor.execute(
            "UPDATE log_head SET checkpoint = (SELECT checkpoint FROM log_head WHERE size = 100)"
            " WHERE size = 280"
        )
    assert found() == [(Fault.UNSIGNED_HEAD, "", "", 280)]


def test_a_fork_signed_with_the_logs_own_key_is_named(settings: LazySettings) -> None:
    folder = KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN)
    note = sign(Checkpoint("localhost/log", 280, b"\x07" * 32).text, [folder.signer_of(public_keys()[0])])
    with tampering() as cursor:
        cursor.execute(
            "UPDATE log_head SET checkpoint = %s, root = %s WHERE size = 280", [note, b"\x07" * 32]
        )
    assert found() == [(Fault.FORKED_HEAD, "", "", 280)]


def test_a_head_after_a_rotation_that_the_old_key_alone_signed_is_named(name_category: Name) -> None:
    call_command("rotate_log_key")
    assert found() == []
    with tampering() as cursor:
        cursor.execute(
            "UPDATE log_head"
            " SET checkpoint = regexp_replace(checkpoint, '(—[^\n]*\n)—[^\n]*\n$', '\\1') WHERE size = 301"
        )
    (finding,) = audit()
    assert (finding.fault, finding.index) == (Fault.UNSIGNED_HEAD, 301)
    assert "every key" in finding.detail


def test_a_salt_that_went_without_an_entry_is_named() -> None:
    Opening.objects.filter(leaf_id=4).update(salt=None)
    assert found() == [(Fault.MISSING_SALT, "layers.category", "c4", 4)]


def test_who_left_is_not_missed(name_category: Name) -> None:
    """The salt is gone, the row too; the leaf stays, and nothing can be read out of it any more."""
    row = Category.objects.get(code="c4")
    proof = proof_for(row=row)
    with transaction.atomic():
        erase(row=row, at=NOW)
        row.delete()
    assert found() == [], "while the entry waits"
    sequence(now=NOW)
    assert found() == []
    row.code = row.pk = "c4"
    assert proof is not None
    assert proof_for(row=row) is None
    assert Opening.objects.get(leaf_id=4).salt is None
    (before, after) = Opening.objects.filter(key="c4").order_by("leaf_id").values_list("object", flat=True)
    assert before == after


def test_who_left_is_forgotten_also_while_the_entry_waits(name_category: Name) -> None:
    row = name_category("short-lived")
    with transaction.atomic():
        erase(row=row, at=NOW)
        row.delete()
    sequence(now=NOW)
    assert found() == []
    assert list(Opening.objects.filter(key="short-lived").values_list("salt", flat=True)) == [None, None]


def test_erasing_what_was_never_logged_leaves_no_trace() -> None:
    with transaction.atomic():
        erase(row=Category(code="stranger"), at=NOW)
    assert not Pending.objects.exists()


def test_an_opening_that_was_moved_to_another_row_is_named() -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE log_opening SET key = 'c8' WHERE index = 7")
    assert set(found()) == {
        (Fault.EDITED, "layers.category", "c8", 7),
        (Fault.UNLOGGED, "layers.category", "c7", None),
    }


def test_an_opening_that_was_taken_away_or_swapped_is_named() -> None:
    with tampering() as cursor:
        cursor.execute("DELETE FROM log_opening WHERE index = 7")
        cursor.execute("UPDATE log_opening SET event = 'other.event' WHERE index = 8")
    assert (Fault.MISSING_OPENING, "", "", 7) in found()
    assert (Fault.WRONG_OPENING, "layers.category", "c8", 8) in found()


def test_entries_of_an_app_that_is_gone_are_named() -> None:
    logged = registry.EVENTS.pop(NAMED)
    assert {each[0] for each in found()} == {Fault.UNKNOWN_EVENT}
    registry.EVENTS[NAMED] = logged
