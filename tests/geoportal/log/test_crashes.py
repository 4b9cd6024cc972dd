"""A crash at any point, two at once, and a database that came out of a backup: never a fork."""

import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from geoportal.log import sequence as sequencing
from geoportal.log.append import append
from geoportal.log.high_water import HighWater
from geoportal.log.keys import KeyFolder
from geoportal.log.models import Entry, Head, Pending, Tile
from geoportal.log.note import Checkpoint, open_checkpoint
from geoportal.log.proofs import consistency, public_keys
from geoportal.log.refusals import LogRefused
from geoportal.log.running import LOST_S, PAUSE_S, REFUSED_S, one_round
from geoportal.log.running import sequencing as running
from geoportal.log.sequence import sequence, tree_size
from geoportal.log.stored import StoredTree
from geoportal.log.tree import is_consistent
from layers.models import Category
from tests.geoportal.log.conftest import NAMED, NOW, name_categories

Name = Callable[..., Category]


class Crash(Exception):
    """The power fails."""


def crash(*args: object, **values: object) -> None:
    raise Crash


def heads() -> list[Checkpoint]:
    keys = public_keys()
    return [open_checkpoint(head.checkpoint, keys)[0] for head in Head.objects.order_by("size")]


def require_one_history() -> None:
    """Every head that was ever signed is a beginning of the tree that is there now."""
    signed = heads()
    for older, newer in pairwise(signed):
        assert is_consistent(
            first=older.size,
            second=newer.size,
            first_root=older.root,
            second_root=newer.root,
            proof=consistency(older.size, newer.size),
        )
    assert signed[-1].size == tree_size()


# Where the power fails, and how many entries have their place then.
POINTS = [
    (sequencing, "statement", 3),
    (sequencing, "_store_tiles", 3),
    (sequencing, "_sign", 8),
    (sequencing, "signers_for", 8),
    (sequencing, "sign", 8),
    (HighWater, "write", 8),
    (Head.objects, "create", 8),
]


@pytest.mark.parametrize(("place", "name", "placed"), POINTS, ids=[name for _, name, _ in POINTS])
def test_after_a_crash_the_log_goes_on_as_if_nothing_had_been(
    name_category: Name, monkeypatch: pytest.MonkeyPatch, place: object, name: str, placed: int
) -> None:
    for number in range(3):
        name_category(f"a{number}")
    sequence(now=NOW)
    for number in range(5):
        name_category(f"b{number}")

    with monkeypatch.context() as patch:
        patch.setattr(place, name, crash)
        with pytest.raises(Crash):
            sequence(now=NOW)
    assert tree_size() == placed
    assert heads()[-1].size == 3

    name_category("c")
    sequence(now=NOW)
    assert not Pending.objects.exists()
    assert heads()[-1].size == 9
    require_one_history()


def test_a_head_that_was_signed_and_lost_is_not_contradicted(
    name_category: Name, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    name_category("a")
    with monkeypatch.context() as patch:
        patch.setattr(Head.objects, "create", crash)
        with pytest.raises(Crash):
            sequence(now=NOW)
    lost = HighWater(settings.LOG_KEY_DIR).read()
    assert lost is not None
    name_categories(f"b{number}" for number in range(300))
    sequence(now=NOW)

    now = heads()[-1]
    proof = consistency(lost.size, now.size)
    assert is_consistent(
        first=lost.size, second=now.size, first_root=lost.root, second_root=now.root, proof=proof
    )


def forget(size: int) -> None:
    """What restoring a backup does: everything after so many entries is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("log_entry", "log_opening", "log_head", "log_tile", "log_signingkey"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM log_opening WHERE index >= %s", [size])
        cursor.execute("DELETE FROM log_signingkey WHERE entry_id >= %s", [size])
        cursor.execute("DELETE FROM log_entry WHERE index >= %s", [size])
        cursor.execute("DELETE FROM log_head WHERE size > %s", [size])
        cursor.execute("DELETE FROM log_tile WHERE level > 0 OR (index + 1) * 256 > %s", [size])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("log_entry", "log_opening", "log_head", "log_tile", "log_signingkey"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_restored_database_signs_nothing_smaller_than_before(name_category: Name) -> None:
    name_category("a")
    sequence(now=NOW)
    name_category("b")
    sequence(now=NOW)
    forget(1)

    with pytest.raises(LogRefused, match="has signed 2 entries and the database has 1") as caught:
        sequence(now=NOW)
    assert caught.value.code == "restored_backup"


def test_a_restored_database_signs_no_other_tree_of_the_same_size(name_category: Name) -> None:
    name_category("a")
    sequence(now=NOW)
    name_category("b")
    sequence(now=NOW)
    forget(1)
    name_category("c")

    with pytest.raises(LogRefused):
        sequence(now=NOW)
    assert tree_size() == 1, "nothing has left the outbox"


def test_a_tree_that_was_tampered_with_is_not_signed(name_category: Name) -> None:
    name_category("a")
    sequence(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE log_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE log_entry SET entry = entry || ' '")
    name_category("b")
    with pytest.raises(LogRefused) as caught:
        sequence(now=NOW)
    assert caught.value.code == "other_tree"


def test_a_log_keeps_its_name(name_category: Name, settings: LazySettings) -> None:
    name_category("a")
    sequence(now=NOW)
    settings.LOG_ORIGIN = "elsewhere.example/log"
    name_category("b")
    with pytest.raises(LogRefused) as caught:
        sequence(now=NOW)
    assert caught.value.code == "other_origin"
    HighWater(settings.LOG_KEY_DIR).path.unlink()
    with pytest.raises(LogRefused) as caught:
        sequence(now=NOW)
    assert caught.value.code == "other_origin"


def test_a_last_head_that_cannot_be_read_is_not_passed_over(
    name_category: Name, settings: LazySettings
) -> None:
    name_category("a")
    sequence(now=NOW)
    path = HighWater(settings.LOG_KEY_DIR).path
    for content in (b"", b"\xff", b"localhost/log\n-1\nAAAA\n"):
        path.write_bytes(content)
        with pytest.raises(LogRefused) as caught:
            sequence(now=NOW)
        assert caught.value.code == "unreadable_last_head"


def test_a_production_log_is_not_given_a_key_by_itself(name_category: Name, settings: LazySettings) -> None:
    settings.PRODUCTION = True
    name_category("a")
    with pytest.raises(LogRefused) as caught:
        sequence(now=NOW)
    assert caught.value.code == "no_key"
    KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN).make()
    assert sequence(now=NOW) == 0, "it had its place already, and now it is signed"
    assert heads()[-1].size == 1


def test_the_private_key_is_readable_by_its_owner_alone(name_category: Name, settings: LazySettings) -> None:
    name_category("a")
    sequence(now=NOW)
    folder = Path(settings.LOG_KEY_DIR)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db(transaction=True)
def test_sequencers_and_writers_at_once_make_one_gapless_log() -> None:
    """Each writer and each sequencer with a connection of its own; none of them waits for another."""
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        for number in range(40):
            with transaction.atomic():
                code = f"w{writer}-{number}"
                row = Category.objects.create(code=code, name_kk=code, name_ru=code, name_en=code, position=1)
                append(event=NAMED, row=row, at=NOW)

    def keep() -> None:
        for _ in range(15):
            sequence(now=NOW)

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    works: list[Callable[[], None]] = [keep, keep, *(lambda n=n: write(n) for n in range(3))]
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sequence(now=NOW)

    assert failures == []
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == list(range(120))
    require_one_history()


@pytest.mark.django_db(transaction=True)
def test_who_appends_waits_for_no_sequencer() -> None:
    done = threading.Event()

    def write() -> None:
        with transaction.atomic():
            row = Category.objects.create(code="x", name_kk="x", name_ru="x", name_en="x", position=1)
            append(event=NAMED, row=row, at=NOW)
        done.set()
        connection.close()

    with transaction.atomic():
        assert sequencing._is_mine()
        thread = threading.Thread(target=write)
        thread.start()
        assert done.wait(10)
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_the_sequencer_beside_the_worker_stops_with_it() -> None:
    with transaction.atomic():
        row = Category.objects.create(code="x", name_kk="x", name_ru="x", name_en="x", position=1)
        append(event=NAMED, row=row, at=NOW)
    with running():
        pass
    assert threading.active_count() == 1 or "log sequencer" not in {t.name for t in threading.enumerate()}


def test_whatever_goes_wrong_is_told_and_tried_again(
    name_category: Name, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    name_category("a")
    assert one_round() == PAUSE_S
    assert heads()[-1].size == 1
    for failure, pause in ((LogRefused("no"), REFUSED_S), (Crash(), REFUSED_S)):
        with monkeypatch.context() as patch:

            def fail(failure: Exception = failure, **values: object) -> int:
                raise failure

            patch.setattr("geoportal.log.running.sequence", fail)
            patch.setattr(
                "geoportal.log.running.connection", type("None_", (), {"close": lambda self: None})()
            )
            assert one_round() == pause
    assert "the public log is not signed: no" in caplog.text
    assert LOST_S < REFUSED_S


def test_tiles_are_those_of_the_leaves(db: None) -> None:
    name_categories(f"c{number}" for number in range(520))
    sequence(now=NOW)
    tree = StoredTree(connection)
    assert [(tile.level, tile.index) for tile in Tile.objects.order_by("level", "index")] == [(0, 0), (0, 1)]
    for index in (0, 1):
        assert tree.tile(0, index, 256) == tree.made(0, index, 256)
    assert len(tree.tile(1, 0, 2)) == 64
